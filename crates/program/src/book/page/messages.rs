//! What members are told, and what they can decline.

use jifen_vocab::MessageChannel;

use super::super::messages::{CeilingPer, MessageKind, Purpose, Trigger};
use super::writer::Writer;
use super::{Section, SectionId, key, percentage};

impl Writer<'_> {
    pub(super) fn messages(&self) -> Section {
        let terms = &self.book.messages;
        if terms.kinds.is_empty() {
            return self.section(SectionId::Messages, Vec::new());
        }
        let mut sentences: Vec<String> = terms.kinds.iter().map(|kind| self.message(kind)).collect();
        if let Some(quiet) = terms.quiet {
            let clock = |minute: u16| format!("{:02}:{:02}", minute / 60, minute % 60);
            let (from, until) = (clock(quiet.from), clock(quiet.until));
            sentences.push(self.say(
                || format!("{} 免打扰，紧急消息除外。", key(format!("{from}–{until}"))),
                || format!("Nothing but what is urgent is sent {}.", key(format!("from {from} to {until}"))),
            ));
        }
        sentences.extend(terms.ceilings.iter().map(|ceiling| {
            let (channel, most) = (self.channel(ceiling.channel), ceiling.most);
            let (zh, en) = match ceiling.per {
                CeilingPer::Day => ("每天", "a day"),
                CeilingPer::Week => ("每七天", "in seven days"),
            };
            self.say(|| format!("{channel}{zh}最多 {most} 条。"), || format!("{channel}: at most {most} {en}."))
        }));
        sentences.extend(self.wake_up());
        let consent = match terms.marketing_by_default {
            false => self.word(
                "优惠消息须经您同意，可随时按渠道开启或关闭；服务消息也可以拒收，站内消息始终保留。",
                "Offers need your consent, given and taken back at any time, channel by channel. Service messages can be declined as well; the inbox is always there.",
            ),
            true => self.word(
                "消息可随时按渠道关闭，站内消息始终保留。",
                "Messages can be declined at any time, channel by channel; the inbox is always there.",
            ),
        };
        sentences.push(consent.to_owned());
        self.section(SectionId::Messages, sentences)
    }

    /// When members whose points sleep are told to come back, and what they get.
    fn wake_up(&self) -> Option<String> {
        let terms = self.book.wake_up.as_ref()?;
        let unit = self.unit_name(terms.unit.as_ref().unwrap_or(&self.book.default_unit).as_str());
        let (share, days, rest) = (percentage(terms.above), terms.days, terms.rest_days);
        let gets = terms.badge.as_ref().map(|badge| {
            let badge = self.badge_name(badge);
            self.say(|| format!("，并获得“{badge}”{days} 天"), || format!(" and gets {badge} for {days} days"))
        });
        let gets = gets.unwrap_or_default();
        Some(self.say(
            || format!("沉睡{unit}超过全部{unit}的 {share} 时，通知有沉睡{unit}的会员{gets}；{rest} 天内不重复。"),
            || {
                format!(
                    "When more than {share} of all {unit} sleep, everyone with sleeping {unit} is told{gets}; not \
                     again for {rest} days."
                )
            },
        ))
    }

    fn message(&self, kind: &MessageKind) -> String {
        let name = self.name(&kind.name);
        let mut parts = Vec::new();
        if kind.purpose == Purpose::Marketing {
            parts.push(self.word("优惠消息", "an offer").to_owned());
        }
        if kind.on == Trigger::Hand {
            parts.push(self.word("由工作人员发送", "sent by a person").to_owned());
        }
        parts.extend(match (&kind.terms, &kind.when) {
            (Some(terms), _) => Some(self.say(|| format!("发给{}", terms.zh), || format!("to {}", terms.en))),
            (None, Some(when)) => Some(self.condition(when.text())),
            (None, None) => None,
        });
        let routes: Vec<String> = kind
            .send
            .iter()
            .map(|route| {
                let names: Vec<&str> = route.iter().map(|channel| self.channel(*channel)).collect();
                names.join(self.word("或", " or "))
            })
            .collect();
        parts.push(match routes.is_empty() {
            true => self.word("站内消息", "in the inbox").to_owned(),
            false => {
                let list = routes.join(self.word("、", ", "));
                self.say(|| format!("站内消息及{list}"), || format!("in the inbox and by {list}"))
            }
        });
        let list = parts.join(self.word("，", "; "));
        self.say(|| format!("{name}：{list}。"), || format!("{name}: {list}."))
    }

    fn channel(&self, channel: MessageChannel) -> &'static str {
        let (zh, en) = match channel {
            MessageChannel::Community => ("社群", "community"),
            MessageChannel::Email => ("邮件", "mail"),
            MessageChannel::InStore => ("门店屏幕", "screen in the shop"),
            MessageChannel::OfficialAccount => ("公众号", "official account"),
            MessageChannel::Push => ("应用推送", "app"),
            MessageChannel::Sms => ("短信", "text message"),
            MessageChannel::WebPush => ("浏览器通知", "browser"),
        };
        match self.lang {
            super::Lang::Zh => zh,
            super::Lang::En => en,
        }
    }
}
