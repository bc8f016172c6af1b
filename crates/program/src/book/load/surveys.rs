//! `surveys.yaml`: what members are asked, and when.

use compact_str::CompactString;
use jifen_rules::cel::Scope;
use jifen_rules::document::{MapReader, Node, Problems};

use super::messages::condition;
use super::values::{maps, only_list};
use super::{limits, values};
use crate::book::surveys::{Choice, Question, Says, Survey};
use crate::book::{Name, Tier};

/// Questions that anybody answers to the end.
const QUESTIONS_MAX: usize = 50;
/// Options that anybody reads to the end.
const OPTIONS_MAX: usize = 30;
/// Steps of a scale.
const STEPS_MAX: i64 = 11;
/// Characters of an answer in words.
const CHARS_MAX: i64 = 2_000;

/// Reads the file.
pub(super) fn read(root: Node<'_>, tiers: &[Tier], problems: &mut Problems) -> Vec<Survey> {
    let tiers = tiers.iter().map(|tier| CompactString::new(tier.id.as_str())).collect();
    let scope = Scope { streaks: Vec::new(), tiers };
    let mut seen = Vec::new();
    let surveys = only_list(root, "surveys", limits::BOARDS_MAX, problems).into_iter();
    surveys.filter_map(|map| survey(map, &scope, &mut seen, problems)).collect()
}

fn survey(
    mut map: MapReader<'_>,
    scope: &Scope,
    seen: &mut Vec<(String, u32)>,
    problems: &mut Problems,
) -> Option<Survey> {
    let node = map.node();
    let (place, name) = (map.require("id", problems), values::name(&mut map, problems));
    let from = map.require("from", problems).and_then(|node| node.day(problems));
    let until = map.require("until", problems).and_then(|node| node.day(problems));
    let asked = map.require("questions", problems);
    let when_at = map.take("when");
    let when = when_at.map(|node| condition(node, scope, problems));
    let terms = map.take("terms");
    if let Some(stray) = terms.filter(|_| when_at.is_none()) {
        problems.push(stray.problem("goes only with `when`: it is that condition in words"));
    }
    let terms = terms.and_then(|node| values::both(node, limits::TERMS_CHARS_MAX, problems));
    map.finish(problems);
    let mut known = Vec::new();
    let questions = maps(asked, QUESTIONS_MAX, problems).into_iter();
    let questions: Vec<Question> = questions.filter_map(|map| question(map, &mut known, problems)).collect();
    let id = values::fresh(place?, seen, problems)?;
    let (from, until) = (from?, until?);
    node.or_problem((from <= until).then_some(()), "ends before it begins", problems)?;
    let is_empty = asked?.list(&mut Problems::new()).is_some_and(|items| items.is_empty());
    asked?.or_problem((!is_empty).then_some(()), "needs a question", problems)?;
    let when = when.map_or(Some(None), |when| when.map(Some))?;
    Some(Survey { id, name, from, until, when, terms, questions })
}

fn question(mut map: MapReader<'_>, seen: &mut Vec<(String, u32)>, problems: &mut Problems) -> Option<Question> {
    let node = map.node();
    let place = map.require("id", problems);
    let text = map.require("text", problems).and_then(|node| values::both(node, limits::TERMS_CHARS_MAX, problems));
    let [scale, one, several, words] = [map.take("scale"), map.take("one"), map.take("several"), map.take("chars")];
    let optional = map.take("optional").map_or(Some(false), |node| node.boolean(problems));
    map.finish(problems);
    let says = match (scale, one, several, words) {
        (Some(steps), None, None, None) => values::count(steps, 2..=STEPS_MAX, problems).map(Says::Scale),
        (None, Some(list), None, None) => options(list, problems).map(Says::One),
        (None, None, Some(list), None) => options(list, problems).map(Says::Several),
        (None, None, None, Some(most)) => values::count(most, 1..=CHARS_MAX, problems).map(Says::Text),
        _ => node.or_problem(None, "needs exactly one of `scale`, `one`, `several` and `chars`", problems),
    };
    let id = values::fresh(place?, seen, problems)?;
    Some(Question { id, text: text?, optional: optional?, says: says? })
}

fn options(list: Node<'_>, problems: &mut Problems) -> Option<Vec<Choice>> {
    let mut seen = Vec::new();
    let read = maps(Some(list), OPTIONS_MAX, problems).into_iter();
    let read: Vec<Choice> = read.filter_map(|map| option(map, &mut seen, problems)).collect();
    list.or_problem((read.len() > 1).then_some(read), "needs at least two options", problems)
}

fn option(mut map: MapReader<'_>, seen: &mut Vec<(String, u32)>, problems: &mut Problems) -> Option<Choice> {
    let (place, name): (_, Name) = (map.require("id", problems), values::name(&mut map, problems));
    map.finish(problems);
    Some(Choice { id: values::fresh(place?, seen, problems)?, name })
}
