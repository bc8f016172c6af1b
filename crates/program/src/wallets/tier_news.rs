//! What a change of tier leaves behind: its line of the history, its counts, and what the member is told.

use compact_str::{CompactString, format_compact};
use jifen_vocab::TierId;

use crate::book::RuleBook;
use crate::desk::Desk;
use crate::member::Member;
use crate::messages::{Cause as Told, notify_at};
use crate::tiers::{ChangeCause, TierChange};

/// The tiers that counted before and afterwards.
pub(super) type Moved = Option<(TierId, TierId)>;

/// Tells the member of a tier that changed, or will.
pub(super) fn tell(desk: &mut Desk<'_>, member: &Member, book: &RuleBook, changes: &[(TierChange, Moved)]) {
    for (change, moved) in changes {
        if let Some((before, after)) = moved {
            let (old, new) = (book.tier(before.as_str()), book.tier(after.as_str()));
            let tier = new.name.clone();
            let cause = if new.rank > old.rank { Told::TierUp { tier } } else { Told::TierDown { tier } };
            notify_at(desk, &member.body, cause, change.at);
        }
        if let (ChangeCause::Warned, Some(date)) = (change.cause, change.due) {
            let tier = book.tier(change.before.as_str());
            // Whole points, rounded up: with one less the tier would be lost.
            let keep = tier.keep.map_or(0, |line| line.saturating_mul(100));
            let missing = keep.saturating_sub(change.score.unwrap_or(0)).max(0);
            let cause = Told::TierAtRisk { tier: tier.name.clone(), date, missing: (missing + 99) / 100 };
            notify_at(desk, &member.body, cause, change.at);
        }
    }
}

/// Writes what changed, and counts it on its day.
pub(super) fn write(desk: &mut Desk<'_>, book: &RuleBook, changes: Vec<(TierChange, Moved)>) {
    for (change, moved) in changes {
        let day = book.zone.day_of(change.at);
        if let Some((before, after)) = moved {
            desk.count("tier_moves", day, CompactString::new(before.as_str()), -1);
            desk.count("tier_moves", day, CompactString::new(after.as_str()), 1);
        }
        let for_good = [
            ChangeCause::Assessed,
            ChangeCause::Assigned,
            ChangeCause::Merit,
            ChangeCause::Reached,
            ChangeCause::TakenBack,
        ];
        if for_good.contains(&change.cause) {
            let rank = |tier: &TierId| book.tier(tier.as_str()).rank;
            let step = if rank(&change.tier) > rank(&change.before) { "up" } else { "down" };
            desk.count("tier_steps", day, format_compact!("{step}|{}", change.before), 1);
        }
        let id = desk.new_id("tier");
        desk.write_new(&id, change);
    }
}
