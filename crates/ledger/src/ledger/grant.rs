//! Points come in: awards, positive adjustments, opening balances; and pending ones become usable.

use compact_str::CompactString;
use jifen_vocab::{Points, Refusal, Timestamp, UnitId};

use super::{Ledger, Posting, check_points};
use crate::account::Account;
use crate::entry::{Cause, EntryKind};
use crate::lot::{Lot, Piece, Pieces, State, WaitNo};
use crate::validity::Validity;
use crate::wallet::{Holding, Release, Wait};

/// When granted points expire.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Dated {
    /// At that instant, or never; validity counts from the grant and has been resolved.
    At(Option<Timestamp>),
    /// Validity counts from the release. For points that are available at once that is the grant.
    OnRelease(Validity),
}

/// Points to be granted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Grant {
    /// The unit.
    pub unit: UnitId,
    /// How many; positive.
    pub points: Points,
    /// The time of the event; for a late one it is in the past (decision 10).
    pub effective_at: Timestamp,
    /// When they expire.
    pub dated: Dated,
    /// What they wait for; none for available at once.
    pub release: Option<Release>,
    /// Earn, Adjust or Open.
    pub kind: EntryKind,
    /// What brought it about.
    pub cause: Cause,
}

/// Where granted points went.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Granted {
    /// Exactly which numbers; they say later what of this grant is left.
    pub piece: Piece,
    /// When they are available: the effective instant, or the release if that is a date.
    pub available_at: Option<Timestamp>,
    /// When they expire; none for never, or as long as it counts from an event to come.
    pub expires_at: Option<Timestamp>,
}

/// Pending points that became available by an event.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Released {
    /// The unit.
    pub unit: UnitId,
    /// Which; with their date.
    pub pieces: Pieces,
}

impl Ledger<'_> {
    /// Grants points. Available ones repay a debt first. Points that have expired meanwhile lapse at their own instant
    /// before this returns.
    ///
    /// Refuses `amount-out-of-range` for points below 1 and `limit-exceeded` for a wallet that is full.
    pub fn grant(&mut self, grant: Grant) -> Result<Granted, Refusal> {
        let points = check_points(grant.points)?;
        let at = grant.effective_at;
        let release = grant.release.filter(|release| !matches!(release, Release::At(due) if *due <= at));
        let expires_at = self.expiry(&grant.dated, release.as_ref(), at);
        let (date, on_release) = match (grant.dated, &release) {
            (Dated::OnRelease(validity), Some(_)) => (None, Some(Box::new(validity))),
            (Dated::At(_) | Dated::OnRelease(_), _) => (expires_at, None),
        };
        let mut home = None;
        if let Some(holding) = self.wallet.holding(&grant.unit) {
            home = holding.home_for(points, date, on_release.is_some());
            holding.check_room(points, usize::from(home.is_none()))?;
        }
        // From here on nothing may fail.
        let unit = self.holding_for(&grant.unit);
        let holding = &mut self.wallet.units[unit];
        let available_at = match &release {
            None => Some(at),
            Some(Release::At(due)) => Some(*due),
            Some(Release::Awaiting { .. }) => None,
        };
        let (state, account) = match release {
            None => (State::Available, Account::Available),
            Some(release) => (State::Pending(holding.wait_for(release)), Account::Pending),
        };
        let lot = match home {
            Some(index) => &mut holding.lots[index],
            None => {
                let id = holding.new_lot_id();
                holding.add_lot(Lot { on_release, ..Lot::open(id, at, date) })
            }
        };
        let piece = lot.append(points, state, at);
        let pieces = Pieces::from_slice(&[piece]);
        let owes = account == Account::Available && holding.debt > 0;
        let to_repay = owes.then(|| grant.cause.clone());
        self.post(unit, Posting::of(grant.kind, Account::Issued, account, at, pieces), grant.cause);
        if let Some(cause) = to_repay {
            self.repay(unit, &[piece], at, &cause);
        }
        self.settle();
        Ok(Granted { piece, available_at, expires_at })
    }

    /// When points expire, as far as it is known at the grant.
    fn expiry(&self, dated: &Dated, release: Option<&Release>, granted_at: Timestamp) -> Option<Timestamp> {
        match (dated, release) {
            (Dated::At(date), _) => *date,
            (Dated::OnRelease(validity), None) => validity.expires_at(granted_at, self.law.zone),
            (Dated::OnRelease(validity), Some(Release::At(due))) => validity.expires_at(*due, self.law.zone),
            (Dated::OnRelease(_), Some(Release::Awaiting { .. })) => None,
        }
    }

    /// An event came: releases the points that wait for its type and for one of the things it is about. `at` is the
    /// time of the event, from which validities count that count from the release.
    pub fn release_awaiting(&mut self, event: &str, key: Option<&str>, at: Timestamp, cause: &Cause) -> Vec<Released> {
        let mut released = Vec::new();
        for unit in 0..self.wallet.units.len() {
            while let Some(wait) = self.wallet.units[unit].waits.iter().find(|w| w.is_for(event, key)).cloned() {
                let pieces = self.release(unit, &wait, at.min(self.now), cause);
                released.push(Released { unit: self.wallet.units[unit].unit.clone(), pieces });
            }
        }
        if !released.is_empty() {
            self.settle();
        }
        released
    }
}

impl Wait {
    fn is_for(&self, event: &str, key: Option<&str>) -> bool {
        match &self.release {
            Release::At(_) => false,
            Release::Awaiting { event: awaited, key: about, .. } => {
                awaited == event && about.as_ref().is_none_or(|about| key == Some(CompactString::as_str(about)))
            }
        }
    }
}

impl Holding {
    /// The lot to which the grant is appended, if there is one: the last with that date, so that the oldest still goes
    /// first where several have it.
    fn home_for(&self, points: i64, date: Option<Timestamp>, dated_later: bool) -> Option<usize> {
        if dated_later {
            return None;
        }
        self.lots.iter().rposition(|lot| lot.takes(date, false, points))
    }

    /// The number of what the points wait for.
    fn wait_for(&mut self, release: Release) -> WaitNo {
        if let Some(wait) = self.waits.iter().find(|wait| wait.release == release) {
            return wait.no;
        }
        let no = self.waits.iter().map(|wait| wait.no).max().map_or(1, |last| last.wrapping_add(1));
        self.waits.push(Wait { no, release });
        no
    }
}
