//! A year of a program under its own rule book: hundreds or thousands of members who buy, spend, reserve, take goods
//! back, move between tiers and forget about it all, and a clock that jumps by hours, by weeks and once by more than a
//! year.
//!
//! Afterwards the journal must bear out every wallet, and `reminders` reads it once more, beside the notices that stand in
//! the store: nothing lapsed or fell asleep without its notice, no notice came late, twice or not at all. Two years with
//! one seed have one journal, byte by byte.

mod reminders;

use std::hash::{DefaultHasher, Hash, Hasher};
use std::path::Path;
use std::sync::Arc;

use compact_str::format_compact;
use fastrand::Rng;
use jifen_engine::{Clock, Engine, Files, Options, open_program, verify};
use jifen_program::adjustments::Adjust;
use jifen_program::desk::Command;
use jifen_program::events::parse;
use jifen_program::flows::{AssignTier, JudgeEvent, Wake};
use jifen_program::holds::PlaceHold;
use jifen_program::spends::Spend;
use jifen_store::memory::MemoryStore;
use jifen_store::{Store, Stream};
use jifen_vocab::{MemberId, TierId, Timestamp, UnitId, Zone};

use crate::request::by;

/// When the year begins, and its program's zone.
const BEGIN: &str = "2026-01-05T09:00:00+08:00";
const ZONE: &str = "Asia/Shanghai";
/// Of so many members one does something on an ordinary day.
const QUIET: usize = 30;
/// Records that are woken before it is looked again what is due, and how often that may go on.
const SLICE: usize = 10_000;
const SLICES_MAX: usize = 10_000;
/// Days of the last jump: more than a year in which nobody comes.
const LAST_JUMP_DAYS: i64 = 430;

/// What kind of year.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Year {
    /// Decides everything.
    pub seed: u64,
    /// How many members.
    pub members: usize,
    /// Days until the last jump.
    pub days: i64,
}

/// What a year that agreed was made of.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct YearReport {
    /// Things members did.
    pub done: usize,
    /// Things they were refused.
    pub refused: usize,
    /// Jumps of more than two days.
    pub jumps: usize,
    /// Entries of the journal.
    pub entries: usize,
    /// Reminders before a lapse, and before a sleep.
    pub reminders: (usize, usize),
    /// Lapses, and times that points fell asleep.
    pub lapses: (usize, usize),
    /// Reminders that were worked out from the journal and found.
    pub expected: usize,
    /// Of the whole journal, in its order.
    pub journal: u64,
}

/// Lives through a year.
///
/// # Errors
/// What does not agree.
pub fn live(year: Year) -> Result<YearReport, String> {
    let mut world = World::build(year)?;
    let end = world.now.plus_days(year.days);
    while world.now < end {
        world.pass_time();
        // Who comes before the alarm finds everything settled all the same.
        if world.dice.bool() {
            world.wake()?;
        }
        for _ in 0..year.members.div_ceil(QUIET) {
            world.act()?;
        }
    }
    world.move_to(world.now.plus_days(LAST_JUMP_DAYS));
    world.wake()?;
    world.audit()
}

struct World {
    year: Year,
    dice: Rng,
    now: Timestamp,
    zone: Zone,
    store: Arc<MemoryStore>,
    clock: Arc<Clock>,
    engine: Engine,
    /// Orders: whose, and what was paid.
    orders: Vec<(usize, i64)>,
    number: usize,
    report: YearReport,
}

impl World {
    fn build(year: Year) -> Result<World, String> {
        let now = Timestamp::parse_rfc3339(BEGIN).ok_or("not an instant")?;
        let zone = Zone::named(ZONE).ok_or("not a zone")?;
        let store = Arc::new(MemoryStore::new());
        let clock = Arc::new(Clock::simulated(now));
        let opened = open_program(store.as_ref(), Some(&rule_book()?), now);
        let opened = opened.map_err(|error| format!("the program cannot be opened: {error:?}"))?;
        let options = Options::repeatable(year.seed);
        let shared = Arc::clone(&store) as Arc<dyn Store>;
        let engine = Engine::start(shared, opened.books, Arc::clone(&clock), &options);
        let dice = Rng::with_seed(year.seed ^ 0x6a69_6665_6e79);
        let (orders, report) = (Vec::new(), YearReport::default());
        Ok(World { year, dice, now, zone, store, clock, engine, orders, number: 0, report })
    }

    /// Mostly to another hour of the next day; now and then further.
    fn pass_time(&mut self) {
        let hours = match self.dice.u8(0..40) {
            0 => self.dice.i64(72..24 * 25),
            1..4 => self.dice.i64(1..6),
            _ => self.dice.i64(12..36),
        };
        self.report.jumps += usize::from(hours >= 72);
        let ms = hours * 3_600_000 + self.dice.i64(0..3_600_000);
        self.move_to(self.now.plus_millis(ms));
    }

    fn move_to(&mut self, now: Timestamp) {
        self.now = now;
        self.clock.set(now);
    }

    /// Somebody does something.
    fn act(&mut self) -> Result<(), String> {
        self.number += 1;
        let member = self.dice.usize(0..self.year.members);
        match self.dice.u8(0..100) {
            0..48 => self.pay(member),
            48..58 => self.refund(),
            58..78 => self.spend(member),
            78..84 => self.reserve(member),
            84..90 => self.change_tier(member),
            90..95 => self.adjust(member),
            _ => self.event(member, "member.signed_in", "{}", self.now),
        }
    }

    fn pay(&mut self, member: usize) -> Result<(), String> {
        let amount = self.dice.i64(1_000..200_000);
        let late = if self.dice.u8(0..10) == 0 { self.dice.i64(0..20 * 86_400_000) } else { 0 };
        self.orders.push((member, amount));
        let order = self.orders.len() - 1;
        let data = format!(
            r#"{{"order":"o-{order}","amount":{amount},"currency":"CNY","channel":"app","lines":[{{"sku":"t-1","category":"daily","quantity":1,"amount":{amount}}}]}}"#
        );
        self.event(member, "order.paid", &data, self.now.plus_millis(-late))
    }

    fn refund(&mut self) -> Result<(), String> {
        if self.orders.is_empty() {
            return Ok(());
        }
        let order = self.dice.usize(0..self.orders.len());
        let (member, paid) = self.orders[order];
        let amount = self.dice.i64(1..=paid);
        let data = format!(r#"{{"order":"o-{order}","amount":{amount}}}"#);
        self.event(member, "order.refunded", &data, self.now)
    }

    fn event(&mut self, member: usize, kind: &str, data: &str, at: Timestamp) -> Result<(), String> {
        let (number, time) = (self.number, self.zone.rfc3339(at));
        let json = format!(
            r#"{{"specversion":"1.0","id":"e-{number}","source":"/sim","type":"{kind}","subject":"m{member}","time":"{time}","data":{data}}}"#
        );
        let event = parse(json.as_bytes()).map_err(|error| format!("{json}: {error:?}"))?;
        self.send(JudgeEvent { event, client: "sim".into() })
    }

    fn spend(&mut self, member: usize) -> Result<(), String> {
        let (points, reference) = (self.dice.i64(1..400), format_compact!("s-{}", self.number));
        let fingerprint = (self.number as u128).to_be_bytes();
        let (member, reason, operator) = (member_id(member)?, "sim".to_owned(), "sim".into());
        self.send(Spend { member, unit: unit()?, points, reason, reference, fingerprint, operator })
    }

    fn reserve(&mut self, member: usize) -> Result<(), String> {
        let (points, days) = (self.dice.i64(1..200), self.dice.i64(1..120));
        let expires_at = Some(self.now.plus_days(days));
        let (member, reason, operator) = (member_id(member)?, "sim".to_owned(), "sim".into());
        self.send(PlaceHold { request: None, member, unit: unit()?, points, reason, expires_at, operator })
    }

    fn change_tier(&mut self, member: usize) -> Result<(), String> {
        let tier = ["ordinary", "silver", "gold", "diamond"][self.dice.usize(0..4)];
        let tier = TierId::new(tier).map_err(|error| error.to_string())?;
        let (member, reason) = (member_id(member)?, "sim".to_owned());
        self.send(AssignTier { request: None, member, tier, reason, by: by() })
    }

    fn adjust(&mut self, member: usize) -> Result<(), String> {
        let (points, days) = (self.dice.i64(1..500), self.dice.i64(1..400));
        let expires_at = Some(self.now.plus_days(days));
        let (member, reason) = (member_id(member)?, "sim".to_owned());
        self.send(Adjust { request: None, member, unit: unit()?, points, reason, expires_at, by: by() })
    }

    fn send<C: Command>(&mut self, command: C) -> Result<(), String> {
        let answered = self.engine.submit_blocking(command, None).map_err(|error| error.to_string())?;
        self.report.done += 1;
        self.report.refused += usize::from(answered.result.is_err());
        Ok(())
    }

    /// Wakes what is due until nothing is.
    fn wake(&mut self) -> Result<(), String> {
        for _ in 0..SLICES_MAX {
            let due = self.store.due(self.now, SLICE).map_err(|error| error.to_string())?;
            if due.is_empty() {
                return Ok(());
            }
            for (key, _) in due {
                self.engine.submit_blocking(Wake { key }, None).map_err(|error| error.to_string())?;
            }
        }
        Err("what was woken again and again stays due".to_owned())
    }

    fn audit(mut self) -> Result<YearReport, String> {
        let verdict = verify(self.store.as_ref(), |_, _| ()).map_err(|error| error.to_string())?;
        if !verdict.agrees() {
            return Err(format!("the journal does not agree: {verdict:?}"));
        }
        let (mut entries, mut hasher, mut after) = (Vec::new(), DefaultHasher::new(), 0);
        loop {
            let page = self.store.entries(Stream(0), after, SLICE).map_err(|error| error.to_string())?;
            let Some(last) = page.last() else { break };
            after = last.number;
            for entry in page {
                entry.hash.hash(&mut hasher);
                entries.push(reminders::Moved::read(&entry.body)?);
            }
        }
        self.report.journal = hasher.finish();
        self.report.entries = entries.len();
        let told = reminders::Told::all(self.store.as_ref())?;
        let seen = reminders::compare(&entries, &told, &self.zone)?;
        self.report.reminders = (seen.lapse_notices, seen.sleep_notices);
        self.report.lapses = (seen.lapses, seen.sleeps);
        self.report.expected = seen.expected;
        Ok(self.report)
    }
}

fn member_id(number: usize) -> Result<MemberId, String> {
    MemberId::new(&format!("m{number}")).map_err(|error| error.to_string())
}

fn unit() -> Result<UnitId, String> {
    UnitId::new("points").map_err(|error| error.to_string())
}

/// The default rule book, whole.
fn rule_book() -> Result<Files, String> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../programs/rulebook");
    let mut files = Files::new();
    for entry in std::fs::read_dir(&folder).map_err(|error| format!("{}: {error}", folder.display()))? {
        let path = entry.map_err(|error| error.to_string())?.path();
        let name = path.file_name().and_then(|name| name.to_str()).ok_or("a file without a name")?.to_owned();
        files.insert(name, std::fs::read_to_string(&path).map_err(|error| error.to_string())?);
    }
    Ok(files)
}
