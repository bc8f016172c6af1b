//! How points pay a part of a bill.

use jifen_vocab::Day;

use super::super::deductions::{DeductionCoupon, DeductionRule};
use super::writer::Writer;
use super::{key, percentage as share};

impl Writer<'_> {
    pub(super) fn deductions(&self) -> Vec<String> {
        let terms = &self.book.deductions;
        if terms.deductions.is_empty() && terms.coupons.is_empty() {
            return Vec::new();
        }
        let unit = self.unit_name(terms.unit.as_ref().unwrap_or(&self.book.default_unit).as_str());
        let rules = terms.deductions.iter().map(|rule| self.deduction(rule, unit));
        let coupons = terms.coupons.iter().map(|coupon| self.deduction_coupon(coupon, unit));
        let minutes = terms.minutes;
        let ends = self.say(
            || format!("收银预留的{unit} {minutes} 分钟内未确认即退回；退款按比例退回所用{unit}。"),
            || {
                format!(
                    "{unit} that a till reserves come back after {minutes} minutes unless it confirms; refunds give \
                     {unit} back by their share."
                )
            },
        );
        rules.chain(coupons).chain([ends]).collect()
    }

    fn deduction(&self, rule: &DeductionRule, unit: &str) -> String {
        let (points, off) = (rule.points, self.money(rule.off));
        let mut parts =
            vec![key(self.say(|| format!("{points} {unit}抵 {off}"), || format!("{points} {unit} pay {off}")))];
        parts.extend((rule.least > 0).then(|| {
            let least = self.money(rule.least);
            key(self.say(|| format!("账单满 {least}可用"), || format!("for bills of {least} or more")))
        }));
        let most = share(rule.most);
        parts.push(key(self.say(|| format!("最多抵 {most}"), || format!("at most {most}"))));
        parts.extend(rule.seasons.iter().map(|season| {
            let (name, most, days) =
                (self.name(&season.name), share(season.most), self.dates(season.from, season.until));
            key(self.say(|| format!("{name}（{days}）最多抵 {most}"), || format!("{name} ({days}): at most {most}")))
        }));
        parts.extend(rule.for_badge.as_ref().map(|worth| {
            let (badge, off) = (self.badge_name(&worth.badge), self.money(worth.off));
            key(self.say(|| format!("持“{badge}”时抵 {off}"), || format!("{off} for holders of {badge}")))
        }));
        parts.extend((!rule.categories.is_empty()).then(|| {
            let list = rule.categories.join(self.word("、", ", "));
            self.say(|| format!("适用品类：{list}"), || format!("for {list}"))
        }));
        let channels =
            self.book.channels.iter().filter(|channel| rule.channels.iter().any(|id| *id == channel.id.as_str()));
        let channels: Vec<&str> = channels.map(|channel| self.name(&channel.name)).collect();
        parts.extend((!channels.is_empty()).then(|| {
            let list = channels.join(self.word("、", ", "));
            self.say(|| format!("适用渠道：{list}"), || format!("on {list}"))
        }));
        parts.extend((!rule.stores.is_empty()).then(|| {
            let list = rule.stores.join(self.word("、", ", "));
            self.say(|| format!("适用门店：{list}"), || format!("in {list}"))
        }));
        let name = self.name(&rule.name);
        self.say(|| format!("{name}：{}。", parts.join("，")), || format!("{name}: {}.", parts.join(", ")))
    }

    fn deduction_coupon(&self, coupon: &DeductionCoupon, unit: &str) -> String {
        let (points, off, least) = (coupon.points, self.money(coupon.off), self.money(coupon.least));
        let mut parts = vec![key(self.say(
            || format!("满 {least}用 {points} {unit}减 {off}"),
            || format!("{off} off bills of {least} or more for {points} {unit}"),
        ))];
        parts.extend(match (coupon.from, coupon.until) {
            (None, None) => None,
            (Some(from), Some(until)) => Some(key(self.dates(from, until))),
            (Some(from), None) => Some(key(self.say(|| format!("{from} 起"), || format!("from {from}")))),
            (None, Some(until)) => Some(key(self.say(|| format!("至 {until}"), || format!("until {until}")))),
        });
        let rest = match coupon.stackable {
            true => self.word("其余金额可继续抵扣", "points may pay a part of the rest as well"),
            false => self.word("不与其他抵扣同用", "not together with other deductions"),
        };
        parts.push(rest.to_owned());
        let name = self.name(&coupon.name);
        self.say(|| format!("{name}：{}。", parts.join("，")), || format!("{name}: {}.", parts.join(", ")))
    }

    fn dates(&self, from: Day, until: Day) -> String {
        self.say(|| format!("{from} 至 {until}"), || format!("{from} to {until}"))
    }
}
