//! What is about to lapse, what lapsed of late, and whether either can still be helped (EXP-07, EXP-17).

use jifen_ledger::{Lot, Outcome};
use jifen_vocab::{Code, Ratio, Refusal, Rounding, Timestamp, UnitId};
use serde::{Deserialize, Serialize};

use crate::book::{Books, ExtensionTerms, RuleBook, Unit};
use crate::member::Member;
use crate::wallets::remember_lapses;

/// Which points get a later date.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Which {
    /// Those that lapse at that instant.
    Expiring(Timestamp),
    /// Those that lapsed at that instant.
    Lapsed(Timestamp),
}

/// A later date that can be had.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Offer {
    /// How many points it is about.
    pub points: i64,
    /// When they would lapse.
    pub expires_at: Timestamp,
    /// How many points it costs.
    pub fee: i64,
}

/// Why a later date cannot be had.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Why {
    /// More points than customer service may help with.
    AboveCeiling,
    /// Customer service alone can help.
    AskService,
    /// The program does not put dates off.
    NotOffered,
    /// The date was put off before.
    Once,
    /// The date is still far.
    TooEarly,
    /// It lapsed too long ago.
    TooLate,
}

impl Why {
    /// The word it is written with.
    pub const fn as_str(self) -> &'static str {
        match self {
            Why::AboveCeiling => "above-ceiling",
            Why::AskService => "ask-service",
            Why::NotOffered => "not-offered",
            Why::Once => "once",
            Why::TooEarly => "too-early",
            Why::TooLate => "too-late",
        }
    }
}

/// Points that lapse together.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Coming {
    /// When.
    pub expires_at: Timestamp,
    /// How many; held ones are not among them.
    pub points: i64,
    /// When the member was told.
    pub noticed_at: Option<Timestamp>,
    /// The later date that can be had, or why not.
    pub extension: Result<Offer, Why>,
}

/// Points that lapsed together.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Gone {
    /// When.
    pub at: Timestamp,
    /// How many.
    pub points: i64,
    /// The date with which they can come back, or why not.
    pub extension: Result<Offer, Why>,
}

/// What happens to a member's points of a unit unless something is done.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Outlook {
    /// The unit.
    pub unit: UnitId,
    /// Available points.
    pub balance: i64,
    /// Points that sleep.
    pub dormant: i64,
    /// Points that shrank while they slept.
    pub shrunk: i64,
    /// When more fall asleep, once the member was told.
    pub falls_asleep_at: Option<Timestamp>,
    /// What lapses, earliest first.
    pub coming: Vec<Coming>,
    /// What lapsed of late, newest first.
    pub gone: Vec<Gone>,
}

/// Who asks for a later date.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Asked {
    /// The member, for what everybody gets.
    Member,
    /// Customer service, perhaps for a number of days of its own.
    Staff(Option<u16>),
}

/// What happens to a member's points of a unit, and what the member (or customer service) can do about it.
pub fn outlook(member: &Member, books: &Books, unit: &Unit, now: Timestamp, by_member: bool) -> Outlook {
    let book = books.at(now);
    let member = settled(member, book, now);
    let asked = if by_member { Asked::Member } else { Asked::Staff(None) };
    let offer = |which| match find(&member, book, unit, which, asked, now) {
        Found::Offer(offer) => Ok(offer),
        Found::No(why) => Err(why),
        Found::Nothing => Err(Why::TooLate),
    };
    let holding = member.body.wallet.holding(&unit.id);
    let lots = holding.map(jifen_ledger::Holding::lots).unwrap_or_default();
    let mut coming: Vec<Coming> = Vec::new();
    for lot in lots.iter().filter(|lot| lot.free().is_positive()) {
        let Some(expires_at) = lot.expires_at() else { continue };
        let points = lot.free().get();
        match coming.last_mut().filter(|last| last.expires_at == expires_at) {
            Some(last) => last.points = last.points.saturating_add(points),
            None => coming.push(Coming {
                expires_at,
                points,
                noticed_at: holding.and_then(|holding| holding.noticed_at(expires_at)),
                extension: offer(Which::Expiring(expires_at)),
            }),
        }
    }
    let own = member.body.lapses.iter().rev().filter(|(of, ..)| *of == unit.id);
    let gone = own.map(|(_, at, points)| Gone { at: *at, points: *points, extension: offer(Which::Lapsed(*at)) });
    Outlook {
        unit: unit.id.clone(),
        balance: member.body.wallet.available(&unit.id).get(),
        dormant: member.body.wallet.dormant(&unit.id).get(),
        shrunk: member.body.wallet.shrunk(&unit.id).get(),
        falls_asleep_at: holding.and_then(jifen_ledger::Holding::falls_asleep_at),
        gone: gone.collect(),
        coming,
    }
}

/// The member as time has left them.
fn settled(member: &Member, book: &RuleBook, now: Timestamp) -> Member {
    let mut member = member.clone();
    let mut out = Outcome::default();
    jifen_ledger::settle(&mut member.body.wallet, &member.body.id, book.law(), now, &mut out);
    remember_lapses(&mut member, &out.lapsed, book, now);
    member
}

/// The later date that is to be had.
pub(super) fn offer(
    member: &Member,
    book: &RuleBook,
    unit: &Unit,
    which: Which,
    asked: Asked,
    now: Timestamp,
) -> Result<Offer, Refusal> {
    if let Asked::Staff(Some(days)) = asked {
        let most = unit.extension.as_ref().and_then(|terms| terms.staff).map_or(0, |staff| staff.days);
        if most > 0 && !(1..=most).contains(&days) {
            return Err(Refusal::field("/days", &format!("be 1 to {most}")));
        }
    }
    match find(member, book, unit, which, asked, now) {
        Found::Offer(offer) => Ok(offer),
        Found::No(why) => Err(unavailable(why)),
        Found::Nothing => Err(match which {
            Which::Expiring(_) => Refusal::field("/expires_at", "be an instant at which points of the member lapse"),
            Which::Lapsed(_) => {
                Refusal::field("/lapsed_at", "be an instant at which points of the member lapsed of late")
            }
        }),
    }
}

enum Found {
    Offer(Offer),
    No(Why),
    Nothing,
}

fn find(member: &Member, book: &RuleBook, unit: &Unit, which: Which, asked: Asked, now: Timestamp) -> Found {
    let Some(terms) = &unit.extension else { return Found::No(Why::NotOffered) };
    match which {
        Which::Expiring(date) => expiring(member, book, unit, terms, date, asked, now),
        Which::Lapsed(at) => lapsed(member, book, unit, terms, at, asked, now),
    }
}

fn expiring(
    member: &Member,
    book: &RuleBook,
    unit: &Unit,
    terms: &ExtensionTerms,
    date: Timestamp,
    asked: Asked,
    now: Timestamp,
) -> Found {
    let lots = member.body.wallet.holding(&unit.id).map(jifen_ledger::Holding::lots).unwrap_or_default();
    let own: Vec<&Lot> = lots.iter().filter(|lot| lot.expires_at() == Some(date)).collect();
    let points =
        |lots: &mut dyn Iterator<Item = &&Lot>| lots.fold(0_i64, |sum, lot| sum.saturating_add(lot.free().get()));
    let all = points(&mut own.iter());
    if all == 0 {
        return Found::Nothing;
    }
    match asked {
        Asked::Staff(days) => {
            let Some(staff) = terms.staff else { return Found::No(Why::NotOffered) };
            if all > staff.most {
                return Found::No(Why::AboveCeiling);
            }
            Found::Offer(Offer { points: all, expires_at: later(date, days.unwrap_or(terms.days), book), fee: 0 })
        }
        Asked::Member => {
            let Some(own_terms) = terms.member else { return Found::No(Why::AskService) };
            let points = points(&mut own.iter().filter(|lot| !lot.is_extended()));
            if points == 0 {
                return Found::No(Why::Once);
            }
            if date.plus_days(-i64::from(own_terms.within_days)) > now {
                return Found::No(Why::TooEarly);
            }
            let fee = own_terms.fee.ratio().checked_mul(Ratio::whole(points)).and_then(|fee| fee.round(Rounding::Ceil));
            let fee = fee.unwrap_or(points).min(points);
            Found::Offer(Offer { points: points - fee, expires_at: later(date, terms.days, book), fee })
        }
    }
}

fn lapsed(
    member: &Member,
    book: &RuleBook,
    unit: &Unit,
    terms: &ExtensionTerms,
    at: Timestamp,
    asked: Asked,
    now: Timestamp,
) -> Found {
    let found = member.body.lapses.iter().find(|(of, lapsed, _)| *of == unit.id && *lapsed == at);
    let Some((_, _, points)) = found else { return Found::Nothing };
    let Asked::Staff(days) = asked else { return Found::No(Why::AskService) };
    match terms.staff {
        None => Found::No(Why::NotOffered),
        Some(staff) if at.plus_days(i64::from(staff.lapsed_days)) <= now => Found::No(Why::TooLate),
        Some(staff) if *points > staff.most => Found::No(Why::AboveCeiling),
        Some(_) => {
            Found::Offer(Offer { points: *points, expires_at: later(now, days.unwrap_or(terms.days), book), fee: 0 })
        }
    }
}

fn later(from: Timestamp, days: u16, book: &RuleBook) -> Timestamp {
    book.zone.same_time_on(book.zone.day_of(from).plus_days(i32::from(days)), from)
}

/// The extension is not to be had: why, and what would be allowed.
fn unavailable(why: Why) -> Refusal {
    Refusal::new(Code::ExtensionUnavailable).word("why", why.as_str())
}
