//! Days in a row, what is done too often, and how much the program gives at most.

use super::super::abuse::{Consequence, Pattern};
use super::super::streaks::{Remind, Streak};
use super::key;
use super::writer::Writer;

impl Writer<'_> {
    /// How days in a row are counted, where a rule looks at them.
    pub(super) fn streaks(&self) -> Vec<String> {
        let is_used = |streak: &&Streak| {
            let feeds = |on: &compact_str::CompactString| !self.book.rules.rules_on(on).is_empty();
            streak.on.iter().any(feeds)
        };
        self.book.streaks.iter().filter(is_used).map(|streak| self.streak(streak)).collect()
    }

    fn streak(&self, streak: &Streak) -> String {
        let name = self.name(&streak.name);
        let again = streak.cycle.map(|cycle| {
            key(self.say(
                || format!("满 {cycle} 天后重新从第 1 天计"),
                || format!("counted from day 1 again after {cycle} days"),
            ))
        });
        let rule = self.word(
            "每天计一次，中断后从第 1 天重新计；补报的日期按当天计入",
            "a day counts once; a day left out begins it anew; a day reported late counts for itself",
        );
        let remind = streak.remind.map(|Remind { hour, from }| {
            self.say(
                || format!("连续满 {from} 天后，当日未完成的于 {hour} 点提醒"),
                || format!("from {from} days on you are reminded at {hour}:00 of a day on which nothing was done yet"),
            )
        });
        let parts: Vec<String> = std::iter::once(rule.to_owned()).chain(again).chain(remind).collect();
        self.say(|| format!("{name}：{}。", parts.join("；")), || format!("{name}: {}.", parts.join("; ")))
    }

    /// What is done too often and freezes a wallet, and thresholds beyond which rules give nothing.
    pub(super) fn abuse(&self) -> Vec<String> {
        let terms = &self.book.abuse;
        let patterns = terms.patterns.iter().filter_map(|pattern| self.pattern(pattern));
        let stops = terms.stops().map(|issuance| {
            let (points, unit) = (issuance.points, self.unit_name(issuance.unit.as_str()));
            let period = if issuance.is_monthly { self.word("月", "month") } else { self.word("日", "day") };
            let most = key(points.to_string());
            self.say(
                || format!("全体会员每{period}合计最多发放 {most} {unit}，超出部分不予发放。"),
                || format!("All members together are given at most {most} {unit} a {period}; nothing beyond it."),
            )
        });
        patterns.chain(stops).collect()
    }

    fn pattern(&self, pattern: &Pattern) -> Option<String> {
        let Consequence::Freeze { hours } = pattern.then else { return None };
        let (name, count, seconds) = (self.name(&pattern.name), pattern.count, pattern.seconds);
        let told = key(self.say(
            || format!("{seconds} 秒内达到 {count} 次，积分冻结 {hours} 小时"),
            || format!("{count} times in less than {seconds} seconds freeze the points for {hours} hours"),
        ));
        Some(self.say(
            || format!("{name}：{told}，期间可获得积分、不能使用，到期自动解除。"),
            || format!("{name}: {told}; they are earned and not spent meanwhile, and it ends by itself."),
        ))
    }
}
