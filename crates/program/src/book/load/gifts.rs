//! `gifts` in `rewards.yaml`: rewards of the shelf that rules and tasks give.

use compact_str::CompactString;
use jifen_rules::document::{MapReader, Node, Problems, Source, closest};
use jifen_vocab::RewardId;

use super::values;
use super::values::maps;
use crate::book::gifts::Gift;

/// Gifts beyond which a slip is more likely.
const GIFTS_MAX: usize = 200;
/// Days beyond which a slip is more likely: ten years.
const DAYS_MAX: i64 = 3_660;
/// The file they stand in.
const FILE: &str = "rewards.yaml";

/// Reads the list.
pub(super) fn read(list: Option<Node<'_>>, problems: &mut Problems) -> Vec<Gift> {
    let mut seen = Vec::new();
    maps(list, GIFTS_MAX, problems).into_iter().filter_map(|map| gift(map, &mut seen, problems)).collect()
}

/// `{ id: free-shipping, name: { zh: 包邮券, en: Free shipping }, reward: shipping-coupon, days: 30 }`
fn gift(mut map: MapReader<'_>, seen: &mut Vec<(String, u32)>, problems: &mut Problems) -> Option<Gift> {
    let node = map.node();
    let id = values::identified(&mut map, seen, problems);
    let name = values::name(&mut map, problems);
    let reward_at = map.require("reward", problems);
    let reward = reward_at.and_then(|node| values::id(node, RewardId::new, problems));
    let days = map.take("days").and_then(|node| values::count(node, 1..=DAYS_MAX, problems));
    map.finish(problems);
    let reward = reward?;
    let absent = reward_at.unwrap_or(node).problem(format!("there is no reward `{reward}` that is offered"));
    Some(Gift { id: id?, name, reward, days, absent })
}

/// The rewards that the gifts of a bundle name, as far as they can be read.
pub fn rewards_named(source: &Source) -> Vec<RewardId> {
    let ignored = &mut Problems::new();
    let document = source.document(FILE, ignored);
    let list = document.as_ref().and_then(|document| document.root().map(ignored)?.take("gifts"));
    read(list, ignored).into_iter().map(|gift| gift.reward).collect()
}

/// The gift that a rule or a task names.
pub(super) fn known(node: Node<'_>, gifts: &[Gift], problems: &mut Problems) -> Option<CompactString> {
    let text = node.text(problems)?;
    let found = gifts.iter().find(|gift| gift.id == text).map(|gift| gift.id.clone());
    if found.is_none() {
        let suggestion = closest(text, gifts.iter().map(|gift| gift.id.as_str()));
        problems.push(node.problem(format!("there is no gift `{text}` in rewards.yaml")).suggest(suggestion));
    }
    found
}
