//! What the book says about rising and falling, and what each tier gets besides.

use super::super::ascent::{Ascent, Every, HUNDRED, Part, PartKind, Progress, Reading, Temporary, Upgrade, hundredths};
use super::super::tasks::TaskAward;
use super::super::{RuleBook, Tier};
use super::{Writer, key};
use crate::book::tasks::MeritKind;

impl Writer<'_> {
    pub(super) fn tiers(&self) -> Vec<String> {
        let Some(ascent) = &self.book.ascent else { return self.benefits() };
        let mut sentences = vec![self.score(ascent)];
        sentences.extend(self.book.tiers.iter().filter_map(|tier| self.bounds(tier)));
        sentences.push(self.when(ascent));
        sentences.extend(self.falling(ascent));
        sentences.extend(self.said_by_tasks(ascent));
        sentences.extend(ascent.temporary.as_ref().map(|terms| self.temporary(terms)));
        sentences.extend(ascent.progress.as_ref().map(|terms| self.nearness(terms)));
        sentences.extend(self.growth());
        sentences.extend(self.benefits());
        sentences
    }

    fn score(&self, ascent: &Ascent) -> String {
        let parts: Vec<String> = ascent.parts.iter().map(|part| self.score_part(part, ascent.reading)).collect();
        let parts = key(parts.join(self.word("；", "; ")));
        match ascent.months {
            Some(months) => self.say(
                || format!("等级分（最近 {months} 个月）：{parts}。"),
                || format!("The score of a tier, over {months} months: {parts}."),
            ),
            None => self.say(
                || format!("等级分（历史累计）：{parts}。"),
                || format!("The score of a tier, over all time: {parts}."),
            ),
        }
    }

    fn score_part(&self, part: &Part, reading: Reading) -> String {
        let (each, score) = (part.each, part.score);
        let unit = self.unit_name(part.unit.as_str());
        let of = match part.kind {
            PartKind::ActiveMonths => {
                let days = part.days;
                self.say(
                    || format!("{each} 个活跃满 {days} 天的月份"),
                    || format!("{each} month with {days} active days"),
                )
            }
            PartKind::Balance | PartKind::Points => self.say(|| format!("{each} {unit}"), || format!("{each} {unit}")),
            PartKind::Orders => self.say(|| format!("{each} 笔订单"), || format!("{each} orders")),
            PartKind::Spent => self.money(each),
        };
        let most = part.most.map(|most| hundredths(most) / HUNDRED);
        let name = self.name(&part.name);
        match (reading, most) {
            (Reading::Weighted, _) => self.say(
                || format!("{name}满 {of} 计 {score} 分，不足按比例"),
                || format!("{name}: {score} for {of}, less in proportion"),
            ),
            (Reading::Linear, Some(most)) => self.say(
                || format!("{name}每 {of} 计 {score} 分，最多 {most} 分"),
                || format!("{name}: {score} for each {of}, {most} at most"),
            ),
            (Reading::Linear, None) => {
                self.say(|| format!("{name}每 {of} 计 {score} 分"), || format!("{name}: {score} for each {of}"))
            }
        }
    }

    fn bounds(&self, tier: &Tier) -> Option<String> {
        let from = tier.from.filter(|_| tier.rank > 0)?;
        let name = self.name(&tier.name);
        let reach = key(self.say(|| format!("满 {from} 分"), || format!("from {from} on")));
        Some(match tier.keep {
            Some(keep) => {
                let lose = key(self.say(|| format!("低于 {keep} 分降级"), || format!("lost below {keep}")));
                self.say(|| format!("{name}：{reach}，{lose}。"), || format!("{name}: {reach}, {lose}."))
            }
            None => self.say(|| format!("{name}：{reach}。"), || format!("{name}: {reach}.")),
        })
    }

    fn when(&self, ascent: &Ascent) -> String {
        let every = ascent.assessment.map(|terms| match terms.every {
            Every::Month => self.word("每月初", "at the beginning of each month"),
            Every::Quarter => self.word("每季度初", "at the beginning of each quarter"),
            Every::Year => self.word("每年初", "at the beginning of each year"),
        });
        match (ascent.upgrade, every) {
            (Upgrade::AtOnce, Some(every)) => self.say(
                || format!("达到即升级；{every}复核。"),
                || format!("A tier that is reached counts at once; all are looked at {every}."),
            ),
            (Upgrade::AtOnce, None) => self.word("达到即升级。", "A tier that is reached counts at once.").to_owned(),
            (Upgrade::AtAssessment, Some(every)) => {
                self.say(|| format!("{every}评定等级。"), || format!("Tiers are assessed {every}."))
            }
            (Upgrade::AtAssessment, None) => {
                self.word("等级由运营人员发起评定。", "Tiers are assessed when the operator does so.").to_owned()
            }
        }
    }

    fn falling(&self, ascent: &Ascent) -> Option<String> {
        let (days, months) = (ascent.downgrade.notice_days, ascent.downgrade.least_months);
        if ascent.assessment.is_none() || days == 0 && months == 0 {
            return None;
        }
        let notice = key(self.say(|| format!("提前 {days} 天通知"), || format!("told {days} days before")));
        let least =
            key(self.say(|| format!("至少保留 {months} 个月"), || format!("kept for {months} months at least")));
        Some(match (days, months) {
            (0, _) => self.say(|| format!("等级{least}。"), || format!("A tier is {least}.")),
            (_, 0) => self.say(|| format!("降级{notice}。"), || format!("Who loses a tier is {notice}.")),
            _ => self.say(
                || format!("降级{notice}；等级{least}。"),
                || format!("Who loses a tier is {notice}; a tier is {least}."),
            ),
        })
    }

    /// What completed tasks say for a tier.
    fn said_by_tasks(&self, ascent: &Ascent) -> Vec<String> {
        let tasks = self.book.tasks.tasks.iter().filter(|task| task.enabled);
        let gives = |kind: MeritKind| tasks.clone().any(|task| task.awards.contains(&TaskAward::Tier(kind)));
        let mut sentences = Vec::new();
        if gives(MeritKind::Keep) {
            let told = self.word(
                "完成保级任务的，当期评定不降级。",
                "Who completes a task that keeps the tier does not lose it at the assessment of that period.",
            );
            sentences.push(told.to_owned());
        }
        if gives(MeritKind::Upgrade) {
            let told = match ascent.upgrade {
                Upgrade::AtOnce => self.word(
                    "完成升级任务的，立即升一级，当期评定不降级。",
                    "Who completes a task that raises the tier has the next one at once and does not lose it at the \
                     assessment of that period.",
                ),
                Upgrade::AtAssessment => self.word(
                    "完成升级任务的，下次评定时升一级。",
                    "Who completes a task that raises the tier has the next one from the next assessment on.",
                ),
            };
            sentences.push(told.to_owned());
        }
        sentences
    }

    fn temporary(&self, terms: &Temporary) -> String {
        let during = self.season(&terms.during).unwrap_or_default();
        let standard = |(tier, spent): &(jifen_vocab::TierId, i64)| {
            let name = self.name(&self.book.tier(tier.as_str()).name);
            (*spent > 0).then(|| format!("{name} {}", self.money(*spent)))
        };
        let standards: Vec<String> = terms.standards.iter().filter_map(standard).collect();
        let (standards, months) = (key(standards.join(self.word("，", ", "))), terms.months);
        self.say(
            || format!("{during}期间消费达到：{standards}，临时升级 {months} 个月。"),
            || format!("Spending so much lends the tier for {months} month ({during}): {standards}."),
        )
    }

    fn nearness(&self, terms: &Progress) -> String {
        let missing: Vec<String> = terms.missing.iter().map(i64::to_string).collect();
        let missing = missing.join(self.word("、", ", "));
        let per = match terms.per {
            Every::Month => self.word("每月", "a month"),
            Every::Quarter => self.word("每季度", "a quarter"),
            Every::Year => self.word("每年", "a year"),
        };
        self.say(
            || format!("距下一等级不足 {missing} 分时提醒您，{per}一次。"),
            || format!("You are told, once {per}, when no more than {missing} of score is missing to the next tier."),
        )
    }

    fn growth(&self) -> Option<String> {
        let terms = self.book.growth.as_ref()?;
        let (of, unit) = (self.unit_name(terms.of.as_str()), self.unit_name(terms.unit.as_str()));
        let (each, growth) = (terms.each, terms.growth);
        let told = key(self
            .say(|| format!("每 {each} {of}增加 {growth} {unit}"), || format!("{growth} {unit} for each {each} {of}")));
        Some(self.say(|| format!("兑换{told}。"), || format!("Redeeming brings {told}.")))
    }

    fn benefits(&self) -> Vec<String> {
        let book: &RuleBook = self.book;
        let told = |benefit: &super::super::ascent::Benefit| {
            let of = benefit.tiers.iter().map(|(tier, told)| {
                let tier = self.name(&book.tier(tier.as_str()).name);
                self.say(|| format!("{tier}{}", self.name(told)), || format!("{tier} {}", self.name(told)))
            });
            let of = of.collect::<Vec<_>>().join(self.word("，", ", "));
            let name = self.name(&benefit.name);
            self.say(|| format!("{name}：{of}。"), || format!("{name}: {of}."))
        };
        book.benefits.iter().filter(|benefit| !benefit.tiers.is_empty()).map(told).collect()
    }
}
