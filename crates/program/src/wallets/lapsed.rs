//! Points that lapsed unspent. A later refund of the order they came from counts them as taken (decision 4), and the
//! wallet, being of bounded size, has forgotten them.

use compact_str::{CompactString, format_compact};
use jifen_ledger::{Lapsed, LotId, Piece, Pieces};
use jifen_vocab::{Key, Kind, MemberId, Timestamp, UnitId, limits};
use serde::{Deserialize, Serialize};

use crate::book::RuleBook;
use crate::desk::{Desk, Loaded, RecordFault, json_record};
use crate::member::Member;

/// Numbers of one lot that lapsed together.
///
/// A lot lapses at once, except for what is held then: that lapses when it is released. So most lots have one such
/// record, and one that says `more` may have others, numbered from 1.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LapsedLot {
    /// Schema version.
    pub v: u8,
    /// Which numbers.
    pub pieces: Pieces,
    /// Whether some of the lot was held and may have lapsed later.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub more: bool,
}

/// Lapsed lots, addressed by member, unit, lot and number.
pub static LAPSED: Kind = Kind::facts("lapsed_lot");

json_record!(LapsedLot, LAPSED);

fn id(member: &MemberId, unit: &UnitId, lot: LotId, number: u32) -> CompactString {
    format_compact!("{member}/{unit}/{}/{number}", lot.0)
}

/// Writes what lapsed.
pub(super) fn write(desk: &mut Desk<'_>, member: &mut Member, lapsed: &[Lapsed]) {
    for lapse in lapsed {
        let Some(lot) = lapse.pieces.first().map(|piece| piece.lot) else { continue };
        let place = member.body.lapsing.iter().position(|(unit, id, _)| *unit == lapse.unit && *id == lot);
        let number = place.map_or(0, |place| member.body.lapsing[place].2);
        let remains = has_lot(member, &lapse.unit, lot);
        match (place, remains) {
            (None, true) => member.body.lapsing.push((lapse.unit.clone(), lot, 1)),
            (Some(place), true) => member.body.lapsing[place].2 = number + 1,
            (Some(place), false) => drop(member.body.lapsing.swap_remove(place)),
            (None, false) => {}
        }
        let record = LapsedLot { v: 1, pieces: lapse.pieces.clone(), more: remains };
        desk.write_new(&id(&member.body.id, &lapse.unit, lot, number), record);
    }
    // What was held past its date may have been captured instead: then nothing more of it can lapse.
    let wallet = &member.body.wallet;
    let lots = |unit: &UnitId| wallet.holding(unit).map_or(&[][..], |holding| holding.lots());
    member.body.lapsing.retain(|(unit, lot, _)| lots(unit).iter().any(|there| there.id() == *lot));
}

/// Lapses of a member that may be brought back are remembered with the member: the newest of them.
const LAPSES_MAX: usize = 12;

/// Notes in the member's record what customer service may bring back (EXP-17), and forgets what it may not any more.
pub fn remember_lapses(member: &mut Member, lapsed: &[Lapsed], book: &RuleBook, now: Timestamp) {
    let days = |unit: &UnitId| {
        let staff = book.unit(unit.as_str()).and_then(|unit| unit.extension.as_ref()?.staff);
        staff.map_or(0, |staff| i64::from(staff.lapsed_days))
    };
    let lapses = &mut member.body.lapses;
    lapses.retain(|(unit, at, _)| at.plus_days(days(unit)) > now);
    for lapse in lapsed.iter().filter(|lapse| lapse.at.plus_days(days(&lapse.unit)) > now) {
        let points = jifen_ledger::points_of(&lapse.pieces).get();
        match lapses.iter_mut().find(|(unit, at, _)| *unit == lapse.unit && *at == lapse.at) {
            Some((_, _, known)) => *known = known.saturating_add(points),
            None => lapses.push((lapse.unit.clone(), lapse.at, points)),
        }
    }
    let forgotten = lapses.len().saturating_sub(LAPSES_MAX);
    lapses.drain(..forgotten);
}

fn has_lot(member: &Member, unit: &UnitId, lot: LotId) -> bool {
    let holding = member.body.wallet.holding(unit);
    holding.is_some_and(|holding| holding.lots().iter().any(|there| there.id() == lot))
}

/// The records to ask for when an award's points may have lapsed: first of the lot, and if that says so, the others.
pub fn lapsed_keys(loaded: &Loaded<'_>, member: &MemberId, unit: &UnitId, lot: LotId) -> (Vec<Key>, bool) {
    let first = id(member, unit, lot, 0);
    if !loaded.has_asked::<LapsedLot>(&first) {
        return (vec![Key { kind: &LAPSED, id: first }], true);
    }
    let more = loaded.peek::<LapsedLot>(&first).is_some_and(|record| record.more);
    if !more {
        return (Vec::new(), false);
    }
    let others = 1..=limits::HOLDS_OPEN_MAX as u32;
    (others.map(|number| Key { kind: &LAPSED, id: id(member, unit, lot, number) }).collect(), false)
}

/// What of a lot has lapsed, from the records asked for and from what lapsed in this very command.
pub fn lapsed_pieces(
    desk: &Desk<'_>,
    member: &MemberId,
    unit: &UnitId,
    lot: LotId,
    just_now: &[Lapsed],
) -> Result<Vec<Piece>, RecordFault> {
    let mut pieces = Vec::new();
    // Not asked for means that the lot was whole when the command was loaded: nothing of it had lapsed.
    let first = id(member, unit, lot, 0);
    let first = if desk.has_asked::<LapsedLot>(&first) { desk.read::<LapsedLot>(&first)? } else { None };
    if let Some(first) = first {
        pieces.extend_from_slice(&first.pieces);
        let mut number = 1;
        while first.more && number <= limits::HOLDS_OPEN_MAX as u32 {
            let Some(next) = desk.read::<LapsedLot>(&id(member, unit, lot, number))? else { break };
            pieces.extend_from_slice(&next.pieces);
            number += 1;
        }
    }
    for lapse in just_now.iter().filter(|lapse| lapse.unit == *unit) {
        pieces.extend(lapse.pieces.iter().filter(|piece| piece.lot == lot));
    }
    Ok(pieces)
}

/// Whether nothing of a lot can have lapsed: it is in the wallet, and not because the rest is held.
pub fn lot_is_whole(member: &Member, unit: &UnitId, lot: LotId) -> bool {
    let there = member.body.wallet.holding(unit).is_some_and(|holding| holding.lots().iter().any(|l| l.id() == lot));
    there && !member.body.lapsing.iter().any(|(u, l, _)| u == unit && *l == lot)
}
