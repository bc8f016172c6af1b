//! What members are told, and what they can decline.

use jifen_vocab::MessageChannel;

use super::super::messages::{CeilingPer, MessageKind, Purpose, Trigger};
use super::writer::Writer;
use super::{Section, SectionId, key};

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

    fn message(&self, kind: &MessageKind) -> String {
        let name = self.name(&kind.name);
        let mut parts = Vec::new();
        if kind.purpose == Purpose::Marketing {
            parts.push(self.word("优惠消息", "an offer").to_owned());
        }
        if kind.on == Trigger::Hand {
            parts.push(self.word("由工作人员发送", "sent by a person").to_owned());
        }
        // What a condition says in its own language is for operators, not for members.
        if kind.when.is_some() {
            parts.push(self.say(|| "仅发给部分会员".to_owned(), || "only to some members".to_owned()));
        }
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
