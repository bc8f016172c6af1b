//! Local execution (PROG-17): the center owns strategy and standards, places adapt benefits of their own within what
//! they were granted. A rule or multiplier with a `place` applies to events of that place's stores; whoever works for a
//! place may add, change and end only such rules of theirs, within the bounds of `local.yaml`.

use std::collections::BTreeMap;

use compact_str::CompactString;
use jifen_rules::document::{Document, Node, Problem, Problems};
use jifen_rules::formula::Shape;
use jifen_rules::rule::{Multiplier, Window};
use jifen_rules::{Rule, RuleIndex};
use jifen_vocab::{Day, Decimal, Zone};

use super::RuleBook;
use super::diff::{self, entries, identity, items};

/// What places may do on their own.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LocalTerms {
    /// The most a multiplier multiplies by.
    pub multiplier_max: Decimal,
    /// The most points of one award.
    pub points_max: i64,
    /// The most points of all budgets of a place's rules that begin in one month.
    pub month_budget: i64,
    /// The most days a rule or multiplier lasts.
    pub days_max: i32,
}

/// What the file is called in which places have their rules.
const FILE: &str = "earning.yaml";

/// What somebody who works for these places changes beyond what they may: each with its place in the new rule book.
pub fn beyond(before: &RuleBook, after: &RuleBook, places: &[CompactString]) -> Vec<Problem> {
    let document = after.source.document(FILE, &mut Problems::new());
    let mut check = Check { before, after, places, document: document.as_ref(), found: Vec::new() };
    let mut touched: Vec<(String, String)> = Vec::new();
    for change in diff::diff(&before.source, &after.source) {
        match own(&change.path) {
            Some((list, id)) => {
                let entry = (list.to_owned(), id.to_owned());
                if !touched.contains(&entry) {
                    touched.push(entry);
                }
            }
            None => check.say(&change.path, None, "is the company's: a place changes only rules of its own"),
        }
    }
    touched.iter().for_each(|(list, id)| check.entry(list, id));
    check.budgets();
    check.found
}

/// The list and the name of a rule or multiplier that a change is about.
fn own(path: &str) -> Option<(&str, &str)> {
    let rest = path.strip_prefix(FILE)?.strip_prefix(':')?;
    let (list, rest) = rest.split_once('[')?;
    let (id, _) = rest.split_once(']')?;
    matches!(list, "rules" | "multipliers").then_some((list, id))
}

struct Check<'b> {
    before: &'b RuleBook,
    after: &'b RuleBook,
    places: &'b [CompactString],
    document: Option<&'b Document>,
    found: Vec<Problem>,
}

impl Check<'_> {
    fn say(&mut self, path: &str, node: Option<Node<'_>>, message: &str) {
        let (file, _) = path.split_once(':').unwrap_or((path, ""));
        self.found.push(Problem {
            file: file.to_owned(),
            line: node.map_or(1, Node::line),
            column: node.map_or(1, Node::column),
            path: path.to_owned(),
            message: message.to_owned(),
            suggestion: None,
        });
    }

    fn is_theirs(&self, window: &Window) -> bool {
        let place = window.place.as_deref();
        place.is_some() && self.places.iter().any(|own| self.after.organization.is_within(place, Some(own)))
    }

    fn entry(&mut self, list: &str, id: &str) {
        let (old, new) = if list == "rules" {
            (rule(self.before, id).map(|(_, rule)| &rule.window), rule(self.after, id).map(|(_, rule)| &rule.window))
        } else {
            (
                multiplier(self.before, id).map(|found| &found.window),
                multiplier(self.after, id).map(|found| &found.window),
            )
        };
        let theirs = [old, new].into_iter().flatten().all(|window| self.is_theirs(window));
        if !theirs {
            return self.complain(list, id, "place", "is not of your place: a place changes only rules of its own");
        }
        let Some(window) = new else { return };
        let Some(terms) = self.after_terms() else {
            return self.complain(list, id, "place", "is not granted: local.yaml says what places may do on their own");
        };
        if !lasts(window, terms.days_max, &self.after.zone) {
            let message = format!("needs `from` and `until`, at most {} days apart", terms.days_max);
            self.complain(list, id, "until", &message);
        }
        match (rule(self.after, id), multiplier(self.after, id)) {
            (Some((index, rule)), _) if list == "rules" => self.rule(index, rule, &terms),
            (_, Some(found)) if list == "multipliers" => self.multiplier(found, &terms),
            _ => {}
        }
    }

    /// What was granted before counts: nobody grants themselves more.
    fn after_terms(&self) -> Option<LocalTerms> {
        self.before.local.clone()
    }

    fn rule(&mut self, index: RuleIndex, rule: &Rule, terms: &LocalTerms) {
        let id = rule.id.as_str();
        let most = terms.points_max;
        let plain = matches!(rule.award.shape, Shape::Fixed(points) if points <= most) && rule.factors().is_empty();
        if !plain {
            self.complain("rules", id, "award", &format!("must be a number of points up to {most}, not multiplied"));
        }
        let shared = |budget| {
            let others = self.after.rules.rules().iter().enumerate();
            others.filter(|(at, _)| *at != index.0 as usize).any(|(_, other)| other.budget() == Some(budget))
        };
        match rule.budget() {
            None => self.complain("rules", id, "budget", "is needed for rules of a place"),
            Some(budget) if shared(budget) => self.complain("rules", id, "budget", "must be the rule's own"),
            Some(_) => {}
        }
        if rule.exclusive.is_some() {
            self.complain("rules", id, "exclusive", "is the company's to decide");
        }
        if !rule.capped {
            self.complain("rules", id, "capped", "is the company's to decide");
        }
        if rule.unit != self.after.default_unit {
            self.complain("rules", id, "unit", "must be the program's first");
        }
        let earning = self.after.earning.get(index.0 as usize);
        if earning.is_some_and(|earning| earning.validity.is_some()) {
            self.complain("rules", id, "validity", "is the company's to decide");
        }
        if earning.is_some_and(|earning| earning.gift.is_some()) {
            self.complain("rules", id, "gift", "is the company's to give");
        }
    }

    fn multiplier(&mut self, found: &Multiplier, terms: &LocalTerms) {
        if found.by > terms.multiplier_max || found.by < Decimal::ONE {
            let message = format!("must be from 1 to {}", terms.multiplier_max);
            self.complain("multipliers", &found.id, "by", &message);
        }
    }

    /// Budgets of a place's rules, month by month.
    fn budgets(&mut self) {
        let Some(terms) = self.after_terms() else { return };
        let mut months: BTreeMap<(CompactString, Day), i64> = BTreeMap::new();
        let mut over = Vec::new();
        for rule in self.after.rules.rules().iter().filter(|rule| rule.enabled && self.is_theirs(&rule.window)) {
            let (Some(place), Some(from), Some(budget)) = (&rule.window.place, rule.window.from, rule.budget()) else {
                continue;
            };
            let month = self.after.zone.day_of(from).start_of_month();
            let sum = months.entry((place.clone(), month)).or_default();
            *sum = sum.saturating_add(self.after.rules.budget(budget).points);
            if *sum > terms.month_budget {
                over.push((rule.id.clone(), *sum));
            }
        }
        for (id, sum) in over {
            let message = format!("makes {sum} points of the place in one month; {} are granted", terms.month_budget);
            self.complain("rules", id.as_str(), "budget", &message);
        }
    }

    fn complain(&mut self, list: &str, id: &str, key: &str, message: &str) {
        let node = self.document.and_then(|document| node_of(document, list, id, key));
        self.say(&format!("{FILE}:{list}[{id}].{key}"), node, message);
    }
}

fn rule<'b>(book: &'b RuleBook, id: &str) -> Option<(RuleIndex, &'b Rule)> {
    let found = book.rules.rules().iter().enumerate().find(|(_, rule)| rule.id.as_str() == id);
    found.map(|(at, rule)| (RuleIndex(at as u32), rule))
}

fn multiplier<'b>(book: &'b RuleBook, id: &str) -> Option<&'b Multiplier> {
    book.rules.multipliers().iter().find(|found| found.id == id)
}

fn lasts(window: &Window, days_max: i32, zone: &Zone) -> bool {
    let Some((from, until)) = window.from.zip(window.until) else { return false };
    until <= zone.same_time_on(zone.day_of(from).plus_days(days_max), from)
}

/// The key of an entry, or the entry where it has no such key.
fn node_of<'d>(document: &'d Document, list: &str, id: &str, key: &str) -> Option<Node<'d>> {
    let list = entries(document.root()).into_iter().find(|(known, _)| *known == list)?.1;
    let item = items(list).into_iter().find(|item| identity(*item).as_deref() == Some(id))?;
    Some(entries(item).into_iter().find(|(known, _)| *known == key).map_or(item, |(_, node)| node))
}
