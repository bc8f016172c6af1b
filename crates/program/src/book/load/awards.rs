//! What a task or a place on a leaderboard gives: points, a badge, a reward of the shelf, or a word for the tier.

use jifen_rules::Names;
use jifen_rules::document::{Node, Problems, closest};
use jifen_vocab::limits::AMOUNT_MAX;
use jifen_vocab::{SourceLabel, UnitId};

use super::gifts;
use crate::book::ascent::Ascent;
use crate::book::gifts::Gift;
use crate::book::tasks::MeritKind;
use crate::book::tasks::{Badge, TaskAward};

/// What awards may name.
#[derive(Clone, Copy)]
pub(super) struct Awards<'a> {
    pub(super) names: &'a Names,
    pub(super) badges: &'a [Badge],
    pub(super) gifts: &'a [Gift],
    pub(super) ascent: Option<&'a Ascent>,
}

impl Awards<'_> {
    /// Reads an award.
    pub(super) fn read(&self, node: Node<'_>, problems: &mut Problems) -> Option<TaskAward> {
        let mut map = node.map(problems)?;
        let (points, badge, tier) = (map.take("points"), map.take("badge"), map.take("tier"));
        let (unit, source, gift) = (map.take("unit"), map.take("source"), map.take("gift"));
        map.finish(problems);
        if [points, badge, gift, tier].iter().flatten().count() != 1 {
            return node.or_problem(None, "needs exactly one of `points`, `badge`, `gift` and `tier`", problems);
        }
        if let Some(stray) = unit.or(source).filter(|_| points.is_none()) {
            problems.push(stray.problem("goes only with `points`"));
        }
        if let Some(points) = points {
            return self.points(node, points, unit, source, problems);
        }
        if let Some(node) = badge {
            return self.badge(node, problems);
        }
        if let Some(node) = gift {
            return gifts::known(node, self.gifts, problems).map(TaskAward::Gift);
        }
        tier.and_then(|node| self.tier(node, problems))
    }

    fn points(
        &self,
        node: Node<'_>,
        points: Node<'_>,
        unit: Option<Node<'_>>,
        source: Option<Node<'_>>,
        problems: &mut Problems,
    ) -> Option<TaskAward> {
        let names = self.names;
        let points = points.integer_in(1..=AMOUNT_MAX, problems);
        let unit = unit.map_or_else(|| Some(names.default_unit.clone()), |node| known_unit(node, names, problems));
        let source = node.or_problem(source, "needs `source`, the label it is reported under", problems);
        let source = source.and_then(|node| known_source(node, names, problems));
        Some(TaskAward::Points { unit: unit?, points: points?, source: source? })
    }

    fn badge(&self, node: Node<'_>, problems: &mut Problems) -> Option<TaskAward> {
        let text = node.text(problems)?;
        let found = self.badges.iter().find(|badge| badge.id == text).map(|badge| TaskAward::Badge(badge.id.clone()));
        if found.is_none() {
            let suggestion = closest(text, self.badges.iter().map(|badge| badge.id.as_str()));
            problems.push(node.problem(format!("there is no badge `{text}`")).suggest(suggestion));
        }
        found
    }

    /// A word for the tier is heard where members rise by a score; one that keeps it, at assessments.
    fn tier(&self, node: Node<'_>, problems: &mut Problems) -> Option<TaskAward> {
        let kind = node.choice(&MeritKind::WORDS, problems)?;
        let message = match (kind, self.ascent) {
            (_, None) => "needs `ascent` in tiers.yaml: nobody rises or falls by a score",
            (MeritKind::Keep, Some(ascent)) if ascent.assessment.is_none() => {
                "needs `assessment` in tiers.yaml: nobody loses a tier"
            }
            _ => return Some(TaskAward::Tier(kind)),
        };
        node.or_problem(None, message, problems)
    }
}

pub(super) fn known_unit(node: Node<'_>, names: &Names, problems: &mut Problems) -> Option<UnitId> {
    let text = node.text(problems)?;
    let found = names.units.iter().find(|unit| unit.id.as_str() == text).map(|unit| unit.id.clone());
    if found.is_none() {
        let suggestion = closest(text, names.units.iter().map(|unit| unit.id.as_str()));
        problems.push(node.problem(format!("there is no unit `{text}`")).suggest(suggestion));
    }
    found
}

fn known_source(node: Node<'_>, names: &Names, problems: &mut Problems) -> Option<SourceLabel> {
    let text = node.text(problems)?;
    let found = names.sources.iter().find(|source| source.as_str() == text).cloned();
    if found.is_none() {
        let suggestion = closest(text, names.sources.iter().map(|source| source.as_str()));
        problems.push(node.problem(format!("there is no source `{text}`")).suggest(suggestion));
    }
    found
}
