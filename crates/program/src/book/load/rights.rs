//! `rights.yaml`: ceilings of grants by hand, and what takes a second person (LIM-22, SEC-05).

use compact_str::CompactString;
use jifen_rules::document::{Document, Node, Problems, Source, closest};
use jifen_vocab::{Decimal, Scope, limits as bounds};

use super::values;
use super::values::share;
use crate::book::{ApprovalTerms, Ceilings, FreezeAbove, Guard, Organization, Rights, RoleCeiling, Sensitive, Unusual};

/// The terms of a bundle that has neither this file nor roles of its own: those of the default rule book.
const DEFAULT: &str = include_str!("../../../../../programs/rulebook/rights.yaml");

/// Hours for which a question may stay open: a quarter.
const HOURS_MAX: i64 = 24 * 92;

/// Minutes for which a device may count as new: a month.
const MINUTES_MAX: i64 = 31 * 1_440;

/// Times the average, and grants that it is taken of.
const UNUSUAL_MAX: i64 = 10_000;

/// Ranks there may be.
const RANK_MAX: i64 = super::limits::TIERS_MAX as i64;

/// The document, where the bundle has it or the default stands for it.
pub(super) fn document(source: &Source, problems: &mut Problems) -> Option<Document> {
    match (source.text("rights.yaml"), source.text("roles.yaml")) {
        (Some(_), _) => source.document("rights.yaml", problems),
        (None, None) => Document::parse("rights.yaml", DEFAULT, problems),
        (None, Some(_)) => None,
    }
}

/// Reads the file.
pub(super) fn read(root: Node<'_>, organization: &Organization, problems: &mut Problems) -> Rights {
    let Some(mut map) = root.map(problems) else { return Rights::default() };
    let grants_at = map.take("grants");
    let tiers_at = map.take("tiers");
    let approvals_at = map.take("approvals");
    let guard = map.take("guard").and_then(|node| guard(node, problems));
    map.finish(problems);
    let grants = grants_at.map(|node| ceilings(node, organization, problems)).unwrap_or_default();
    let approvals = approvals_at.map(|node| approvals(node, organization, problems)).unwrap_or_default();
    let tier_rank = tiers_at.and_then(|node| tier_rank(node, problems));
    let rights = Rights { grants, tier_rank, approvals, guard };
    if let Some(node) = grants_at.filter(|_| rights.approval(Sensitive::Grant).is_none()) {
        problems.push(node.problem("needs `approvals.grant`: who approves what is above the ceilings"));
    }
    if let Some(node) = tiers_at.filter(|_| rights.approval(Sensitive::AssignTier).is_none()) {
        problems.push(node.problem("needs `approvals.assign_tier`: who approves what is above that rank"));
    }
    rights
}

fn ceilings(node: Node<'_>, organization: &Organization, problems: &mut Problems) -> Ceilings {
    let mut ceilings = Ceilings::default();
    let Some(mut map) = node.map(problems) else { return ceilings };
    ceilings.each = map.take("each").and_then(|node| points(node, problems));
    ceilings.event = map.take("event").and_then(|node| points(node, problems));
    ceilings.member_day = map.take("member_day").and_then(|node| points(node, problems));
    ceilings.unusual = map.take("unusual").and_then(|node| unusual(node, problems));
    let by_role = map.take("roles").and_then(|node| node.entries(problems)).unwrap_or_default();
    map.finish(problems);
    for (role, node) in by_role {
        known_role(role, node, organization, problems);
        let Some(mut map) = node.map(problems) else { continue };
        let each = map.require("each", problems).and_then(|node| points(node, problems));
        let day = map.require("day", problems).and_then(|node| points(node, problems));
        map.finish(problems);
        let (Some(each), Some(day)) = (each, day) else { continue };
        if day < each {
            problems.push(node.problem("lets a day hold less than one grant"));
        }
        ceilings.roles.push(RoleCeiling { role: CompactString::new(role), each, day });
    }
    ceilings
}

/// The rank up to which one person puts a member into a tier; as conditions count, the lowest is 0.
fn tier_rank(node: Node<'_>, problems: &mut Problems) -> Option<u8> {
    let mut map = node.map(problems)?;
    let rank = map.require("rank", problems).and_then(|node| values::count(node, 0..=RANK_MAX, problems));
    map.finish(problems);
    u8::try_from(rank?).ok()
}

fn unusual(node: Node<'_>, problems: &mut Problems) -> Option<Unusual> {
    let mut map = node.map(problems)?;
    let times = map.require("times", problems).and_then(|node| node.integer_in(2..=UNUSUAL_MAX, problems));
    let of_last = map.require("of_last", problems).and_then(|node| node.integer_in(5..=UNUSUAL_MAX, problems));
    let above = map.require("above", problems).and_then(|node| points(node, problems));
    map.finish(problems);
    Some(Unusual { times: times?, of_last: of_last?, above: above? })
}

fn guard(node: Node<'_>, problems: &mut Problems) -> Option<Guard> {
    let mut map = node.map(problems)?;
    let minutes = map.require("minutes", problems);
    let minutes = minutes.and_then(|node| values::count(node, 1..=MINUTES_MAX, problems));
    let most = map.require("points", problems).and_then(|node| points(node, problems));
    let share = map.take("share").map_or(Some(Decimal::ONE), |node| share(node, problems));
    let freeze = map.take("freeze").and_then(|node| freeze(node, problems));
    map.finish(problems);
    Some(Guard { minutes: minutes?, points: most?, share: share?, freeze })
}

fn freeze(node: Node<'_>, problems: &mut Problems) -> Option<FreezeAbove> {
    let mut map = node.map(problems)?;
    let above = map.require("points", problems).and_then(|node| points(node, problems));
    let hours = map.require("hours", problems).and_then(|node| values::count(node, 1..=HOURS_MAX, problems));
    map.finish(problems);
    Some(FreezeAbove { points: above?, hours: hours? })
}

fn approvals(node: Node<'_>, organization: &Organization, problems: &mut Problems) -> Vec<ApprovalTerms> {
    let mut all = Vec::new();
    for (action, node) in node.entries(problems).unwrap_or_default() {
        let Some((_, action)) = Sensitive::WORDS.iter().find(|(word, _)| *word == action) else {
            let words = Sensitive::WORDS.iter().map(|(word, _)| *word);
            let message = format!("`{action}` is not one of {}", words.clone().collect::<Vec<_>>().join(", "));
            problems.push(node.problem(message).suggest(closest(action, words)));
            continue;
        };
        let Some(mut map) = node.map(problems) else { continue };
        let by = map.require("by", problems).map(|node| deciders(node, organization, problems));
        let hours = map.require("hours", problems).and_then(|node| values::count(node, 1..=HOURS_MAX, problems));
        map.finish(problems);
        let (Some(by), Some(hours)) = (by, hours) else { continue };
        all.push(ApprovalTerms { action: *action, by, hours });
    }
    all
}

/// Roles that may decide approvals.
fn deciders(node: Node<'_>, organization: &Organization, problems: &mut Problems) -> Vec<CompactString> {
    let mut roles = Vec::new();
    for item in node.list(problems).unwrap_or_default() {
        let Some(text) = item.text(problems) else { continue };
        if !known_role(text, item, organization, problems) {
            continue;
        }
        if !organization.scopes([text]).has(Scope::ApprovalsDecide) {
            problems.push(item.problem(format!("`{text}` lacks the right {}", Scope::ApprovalsDecide.as_str())));
        }
        roles.push(CompactString::new(text));
    }
    if roles.is_empty() {
        problems.push(node.problem("needs a role that decides"));
    }
    roles
}

fn known_role(role: &str, node: Node<'_>, organization: &Organization, problems: &mut Problems) -> bool {
    let known = organization.role(role).is_some();
    if !known {
        let suggestion = closest(role, organization.roles.iter().map(|role| role.id.as_str()));
        problems.push(node.problem(format!("there is no role `{role}`")).suggest(suggestion));
    }
    known
}

fn points(node: Node<'_>, problems: &mut Problems) -> Option<i64> {
    node.integer_in(0..=bounds::AMOUNT_MAX, problems)
}
