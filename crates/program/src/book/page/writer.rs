//! What the book says, sentence by sentence.

use jifen_rules::formula::{Basis, Formula, Shape};
use jifen_rules::rule::{Around, Cap, FactorBy, Multiplier, Season, Window};
use jifen_rules::{Period, Rule, RuleIndex};
use jifen_vocab::{Decimal, Money, Rounding};

use super::super::{Earning, Name, Pending, RuleBook, Tier, Unit};
use super::{Lang, Section, SectionId, Sentence, key};

/// Writes about a book in a language.
pub(in crate::book) struct Writer<'b> {
    pub(in crate::book) book: &'b RuleBook,
    pub(in crate::book) lang: Lang,
}

impl Writer<'_> {
    pub(in crate::book) fn say(&self, zh: impl FnOnce() -> String, en: impl FnOnce() -> String) -> String {
        match self.lang {
            Lang::Zh => zh(),
            Lang::En => en(),
        }
    }

    pub(in crate::book) fn word<'w>(&self, zh: &'w str, en: &'w str) -> &'w str {
        match self.lang {
            Lang::Zh => zh,
            Lang::En => en,
        }
    }

    pub(in crate::book) fn name<'w>(&self, name: &'w Name) -> &'w str {
        self.word(&name.zh, &name.en)
    }

    pub(in crate::book) fn section(&self, id: SectionId, sentences: Vec<String>) -> Section {
        let (zh, en) = id.heading();
        let sentences = sentences.into_iter().map(|sentence| Sentence::read(&sentence)).collect();
        Section { id, heading: self.word(zh, en).to_owned(), sentences }
    }

    pub(in crate::book) fn unit_name(&self, id: &str) -> &str {
        self.book.unit(id).map_or("", |unit| self.name(&unit.name))
    }

    pub(in crate::book) fn money(&self, minor: i64) -> String {
        let money = Money { amount: minor, currency: self.book.currency }.to_string();
        match (self.lang, money.strip_suffix(" CNY")) {
            (Lang::Zh, Some(number)) => format!("{}元", number.strip_suffix(".00").unwrap_or(number)),
            (Lang::En, Some(number)) => format!("{} yuan", number.strip_suffix(".00").unwrap_or(number)),
            (_, None) => money,
        }
    }

    // What a point is.

    pub(in crate::book) fn points(&self) -> Section {
        let sentences = self.book.units.iter().map(|unit| self.unit(unit)).collect();
        self.section(SectionId::Points, sentences)
    }

    pub(in crate::book) fn unit(&self, unit: &Unit) -> String {
        let name = self.name(&unit.name);
        let yuan = |value: String| match (self.lang, self.book.currency.as_str()) {
            (Lang::Zh, "CNY") => format!("{value}元"),
            (Lang::En, "CNY") => format!("{value} yuan"),
            (_, code) => format!("{value} {code}"),
        };
        let worth = unit.value.map(|value| yuan(value.to_string()));
        let worth = worth.map(|worth| self.say(|| format!("每单位价值{worth}"), || format!("one is worth {worth}")));
        let band = unit.band.map(|(from, to)| {
            let (from, to) = (yuan(from.to_string()), yuan(to.to_string()));
            self.say(|| format!("价值始终在{from}至{to}之间"), || format!("its worth stays between {from} and {to}"))
        });
        let spendable = match (unit.foreign, unit.spendable) {
            (true, _) => Some(self.word("由合作伙伴发行，在伙伴处使用", "issued by a partner and spent there")),
            (false, false) => Some(self.word("不可消费", "cannot be spent")),
            (false, true) => None,
        };
        let parts: Vec<String> = worth.into_iter().chain(band).chain(spendable.map(str::to_owned)).collect();
        if parts.is_empty() {
            return self.say(|| format!("{name}。"), || format!("{name}."));
        }
        self.say(|| format!("{name}：{}。", parts.join("，")), || format!("{name}: {}.", parts.join(", ")))
    }

    // How points are earned.

    pub(in crate::book) fn earning(&self) -> Section {
        let rules = self.book.rules.rules().iter().enumerate().filter(|(_, rule)| rule.enabled);
        let sentences = rules.map(|(at, rule)| self.rule(RuleIndex(at as u32), rule));
        let sentences = sentences
            .chain(self.streaks())
            .chain(self.birthdays())
            .chain(self.greetings())
            .chain(self.referrals())
            .collect();
        self.section(SectionId::Earning, sentences)
    }

    pub(in crate::book) fn rule(&self, index: RuleIndex, rule: &Rule) -> String {
        let nothing = Earning::default();
        let earning = self.book.earning.get(index.0 as usize).unwrap_or(&nothing);
        let mut parts = vec![self.award(rule)];
        parts.extend(self.terms(rule, earning).map(key));
        parts.extend(self.window(&rule.window).map(key));
        parts.extend(rule.factors().iter().map(|factor| {
            let by = match factor.by {
                FactorBy::Tier => self.word("按会员等级倍率", "times the multiplier of the member's tier").to_owned(),
                FactorBy::Number(by) => self.say(|| format!("{by} 倍"), || format!("times {by}")),
            };
            let when = factor.when.as_ref().map(|when| self.condition(when.text()));
            let notes: Vec<String> =
                Some(factor.name.to_string()).filter(|name| !name.is_empty()).into_iter().chain(when).collect();
            match notes.is_empty() {
                true => by,
                false => {
                    self.say(|| format!("{by}（{}）", notes.join("，")), || format!("{by} ({})", notes.join(", ")))
                }
            }
        }));
        parts.extend(
            rule.once
                .map(|period| match period {
                    Period::Ever => self.word("每位会员仅一次", "once for each member").to_owned(),
                    _ => self
                        .say(|| format!("每{}一次", self.period(period)), || format!("once a {}", self.period(period))),
                })
                .map(key),
        );
        parts.extend(rule.once_for.as_ref().map(|path| {
            let named = path.join(".");
            let words = field_words(path).unwrap_or((&named, &named));
            let about = self.word(words.0, words.1);
            key(self.say(|| format!("每个{about}仅一次"), || format!("once for each {about}")))
        }));
        parts.extend(rule.total.map(|period| {
            let period = self.period(period);
            key(self.say(
                || format!("按当{period}最高值计，重复上报不重复奖励"),
                || format!("by the highest of the {period}; the same reported again brings nothing more"),
            ))
        }));
        parts.extend(rule.event_max.map(|points| {
            key(self.say(|| format!("单次超过 {points} 不予发放"), || format!("more than {points} at once is refused")))
        }));
        parts.extend(rule.budget().map(|budget| {
            let points = self.book.rules.budget(budget).points;
            key(self.say(|| format!("总额 {points}，发完为止"), || format!("while a budget of {points} lasts")))
        }));
        parts.extend(earning.gift.as_deref().map(|gift| {
            let gift = self.gift_name(gift);
            key(self.say(|| format!("另赠“{gift}”"), || format!("with {gift} besides")))
        }));
        parts.extend(self.exclusive(rule).map(key));
        parts.extend(earning.pending.as_ref().map(|pending| key(self.pending(pending))));
        parts.extend(earning.validity.as_ref().map(|validity| key(self.lives(validity))));
        if earning.from_release {
            parts.push(key(self.word("有效期自可用之日起算", "counted from when they can be used").to_owned()));
        }
        let name = self.word(&rule.name.zh, &rule.name.en);
        self.say(|| format!("{name}：{}。", parts.join("；")), || format!("{name}: {}.", parts.join("; ")))
    }

    fn exclusive(&self, rule: &Rule) -> Option<String> {
        let group = rule.exclusive.as_ref()?;
        let same = |other: &&Rule| other.enabled && other.id != rule.id && other.exclusive.as_ref() == Some(group);
        let others: Vec<&str> = self
            .book
            .rules
            .rules()
            .iter()
            .filter(same)
            .map(|other| self.word(&other.name.zh, &other.name.en))
            .collect();
        let together = || {
            self.say(
                || format!("不与“{}”同时享受", others.join("”“")),
                || format!("not together with {}", others.join(", ")),
            )
        };
        (!others.is_empty()).then(together)
    }

    fn terms(&self, rule: &Rule, earning: &Earning) -> Option<String> {
        match (&earning.terms, &rule.when) {
            (Some(terms), _) => Some(self.say(|| format!("适用于：{}", terms.zh), || format!("for {}", terms.en))),
            (None, Some(when)) => Some(self.condition(when.text())),
            (None, None) => None,
        }
    }

    /// A condition without words of its own: by the name of a badge where it asks for one, else as it is written.
    pub(super) fn condition(&self, text: &str) -> String {
        let asked = text.strip_prefix('"').and_then(|text| text.strip_suffix("\" in member.badges"));
        if let Some(badge) = asked.and_then(|id| self.book.tasks.badge(id)) {
            let badge = self.name(&badge.name);
            return self.say(|| format!("持有“{badge}”的会员"), || format!("for holders of {badge}"));
        }
        self.say(|| format!("条件：{text}"), || format!("if {text}"))
    }

    fn award(&self, rule: &Rule) -> String {
        let formula = &rule.award;
        let unit = self.unit_name(rule.unit.as_str());
        let mut told = self.shape(&formula.shape, unit);
        if let Some(ppm) = formula.chance_ppm {
            let percent = percent(ppm);
            told = self.say(|| format!("以 {percent} 的概率{told}"), || format!("with a chance of {percent}, {told}"));
        }
        if let Some(rounding) = self.rounding(formula) {
            told = self.say(|| format!("{told}，{rounding}"), || format!("{told}, {rounding}"));
        }
        told
    }

    fn shape(&self, shape: &Shape, unit: &str) -> String {
        match shape {
            Shape::Rate { per, points, each } => {
                let each = self.part(per, *each);
                self.say(
                    || format!("每{each}得 {points} {unit}"),
                    || format!("{} for each {}", counted(*points, unit), each.trim_start_matches("1 ")),
                )
            }
            Shape::Every { per, every, points } => {
                let every = self.part(per, *every);
                self.say(
                    || format!("每满{every}得 {points} {unit}"),
                    || format!("{points} {unit} for each full {every}"),
                )
            }
            Shape::Steps { per, steps, each, marginal } => {
                let each = self.part(per, *each);
                let told = steps.iter().map(|step| {
                    let from = self.part(per, step.from);
                    self.say(
                        || format!("满{from}起每{each}得 {} {unit}", step.points),
                        || {
                            format!(
                                "from {from} on {} for each {}",
                                counted(step.points, unit),
                                each.trim_start_matches("1 ")
                            )
                        },
                    )
                });
                let told: Vec<String> = told.collect();
                let whole = match marginal {
                    true => self.word("分段计算", "each rate for its own part"),
                    false => self.word("按达到的一档计算全额", "the rate that is reached counts for the whole"),
                };
                self.say(|| format!("{}，{whole}", told.join("，")), || format!("{}, {whole}", told.join(", ")))
            }
            Shape::Fixed(points) => self.say(|| format!("得 {points} {unit}"), || format!("{points} {unit}")),
            Shape::Range(from, to) => {
                self.say(|| format!("得 {from} 至 {to} {unit}"), || format!("{from} to {to} {unit}"))
            }
            Shape::Ladder { steps, .. } => {
                let told = steps.iter().map(|(length, points)| {
                    self.say(
                        || format!("连续第 {length} 天起 {points} {unit}"),
                        || format!("{points} {unit} from day {length} in a row on"),
                    )
                });
                told.collect::<Vec<_>>().join(self.word("，", ", "))
            }
        }
    }

    /// A part of what a formula counts, such as `1 yuan`.
    fn part(&self, per: &Basis, count: i64) -> String {
        match per {
            Basis::OrderAmount | Basis::LineAmount => self.money(count),
            Basis::LineQuantity => self.say(|| format!(" {count} 件"), || format!("{count} articles")),
            Basis::Data(path) => {
                let (zh, en) = field_words(path).unwrap_or_default();
                let named = path.join(".");
                self.say(
                    || if zh.is_empty() { format!(" {count} {named}") } else { format!(" {count} {zh}") },
                    || format!("{count} {}", if en.is_empty() { &named } else { en }),
                )
            }
        }
    }

    fn rounding(&self, formula: &Formula) -> Option<&str> {
        match formula.rounding {
            Rounding::Floor => None,
            Rounding::HalfUp => Some(self.word("四舍五入", "rounded to the nearest")),
            Rounding::Ceil => Some(self.word("向上取整", "rounded up")),
        }
    }

    pub(super) fn window(&self, window: &Window) -> Option<String> {
        let zone = &self.book.zone;
        let instant = |at| zone.rfc3339(at);
        let from =
            window.from.map(|at| self.say(|| format!("自 {} 起", instant(at)), || format!("from {}", instant(at))));
        let until =
            window.until.map(|at| self.say(|| format!("至 {} 前", instant(at)), || format!("before {}", instant(at))));
        let days = self.season(window.season());
        let place = window.place.as_ref().map(|id| {
            let known = self.book.organization.place(id);
            let name = known.map_or(id.as_str(), |place| self.name(&place.name));
            self.say(|| format!("仅限{name}"), || format!("only at {name}"))
        });
        let parts: Vec<String> = place.into_iter().chain(from).chain(until).chain(days).collect();
        (!parts.is_empty()).then(|| parts.join(self.word("，", ", ")))
    }

    /// Days that come again; nothing where every day is one of them.
    pub(super) fn season(&self, season: &Season) -> Option<String> {
        let days: Vec<String> = season.days().iter().map(|(first, last)| self.days(*first, *last)).collect();
        let days = (!days.is_empty()).then(|| {
            let days = days.join(self.word("、", " and "));
            self.say(|| format!("每年 {days}"), || format!("every year on {days}"))
        });
        let around: Vec<String> = season.around().iter().map(|around| self.around(around)).collect();
        match (days, around.is_empty()) {
            (days, true) => days,
            (None, false) => Some(around.join(self.word("、", " and "))),
            (Some(days), false) => {
                Some(format!("{days}{}{}", self.word("、", " and "), around.join(self.word("、", " and "))))
            }
        }
    }

    /// `春节前 7 天至后 7 天`
    fn around(&self, around: &Around) -> String {
        let known = self.book.occasions.days.iter().find(|day| day.id == around.day);
        let name = known.map_or(around.day.as_str(), |day| self.name(&day.name));
        let near = |days: i32| match days {
            0 => self.word("当天", "the day itself").to_owned(),
            before if before < 0 => self.say(|| format!("前 {} 天", -before), || format!("{} days before", -before)),
            after => self.say(|| format!("后 {after} 天"), || format!("{after} days after")),
        };
        if (around.from, around.until) == (0, 0) {
            return self.say(|| format!("{name}当天"), || format!("on {name}"));
        }
        let (from, until) = (near(around.from), near(around.until));
        if around.from == around.until {
            return self.say(|| format!("{name}{from}"), || format!("{from} {name}"));
        }
        self.say(|| format!("{name}{from}至{until}"), || format!("from {from} to {until} {name}"))
    }

    fn days(&self, first: u16, last: u16) -> String {
        let day = |number: u16| format!("{:02}-{:02}", number / 100, number % 100);
        if first == last {
            return day(first);
        }
        self.say(|| format!("{} 至 {}", day(first), day(last)), || format!("{} to {}", day(first), day(last)))
    }

    pub(in crate::book) fn period(&self, period: Period) -> &str {
        match period {
            Period::Day => self.word("日", "day"),
            Period::Week => self.word("周", "week"),
            Period::Month => self.word("月", "month"),
            Period::Year => self.word("年", "year"),
            Period::Ever => self.word("人", "lifetime"),
        }
    }

    fn pending(&self, pending: &Pending) -> String {
        match pending {
            Pending::Days(days) => self.say(|| format!("{days} 天后可用"), || format!("usable after {days} days")),
            Pending::On(day) => self.say(|| format!("{day} 起可用"), || format!("usable from {day} on")),
            Pending::Until { event, within_days } => self.say(
                || format!("{event} 后可用，{within_days} 天内未发生则取消"),
                || format!("usable after {event}, canceled if that does not come within {within_days} days"),
            ),
        }
    }

    // Campaigns.

    pub(in crate::book) fn campaigns(&self) -> Section {
        let enabled = self.book.rules.multipliers().iter().enumerate().filter(|(_, multiplier)| multiplier.enabled);
        let sentences = enabled.map(|(at, multiplier)| self.campaign(at, multiplier)).collect();
        self.section(SectionId::Campaigns, sentences)
    }

    pub(in crate::book) fn campaign(&self, at: usize, multiplier: &Multiplier) -> String {
        let rules =
            self.book.rules.rules().iter().filter(|rule| rule.enabled && rule.campaigns().any(|slot| slot == at));
        let rules: Vec<&str> = rules.map(|rule| self.word(&rule.name.zh, &rule.name.en)).collect();
        let mut parts = vec![self.say(
            || format!("“{}”{} 倍", rules.join("”“"), multiplier.by),
            || format!("times {} for {}", multiplier.by, rules.join(", ")),
        )];
        parts.extend(self.window(&multiplier.window).map(key));
        let when = multiplier.when.as_ref().map(|when| when.text());
        parts.extend(when.map(|when| key(self.condition(when))));
        if multiplier.group.is_some() {
            parts.push(self.word("同类活动取最高倍率", "of several such campaigns the largest applies").to_owned());
        }
        let name = self.word(&multiplier.name.zh, &multiplier.name.en);
        self.say(|| format!("{name}：{}。", parts.join("；")), || format!("{name}: {}.", parts.join("; ")))
    }

    // Tiers and limits.

    pub(in crate::book) fn limits(&self) -> Section {
        let mut sentences: Vec<String> = self.book.tiers.iter().filter_map(|tier| self.multiplier(tier)).collect();
        let caps = self.book.rules.caps().iter().enumerate();
        sentences.extend(caps.filter_map(|(at, cap)| self.cap(at, cap)));
        sentences.extend(self.abuse());
        sentences.extend(self.tiers());
        self.section(SectionId::Limits, sentences)
    }

    fn multiplier(&self, tier: &Tier) -> Option<String> {
        let (name, by) = (self.name(&tier.name), tier.earning_multiplier);
        let told = || self.say(|| format!("{name}：积分倍率 {by}。"), || format!("{name}: earns times {by}."));
        let differ = self.book.tiers.iter().any(|tier| tier.earning_multiplier != Decimal::ONE);
        differ.then(told)
    }

    fn rule_names<'r>(&'r self, rules: &[&'r Rule]) -> Vec<&'r str> {
        rules.iter().map(|rule| self.word(&rule.name.zh, &rule.name.en)).collect()
    }

    pub(in crate::book) fn cap(&self, at: usize, cap: &Cap) -> Option<String> {
        let bound = |rule: &&Rule| rule.enabled && rule.caps().iter().any(|index| usize::from(index.0) == at);
        let rules: Vec<&Rule> = self.book.rules.rules().iter().filter(bound).collect();
        if rules.is_empty() {
            return None;
        }
        let free = |rule: &&Rule| rule.enabled && rule.unit == cap.unit && !bound(rule);
        let others: Vec<&Rule> = self.book.rules.rules().iter().filter(free).collect();
        let what = if others.is_empty() {
            self.word("所有来源合计", "all rules together").to_owned()
        } else if others.len() < rules.len() {
            let others = self.rule_names(&others);
            self.say(
                || format!("所有来源合计，“{}”除外", others.join("”“")),
                || format!("all rules together but {}", others.join(", ")),
            )
        } else {
            let names = self.rule_names(&rules);
            self.say(|| format!("“{}”", names.join("”“")), || names.join(", "))
        };
        let limits: Vec<(usize, Option<i64>)> =
            (0..self.book.tiers.len()).map(|at| (at, cap.limit(Some(at)))).collect();
        let told =
            |limit: Option<i64>| limit.map_or_else(|| self.word("不限", "unlimited").to_owned(), |n| n.to_string());
        let same = limits.windows(2).all(|pair| pair[0].1 == pair[1].1);
        let limits = if same {
            told(limits.first().and_then(|(_, limit)| *limit))
        } else {
            let each =
                limits.iter().map(|(at, limit)| format!("{} {}", self.name(&self.book.tiers[*at].name), told(*limit)));
            each.collect::<Vec<_>>().join(self.word("，", ", "))
        };
        let (unit, period) = (self.unit_name(cap.unit.as_str()), self.period(cap.per));
        let limits = key(limits);
        Some(self.say(
            || format!("每{period}最多获取{unit}（{what}）：{limits}。"),
            || format!("At most so many {unit} a {period} ({what}): {limits}."),
        ))
    }
}

/// What people call a field of an event's data, in Chinese and English.
fn field_words(path: &[compact_str::CompactString]) -> Option<(&'static str, &'static str)> {
    let [name] = path else { return None };
    Some(match name.as_str() {
        "activity" => ("活动", "activity"),
        "content" => ("内容", "content"),
        "correct" => ("道答对的题", "right answer"),
        "product" => ("商品", "product"),
        "steps" => ("步", "steps"),
        _ => return None,
    })
}

/// A number of points in English; one of them is not many.
fn counted(points: Decimal, unit: &str) -> String {
    let singular = unit.strip_suffix('s').filter(|_| points == Decimal::ONE);
    format!("{points} {}", singular.unwrap_or(unit))
}

/// Parts of a million as a percentage.
pub(super) fn percent(ppm: u32) -> String {
    let (whole, fraction) = (ppm / 10_000, ppm % 10_000);
    let text = format!("{whole}.{fraction:04}");
    format!("{}%", text.trim_end_matches('0').trim_end_matches('.'))
}
