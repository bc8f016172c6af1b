//! One event, rule by rule. What an award used of caps and budgets is no longer there for the next one.

use compact_str::{CompactString, format_compact};
use jifen_vocab::{Code, Decimal, Factor, Money, Ratio, Refusal, Trim, Why, limits};
use smallvec::SmallVec;

use super::{Award, Draw, Judged, Missed, Note, Odds, Refused, Room, thing};
use crate::cel::{Condition, EvalError};
use crate::facts::Facts;
use crate::formula::{
    Basis, CERTAIN_PPM, LineShares, Shape, apportion, climbed, marginal, rate, reached, within_range,
};
use crate::rule::{BudgetIndex, CapIndex, FactorBy, Rule, RuleIndex, RuleSet};

pub(super) fn judge(set: &RuleSet, facts: &Facts<'_>, room: &dyn Room, draw: Draw<'_>) -> Judged {
    let order = set.rules_on(facts.event_type);
    let mut judge = Judge {
        set,
        facts,
        room,
        draw,
        tier: set.tiers.iter().position(|tier| tier.as_str() == facts.tier.id),
        used: SmallVec::new(),
        spent: SmallVec::new(),
        groups: SmallVec::new(),
        campaigns: SmallVec::new(),
        judged: Judged::default(),
    };
    for index in order {
        judge.rule(*index);
    }
    judge.judged
}

struct Judge<'s, 'f, 'd> {
    set: &'s RuleSet,
    facts: &'f Facts<'f>,
    room: &'f dyn Room,
    draw: Draw<'d>,
    tier: Option<usize>,
    /// What awards of this event used of caps.
    used: SmallVec<[(CapIndex, i64); 8]>,
    /// What awards of this event took from budgets.
    spent: SmallVec<[(BudgetIndex, i64); 2]>,
    /// Exclusive groups in which a rule awarded.
    groups: SmallVec<[(u16, RuleIndex); 4]>,
    /// Whether each campaign multiplier applies to this event, once somebody asked.
    campaigns: SmallVec<[Option<bool>; 8]>,
    judged: Judged,
}

/// The lines a rule is about.
enum Lines {
    /// All of them: the condition looks at the event as a whole.
    All,
    /// Those that the condition let through.
    Some(SmallVec<[u32; 16]>),
}

/// A formula's result before anything is drawn: one number, or two where a number between them is drawn.
struct Computed {
    from: i64,
    to: i64,
}

impl Judge<'_, '_, '_> {
    fn rule(&mut self, index: RuleIndex) {
        let rule = self.set.rule(index);
        if !rule.window.is_open(self.facts.at, &self.facts.local, self.facts.store) {
            return;
        }
        let Some(lines) = self.lines_of(rule, index) else { return };
        match self.earned(rule) {
            Ok(None) => {}
            Ok(Some(refusal)) => return self.refuse(index, refusal),
            Err(error) => return self.judged.notes.push(Note { rule: index, error }),
        }
        let mut why = Why::default();
        let computed = match self.compute(rule, &lines, &mut why) {
            Ok(Some(computed)) => computed,
            Ok(None) => return self.refuse(index, Refusal::new(Code::AmountOutOfRange)),
            Err(error) => return self.judged.notes.push(Note { rule: index, error }),
        };
        if computed.to == 0 {
            return;
        }
        let Some(computed) = self.added(rule, index, computed) else { return };
        if let Some(winner) = self.excluded_by(rule) {
            let group = rule.exclusive.as_deref().unwrap_or_default();
            let refusal =
                Refusal::new(Code::RuleExcluded).word("group", group).word("by", self.set.rule(winner).id.as_str());
            return self.refuse(index, refusal);
        }
        let Some(points) = self.drawn(rule, index, &computed, &mut why).filter(|points| *points > 0) else { return };
        if let Some(group) = rule.group {
            self.groups.push((group, index));
        }
        if let Some(maximum) = rule.event_max.filter(|maximum| points > *maximum) {
            let refusal = Refusal::new(Code::EventMaximum).number("maximum", maximum).number("points", points);
            return self.refuse(index, refusal);
        }
        let points = self.trim(rule, index, points, &mut why);
        if points > 0 {
            self.award(rule, index, points, &lines, why);
        }
    }

    /// Why the rule has nothing more to give in this period, or for the thing that the event is about. An error where
    /// the event does not say what it is about.
    fn earned(&self, rule: &Rule) -> Result<Option<Refusal>, EvalError> {
        let once = match (rule.once, &rule.once_for) {
            (Some(period), _) => CompactString::const_new(period.as_str()),
            (None, Some(path)) => {
                thing(self.facts.data, path)?;
                format_compact!("data.{}", path.join("."))
            }
            (None, None) => return Ok(None),
        };
        Ok(self.room.earned(rule).then(|| Refusal::new(Code::EarnedAlready).word("once", &once)))
    }

    /// Of a rule that tells the whole of a period, what this event adds to it; nothing where it adds nothing.
    fn added(&mut self, rule: &Rule, index: RuleIndex, computed: Computed) -> Option<Computed> {
        let Some(period) = rule.total else { return Some(computed) };
        let before = self.room.total(rule);
        let added = computed.to.saturating_sub(before);
        if added <= 0 {
            let refusal = Refusal::new(Code::EarnedAlready).word("once", period.as_str());
            self.refuse(index, refusal.number("total", before));
            return None;
        }
        Some(Computed { from: added, to: added })
    }

    /// The lines the rule is about; nothing where its condition does not hold.
    fn lines_of(&mut self, rule: &Rule, index: RuleIndex) -> Option<Lines> {
        let Some(when) = &rule.when else { return Some(Lines::All) };
        if !when.mentions_line() {
            return self.holds(when, index).then_some(Lines::All);
        }
        let mut through = SmallVec::new();
        let mut error = None;
        for number in 0..self.facts.lines.len() {
            match when.holds(self.facts, Some(number)) {
                Ok(true) => through.push(number as u32),
                Ok(false) => {}
                Err(one) => error = Some(one),
            }
        }
        if let Some(error) = error {
            self.judged.notes.push(Note { rule: index, error });
        }
        (!through.is_empty()).then_some(Lines::Some(through))
    }

    fn holds(&mut self, condition: &Condition, rule: RuleIndex) -> bool {
        match condition.holds(self.facts, None) {
            Ok(holds) => holds,
            Err(error) => {
                self.judged.notes.push(Note { rule, error });
                false
            }
        }
    }

    /// The rounded result of the formula and its multipliers. Nothing where it is out of range; an error where the
    /// event's data lacks the field it counts.
    fn compute(&mut self, rule: &Rule, lines: &Lines, why: &mut Why) -> Result<Option<Computed>, EvalError> {
        let formula = &rule.award;
        let (from, to) = match self.base(rule, lines, why)? {
            Some(ends) => ends,
            None => return Ok(None),
        };
        let factor = self.multiply(rule, why);
        let finish = |base: Ratio| {
            let exact = factor.map_or(Some(base), |factor| base.checked_mul(factor))?;
            exact.round(formula.rounding).filter(|points| (0..=limits::AMOUNT_MAX).contains(points))
        };
        let from_points = finish(from);
        let to_points = to.map_or(from_points, finish);
        Ok(from_points.zip(to_points).map(|(from, to)| Computed { from, to }))
    }

    /// The formula without multipliers: one number, or both ends of a range.
    fn base(&self, rule: &Rule, lines: &Lines, why: &mut Why) -> Result<Option<(Ratio, Option<Ratio>)>, EvalError> {
        let Some(per) = rule.award.basis() else {
            return Ok(Some(match &rule.award.shape {
                Shape::Range(from, to) => (Ratio::whole(*from), Some(Ratio::whole(*to))),
                Shape::Ladder { streak, steps } => {
                    let points = climbed(steps, self.facts.streaks.get(*streak).copied().unwrap_or(0));
                    why.rate = Some(Decimal::from(points));
                    (Ratio::whole(points), None)
                }
                Shape::Fixed(points) => {
                    why.rate = Some(Decimal::from(*points));
                    (Ratio::whole(*points), None)
                }
                Shape::Rate { .. } | Shape::Steps { .. } | Shape::Every { .. } => return Ok(None),
            }));
        };
        let Some(basis) = self.sum(per, lines)?.filter(|basis| *basis >= 0) else { return Ok(None) };
        if per.is_money() {
            why.basis = Some(Money { amount: basis, currency: self.set.currency });
        } else {
            why.steps = Some(basis);
        }
        Ok(counted(&rule.award.shape, per, basis, why).map(|points| (points, None)))
    }

    /// What the formula counts, summed exactly; nothing where it does not fit or a part of it is negative.
    fn sum(&self, per: &Basis, lines: &Lines) -> Result<Option<i64>, EvalError> {
        match per {
            Basis::OrderAmount => Ok(Some(self.facts.order.as_ref().ok_or(EvalError::Missing)?.amount)),
            Basis::LineAmount => Ok(self.sum_lines(lines, |line| line.amount)),
            Basis::LineQuantity => Ok(self.sum_lines(lines, |line| line.quantity)),
            Basis::Data(path) => {
                let value = self.facts.data.find(path).ok_or(EvalError::Missing)?;
                // What is right or wrong counts as one or none.
                let number = value.as_i64().or_else(|| value.as_bool().map(i64::from));
                number.map(Some).ok_or(EvalError::WrongType)
            }
        }
    }

    fn sum_lines(&self, lines: &Lines, of: impl Fn(&crate::LineFacts<'_>) -> i64) -> Option<i64> {
        let add = |sum: i64, line: &crate::LineFacts<'_>| sum.checked_add(Some(of(line)).filter(|part| *part >= 0)?);
        match lines {
            Lines::All => self.facts.lines.iter().try_fold(0, add),
            Lines::Some(through) => through.iter().try_fold(0, |sum, line| add(sum, &self.facts.lines[*line as usize])),
        }
    }

    /// The product of everything that multiplies; nothing where nothing does. Multipliers of one are not told.
    fn multiply(&mut self, rule: &Rule, why: &mut Why) -> Option<Ratio> {
        for factor in &rule.factors {
            if factor.when.as_ref().is_some_and(|when| when.holds(self.facts, None) != Ok(true)) {
                continue;
            }
            match factor.by {
                FactorBy::Number(by) => push_factor(why, factor.name.clone(), by),
                FactorBy::Tier => {
                    let by = self.facts.tier.earning_multiplier;
                    push_factor(why, format_compact!("tier.{}", self.facts.tier.id), by);
                }
            }
        }
        let mut grouped: SmallVec<[(u16, u16); 4]> = SmallVec::new();
        for slot in &rule.campaigns {
            if !self.campaign(*slot) {
                continue;
            }
            let campaign = &self.set.multipliers[usize::from(*slot)];
            match campaign.group_slot {
                None => push_factor(why, campaign.id.clone(), campaign.by),
                Some(group) => self.keep_larger(&mut grouped, group, *slot),
            }
        }
        for (_, slot) in grouped {
            let campaign = &self.set.multipliers[usize::from(slot)];
            push_factor(why, campaign.id.clone(), campaign.by);
        }
        let mut factors = why.factors.iter();
        let first = factors.next()?.by.ratio();
        // A product that does not fit is caught when it is rounded: the largest ratio is far out of range.
        Some(
            factors
                .try_fold(first, |product, factor| product.checked_mul(factor.by.ratio()))
                .unwrap_or(Ratio::whole(i64::MAX)),
        )
    }

    fn keep_larger(&self, grouped: &mut SmallVec<[(u16, u16); 4]>, group: u16, slot: u16) {
        let by = |slot: u16| self.set.multipliers[usize::from(slot)].by;
        match grouped.iter_mut().find(|(other, _)| *other == group) {
            Some((_, best)) if by(*best) < by(slot) => *best = slot,
            Some(_) => {}
            None => grouped.push((group, slot)),
        }
    }

    /// Whether a campaign applies to this event; asked at most once.
    fn campaign(&mut self, slot: u16) -> bool {
        let at = usize::from(slot);
        if self.campaigns.is_empty() {
            self.campaigns.resize(self.set.multipliers.len(), None);
        }
        if let Some(known) = self.campaigns[at] {
            return known;
        }
        let campaign = &self.set.multipliers[at];
        let open = campaign.window.is_open(self.facts.at, &self.facts.local, self.facts.store);
        let applies = open && campaign.when.as_ref().is_none_or(|when| when.holds(self.facts, None) == Ok(true));
        self.campaigns[at] = Some(applies);
        applies
    }

    fn excluded_by(&self, rule: &Rule) -> Option<RuleIndex> {
        let group = rule.group?;
        self.groups.iter().find(|(taken, _)| *taken == group).map(|(_, winner)| *winner)
    }

    /// The points after the chance was drawn; nothing where it was missed or may not be drawn.
    fn drawn(&mut self, rule: &Rule, index: RuleIndex, computed: &Computed, why: &mut Why) -> Option<i64> {
        if !rule.award.is_drawn() {
            return Some(computed.from);
        }
        let chance_ppm = rule.award.chance_ppm.unwrap_or(CERTAIN_PPM);
        let Draw::Numbers(next) = &mut self.draw else {
            self.judged.odds.push(Odds { rule: index, chance_ppm, from: computed.from, to: computed.to });
            return None;
        };
        let drawn = next() % CERTAIN_PPM;
        if drawn >= chance_ppm {
            self.judged.missed.push(Missed { rule: index, chance_ppm, drawn });
            return None;
        }
        (why.chance_ppm, why.drawn) = (Some(chance_ppm), Some(drawn));
        let Shape::Range(from, to) = rule.award.shape else { return Some(computed.from) };
        // One number decides both: whether, and how much.
        let base = within_range(from, to, drawn, chance_ppm)?;
        why.rate = Some(Decimal::from(base));
        let factor = |product: Ratio, factor: &Factor| product.checked_mul(factor.by.ratio());
        why.factors.iter().try_fold(Ratio::whole(base), factor)?.round(rule.award.rounding)
    }

    /// What caps and the budget leave of an award.
    fn trim(&mut self, rule: &Rule, index: RuleIndex, points: i64, why: &mut Why) -> i64 {
        let mut left = points;
        for cap_index in &rule.caps {
            let cap = self.set.cap(*cap_index);
            let Some(limit) = cap.limit(self.tier) else { continue };
            let used = self.room.used(cap).saturating_add(total(&self.used, *cap_index));
            let room = limit.saturating_sub(used).max(0);
            if left > room {
                left = room;
                why.trims.push(Trim { cap: cap.key.clone(), limit });
                let refusal =
                    Refusal::new(Code::CapReached).word("cap", &cap.key).number("limit", limit).number("used", used);
                self.refuse(index, refusal);
            }
        }
        if let Some(budget_index) = rule.budget.filter(|_| left > 0) {
            let budget = self.set.budget(budget_index);
            let room = self.room.left(budget).saturating_sub(total(&self.spent, budget_index)).max(0);
            if left > room {
                left = room;
                why.trims.push(Trim { cap: format_compact!("budget:{}", budget.name), limit: budget.points });
                let refusal = Refusal::new(Code::BudgetExhausted).word("budget", &budget.name).number("left", room);
                self.refuse(index, refusal);
            }
        }
        if left < points {
            why.untrimmed = Some(points);
        }
        left
    }

    fn award(&mut self, rule: &Rule, index: RuleIndex, points: i64, lines: &Lines, why: Why) {
        for cap in &rule.caps {
            add(&mut self.used, *cap, points);
        }
        if let Some(budget) = rule.budget {
            add(&mut self.spent, budget, points);
        }
        let lines = self.shares(rule, points, lines);
        let counted = rule.caps.clone();
        self.judged.awards.push(Award { rule: index, points, lines, why, counted, budget: rule.budget });
    }

    /// Lines carry an award in proportion to what was counted of them; a fixed award that certain lines brought is
    /// carried by their amounts, any other fixed award by none.
    fn shares(&self, rule: &Rule, points: i64, lines: &Lines) -> LineShares {
        let all = self.facts.lines;
        let weight = |line: &crate::LineFacts<'_>| match rule.award.basis() {
            Some(Basis::LineQuantity) => line.quantity,
            _ => line.amount,
        };
        match (rule.award.basis(), lines) {
            (_, Lines::Some(through)) => {
                apportion(points, through.iter().map(|line| (*line, weight(&all[*line as usize]))))
            }
            (Some(Basis::OrderAmount | Basis::LineAmount | Basis::LineQuantity), Lines::All) => {
                apportion(points, all.iter().enumerate().map(|(number, line)| (number as u32, weight(line))))
            }
            (Some(Basis::Data(_)) | None, Lines::All) => LineShares::new(),
        }
    }

    fn refuse(&mut self, rule: RuleIndex, refusal: Refusal) {
        self.judged.refusals.push(Refused { rule, refusal });
    }
}

/// The points of a formula that counts something, exactly; what it used is told.
fn counted(shape: &Shape, per: &Basis, basis: i64, why: &mut Why) -> Option<Ratio> {
    let told = |each: i64| (per.is_money() || each != 1).then_some(each);
    match shape {
        Shape::Rate { points, each, .. } => {
            (why.rate, why.each) = (Some(*points), told(*each));
            rate(basis, *points, *each)
        }
        Shape::Steps { steps, each, marginal: true, .. } => {
            why.each = told(*each);
            marginal(steps, basis, *each)
        }
        Shape::Steps { steps, each, marginal: false, .. } => {
            let points = reached(steps, basis).map_or(Decimal::ZERO, |step| step.points);
            (why.rate, why.each) = (Some(points), told(*each));
            rate(basis, points, *each)
        }
        Shape::Every { every, points, .. } => {
            let steps = basis / every;
            // A count needs no more than its full steps; an amount also tells how large they are.
            (why.rate, why.each, why.steps) = (Some(*points), per.is_money().then_some(*every), Some(steps));
            rate(steps, *points, 1)
        }
        Shape::Fixed(_) | Shape::Range(..) | Shape::Ladder { .. } => None,
    }
}

fn push_factor(why: &mut Why, from: CompactString, by: Decimal) {
    if by != Decimal::ONE {
        why.factors.push(Factor { from, by });
    }
}

fn total<I: PartialEq + Copy>(used: &[(I, i64)], index: I) -> i64 {
    used.iter().find(|(at, _)| *at == index).map_or(0, |(_, points)| *points)
}

fn add<I: PartialEq + Copy, A: smallvec::Array<Item = (I, i64)>>(used: &mut SmallVec<A>, index: I, points: i64) {
    match used.iter_mut().find(|(at, _)| *at == index) {
        Some((_, sum)) => *sum = sum.saturating_add(points),
        None => used.push((index, points)),
    }
}
