//! How long points live: dates, notices, putting off, sleep.

use jifen_ledger::{Lead, Round, ShrinkOf, Validity};

use super::super::Unit;
use super::writer::{Writer, percent};
use super::{Section, SectionId, key};

impl Writer<'_> {
    pub(in crate::book) fn validity(&self) -> Section {
        let mut sentences = Vec::new();
        for unit in &self.book.units {
            let by_tier = self.book.tiers.iter().any(|tier| self.book.validity(unit, tier) != unit.validity);
            let name = self.name(&unit.name);
            if by_tier {
                sentences.extend(self.book.tiers.iter().map(|tier| {
                    let (tier_name, lives) = (self.name(&tier.name), key(self.lives(&self.book.validity(unit, tier))));
                    self.say(
                        || format!("{name}（{tier_name}）：{lives}。"),
                        || format!("{name} ({tier_name}): {lives}."),
                    )
                }));
            } else {
                let lives = key(self.lives(&unit.validity));
                sentences.push(self.say(|| format!("{name}：{lives}。"), || format!("{name}: {lives}.")));
            }
            sentences.extend(self.notice(unit));
            sentences.extend(self.extension(unit));
            sentences.extend(self.dormancy(unit));
        }
        self.section(SectionId::Validity, sentences)
    }

    fn notice(&self, unit: &Unit) -> Option<String> {
        let notice = unit.terms.notice.as_ref()?;
        let leads = notice.leads.iter().map(|lead| match lead {
            Lead::Days(days) => self.say(|| format!("{days} 天"), || format!("{days} days")),
            Lead::Months(months) => self.say(|| format!("{months} 个月"), || format!("{months} months")),
        });
        let leads = leads.collect::<Vec<_>>().join(self.word("、", " and "));
        let name = self.name(&unit.name);
        let told = self.say(
            || format!("{name}失效前 {leads}发送提醒"),
            || format!("{name} that will lapse are announced {leads} before"),
        );
        let told = key(told);
        let required = match notice.required {
            true => self.word("；未提醒的不会失效。", "; without notice none lapse."),
            false => self.word("。", "."),
        };
        Some(format!("{told}{required}"))
    }

    /// How a date is put off (EXP-08, EXP-17).
    fn extension(&self, unit: &Unit) -> Vec<String> {
        let Some(terms) = &unit.extension else { return Vec::new() };
        let (name, days) = (self.name(&unit.name), terms.days);
        let member = terms.member.map(|member| {
            let within = member.within_days;
            let fee = match member.fee.is_zero() {
                true => self.word("免费", "at no cost").to_owned(),
                false => {
                    let fee = key(super::percentage(member.fee));
                    self.say(|| format!("收取 {fee}"), || format!("for {fee} of them"))
                }
            };
            self.say(
                || format!("{name}失效前 {within} 天内，会员可将同一失效日延长 {days} 天，限一次，{fee}。"),
                || {
                    format!(
                        "Within {within} days before {name} lapse, a member may put that date off by {days} days, once, \
                         {fee}."
                    )
                },
            )
        });
        let staff = terms.staff.map(|staff| {
            let (most_days, most, lapsed) = (staff.days, staff.most, staff.lapsed_days);
            let lapsed = (lapsed > 0).then(|| {
                self.say(
                    || format!("；失效 {lapsed} 天内的可申请恢复"),
                    || format!("; what lapsed no more than {lapsed} days ago may come back"),
                )
            });
            let lapsed = lapsed.unwrap_or_default();
            self.say(
                || format!("有正当原因的，客服每次可为至多 {most} {name}延长最多 {most_days} 天{lapsed}。"),
                || {
                    format!(
                        "For a good reason customer service may put off the date of up to {most} {name} by up to \
                         {most_days} days{lapsed}."
                    )
                },
            )
        });
        member.into_iter().chain(staff).collect()
    }

    /// When points fall asleep, how they shrink, and what brings them back (EXP-11, EXP-12, EXP-13).
    fn dormancy(&self, unit: &Unit) -> Vec<String> {
        let Some(terms) = &unit.terms.dormancy else { return Vec::new() };
        let name = self.name(&unit.name);
        let (after, lead) = (key(self.span(&terms.after)), terms.lead_days);
        let round = match &terms.after {
            Validity::Days { round, .. } | Validity::Months { round, .. } => self.round(*round),
            _ => "",
        };
        let mut sentences = vec![self.say(
            || format!("{name}连续 {after}未使用的进入沉睡{round}；提前 {lead} 天提醒，未提醒的不会沉睡。"),
            || {
                format!(
                    "{name} that are not used for {after} fall asleep{round}; members are told {lead} days before, and \
                     without notice none do."
                )
            },
        )];
        if let Some(shrink) = &terms.shrink {
            let by = percent(u32::from(shrink.per_mille) * 1000);
            let by = key(by);
            let every = match shrink.every {
                Validity::Months { months: 1, .. } => self.word("每月", "every month").to_owned(),
                _ => self.word("每 ", "every ").to_owned() + &self.span(&shrink.every),
            };
            let every = key(every);
            sentences.push(match shrink.of {
                ShrinkOf::Rest => self.say(
                    || format!("沉睡期间{every}减少余下部分的 {by}。"),
                    || format!("While they sleep they shrink {every} by {by} of what is left."),
                ),
                ShrinkOf::Whole => self.say(
                    || format!("沉睡期间{every}减少沉睡时数量的 {by}。"),
                    || format!("While they sleep they shrink {every} by {by} of what fell asleep."),
                ),
            });
        }
        sentences.push(self.say(
            || format!("只要使用 1 个{name}，沉睡及沉睡期间减少的全部恢复；沉睡不改变有效期。"),
            || {
                format!(
                    "Using a single one brings all {name} back, with what they shrank by; sleep does not change their \
                     date."
                )
            },
        ));
        sentences
    }

    /// A span of time without what it is rounded to.
    fn span(&self, span: &Validity) -> String {
        match span {
            Validity::Days { days, .. } => self.say(|| format!("{days} 天"), || format!("{days} days")),
            Validity::Months { months: 1, .. } => self.word("1 个月", "a month").to_owned(),
            Validity::Months { months, .. } => self.say(|| format!("{months} 个月"), || format!("{months} months")),
            other => self.lives(other),
        }
    }

    pub(in crate::book) fn lives(&self, validity: &Validity) -> String {
        match validity {
            Validity::Forever => self.word("永久有效", "never lapse").to_owned(),
            Validity::NaturalYear => self
                .word("当年有效，次年 1 月 1 日零点失效", "lapse as the year after they were earned begins")
                .to_owned(),
            Validity::YearlySweep => self
                .word(
                    "每年 12 月 31 日终了时，获得超过一年的失效",
                    "lapse at the end of the first 31 December on which they are older than a year",
                )
                .to_owned(),
            Validity::Days { days, round } => {
                let round = self.round(*round);
                self.say(
                    || format!("获得后 {days} 天{round}失效"),
                    || format!("lapse {days} days after they were earned{round}"),
                )
            }
            Validity::Months { months, round } => {
                let round = self.round(*round);
                self.say(
                    || format!("获得后 {months} 个月{round}失效"),
                    || format!("lapse {months} months after they were earned{round}"),
                )
            }
            Validity::OnDate(day) => {
                self.say(|| format!("{day} 当日终了时失效"), || format!("lapse at the end of {day}"))
            }
            Validity::FixedDates(dates) => {
                let dates: Vec<String> =
                    dates.iter().map(|date| format!("{:02}-{:02}", date.month(), date.day())).collect();
                self.say(
                    || format!("{} 当日终了时失效（以最近一个为准）", dates.join("、")),
                    || format!("lapse at the end of the next of {}", dates.join(", ")),
                )
            }
        }
    }

    fn round(&self, round: Round) -> &str {
        match round {
            Round::None => "",
            Round::EndOfDay => self.word("（当日终了）", ", at the end of that day"),
            Round::EndOfMonth => self.word("（当月月末）", ", at the end of that month"),
            Round::EndOfQuarter => self.word("（当季季末）", ", at the end of that quarter"),
            Round::EndOfYear => self.word("（当年年末）", ", at the end of that year"),
        }
    }
}
