//! Wallets: how a command opens a member's points and closes them again.
//!
//! Every command that moves points goes through a [`Sitting`]: it settles first, collects what the ledger brought
//! about, and on closing writes the member, the entries, the counters, the records of lapsed points and of notices.

mod lapsed;
mod notice;
mod tier;
mod tier_news;
mod view;

use std::sync::Arc;

use compact_str::{CompactString, format_compact};
use jifen_ledger::{Account, EntryKind, Ledger, Outcome, Wallet};
use jifen_vocab::{Code, MemberId, Points, Refusal, Timestamp, UnitId, limits};

use crate::book::{Books, RuleBook, Unit};
use crate::desk::{Desk, Stop};
use crate::member::{CAME_BACK, Member};
use crate::messages::{self, Cause};
use crate::tiers::TierChange;

pub use lapsed::{LAPSED, LapsedLot, lapsed_keys, lapsed_pieces, lot_is_whole, remember_lapses};
pub use notice::{NOTICE, NoticeGiven};
pub use view::{UnitView, WalletView};

/// A member's wallet, open for one command.
pub struct Sitting {
    /// The member as this command changes it.
    pub member: Member,
    book: Arc<RuleBook>,
    now: Timestamp,
    out: Outcome,
    /// How many lapses of this command the member's record knows.
    lapses: usize,
    changes: Vec<(TierChange, tier_news::Moved)>,
}

impl Sitting {
    /// Opens the wallet of a member who must exist.
    pub fn open(desk: &Desk<'_>, id: &str) -> Result<Self, Stop> {
        let member = desk.read::<Member>(id)?.ok_or_else(|| unknown(id))?;
        Ok(Sitting::of(desk, Member::clone(&member)))
    }

    /// Opens the wallet of a member at hand.
    pub fn of(desk: &Desk<'_>, member: Member) -> Self {
        let book = Arc::clone(desk.books().at(desk.now()));
        let mut sitting =
            Sitting { member, book, now: desk.now(), out: Outcome::default(), lapses: 0, changes: Vec::new() };
        sitting.settle_tier();
        sitting
    }

    /// The rule book in force.
    pub fn book(&self) -> &Arc<RuleBook> {
        &self.book
    }

    /// The ledger over this wallet, settled to now.
    pub fn ledger(&mut self) -> Ledger<'_> {
        let body = &mut self.member.body;
        Ledger::open(&mut body.wallet, &body.id, self.book.law(), self.now, &mut self.out)
    }

    /// Notes what lapsed in this command among what may be brought back.
    pub fn remember_lapses(&mut self) {
        let new = self.out.lapsed.get(self.lapses..).unwrap_or_default();
        remember_lapses(&mut self.member, new, &self.book, self.now);
        self.lapses = self.out.lapsed.len();
    }

    /// Points that lapsed in this command.
    pub fn lapsed(&self) -> &[jifen_ledger::Lapsed] {
        &self.out.lapsed
    }

    /// What the wallet holds now.
    pub fn view(&mut self) -> WalletView {
        self.ledger();
        WalletView::of(&self.member.body.wallet, self.now)
    }

    /// Writes everything that was brought about.
    pub fn close(mut self, desk: &mut Desk<'_>) {
        self.ledger();
        self.rise();
        self.tell_progress(desk);
        tier_news::tell(desk, &self.member, &self.book, &self.changes);
        tier_news::write(desk, &self.book, std::mem::take(&mut self.changes));
        let id = CompactString::new(self.member.body.id.as_str());
        count(desk, &self.book, &self.out);
        lapsed::write(desk, &mut self.member, &self.out.lapsed);
        self.remember_lapses();
        notice::write(desk, &id, &self.out.notices);
        notice::write_drowsy(desk, &id, &self.out.drowsy);
        self.count_return(desk);
        tell(desk, &self.member, &self.out);
        desk.append(&id, std::mem::take(&mut self.out.entries));
        self.member.note_due(&self.book.law());
        desk.write(&id, self.member);
    }
}

impl Sitting {
    /// Counts that a member whose points slept came back, for the wake-up that told them to.
    fn count_return(&mut self, desk: &mut Desk<'_>) {
        let Some(called) = &self.member.body.called else { return };
        let is_over = self.now >= called.until;
        let woke = self.out.entries.iter().any(|sealed| sealed.entry.kind == EntryKind::Wake);
        if woke && !is_over {
            desk.count(CAME_BACK, self.book.zone.day_of(self.now), called.wake_up.clone(), 1);
        }
        if woke || is_over {
            self.member.body.called = None;
        }
    }
}

/// Tells a member that points will lapse (EXP-07), fall asleep, or are back, as of when that was due.
fn tell(desk: &mut Desk<'_>, member: &Member, out: &Outcome) {
    for notice in &out.notices {
        let cause = Cause::Lapsing {
            points: notice.points.get(),
            unit: notice.unit.clone(),
            date: notice.expires_at,
            balance: member.body.wallet.available(&notice.unit).get(),
        };
        messages::notify_at(desk, &member.body, cause, notice.given_at);
    }
    for notice in &out.drowsy {
        let (points, unit) = (notice.points.get(), notice.unit.clone());
        let cause = Cause::Dormant { points, unit, date: notice.sleeps_at };
        messages::notify_at(desk, &member.body, cause, notice.given_at);
    }
    // Lots wake one by one, and a member is told once.
    let mut woken: Vec<(UnitId, i64, Timestamp)> = Vec::new();
    let entries = out.entries.iter().map(|sealed| &sealed.entry).filter(|entry| entry.kind == EntryKind::Wake);
    for entry in entries {
        match woken.iter_mut().find(|(unit, ..)| *unit == entry.unit) {
            Some((_, points, _)) => *points = points.saturating_add(entry.points.get()),
            None => woken.push((entry.unit.clone(), entry.points.get(), entry.effective_at)),
        }
    }
    for (unit, points, at) in woken {
        messages::notify_at(desk, &member.body, Cause::Woken { points, unit }, at);
    }
}

/// No member has this identifier.
pub fn unknown(id: &str) -> Refusal {
    Refusal::new(Code::MemberUnknown).word("member", id)
}

/// The unit, where it is the program's and members may spend it here.
pub fn spendable_unit<'a>(book: &'a RuleBook, id: &UnitId, now: Timestamp) -> Result<&'a Unit, Refusal> {
    let unit = book.unit(id.as_str()).ok_or_else(|| unit_unknown(book, id))?;
    let kept = book.changes.transition.redeem.as_ref();
    let may_still = || kept.is_some_and(|kept| kept.units.contains(id) && book.zone.day_of(now) <= kept.until);
    if unit.spendable || may_still() {
        Ok(unit)
    } else {
        Err(Refusal::new(Code::UnitNotSpendable).word("unit", id.as_str()))
    }
}

/// The program has no such unit; the refusal says which it has.
pub fn unit_unknown(book: &RuleBook, id: &UnitId) -> Refusal {
    let known: Vec<&str> = book.units.iter().map(|unit| unit.id.as_str()).collect();
    Refusal::new(Code::UnitUnknown).at("/unit").word("unit", id.as_str()).word("known", &known.join(", "))
}

/// A number of points that a request names: above zero and within the product's limit.
pub fn positive(points: i64) -> Result<Points, Refusal> {
    if points <= 0 {
        return Err(Refusal::field("/points", "be above zero"));
    }
    if points > limits::AMOUNT_MAX {
        return Err(Refusal::new(Code::AmountOutOfRange).at("/points").number("limit", limits::AMOUNT_MAX));
    }
    Ok(Points::new(points))
}

/// A member's wallet as it is at that instant, though nobody has settled it yet.
pub fn view_at(member: &Member, books: &Books, now: Timestamp) -> WalletView {
    settled_view(member.body.wallet.clone(), &member.body.id, books, now)
}

/// Like [`view_at`], from the stored bytes of a member's record: nothing but the wallet is read.
///
/// # Errors
/// Where the bytes are no member.
pub fn read_view(body: &[u8], books: &Books, now: Timestamp) -> Result<WalletView, serde_json::Error> {
    #[derive(serde::Deserialize)]
    struct WalletOf {
        id: MemberId,
        wallet: Wallet,
    }
    let WalletOf { id, wallet } = serde_json::from_slice(body)?;
    Ok(settled_view(wallet, &id, books, now))
}

fn settled_view(mut wallet: Wallet, id: &MemberId, books: &Books, now: Timestamp) -> WalletView {
    jifen_ledger::settle(&mut wallet, id, books.at(now).law(), now, &mut Outcome::default());
    WalletView::of(&wallet, now)
}

const fn is_asleep(account: Account) -> bool {
    matches!(account, Account::Dormant | Account::Shrunk)
}

/// Counts every movement by unit, kind and label, on the day it took effect (PROG-04), and awards by rule.
fn count(desk: &mut Desk<'_>, book: &RuleBook, out: &Outcome) {
    for sealed in &out.entries {
        let entry = &sealed.entry;
        let label = entry.cause.label.as_ref().map_or("", |label| label.as_str());
        let dimensions = format_compact!("{}|{}|{label}", entry.unit, entry.kind.as_str());
        let day = book.zone.day_of(entry.effective_at);
        desk.count("points", day, dimensions, entry.points.get());
        if entry.kind == EntryKind::Refund && entry.from == Account::Debt {
            desk.count("debt", day, CompactString::new(entry.unit.as_str()), entry.points.get());
        }
        if entry.to == Account::Forfeited {
            // An adjustment adds or takes away, and its sum does not say which.
            desk.count("taken", day, format_compact!("{}|{}", entry.unit, entry.kind.as_str()), entry.points.get());
        }
        let asleep = i64::from(is_asleep(entry.to)) - i64::from(is_asleep(entry.from));
        if asleep != 0 {
            let points = entry.points.get().saturating_mul(asleep);
            desk.count("asleep", day, CompactString::new(entry.unit.as_str()), points);
        }
        if let Some(rule) = entry.cause.rule.as_ref().filter(|_| entry.kind == EntryKind::Earn) {
            desk.count("rule", day, format_compact!("{}|{rule}", entry.unit), entry.points.get());
        }
    }
}
