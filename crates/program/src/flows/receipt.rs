//! Receipts: the record that shows why points moved, and whether it bears out what the journal says (REL-14).
//!
//! Not every movement has one: time needs no reason, and an event that is no order is its own. Where there is one it is
//! for the same member and unit, and for at least as many points.

use jifen_ledger::{CauseKind, Entry, EntryKind};
use jifen_vocab::{Key, MemberId, UnitId};

use crate::adjustments::{ADJUSTMENT, Adjustment};
use crate::deductions::{DEDUCTION, Deduction};
use crate::desk::Record;
use crate::holds::{HOLD, HoldFact};
use crate::orders::{ORDER, OrderFact};
use crate::redemptions::{REDEMPTION, Redemption};
use crate::spends::{SPEND, SpendFact};

/// The type of the events that orders begin with.
const PAID: &str = "order.paid";

/// Where the receipt of an entry is, where it must have one.
pub fn receipt_of(entry: &Entry) -> Option<Key> {
    let cause = &entry.cause;
    let named = |kind, prefix: &str| {
        let id = cause.id.as_ref().filter(|id| id.starts_with(prefix))?;
        Some(Key::new(kind, id))
    };
    match cause.by {
        CauseKind::Spend => named(&SPEND, "spd_"),
        CauseKind::Hold => named(&HOLD, "hld_"),
        CauseKind::Adjustment => named(&ADJUSTMENT, "adj_"),
        CauseKind::Redemption => named(&REDEMPTION, "rdm_"),
        CauseKind::Deduction => Some(Key::new(&DEDUCTION, cause.id.as_ref()?)),
        CauseKind::Event => {
            let paid = entry.kind == EntryKind::Earn && cause.event_type.as_deref() == Some(PAID);
            let order = cause.order.as_ref().filter(|_| paid || entry.kind == EntryKind::Refund)?;
            Some(Key::new(&ORDER, order.as_str()))
        }
        _ => None,
    }
}

/// What a receipt says: whose points, of which unit, and how many were moved at most; nothing where it does not say.
struct Said {
    member: MemberId,
    unit: Option<UnitId>,
    points: Option<i64>,
}

/// Whether a receipt bears out an entry.
///
/// # Errors
/// A sentence that says what differs.
pub fn bears_out(entry: &Entry, key: &Key, body: &[u8]) -> Result<(), String> {
    let place = format!("{}/{}", key.kind.name, key.id);
    let said = read(key, body).map_err(|error| format!("the receipt {place} cannot be read: {error}"))?;
    if said.member != entry.member {
        return Err(format!("the receipt {place} is another member's"));
    }
    if said.unit.is_some_and(|unit| unit != entry.unit) {
        return Err(format!("the receipt {place} is for another unit"));
    }
    let moved = entry.points.get();
    let whole = match key.kind.name {
        // What begins a spend, a hold or an adjustment moves all of it; what follows moves parts.
        "spend" => entry.kind == EntryKind::Spend,
        "hold" => entry.kind == EntryKind::Hold,
        "adjustment" => entry.kind == EntryKind::Adjust,
        _ => false,
    };
    match said.points {
        Some(points) if moved > points || whole && moved != points => {
            Err(format!("{moved} points moved, and the receipt {place} is for {points}"))
        }
        _ => Ok(()),
    }
}

fn read(key: &Key, body: &[u8]) -> Result<Said, serde_json::Error> {
    let of = |member, unit, points: i64| Said { member, unit: Some(unit), points: Some(points.saturating_abs()) };
    Ok(match key.kind.name {
        "spend" => SpendFact::read(body).map(|fact| of(fact.member, fact.unit, fact.points))?,
        "hold" => HoldFact::read(body).map(|fact| of(fact.member, fact.unit, fact.points))?,
        "adjustment" => Adjustment::read(body).map(|fact| of(fact.member, fact.unit, fact.points))?,
        "redemption" => Redemption::read(body).map(|fact| of(fact.member, fact.unit, fact.points))?,
        // An order may have another deduction after one that was canceled.
        "deduction" => Deduction::read(body).map(|fact| Said { member: fact.member, unit: None, points: None })?,
        _ => OrderFact::read(body).map(|fact| Said { member: fact.member, unit: None, points: None })?,
    })
}
