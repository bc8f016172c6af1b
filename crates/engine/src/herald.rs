//! The herald: tells members slice by slice what goes to many of them: mailings to whole tiers, and wake-ups.
//!
//! Members are read here; who is told and how far it has come is decided and written in one commit, so that whatever
//! interrupts it, the next look goes on where it stood. It shares the assessor's thread.

use std::sync::Arc;

use compact_str::CompactString;
use jifen_program::desk::Record;
use jifen_program::member::{MEMBER, Member};
use jifen_program::messages::{MAILINGS, MailSlice, Mailing, MailingDocket};
use jifen_program::wake_ups::{DOCKET, WakeSlice, WakeUp, WakeUpDocket};
use jifen_program::wallets::view_at;
use jifen_store::{Bound, Find, Order, Value};
use jifen_vocab::MemberId;

use crate::hands::Hands;
use crate::{EngineError, Shared, unreadable};

/// Members told in one commit.
const TOLD_MEMBERS: usize = 200;
/// Members looked at together for points that sleep.
const LOOK_MEMBERS: usize = 500;
/// The place of the tier among the columns of members.
const TIER_COLUMN: usize = 0;

/// Does what is to be done next; no where nothing is.
pub(crate) fn step(hands: &Hands) -> Result<bool, EngineError> {
    let mailed = mail(hands)?;
    Ok(wake(hands)? || mailed)
}

/// Tells the next members of each mailing that is on its way.
fn mail(hands: &Hands) -> Result<bool, EngineError> {
    let shared = &hands.shared;
    let docket = hands.read::<MailingDocket>(MAILINGS)?.unwrap_or_default();
    for id in &docket.running {
        let Some(mailing) = hands.read::<Mailing>(id)? else { continue };
        if mailing.place < mailing.tiers.len() {
            hands.judged(next_slice(shared, mailing)?)?;
        }
    }
    Ok(!docket.running.is_empty())
}

/// The next members of a mailing: of the tier it is at, or, where it goes through everybody, those of any of its tiers.
fn next_slice(shared: &Shared, mailing: Mailing) -> Result<MailSlice, EngineError> {
    let tier = (!mailing.whole).then(|| Value::Text(CompactString::new(mailing.tiers[mailing.place].as_str())));
    let before = tier.clone().unwrap_or(Value::Null);
    let from = mailing.after.clone().map_or(Bound::Start, |after| Bound::After(before, after));
    let (column, limit) = (tier.as_ref().map(|_| TIER_COLUMN), TOLD_MEMBERS);
    let find = Find { kind: &MEMBER, column, equals: tier, order: Order::Ascending, from, limit };
    let page = shared.store.find(&find).map_err(Arc::new)?;
    let mut members = Vec::with_capacity(page.rows.len());
    for (id, _, row) in &page.rows {
        if !mailing.whole || mailing.tiers.contains(&read(id, &row.body)?.body.tier) {
            members.extend(MemberId::new(id));
        }
    }
    let until = page.rows.last().map(|(id, ..)| id.clone());
    let Mailing { id: mailing, place, after, .. } = mailing;
    Ok(MailSlice { mailing, place, after, members, until, is_last: page.next.is_none() })
}

fn read(id: &str, body: &[u8]) -> Result<Member, EngineError> {
    Member::read(body).map_err(|error| unreadable::<Member>(id, &error))
}

/// Wakes the next members.
fn wake(hands: &Hands) -> Result<bool, EngineError> {
    let docket = hands.read::<WakeUpDocket>(DOCKET)?;
    let Some(open) = docket.and_then(|docket| docket.open) else { return Ok(false) };
    match hands.read::<WakeUp>(&open)? {
        Some(wake_up) => hands.judged(look(&hands.shared, &wake_up)?).map(|()| true),
        None => Err(EngineError::Fault(format!("the open wake-up {open} is not there"))),
    }
}

/// The next members after the last one, and which of them have points that sleep.
fn look(shared: &Shared, wake_up: &WakeUp) -> Result<WakeSlice, EngineError> {
    let (books, now) = (shared.books(), shared.clock.now());
    let from = wake_up.after.clone().map_or(Bound::Start, |after| Bound::After(Value::Null, after));
    let find = Find { kind: &MEMBER, column: None, equals: None, order: Order::Ascending, from, limit: LOOK_MEMBERS };
    let page = shared.store.find(&find).map_err(Arc::new)?;
    let mut sleepers = Vec::new();
    for (id, _, row) in &page.rows {
        let view = view_at(&read(id, &row.body)?, &books, now);
        if view.unit(&wake_up.unit).is_some_and(|unit| unit.dormant.get() > 0) {
            sleepers.push(id.clone());
        }
    }
    Ok(WakeSlice {
        wake_up: wake_up.id.clone(),
        after: wake_up.after.clone(),
        until: page.rows.last().map(|(id, ..)| id.clone()).or_else(|| wake_up.after.clone()),
        seen: page.rows.len() as i64,
        sleepers,
        is_last: page.next.is_none(),
    })
}
