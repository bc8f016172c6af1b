//! Leaderboards: points are counted from the journal, places are found without looking at everyone, and what the first
//! places get is written down and given when a period is over.

use std::sync::Arc;
use std::sync::mpsc::{RecvTimeoutError, SyncSender, sync_channel};
use std::thread::JoinHandle;
use std::time::Duration;

use compact_str::CompactString;
use jifen_program::RuleBook;
use jifen_program::book::leaderboards::{BoardDays, Leaderboard};
use jifen_program::desk::Record;
use jifen_program::flows::{CountEntries, GivePrize, PlanPrizes};
use jifen_program::leaderboards::{
    COARSE, FINE, PRIZE_GIVEN, PrizePlan, SCORE, Score, Winner, ahead, dimensions_of, plan_id, prize_id,
};
use jifen_store::{Bound, CounterRow, Entry, Find, Key, Order, Store, Value};
use jifen_vocab::{Day, Timestamp};

use crate::hands::Hands;
use crate::pipeline::spawn;
use crate::subscriber::{Subscriber, SubscriberError, feed};
use crate::{Engine, EngineError};

/// Entries counted by one command: each may touch several scores.
const ENTRIES_AT_ONCE: usize = 100;
/// Scores read at once while a place within a cell is counted.
const CELL_PAGE: usize = 500;
/// How often the journal is looked at.
const LOOK: Duration = Duration::from_millis(200);
/// Milliseconds of the program's clock between two looks for periods that are over.
const PRIZES_MS: i64 = 60_000;
/// Days back that periods without a plan are looked for.
const DAYS_BACK: i64 = 31;

/// Counts the journal on leaderboards.
struct Counting<'h>(&'h Hands);

impl Subscriber for Counting<'_> {
    fn name(&self) -> &'static str {
        "leaderboards"
    }

    fn handle(&mut self, entries: &[Entry]) -> Result<(), SubscriberError> {
        let read = entries.iter().map(|entry| serde_json::from_slice::<jifen_ledger::Entry>(&entry.body));
        let read: Vec<jifen_ledger::Entry> = read.collect::<Result<_, _>>()?;
        for slice in read.chunks(ENTRIES_AT_ONCE) {
            self.0.judged(CountEntries { entries: slice.to_vec() })?;
        }
        Ok(())
    }
}

/// The keeper of leaderboards at work, until it is dropped.
pub struct Boards {
    stop: Option<SyncSender<()>>,
    thread: Option<JoinHandle<()>>,
}

impl Drop for Boards {
    fn drop(&mut self) {
        drop(self.stop.take());
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

impl Engine {
    /// Keeps leaderboards: counts the journal where a board of the rule book in force asks for it, and gives prizes when
    /// a period is over.
    pub fn keep_boards(&self) -> Boards {
        let hands = self.hands();
        let (stop, stopped) = sync_channel::<()>(0);
        let thread = spawn("leaderboards", move || {
            let mut last: Option<Timestamp> = None;
            while let Err(RecvTimeoutError::Timeout) = stopped.recv_timeout(LOOK) {
                if let Err(error) = look(&hands, &mut last) {
                    tracing::warn!(%error, "leaderboards are behind");
                }
            }
        });
        Boards { stop: Some(stop), thread: Some(thread) }
    }
}

fn look(hands: &Hands, last: &mut Option<Timestamp>) -> Result<(), SubscriberError> {
    let now = hands.shared.clock.now();
    let books = hands.shared.books();
    let book = books.at(now);
    if book.leaderboards.of_journal().next().is_some() {
        while feed(hands, &mut Counting(hands))? > 0 {}
    }
    if last.is_none_or(|last| now >= last.plus_millis(PRIZES_MS)) {
        give_prizes(hands, book, now)?;
        *last = Some(now);
    }
    Ok(())
}

/// Writes down who gets what of every period that is over, and gives it. What was given stays given; the rest is given
/// next time.
fn give_prizes(hands: &Hands, book: &RuleBook, now: Timestamp) -> Result<(), EngineError> {
    let boards = book.leaderboards.boards.iter().filter(|board| board.enabled && board.places() > 0);
    for board in boards {
        for days in over(board, book, now) {
            settle(hands, board, days)?;
        }
    }
    Ok(())
}

fn settle(hands: &Hands, board: &Leaderboard, days: BoardDays) -> Result<(), EngineError> {
    let plan = match hands.read::<PrizePlan>(&plan_id(&board.id, days.from))? {
        Some(plan) => plan,
        None => {
            let store = hands.shared.store.as_ref();
            let first = top(store, &board.id, "", days.from, usize::from(board.places()))?;
            if first.is_empty() {
                return Ok(());
            }
            let winner = |(place, score): (u16, Score)| Winner { place, member: score.member, score: score.score };
            let winners = (1..).zip(first).map(winner).collect();
            hands.judged(PlanPrizes { board: board.id.clone(), day: days.from, winners })?
        }
    };
    let key = |winner: &Winner| Key { kind: &PRIZE_GIVEN, id: prize_id(&board.id, days.from, winner.place) };
    let keys: Vec<Key> = plan.winners.iter().map(key).collect();
    let given = hands.shared.store.load(&keys).map_err(Arc::new)?;
    for (winner, _) in plan.winners.into_iter().zip(given).filter(|(_, given)| given.is_none()) {
        let command = GivePrize { board: board.id.clone(), from: days.from, winner };
        if let Err(refusal) = hands.submit(command)?.result {
            tracing::warn!(refusal = crate::refused(&refusal), "a prize could not be given");
        }
    }
    Ok(())
}

/// The periods of a board that are over, and have been for as long as late events are waited for; oldest first.
fn over(board: &Leaderboard, book: &RuleBook, now: Timestamp) -> Vec<BoardDays> {
    let wait = i64::from(board.prizes_after_hours) * 3_600_000;
    let horizon = now.plus_days(-DAYS_BACK);
    let mut found = Vec::new();
    let mut days = board.period.days(book.zone.day_of(now));
    loop {
        days = board.period.days(days.from.plus_days(-1));
        let end = days.end(&book.zone);
        if end < horizon {
            break;
        }
        if end.plus_millis(wait) <= now {
            found.push(days);
        }
    }
    found.reverse();
    found
}

fn listed(prefix: &str, limit: usize, from: Bound) -> Find {
    let from = match from {
        Bound::Start => Bound::After(Value::Text(CompactString::new(prefix)), CompactString::default()),
        after @ Bound::After(..) => after,
    };
    Find { kind: &SCORE, column: Some(0), equals: None, order: Order::Ascending, from, limit }
}

/// The first places of a board in the period that begins that day.
///
/// # Errors
/// What the store says.
pub fn top(store: &dyn Store, board: &str, place: &str, from: Day, limit: usize) -> Result<Vec<Score>, EngineError> {
    let list = Score::list_of(board, place, from);
    let page = store.find(&listed(&list, limit, Bound::Start)).map_err(Arc::new)?;
    let of_list = |value: &Value| matches!(value, Value::Text(text) if text.starts_with(list.as_str()));
    let rows = page.rows.into_iter().take_while(|(_, value, _)| of_list(value));
    rows.map(|(_, _, row)| Score::read(&row.body).map_err(|error| broken(&error))).collect()
}

fn broken(error: &serde_json::Error) -> EngineError {
    EngineError::Fault(format!("a score cannot be read: {error}"))
}

/// The place of a score, from 1; none of what is not above zero. Two lists of counters and the scores within one fine
/// cell are read, however many members there are.
///
/// # Errors
/// What the store says.
pub fn place_of(store: &dyn Store, score: &Score) -> Result<Option<i64>, EngineError> {
    let Some(standing) = score.standing() else { return Ok(None) };
    let (cell, day) = (standing.cell(), Day::from_number(score.from));
    let of = dimensions_of(&score.board, &score.place);
    let coarse = store.counters_of(COARSE, day, &of).map_err(Arc::new)?;
    let own = &cell.key()[..3];
    let fine = store.counters_of(FINE, day, &format!("{of}{own}")).map_err(Arc::new)?;
    let pairs = |rows: &[CounterRow]| -> Vec<(CompactString, i64)> {
        rows.iter().map(|row| (row.dimensions.clone(), row.value)).collect()
    };
    let before = ahead(cell, &of, &pairs(&coarse), &pairs(&fine));
    Ok(Some(1 + before + within_cell(store, score, &cell.key())?))
}

/// How many of a fine cell are in front of a score of it.
fn within_cell(store: &dyn Store, score: &Score, cell: &str) -> Result<i64, EngineError> {
    let day = Day::from_number(score.from);
    let prefix = format!("{}{cell}", Score::list_of(&score.board, &score.place, day));
    let own = Score::id(&score.board, &score.place, day, &score.member);
    let (mut bound, mut before) = (Bound::Start, 0);
    loop {
        let page = store.find(&listed(&prefix, CELL_PAGE, bound)).map_err(Arc::new)?;
        for (id, value, _) in &page.rows {
            let in_cell = matches!(value, Value::Text(text) if text.starts_with(&prefix));
            if *id == own || !in_cell {
                return Ok(before);
            }
            before += 1;
        }
        match page.next {
            Some(next) => bound = next,
            None => return Ok(before),
        }
    }
}
