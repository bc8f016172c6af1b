//! Birthdays and friends, as members read about them.

use super::super::messages::Trigger;
use super::super::occasions::LeapDay;
use super::key;
use super::writer::Writer;

impl Writer<'_> {
    /// What is noticed by itself: the birthday.
    pub(super) fn birthdays(&self) -> Vec<String> {
        let Some(terms) = self.book.occasions.birthday else { return Vec::new() };
        let leap = match terms.leap_day {
            LeapDay::Before => self.word("2 月 28 日", "28 February"),
            LeapDay::After => self.word("3 月 1 日", "1 March"),
        };
        let mut parts = vec![
            key(self.word("生日权益每年一次，当天自动到账", "once a year, on the day and by itself").to_owned()),
            self.say(
                || format!("2 月 29 日出生的会员，平年按{leap}计"),
                || format!("for members born on 29 February it is {leap} in other years"),
            ),
        ];
        parts.extend((terms.locked_days > 0).then(|| {
            let days = terms.locked_days;
            key(self.say(
                || format!("修改生日后 {days} 天内不能再改，且不享生日权益"),
                || format!("a birthday that was changed stays for {days} days and brings nothing meanwhile"),
            ))
        }));
        vec![self.say(|| format!("生日：{}。", parts.join("；")), || format!("Birthdays: {}.", parts.join("; ")))]
    }

    /// Festivals on which members are greeted, and years of membership.
    pub(super) fn greetings(&self) -> Vec<String> {
        let messages = &self.book.messages;
        let years = self.book.occasions.anniversary.is_some() && messages.tells(Trigger::Anniversary);
        let years =
            years.then(|| self.word("入会满周年时向您问候。", "You are greeted when a year of membership is full."));
        self.festivals().into_iter().chain(years.map(str::to_owned)).collect()
    }

    fn festivals(&self) -> Option<String> {
        let greeted = self.book.occasions.days.iter().filter(|day| day.greet.is_some());
        let names: Vec<&str> = greeted.map(|day| self.name(&day.name)).collect();
        if names.is_empty() || !self.book.messages.tells(Trigger::Festival) {
            return None;
        }
        let list = names.join(self.word("、", ", "));
        Some(self.say(|| format!("节日问候：{list}。"), || format!("Greetings: {list}.")))
    }

    /// What makes an invitation count.
    pub(super) fn referrals(&self) -> Vec<String> {
        let Some(terms) = &self.book.referrals else { return Vec::new() };
        let (bind, order) = (terms.bind_days, terms.order_days);
        let mut parts = vec![
            key(self.say(
                || format!("好友入会 {bind} 天内、首单之前填写您的邀请码"),
                || format!("a friend names your code within {bind} days of joining and before the first order"),
            )),
            key(self.say(
                || format!("之后 {order} 天内完成首单"),
                || format!("and orders for the first time within {order} days"),
            )),
        ];
        parts.extend((terms.least > 0).then(|| {
            let least = self.money(terms.least);
            key(self.say(|| format!("首单实付满 {least}"), || format!("of {least} or more")))
        }));
        let apart = [
            (terms.apart.device, self.word("同一设备", "the same device")),
            (terms.apart.payment, self.word("同一支付账户", "the same paying account")),
            (terms.apart.person, self.word("同一手机号或邮箱", "the same telephone number or address")),
        ];
        let apart: Vec<&str> = apart.into_iter().filter(|(counts, _)| *counts).map(|(_, word)| word).collect();
        parts.extend((!apart.is_empty()).then(|| {
            let list = apart.join(self.word("、", ", "));
            key(self.say(|| format!("与您{list}的不计"), || format!("not with {list} as you")))
        }));
        parts.push(
            self.word(
                "首单退款的，双方因此获得的积分一并扣回",
                "what both got for it is taken back when that order is refunded",
            )
            .to_owned(),
        );
        vec![
            self.say(
                || format!("邀请好友：{}。", parts.join("，")),
                || format!("Inviting friends: {}.", parts.join(", ")),
            ),
        ]
    }
}
