//! What counts on leaderboards, and what the first places get.
//!
//! What events report is counted where they are judged. Points are counted from the journal, after the fact, so that no
//! purchase is slower for them: an entry counts once in a member's score, however often it is handed over.

use std::sync::Arc;

use compact_str::CompactString;
use jifen_ledger::{Account, Cause, CauseKind, Entry, EntryKind};
use jifen_vocab::{Code, Day, MemberId, Refusal, RuleId, Timestamp};

use super::case::Case;
use super::give::Giver;
use super::redeem::gift;
use crate::book::leaderboards::{BoardDays, Leaderboard, ScoreBy};
use crate::book::tasks::{SumOf, TaskAward};
use crate::book::{Books, RuleBook};
use crate::desk::{Command, Desk, Keys, Loaded, Stop, Touch};
use crate::earning::LineView;
use crate::events::{Event, OrderPaid};
use crate::leaderboards::{self, PrizeGiven, PrizePlan, Score, Winner, period_at, plan_id, prize_id};
use crate::member::Member;
use crate::wallets::Sitting;

/// Days back that an entry still counts: what is older is of a period that is long decided.
const DAYS_BACK: i64 = 31;

/// Asks for the scores that such an event may change.
pub(super) fn want_scores(event: &Event, books: &Books, keys: &mut Keys) {
    let Some(time) = event.time else { return };
    for version in books.versions() {
        let book = &version.book;
        let judged_from = time.plus_millis(-i64::from(book.ahead_minutes) * 60_000);
        for board in book.leaderboards.boards_on(&event.kind) {
            let Some(place) = place_of(board, event.store.as_deref()) else { continue };
            for at in [judged_from, time] {
                let days = period_at(board, at, &book.zone);
                keys.want::<Score>(&Score::id(&board.id, place, days.from, &event.member));
            }
        }
    }
}

/// The shop a score is of: the program's own where the board is, none where the event names no shop and must.
fn place_of<'s>(board: &Leaderboard, store: Option<&'s str>) -> Option<&'s str> {
    if board.by_store { store } else { Some("") }
}

impl Case<'_> {
    /// Counts what the event reports on the boards that look at it.
    pub(super) fn scores(
        &mut self,
        paid: Option<&OrderPaid>,
        lines: &LineView<'_>,
        desk: &mut Desk<'_>,
    ) -> Result<(), Stop> {
        // When an event without a time counts is not known before it is judged; what the product raises is no deed.
        if self.event.time.is_none() || self.is_raised {
            return Ok(());
        }
        let book = Arc::clone(&self.book);
        for board in book.leaderboards.boards_on(&self.event.kind) {
            let ScoreBy::Event { when, sum: SumOf::Data(path), .. } = &board.by else { continue };
            let Some(place) = place_of(board, self.event.store.as_deref()) else { continue };
            let amount = self.with_facts(&book, paid, lines, |facts| {
                let holds = when.as_ref().is_none_or(|when| when.holds(facts, None).unwrap_or(false));
                let number = facts.data.find(path).and_then(serde_json::Value::as_i64);
                number.filter(|number| holds && *number > 0)
            });
            let Some(amount) = amount else { continue };
            let days = period_at(board, self.at, &book.zone);
            add(desk, board, place, days, &book, &self.event.member, |score, start| {
                score.add(amount, self.at, start);
            })?;
        }
        Ok(())
    }
}

/// Changes a score.
fn add(
    desk: &mut Desk<'_>,
    board: &Leaderboard,
    place: &str,
    days: BoardDays,
    book: &RuleBook,
    member: &MemberId,
    change: impl FnOnce(&mut Score, Timestamp),
) -> Result<(), Stop> {
    let id = Score::id(&board.id, place, days.from, member);
    let before = desk.read::<Score>(&id)?;
    let fresh = || Score::new(&board.id, place, days, &book.zone, member.clone());
    let mut score = before.as_deref().map_or_else(fresh, Score::clone);
    change(&mut score, days.start(&book.zone));
    if before.as_deref() != Some(&score) {
        leaderboards::write(desk, before.as_deref(), score);
    }
    Ok(())
}

/// Counts entries of the journal on the boards that count points. Handed over again, they count no more.
#[derive(Debug, Clone)]
pub struct CountEntries {
    /// The entries, in the order of the journal.
    pub entries: Vec<Entry>,
}

/// A score that an entry changes, and by how much.
struct Change<'b> {
    board: &'b Leaderboard,
    place: CompactString,
    days: BoardDays,
    amount: i64,
}

/// What an entry changes on the boards of a book.
fn changes<'b>(book: &'b RuleBook, entry: &'b Entry) -> impl Iterator<Item = Change<'b>> {
    let points = entry.points.get();
    let earned = match entry.kind {
        // What the program gives on its own, such as prizes of boards, is no deed.
        EntryKind::Earn if entry.cause.event_type.is_some() => points,
        EntryKind::Refund => -points,
        _ => 0,
    };
    let spent = match entry.kind {
        EntryKind::Spend | EntryKind::Capture if entry.to == Account::Redeemed => points,
        EntryKind::Reverse => -points,
        _ => 0,
    };
    book.leaderboards.of_journal().filter_map(move |board| {
        let amount = match &board.by {
            ScoreBy::Earned(unit) if *unit == entry.unit => earned,
            ScoreBy::Spent(unit) if *unit == entry.unit => spent,
            _ => 0,
        };
        let place = CompactString::new(place_of(board, entry.cause.place.as_deref())?);
        let days = period_at(board, entry.effective_at, &book.zone);
        (amount != 0).then_some(Change { board, place, days, amount })
    })
}

impl Command for CountEntries {
    type Outcome = ();

    fn touches(&self, books: &Books, _: &Loaded<'_>, keys: &mut Keys) -> Touch {
        // Which version is in force is known when it is decided; scores are the same in all.
        for version in books.versions() {
            for entry in &self.entries {
                for change in changes(&version.book, entry) {
                    keys.want::<Score>(&Score::id(&change.board.id, &change.place, change.days.from, &entry.member));
                }
            }
        }
        Touch::Done
    }

    fn decide(&self, desk: &mut Desk<'_>) -> Result<(), Stop> {
        let book = Arc::clone(desk.books().at(desk.now()));
        let horizon = desk.now().plus_days(-DAYS_BACK);
        for entry in self.entries.iter().filter(|entry| entry.effective_at >= horizon) {
            for Change { board, place, days, amount } in changes(&book, entry) {
                add(desk, board, &place, days, &book, &entry.member, |score, start| {
                    if entry.seq > score.through {
                        score.add(amount, entry.effective_at, start);
                        score.through = entry.seq;
                    }
                })?;
            }
        }
        Ok(())
    }
}

/// Writes down who gets what of a period that is over. Once written, it is not written again.
#[derive(Debug, Clone)]
pub struct PlanPrizes {
    /// The board.
    pub board: CompactString,
    /// A day of the period.
    pub day: Day,
    /// The first places, as they were found when it was over.
    pub winners: Vec<Winner>,
}

impl Command for PlanPrizes {
    type Outcome = PrizePlan;

    fn touches(&self, books: &Books, _: &Loaded<'_>, keys: &mut Keys) -> Touch {
        for version in books.versions() {
            if let Some(board) = version.book.leaderboards.board(&self.board) {
                keys.want::<PrizePlan>(&plan_id(&board.id, board.period.days(self.day).from));
            }
        }
        Touch::Done
    }

    fn decide(&self, desk: &mut Desk<'_>) -> Result<PrizePlan, Stop> {
        let book = Arc::clone(desk.books().at(desk.now()));
        let unknown = || Refusal::new(Code::Unknown).word("leaderboard", &self.board);
        let board = book.leaderboards.board(&self.board).ok_or_else(unknown)?;
        let days = board.period.days(self.day);
        let id = plan_id(&board.id, days.from);
        if let Some(plan) = desk.read::<PrizePlan>(&id)? {
            return Ok(PrizePlan::clone(&plan));
        }
        if days.end(&book.zone) > desk.now() {
            return Err(Refusal::new(Code::LimitExceeded).number("limit", 0).into());
        }
        let winners = self.winners.iter().filter(|winner| winner.place <= board.places()).cloned().collect();
        let plan = PrizePlan {
            v: 1,
            board: board.id.clone(),
            from: days.from,
            until: days.until,
            made: desk.now(),
            version: book.version,
            winners,
        };
        desk.write(&id, plan.clone());
        Ok(plan)
    }
}

/// Gives a winner of a plan what the place gets: once, whoever asks again.
#[derive(Debug, Clone)]
pub struct GivePrize {
    /// The board.
    pub board: CompactString,
    /// The first day of the period.
    pub from: Day,
    /// The winner, as the plan has it.
    pub winner: Winner,
}

impl Command for GivePrize {
    /// Whether it was given now.
    type Outcome = bool;

    fn touches(&self, books: &Books, _: &Loaded<'_>, keys: &mut Keys) -> Touch {
        keys.want::<Member>(self.winner.member.as_str());
        keys.want::<PrizePlan>(&plan_id(&self.board, self.from));
        keys.want::<PrizeGiven>(&prize_id(&self.board, self.from, self.winner.place));
        let boards = books.versions().iter().filter_map(|version| version.book.leaderboards.board(&self.board));
        let awards = boards.flat_map(|board| &board.prizes).flat_map(|prize| &prize.awards);
        awards.filter_map(TaskAward::gift).for_each(|gift| gift::want_by_name(gift, books, keys));
        Touch::Done
    }

    fn decide(&self, desk: &mut Desk<'_>) -> Result<bool, Stop> {
        let plan = desk.read::<PrizePlan>(&plan_id(&self.board, self.from))?;
        let planned = plan.is_some_and(|plan| plan.winners.contains(&self.winner));
        let id = prize_id(&self.board, self.from, self.winner.place);
        if !planned || desk.read::<PrizeGiven>(&id)?.is_some() {
            return Ok(false);
        }
        let now = desk.now();
        let given = PrizeGiven { v: 1, member: self.winner.member.clone(), at: now };
        desk.write(&id, given);
        // Who was erased meanwhile gets nothing, and nobody else gets it instead.
        if desk.read::<Member>(self.winner.member.as_str())?.is_none() {
            return Ok(false);
        }
        let mut sitting = Sitting::open(desk, self.winner.member.as_str())?;
        let book = Arc::clone(sitting.book());
        let Some(board) = book.leaderboards.board(&self.board) else { return Ok(false) };
        let Ok(by) = RuleId::new(&self.board) else { return Ok(false) };
        let (place, tier) = (self.winner.place, sitting.member.body.tier.clone());
        let cause = Cause { by: CauseKind::Event, ..Cause::default() };
        let giver = Giver { book: &book, by: &by, tier: &tier, at: now, cause: &cause };
        let prizes = board.prizes.iter().filter(|prize| (prize.from..=prize.to).contains(&place));
        for award in prizes.flat_map(|prize| &prize.awards) {
            giver.give(award, &mut sitting, desk)?;
        }
        sitting.close(desk);
        Ok(true)
    }
}
