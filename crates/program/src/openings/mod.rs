//! Openings: points that members bring along from another system.
//!
//! Refusals, in order: member-unknown, unit-unknown, what the ledger says of a full wallet.

use compact_str::CompactString;
use jifen_ledger::{Cause, CauseKind, Dated, EntryKind, Grant};
use jifen_vocab::{MemberId, Points, Timestamp, UnitId};

use crate::book::Books;
use crate::desk::{Command, Desk, Identity, Keys, Loaded, RequestKey, Stop, Touch};
use crate::member::Member;
use crate::wallets::{Sitting, unit_unknown};

/// How long points that were brought along last.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Lasts {
    /// As long as points of the unit that the member earns now.
    ByTheBook,
    /// Until that instant.
    Until(Timestamp),
    /// For ever.
    Forever,
}

/// Gives a member an opening balance.
#[derive(Debug, Clone)]
pub struct OpenBalance {
    /// The key under which it counts once.
    pub request: RequestKey,
    /// Whose.
    pub member: MemberId,
    /// The unit.
    pub unit: UnitId,
    /// How many.
    pub points: Points,
    /// How long they last.
    pub lasts: Lasts,
    /// The other system's own name for the balance.
    pub reference: Option<CompactString>,
    /// Who brings it over: the credential.
    pub operator: CompactString,
}

impl Command for OpenBalance {
    type Outcome = ();

    fn identity(&self) -> Option<Identity> {
        Some(self.request.identity())
    }

    fn touches(&self, _: &Books, _: &Loaded<'_>, keys: &mut Keys) -> Touch {
        keys.want::<Member>(self.member.as_str());
        Touch::Done
    }

    fn decide(&self, desk: &mut Desk<'_>) -> Result<(), Stop> {
        let mut sitting = Sitting::open(desk, self.member.as_str())?;
        let book = sitting.book().clone();
        let Some(unit) = book.unit(self.unit.as_str()) else {
            return Err(unit_unknown(&book, &self.unit).into());
        };
        let now = desk.now();
        let expires_at = match self.lasts {
            Lasts::ByTheBook => {
                book.validity(unit, book.tier(sitting.member.body.tier.as_str())).expires_at(now, &book.zone)
            }
            Lasts::Until(at) => Some(at),
            Lasts::Forever => None,
        };
        let cause = Cause {
            by: CauseKind::Import,
            id: self.reference.clone(),
            operator: Some(self.operator.clone()),
            ..Cause::default()
        };
        sitting.ledger().grant(Grant {
            unit: self.unit.clone(),
            points: self.points,
            effective_at: now,
            dated: Dated::At(expires_at),
            release: None,
            kind: EntryKind::Open,
            cause,
        })?;
        sitting.close(desk);
        Ok(())
    }
}
