//! What sleeping points may become.

use super::super::conversions::{Into, Way};
use super::key;
use super::writer::Writer;

impl Writer<'_> {
    pub(super) fn conversions(&self) -> Vec<String> {
        let terms = &self.book.conversions;
        if terms.ways.is_empty() {
            return Vec::new();
        }
        let unit = self.unit_name(terms.unit.as_ref().unwrap_or(&self.book.default_unit).as_str());
        let last = self.say(
            || format!("以上转换只限沉睡的{unit}，由会员自行选择，完成后不可撤销；其余沉睡的{unit}同时恢复。"),
            || {
                format!(
                    "Only {unit} that sleep are converted, as the member chooses and for good; all others that sleep \
                     come back."
                )
            },
        );
        terms.ways.iter().map(|way| self.way_to(way, unit)).chain([last]).collect()
    }

    fn way_to(&self, way: &Way, unit: &str) -> String {
        let (name, points) = (self.name(&way.name), way.points);
        let into = match &way.into {
            Into::Unit { unit, points } => {
                let unit = self.unit_name(unit.as_str());
                self.say(|| format!("转为 {points} {unit}"), || format!("become {points} {unit}"))
            }
            Into::Charity { cause } => {
                let cause = self.name(cause);
                self.say(
                    || format!("捐给“{cause}”，附电子证书"),
                    || format!("are given to {cause}, with a certificate"),
                )
            }
            Into::Voucher { amount, days } => {
                let amount = self.money(*amount);
                self.say(
                    || format!("换 {amount} 现金券，无消费门槛，{days} 天内有效"),
                    || format!("become a voucher of {amount} for any bill, for {days} days"),
                )
            }
        };
        let only = way.badge.as_ref().map(|badge| {
            let badge = self.badge_name(badge);
            self.say(|| format!("（持“{badge}”的会员）"), || format!(" (for holders of {badge})"))
        });
        let only = only.unwrap_or_default();
        let each = key(self.say(|| format!("每 {points} {unit}"), || format!("{points} {unit}")));
        self.say(|| format!("{name}{only}：{each}{into}。"), || format!("{name}{only}: {each} {into}."))
    }
}
