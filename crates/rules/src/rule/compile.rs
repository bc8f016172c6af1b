//! Reading rules one by one and putting them together: references are checked when everything is known.

use std::collections::BTreeMap;

use compact_str::CompactString;
use jifen_vocab::{RuleId, SourceLabel, UnitId, limits};
use smallvec::SmallVec;

use super::read::{self, RuleCap};
use super::{Budget, BudgetIndex, Cap, CapIndex, Multiplier, Period, Rule, RuleIndex, RuleSet, Window};
use crate::Names;
use crate::cel::Scope;
use crate::document::{MapReader, Node, Problems, closest};
use crate::formula::{Basis, Formula};

/// Rules that are being read. Whoever reads more keys from the same maps calls [`MapReader::finish`] when done.
pub struct Draft<'a> {
    names: &'a Names,
    scope: Scope,
    rules: Vec<(Rule, Node<'a>)>,
    rule_caps: Vec<Vec<RuleCap>>,
    multipliers: Vec<(Multiplier, Target<'a>, Node<'a>)>,
    caps: Vec<(Cap, Vec<SourceLabel>, Node<'a>)>,
    budgets: Vec<Budget>,
    /// Whether something could not be read; the rest is still checked, but there will be no rule set.
    broken: bool,
}

/// What a campaign multiplies.
enum Target<'a> {
    Sources(Vec<SourceLabel>),
    Rules(Vec<(&'a str, Node<'a>)>),
}

impl<'a> Draft<'a> {
    /// Nothing read yet.
    pub fn new(names: &'a Names) -> Self {
        Draft {
            names,
            scope: Scope::of(names),
            rules: Vec::new(),
            rule_caps: Vec::new(),
            multipliers: Vec::new(),
            caps: Vec::new(),
            budgets: Vec::new(),
            broken: false,
        }
    }

    /// Takes the keys of an earning rule. Nothing where it could not be read, and the reasons are in `problems`.
    pub fn rule(&mut self, map: &mut MapReader<'a>, problems: &mut Problems) -> Option<RuleIndex> {
        let before = problems.len();
        let read = self.read_rule(map, problems);
        self.broken |= problems.len() > before;
        let (rule, caps) = read?;
        if let Some((_, first)) = self.rules.iter().find(|(other, _)| other.id == rule.id) {
            let message = format!("there is a rule `{}` already, in line {}", rule.id, first.line());
            problems.push(map.node().problem(message));
            self.broken = true;
            return None;
        }
        self.rules.push((rule, map.node()));
        self.rule_caps.push(caps);
        Some(RuleIndex(self.rules.len() as u32 - 1))
    }

    fn read_rule(&mut self, map: &mut MapReader<'a>, problems: &mut Problems) -> Option<(Rule, Vec<RuleCap>)> {
        let id = map.require("id", problems).and_then(|node| read_id(node, problems, RuleId::new));
        let name = read::read_name(map, id.as_ref().map_or("", RuleId::as_str), problems);
        let on = map.require("on", problems).and_then(|node| read::read_types(node, problems));
        let unit = self.unit(map, problems);
        let source = self.source(map, on.as_deref().unwrap_or_default(), problems);
        let value = unit.as_ref().and_then(|unit| self.names.unit(unit.as_str())).and_then(|unit| unit.value);
        let award = map.require("award", problems).and_then(|node| Formula::read(node, self.names, value, problems));
        let when = optional(map.take("when"), |node| read::read_condition(node, &self.scope, problems));
        let factors = optional(map.take("multiply"), |node| read::read_factors(node, &self.scope, problems));
        let once = optional(map.take("once"), |node| read::read_once(node, problems));
        let total_at = map.take("total");
        let total = optional(total_at, |node| node.choice(&Period::WORDS, problems));
        let event_max = optional(map.take("event_max"), |node| read::read_points(node, problems));
        let caps = optional(map.take("cap"), |node| read::read_caps(node, self.names, problems));
        let budget = optional(map.take("budget"), |node| self.budget(node, id.as_ref()?.as_str(), problems));
        let window = Window::read(map, self.names, problems);
        let priority = optional(map.take("priority"), |node| node.integer_in(-1_000..=1_000, problems));
        let exclusive = optional(map.take("exclusive"), |node| node.text(problems));
        let enabled = optional(map.take("enabled"), |node| node.boolean(problems));
        let capped = optional(map.take("capped"), |node| node.boolean(problems));
        let (award, when) = (award?, when?);
        let of_lines = when.as_ref().is_some_and(|when| when.mentions_line());
        let of_order = award.basis().is_some_and(|basis| !basis.is_of_lines());
        if of_lines && of_order {
            let message =
                "looks at single lines while the award counts the whole: use `per: line.amount` or lines.exists(…)";
            problems.push(map.take("when").unwrap_or(map.node()).problem(message));
            return None;
        }
        if let Some(node) = total_at.filter(|_| !matches!(award.basis(), Some(Basis::Data(_))) || award.is_drawn()) {
            problems.push(node.problem("needs an award for a number in the event's data, such as `per: data.steps`"));
            return None;
        }
        let (once, once_for) = once?.unwrap_or_default();
        let rule = Rule {
            id: id?,
            name: name?,
            on: on?,
            unit: unit?,
            source: source?,
            enabled: enabled?.unwrap_or(true),
            priority: priority?.unwrap_or(0),
            window: window?,
            when,
            award,
            once,
            once_for,
            total: total?,
            event_max: event_max?,
            capped: capped?.unwrap_or(true),
            exclusive: exclusive?.map(CompactString::new),
            group: None,
            factors: factors?.unwrap_or_default(),
            campaigns: SmallVec::new(),
            caps: SmallVec::new(),
            budget: budget?,
        };
        Some((rule, caps?.unwrap_or_default()))
    }

    /// Takes the keys of a campaign multiplier.
    pub fn multiplier(&mut self, map: &mut MapReader<'a>, problems: &mut Problems) {
        let before = problems.len();
        let read = self.read_multiplier(map, problems);
        self.broken |= problems.len() > before;
        let Some((multiplier, target)) = read else { return };
        if self.multipliers.iter().any(|(other, ..)| other.id == multiplier.id) {
            problems.push(map.node().problem(format!("there is a multiplier `{}` already", multiplier.id)));
            self.broken = true;
            return;
        }
        self.multipliers.push((multiplier, target, map.node()));
    }

    fn read_multiplier(
        &mut self,
        map: &mut MapReader<'a>,
        problems: &mut Problems,
    ) -> Option<(Multiplier, Target<'a>)> {
        let id = map.require("id", problems).and_then(|node| read_id(node, problems, RuleId::new));
        let name = read::read_name(map, id.as_ref().map_or("", RuleId::as_str), problems);
        let by = map.require("by", problems).and_then(|node| read::read_number(node, problems));
        let when = optional(map.take("when"), |node| read::read_event_condition(node, &self.scope, problems));
        let window = Window::read(map, self.names, problems);
        let group = optional(map.take("group"), |node| node.text(problems));
        let enabled = optional(map.take("enabled"), |node| node.boolean(problems));
        let target = match (map.take("sources"), map.take("rules")) {
            (Some(sources), None) => self.labels(sources, problems).map(Target::Sources),
            (None, Some(rules)) => {
                let items = rules.one_or_many();
                items
                    .into_iter()
                    .map(|node| Some((node.text(problems)?, node)))
                    .collect::<Option<_>>()
                    .map(Target::Rules)
            }
            _ => {
                problems.push(map.node().problem("needs either `sources` or `rules`"));
                None
            }
        };
        let multiplier = Multiplier {
            id: CompactString::new(id?.as_str()),
            name: name?,
            by: by?,
            window: window?,
            when: when?,
            group: group?.map(CompactString::new),
            enabled: enabled?.unwrap_or(true),
            group_slot: None,
        };
        Some((multiplier, target?))
    }

    /// Takes the keys of a program cap.
    pub fn cap(&mut self, map: &mut MapReader<'a>, problems: &mut Problems) {
        let before = problems.len();
        let read = self.read_cap(map, problems);
        self.broken |= problems.len() > before;
        let Some((cap, sources)) = read else { return };
        if self.caps.iter().any(|(other, ..)| other.key == cap.key) {
            problems.push(map.node().problem(format!("there is a cap `{}` already", cap.key)));
            self.broken = true;
            return;
        }
        self.caps.push((cap, sources, map.node()));
    }

    fn read_cap(&mut self, map: &mut MapReader<'a>, problems: &mut Problems) -> Option<(Cap, Vec<SourceLabel>)> {
        let id = map.require("id", problems).and_then(|node| read_id(node, problems, RuleId::new));
        let unit = self.unit(map, problems);
        let per = map.require("per", problems).and_then(|node| node.choice(&Period::WORDS, problems));
        let points = map.require("points", problems).and_then(|node| self.tier_limits(node, problems));
        let sources = optional(map.take("sources"), |node| self.labels(node, problems));
        let (limits, per) = (points?, per?);
        // A member of an unknown tier gets what the lowest tier gets.
        let otherwise = limits.first().copied().flatten();
        let key = CompactString::from(format!("{}/{per}", id?));
        Some((Cap { key, per, unit: unit?, limits, otherwise }, sources?.unwrap_or_default()))
    }

    /// One number for all tiers, or a number or `unlimited` for each.
    fn tier_limits(&self, node: Node<'a>, problems: &mut Problems) -> Option<Vec<Option<i64>>> {
        let tiers = self.names.tiers.len();
        if !node.is_map() {
            return read_limit(node, problems).map(|limit| vec![limit; tiers.max(1)]);
        }
        let mut limits = vec![None; tiers];
        let mut named = vec![false; tiers];
        for (tier, value) in node.entries(problems)? {
            let slot = read::tier_named(tier, value, self.names, problems)?;
            limits[slot] = read_limit(value, problems)?;
            named[slot] = true;
        }
        if let Some(missing) = named.iter().position(|named| !named) {
            let message =
                format!("names no limit for the tier `{}`: give a number or `unlimited`", self.names.tiers[missing]);
            problems.push(node.problem(message));
            return None;
        }
        Some(limits)
    }

    fn unit(&self, map: &mut MapReader<'a>, problems: &mut Problems) -> Option<UnitId> {
        let Some(node) = map.take("unit") else { return Some(self.names.default_unit.clone()) };
        let text = node.text(problems)?;
        let unit = self.names.unit(text).map(|unit| unit.id.clone());
        if unit.is_none() {
            let suggestion = closest(text, self.names.units.iter().map(|unit| unit.id.as_str()));
            problems.push(node.problem(format!("there is no unit `{text}`")).suggest(suggestion));
        }
        unit
    }

    fn source(&self, map: &mut MapReader<'a>, on: &[CompactString], problems: &mut Problems) -> Option<SourceLabel> {
        if let Some(node) = map.take("source") {
            return self.label(node, problems);
        }
        let usual = on.iter().find_map(|name| self.names.source_of.get(name.as_str()));
        map.node().or_problem(usual.cloned(), "needs `source`, the label its points are reported under", problems)
    }

    fn label(&self, node: Node<'a>, problems: &mut Problems) -> Option<SourceLabel> {
        let text = node.text(problems)?;
        let label = self.names.sources.iter().find(|source| source.as_str() == text).cloned();
        if label.is_none() {
            let suggestion = closest(text, self.names.sources.iter().map(|source| source.as_str()));
            problems.push(node.problem(format!("there is no source `{text}`")).suggest(suggestion));
        }
        label
    }

    fn labels(&self, node: Node<'a>, problems: &mut Problems) -> Option<Vec<SourceLabel>> {
        node.one_or_many().into_iter().map(|item| self.label(item, problems)).collect()
    }

    /// `budget: { points, name? }`; rules that name the same budget must agree about it.
    fn budget(&mut self, node: Node<'a>, rule: &str, problems: &mut Problems) -> Option<BudgetIndex> {
        let mut map = node.map(problems)?;
        let points =
            map.require("points", problems).and_then(|node| node.integer_in(0..=limits::BALANCE_MAX, problems));
        let name = optional(map.take("name"), |node| read_id(node, problems, RuleId::new));
        map.finish(problems);
        let (points, name) = (points?, name?);
        let name = CompactString::new(name.as_ref().map_or(rule, RuleId::as_str));
        if let Some(at) = self.budgets.iter().position(|budget| budget.name == name) {
            let same = (self.budgets[at].points == points).then_some(BudgetIndex(at as u16));
            let message =
                format!("shares the budget `{name}`, which holds {} points elsewhere", self.budgets[at].points);
            return node.or_problem(same, &message, problems);
        }
        let index = u16::try_from(self.budgets.len()).ok().map(BudgetIndex);
        let index = node.or_problem(index, "is one budget too many", problems)?;
        self.budgets.push(Budget { name, points });
        Some(index)
    }

    /// Checks what refers to what and puts the rule set together. Nothing where there is any problem, of the rules or
    /// of whatever else was noted before.
    pub fn compile(mut self, problems: &mut Problems) -> Option<RuleSet> {
        let mut set = RuleSet::empty(self.names);
        self.add_caps(&mut set, problems);
        self.link_multipliers(&mut set, problems);
        if self.broken || !problems.is_empty() {
            return None;
        }
        let mut groups: Vec<CompactString> = Vec::new();
        set.rules = self.rules.into_iter().map(|(rule, _)| rule).collect();
        for rule in &mut set.rules {
            rule.group = rule.exclusive.as_ref().map(|name| slot_of(&mut groups, name));
        }
        set.budgets = self.budgets;
        set.by_type = by_type(&set.rules);
        Some(set)
    }

    /// Caps of rules first, then those of the program: in this order they trim.
    fn add_caps(&mut self, set: &mut RuleSet, problems: &mut Problems) {
        for ((rule, node), caps) in self.rules.iter_mut().zip(&self.rule_caps) {
            for cap in merged(rule, caps, self.names.tiers.len()) {
                push_cap(set, rule, cap, *node, problems);
            }
        }
        for (cap, sources, node) in &self.caps {
            let Some(index) = add_cap(set, cap.clone(), *node, problems) else { return };
            for (rule, _) in &mut self.rules {
                let counts = sources.is_empty() || sources.contains(&rule.source);
                if rule.capped && counts && rule.unit == cap.unit {
                    rule.caps.push(index);
                }
            }
        }
    }

    fn link_multipliers(&mut self, set: &mut RuleSet, problems: &mut Problems) {
        let ids: Vec<CompactString> = self.rules.iter().map(|(rule, _)| CompactString::new(rule.id.as_str())).collect();
        let mut groups: Vec<CompactString> = Vec::new();
        for (number, (mut multiplier, target, node)) in std::mem::take(&mut self.multipliers).into_iter().enumerate() {
            let Ok(slot) = u16::try_from(number) else {
                problems.push(node.problem("is one multiplier too many"));
                return;
            };
            multiplier.group_slot = multiplier.group.as_ref().map(|name| slot_of(&mut groups, name));
            let named: Vec<&str> = match &target {
                Target::Rules(rules) => rules.iter().map(|(name, _)| *name).collect(),
                Target::Sources(_) => Vec::new(),
            };
            if let Target::Rules(rules) = &target {
                check_rules(rules, &ids, self.broken, problems);
            }
            for (rule, _) in self.rules.iter_mut().filter(|_| multiplier.enabled) {
                let meant = match &target {
                    Target::Sources(sources) => sources.contains(&rule.source),
                    Target::Rules(_) => named.contains(&rule.id.as_str()),
                };
                if meant {
                    rule.campaigns.push(slot);
                }
            }
            set.multipliers.push(multiplier);
        }
    }
}

/// Rules that a multiplier names must exist; while some rules could not be read, nobody knows.
fn check_rules(rules: &[(&str, Node<'_>)], ids: &[CompactString], broken: bool, problems: &mut Problems) {
    for (name, node) in rules.iter().filter(|_| !broken) {
        if !ids.iter().any(|id| id == name) {
            let suggestion = closest(name, ids.iter().map(CompactString::as_str));
            problems.push(node.problem(format!("there is no rule `{name}`")).suggest(suggestion));
        }
    }
}

/// Caps of one rule and one period are one cap: the smallest limit that a tier meets.
fn merged(rule: &Rule, caps: &[RuleCap], tiers: usize) -> Vec<Cap> {
    let mut merged: Vec<Cap> = Vec::new();
    for written in caps {
        let at = merged.iter().position(|cap| cap.per == written.per).unwrap_or_else(|| {
            let key = CompactString::from(format!("{}/{}", rule.id, written.per));
            merged.push(Cap {
                key,
                per: written.per,
                unit: rule.unit.clone(),
                limits: vec![None; tiers],
                otherwise: None,
            });
            merged.len() - 1
        });
        let cap = &mut merged[at];
        let smaller = |limit: Option<i64>| Some(limit.map_or(written.points, |limit| limit.min(written.points)));
        match written.tier {
            Some(tier) => cap.limits[tier] = smaller(cap.limits[tier]),
            None => {
                cap.limits.iter_mut().for_each(|limit| *limit = smaller(*limit));
                cap.otherwise = smaller(cap.otherwise);
            }
        }
    }
    merged
}

fn push_cap(set: &mut RuleSet, rule: &mut Rule, cap: Cap, node: Node<'_>, problems: &mut Problems) {
    if let Some(index) = add_cap(set, cap, node, problems) {
        rule.caps.push(index);
    }
}

fn add_cap(set: &mut RuleSet, cap: Cap, node: Node<'_>, problems: &mut Problems) -> Option<CapIndex> {
    if set.caps.iter().any(|other| other.key == cap.key) {
        problems.push(node.problem(format!("has a cap `{}`, a name that another cap bears", cap.key)));
        return None;
    }
    let index = u16::try_from(set.caps.len()).ok().map(CapIndex);
    let index = node.or_problem(index, "has one cap too many", problems)?;
    set.caps.push(cap);
    Some(index)
}

fn by_type(rules: &[Rule]) -> BTreeMap<CompactString, Vec<RuleIndex>> {
    let mut by_type: BTreeMap<CompactString, Vec<RuleIndex>> = BTreeMap::new();
    for (number, rule) in rules.iter().enumerate().filter(|(_, rule)| rule.enabled) {
        for name in &rule.on {
            by_type.entry(name.clone()).or_default().push(RuleIndex(number as u32));
        }
    }
    for order in by_type.values_mut() {
        order.sort_by_key(|index| std::cmp::Reverse(rules[index.0 as usize].priority));
    }
    by_type
}

fn slot_of(groups: &mut Vec<CompactString>, name: &CompactString) -> u16 {
    let at = groups.iter().position(|group| group == name).unwrap_or_else(|| {
        groups.push(name.clone());
        groups.len() - 1
    });
    u16::try_from(at).unwrap_or(u16::MAX)
}

/// Reads a key that need not be there: nothing inside is "not written", nothing outside "not readable".
fn optional<'a, T>(node: Option<Node<'a>>, read: impl FnOnce(Node<'a>) -> Option<T>) -> Option<Option<T>> {
    match node {
        Some(node) => read(node).map(Some),
        None => Some(None),
    }
}

fn read_id<T, E: std::fmt::Display>(
    node: Node<'_>,
    problems: &mut Problems,
    make: impl FnOnce(&str) -> Result<T, E>,
) -> Option<T> {
    match make(node.text(problems)?) {
        Ok(id) => Some(id),
        Err(error) => {
            problems.push(node.problem(error.to_string()));
            None
        }
    }
}

/// A limit: points, or `unlimited`.
fn read_limit(node: Node<'_>, problems: &mut Problems) -> Option<Option<i64>> {
    if node.scalar() == Some("unlimited") {
        return Some(None);
    }
    let limit = node.scalar().and_then(|text| text.replace('_', "").parse().ok());
    let limit = limit.filter(|limit| (0..=limits::BALANCE_MAX).contains(limit));
    node.or_problem(limit, "must be a number of points or `unlimited`", problems).map(Some)
}
