//! Giving what a task or a place on a leaderboard awards: points, a badge, a word for the tier.

use compact_str::CompactString;
use jifen_ledger::{Cause, Dated, EntryKind, Grant, Piece};
use jifen_vocab::{Decimal, Points, RuleId, TierId, Timestamp, Why};

use super::redeem::gift;
use crate::book::RuleBook;
use crate::book::tasks::TaskAward;
use crate::desk::{Desk, Stop};
use crate::earning::Award;
use crate::member::Merit;
use crate::messages::{self, notify_at};
use crate::wallets::Sitting;

/// By what something is given, and when.
pub(super) struct Giver<'a> {
    pub(super) book: &'a RuleBook,
    /// What gives: what is given is booked under its name.
    pub(super) by: &'a RuleId,
    /// The member's tier then: how long points live depends on it.
    pub(super) tier: &'a TierId,
    pub(super) at: Timestamp,
    /// What brought it about, apart from what gives.
    pub(super) cause: &'a Cause,
}

/// What was given.
pub(super) enum Gave {
    Points(Box<Award>, Piece),
    /// A badge that the member did not hold before.
    Badge(CompactString),
    /// What the member had already, or a word for the tier.
    Nothing,
}

impl Giver<'_> {
    /// Gives an award.
    ///
    /// # Errors
    /// `limit-exceeded` where the wallet is as full as it may get.
    pub(super) fn give(&self, award: &TaskAward, sitting: &mut Sitting, desk: &mut Desk<'_>) -> Result<Gave, Stop> {
        match award {
            TaskAward::Points { unit, points, source } => {
                let book = self.book;
                let why = Why { rate: Some(Decimal::from(*points)), ..Why::default() };
                let validity =
                    book.unit(unit.as_str()).map(|known| book.validity(known, book.tier(self.tier.as_str())));
                let cause = Cause {
                    rule: Some(self.by.clone()),
                    version: Some(book.version),
                    label: Some(source.clone()),
                    why: Some(Box::new(why.clone())),
                    ..self.cause.clone()
                };
                let points = Points::new(*points);
                let granted = sitting.ledger().grant(Grant {
                    unit: unit.clone(),
                    points,
                    effective_at: self.at,
                    dated: Dated::At(validity.and_then(|validity| validity.expires_at(self.at, &book.zone))),
                    release: None,
                    kind: EntryKind::Earn,
                    cause,
                })?;
                let award = Award {
                    unit: unit.clone(),
                    points,
                    available_at: granted.available_at,
                    expires_at: granted.expires_at,
                    source: source.clone(),
                    rule: self.by.clone(),
                    version: book.version,
                    why,
                };
                Ok(Gave::Points(Box::new(award), granted.piece))
            }
            TaskAward::Badge(badge) => {
                let until = self.book.tasks.badge(badge).and_then(|badge| badge.until(self.at));
                if !sitting.member.give_badge(badge, self.at, until) {
                    return Ok(Gave::Nothing);
                }
                desk.count("badge", self.book.zone.day_of(self.at), badge.clone(), 1);
                if let Some(known) = self.book.tasks.badge(badge) {
                    let told = messages::Cause::BadgeEarned { badge: known.name.clone() };
                    notify_at(desk, &sitting.member.body, told, self.at);
                }
                Ok(Gave::Badge(badge.clone()))
            }
            TaskAward::Gift(gift) => {
                let Some(gift) = self.book.gifts.get(gift) else { return Ok(Gave::Nothing) };
                // Where none is left, that is counted for operators; whoever gives has nobody to answer.
                drop(gift::give(desk, self.book, gift, &sitting.member.body, self.by)?);
                Ok(Gave::Nothing)
            }
            TaskAward::Tier(kind) => {
                sitting.member.add_merit(Merit {
                    kind: *kind,
                    task: self.by.clone(),
                    at: self.at,
                    done: false,
                    raised: None,
                });
                Ok(Gave::Nothing)
            }
        }
    }
}
