//! How points are used, how rules change, and the first steps of a new member.

use jifen_ledger::DebtPolicy;
use jifen_vocab::{Decimal, Ratio, Rounding};

use super::super::changes::Announce;
use super::super::gains::givers;
use super::super::gifts::Gift;
use super::super::{RuleBook, Unit};
use super::writer::Writer;
use super::{Section, SectionId, key};

impl Writer<'_> {
    // How points are used.

    pub(in crate::book) fn redemption(&self) -> Section {
        let units = self.book.units.iter().filter(|unit| unit.spendable);
        let mut sentences: Vec<String> = units.flat_map(|unit| self.spending(unit)).collect();
        if sentences.is_empty() {
            return self.section(SectionId::Redemption, sentences);
        }
        sentences.extend(self.deductions());
        sentences.extend(self.conversions());
        let channels: Vec<&str> = self.book.channels.iter().map(|channel| self.name(&channel.name)).collect();
        if !channels.is_empty() {
            let list = channels.join(self.word("、", ", "));
            sentences.push(self.say(
                || format!("以下渠道共用同一积分余额：{list}。"),
                || format!("One balance for all channels: {list}."),
            ));
        }
        let first =
            self.word("先到期的先使用，永久有效的最后使用", "what lapses first is spent first, what never lapses last");
        sentences.push(self.say(
            || format!("使用顺序：{}。", key(first.to_owned())),
            || format!("Order of spending: {}.", key(first.to_owned())),
        ));
        sentences.extend(self.gifts());
        let hours = self.book.hold_hours;
        let held = self.say(
            || format!("预留的积分 {hours} 小时内未使用即退回"),
            || format!("points that are reserved and not used come back after {hours} hours"),
        );
        sentences.push(self.say(|| format!("{held}。"), || format!("{}.", capital(&held))));
        self.section(SectionId::Redemption, sentences)
    }

    /// What is given besides points.
    fn gifts(&self) -> Vec<String> {
        let given = |gift: &&Gift| givers(self.book, gift).next().is_some();
        let mut sentences: Vec<String> =
            self.book.gifts.gifts.iter().filter(given).map(|gift| self.gift(gift)).collect();
        if !sentences.is_empty() {
            let back = self.word(
                "赠礼数量有限，赠完时积分照常发放；赠送原因被退款撤销时，未使用的赠礼作废，已使用的不追回",
                "gifts are given while they last, and points come all the same; where what brought one is refunded, it is \
                 canceled unless it was used",
            );
            let back = key(capital(back));
            sentences.push(self.say(|| format!("{back}。"), || format!("{back}.")));
        }
        sentences
    }

    fn gift(&self, gift: &Gift) -> String {
        let (name, terms) = (self.name(&gift.name), &self.book.shelf.vouchers);
        let days = match gift.days {
            Some(days) => self.say(|| format!("{days} 天"), || format!("{days} days")),
            None if terms.goods_days == terms.other_days => {
                let days = terms.other_days;
                self.say(|| format!("{days} 天"), || format!("{days} days"))
            }
            None => {
                let (goods, other) = (terms.goods_days, terms.other_days);
                self.say(
                    || format!("{other} 天（实物 {goods} 天）"),
                    || format!("{other} days, {goods} days for goods"),
                )
            }
        };
        self.say(
            || format!("赠礼“{name}”自发放起{}。", key(format!("{days}内有效"))),
            || format!("The gift {name} is valid for {}.", key(days.clone())),
        )
    }

    /// What people call a gift.
    pub(super) fn gift_name<'w>(&'w self, id: &'w str) -> &'w str {
        self.book.gifts.get(id).map_or(id, |gift| self.name(&gift.name))
    }

    fn spending(&self, unit: &Unit) -> Vec<String> {
        let name = self.name(&unit.name);
        let mut sentences = Vec::new();
        if let Some(worth) = unit.value.and_then(|value| self.hundred(value)) {
            sentences.push(self.say(
                || format!("{}，可用于兑换与抵扣。", key(format!("100 {name}抵 {worth}"))),
                || format!("{}, when they are redeemed.", key(format!("100 {name} are worth {worth}"))),
            ));
        }
        let refund = match unit.terms.debt {
            DebtPolicy::AllowNegative => self.word(
                "退款扣回所得积分，不足部分由以后获得的积分补扣",
                "a refund takes back what the order earned; what the balance no longer holds is repaid by points earned later",
            ),
            DebtPolicy::WithinBalance => self.word(
                "退款扣回所得积分，以余额为限",
                "a refund takes back what the order earned, as far as the balance goes",
            ),
            DebtPolicy::PendingOnly => self.word(
                "退款只扣回尚未到账的积分",
                "a refund takes back only points that cannot be used yet",
            ),
        };
        sentences.push(self.say(
            || format!("{name}：{}。", key(refund.to_owned())),
            || format!("{name}: {}.", key(refund.to_owned())),
        ));
        let grace = unit.terms.grace_days;
        if grace > 0 {
            sentences.push(self.say(
                || format!("取消兑换退回的{name}沿用原有效期；已过期的再给 {grace} 天。"),
                || format!("{name} that come back keep their date; what has lapsed meanwhile gets {grace} more days."),
            ));
        }
        sentences
    }

    /// What a hundred points are worth.
    pub(in crate::book) fn hundred(&self, value: Decimal) -> Option<String> {
        let minor = self.book.currency.minor_per_major();
        let worth = value.ratio().checked_mul(Ratio::whole(100))?.checked_mul(Ratio::whole(minor))?;
        Some(self.money(worth.round(Rounding::HalfUp)?))
    }

    // How rules change.

    pub(in crate::book) fn changes(&self) -> Section {
        let terms = &self.book.changes;
        let mut sentences = Vec::new();
        if terms.notice_days > 0 {
            let days = terms.notice_days;
            let told = self.say(|| format!("提前 {days} 天公告"), || format!("{days} days before"));
            let ways: Vec<&str> = terms.announce.iter().map(|way| self.way(*way)).collect();
            let ways = ways.join(self.word("、", ", "));
            sentences.push(self.say(
                || format!("对会员不利的规则变更{}（{ways}）。", key(told.clone())),
                || format!("Changes to members' disadvantage are announced {} ({ways}).", key(told.clone())),
            ));
            let at_once = match terms.improvements_at_once {
                true => self.word(
                    "只会让会员得到更多的变更可立即生效。",
                    "What can only give members more may take effect at once.",
                ),
                false => self.word("其他变更同样提前公告。", "Other changes are announced as well."),
            };
            sentences.push(at_once.to_owned());
        }
        if terms.confirmation {
            let ask = self.word("生效前请会员确认", "members are asked to confirm them before they take effect");
            sentences.push(
                self.say(
                    || format!("规则变更{}。", key(ask.to_owned())),
                    || format!("Changes: {}.", key(ask.to_owned())),
                ),
            );
        }
        sentences.extend(self.transition());
        sentences.push(
            self.word(
                "任何日期的规则均可查阅和下载；已获得的积分按获得时的规则计算有效期。",
                "The rules of any date can be read and downloaded; points keep the validity they were earned with.",
            )
            .to_owned(),
        );
        self.section(SectionId::Changes, sentences)
    }

    /// What earlier members keep for a while (COMP-05).
    fn transition(&self) -> Vec<String> {
        let transition = &self.book.changes.transition;
        let earning = transition.earning.as_ref().map(|kept| {
            let (joined, until, version) = (kept.joined_before, kept.until, kept.version);
            let told = self.say(
                || format!("{joined} 前入会的会员，至 {until} 仍按第 {version} 版规则获取积分"),
                || format!("Members who joined before {joined} earn by version {version} until {until}"),
            );
            self.say(|| format!("{}。", key(told.clone())), || format!("{}.", key(told.clone())))
        });
        let redeem = transition.redeem.as_ref().map(|kept| {
            let units: Vec<&str> = kept.units.iter().map(|unit| self.unit_name(unit.as_str())).collect();
            let (units, until) = (units.join(self.word("、", ", ")), kept.until);
            let told = self.say(
                || format!("过渡兑换：{units}至 {until} 仍可使用"),
                || format!("For the transition, {units} can still be used until {until}"),
            );
            self.say(|| format!("{}。", key(told.clone())), || format!("{}.", key(told.clone())))
        });
        earning.into_iter().chain(redeem).collect()
    }

    fn way(&self, way: Announce) -> &'static str {
        let (zh, en) = match way {
            Announce::Email => ("邮件", "e-mail"),
            Announce::InApp => ("站内公告", "in the app"),
            Announce::Push => ("推送", "push"),
            Announce::Sms => ("短信", "text message"),
        };
        self.word(zh, en)
    }

    // The first steps.

    pub(in crate::book) fn guide(&self) -> Section {
        let mut steps = Vec::new();
        if self.book.enroll_unknown {
            steps.push(
                self.word("首次消费或签到即成为会员，无需申请。", "Your first purchase or visit makes you a member.")
                    .to_owned(),
            );
        }
        if let Some((at, rule)) = self.book.rules.rules().iter().enumerate().find(|(_, rule)| rule.enabled) {
            let first = self.rule(jifen_rules::RuleIndex(at as u32), rule);
            steps.push(self.say(
                || format!("这样获得积分，例如：{first}"),
                || format!("This is how you earn, for instance: {first}"),
            ));
        }
        if let Some((lowest, next)) = self.book.tiers.first().zip(self.book.tiers.get(1)) {
            let (lowest, next) = (self.name(&lowest.name), self.name(&next.name));
            steps.push(self.say(
                || format!("您从{lowest}开始，升级到{next}后权益更多。"),
                || format!("You begin as {lowest}; as {next} you get more."),
            ));
        }
        let main = main_unit(self.book);
        if let Some(unit) = main.filter(|unit| unit.spendable) {
            let name = self.name(&unit.name);
            let worth = unit.value.and_then(|value| self.hundred(value));
            steps.push(match worth {
                Some(worth) => self.say(
                    || format!("100 {name}抵 {worth}，在任一渠道使用。"),
                    || format!("100 {name} are worth {worth}, on every channel."),
                ),
                None => {
                    self.say(|| format!("{name}可在任一渠道使用。"), || format!("Use your {name} on every channel."))
                }
            });
        }
        if let Some(unit) = main {
            let validity =
                self.book.tiers.first().map_or_else(|| unit.validity.clone(), |tier| self.book.validity(unit, tier));
            let (name, lives) = (self.name(&unit.name), self.lives(&validity));
            steps.push(
                self.say(|| format!("留意有效期：{name}{lives}。"), || format!("Mind the date: {name} {lives}.")),
            );
        }
        self.section(SectionId::Guide, steps)
    }
}

/// The unit that is meant where a rule names none.
fn main_unit(book: &RuleBook) -> Option<&Unit> {
    book.unit(book.default_unit.as_str())
}

fn capital(text: &str) -> String {
    let mut chars = text.chars();
    chars.next().map_or_else(String::new, |first| first.to_uppercase().chain(chars).collect())
}
