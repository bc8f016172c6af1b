//! `earning.yaml` and `caps.yaml`: how points are earned, and how many at most.

use jifen_rules::document::{Document, MapReader, Node, Problems};
use jifen_rules::{Draft, Names, RuleSet};

use super::findings::Findings;
use super::program::Settings;
use super::values::{maps, only_list};
use super::{limits, mentions, values};
use crate::book::Earning;
use crate::book::gifts::Gift;
use crate::book::stages::Stage;
use crate::events::RAISED;

/// Caps of the program and multipliers of campaigns, each.
const OTHERS_MAX: usize = 500;

/// Reads both files and compiles the rules; nothing where something is wrong with them.
pub(super) fn read(
    (earning, caps): (&Document, Option<&Document>),
    names: &Names,
    settings: &Settings,
    gifts: &[Gift],
    findings: &mut Findings,
) -> Option<(RuleSet, Vec<Earning>)> {
    let mut draft = Draft::new(names);
    let mut map = earning.root().map(&mut findings.problems)?;
    let (rules, multipliers) = (map.take("rules"), map.take("multipliers"));
    map.finish(&mut findings.problems);
    let mut all = Vec::new();
    for mut map in maps(rules, limits::RULES_MAX, &mut findings.problems) {
        let index = draft.rule(&mut map, &mut findings.problems);
        check_things(&mut map, &mut findings.problems);
        let besides = earning_of(&mut map, gifts, findings);
        check_mentions(&mut map, settings, &mut findings.problems);
        map.finish(&mut findings.problems);
        all.extend(index.map(|_| besides));
    }
    for mut map in maps(multipliers, OTHERS_MAX, &mut findings.problems) {
        draft.multiplier(&mut map, &mut findings.problems);
        check_mentions(&mut map, settings, &mut findings.problems);
        map.finish(&mut findings.problems);
    }
    let caps = caps.map(|file| only_list(file.root(), "caps", OTHERS_MAX, &mut findings.problems));
    for mut map in caps.unwrap_or_default() {
        draft.cap(&mut map, &mut findings.problems);
        map.finish(&mut findings.problems);
    }
    Some((draft.compile(&mut findings.problems)?, all))
}

/// The keys of a rule that say how long its points live, when they can be used, and what comes with them.
fn earning_of(map: &mut MapReader<'_>, gifts: &[Gift], findings: &mut Findings) -> Earning {
    let validity = map.take("validity").and_then(|node| values::validity(node, findings));
    let problems = &mut findings.problems;
    let pending = map.take("pending").and_then(|node| values::pending(node, problems));
    let from = map.take("validity_from");
    let from_release = from.and_then(|node| node.choice(&[("grant", false), ("release", true)], problems));
    let gift = map.take("gift").and_then(|node| super::gifts::known(node, gifts, problems));
    let terms = map.take("terms").and_then(|node| values::both(node, limits::TERMS_CHARS_MAX, problems));
    if let Some(node) = from.filter(|_| from_release == Some(true) && pending.is_none()) {
        findings.warnings.push(node.problem("changes nothing: the points of this rule can be used at once"));
    }
    Earning { validity, from_release: from_release.unwrap_or(false), pending, terms, gift }
}

/// What an event that the product raises itself is about, only its own rule knows: it cannot be looked up beforehand.
fn check_things(map: &mut MapReader<'_>, problems: &mut Problems) {
    let Some(once) = map.take("once").filter(|node| node.is_map()) else { return };
    let types = map.take("on").map(Node::one_or_many).unwrap_or_default();
    if let Some(raised) = types.iter().filter_map(|node| node.scalar()).find(|text| RAISED.contains(text)) {
        let message = format!("must be a period: `{raised}` is raised by the product itself, once for each thing");
        problems.push(once.problem(message));
    }
}

/// Kinds of goods and channels that conditions name must be declared: a misspelt one would never hold.
fn check_mentions(map: &mut MapReader<'_>, settings: &Settings, problems: &mut Problems) {
    let Some((node, text)) = map.take("when").and_then(|node: Node<'_>| Some((node, node.scalar()?))) else { return };
    let categories: Vec<&str> = settings.categories.iter().map(String::as_str).collect();
    let channels: Vec<&str> = settings.channels.iter().map(|channel| channel.id.as_str()).collect();
    mentions::check(node, text, "category", "kind of goods", &categories, problems);
    mentions::check(node, text, "channel", "channel", &channels, problems);
    let stages: Vec<&str> = Stage::WORDS.iter().map(|(word, _)| *word).collect();
    mentions::check(node, text, "member.stage", "stage", &stages, problems);
}
