//! Runs a plan: acts of waves under faults; after each act the faults stop and everything must agree.

use std::collections::BTreeSet;
use std::hash::{DefaultHasher, Hash, Hasher};

use fastrand::Rng;
use jifen_store::Key;
use jifen_vocab::{Timestamp, Zone};

use crate::auditor::Auditor;
use crate::faulty::Struck;
use crate::house::{GIFTS, House, REWARDS};
use crate::plan::Plan;
use crate::request::{Ask, Heard, Request};
use crate::shops::Shops;

/// Waves in which everything must be answered once faults have stopped.
const DRAIN_WAVES_MAX: usize = 8;

/// Waves of wakings after which nothing may be due.
const WAKE_WAVES_MAX: usize = 200;

/// What a run that agreed was made of.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Report {
    /// Requests sent, repetitions included.
    pub sent: usize,
    /// Different ones.
    pub requests: usize,
    /// Answers compared with what they must have been.
    pub compared: usize,
    /// Refusals of which nobody could say at which attempt they were judged.
    pub loose: usize,
    /// Answers that said yes, and those that said no.
    pub yes_and_no: (usize, usize),
    /// Vouchers that lapsed.
    pub lapsed: usize,
    /// Entries in the journal at the end.
    pub entries: u64,
    /// Times that faults stopped and everything agreed.
    pub acts: usize,
    /// Faults that struck.
    pub struck: Struck,
    /// Of everything that was heard, in order: two runs of a plan have the same.
    pub trace: u64,
}

/// Something does not agree.
#[derive(Debug, thiserror::Error)]
#[error("seed {seed} after wave {wave}: {what}\nrepeat it: make sim SEED={seed} STEPS={steps}")]
pub struct Alarm {
    /// The seed that repeats it.
    pub seed: u64,
    /// With so many steps.
    pub steps: usize,
    /// After which wave it was seen.
    pub wave: usize,
    /// What.
    pub what: String,
}

/// Runs a plan to its end.
///
/// # Errors
/// [`Alarm`] where anything does not agree.
pub fn run(plan: &Plan) -> Result<Report, Alarm> {
    let mut wave = 0;
    let ran = World::build(plan).and_then(|mut world| {
        let ran = world.run();
        wave = world.wave;
        ran
    });
    ran.map_err(|what| Alarm { seed: plan.seed, steps: plan.steps, wave, what })
}

struct World<'p> {
    plan: &'p Plan,
    dice: Rng,
    now: Timestamp,
    house: House,
    shops: Shops,
    auditor: Auditor,
    /// Requests without an answer.
    open: BTreeSet<usize>,
    wave: usize,
    report: Report,
    trace: DefaultHasher,
}

impl<'p> World<'p> {
    fn build(plan: &'p Plan) -> Result<World<'p>, String> {
        let now = Timestamp::parse_rfc3339("2026-10-02T10:00:00+08:00").ok_or("not an instant")?;
        let zone = Zone::named("Asia/Shanghai").ok_or("not a zone")?;
        let mut world = World {
            plan,
            dice: Rng::with_seed(plan.seed),
            now,
            house: House::build(plan, now)?,
            shops: Shops::new(plan),
            auditor: Auditor::new(plan.members, zone),
            open: BTreeSet::new(),
            wave: 0,
            report: Report::default(),
            trace: DefaultHasher::new(),
        };
        // Members are enrolled by their first order.
        let orders: Vec<usize> =
            (0..plan.members).map(|member| world.new_request(Some((member, Ask::Paid { amount: 0 })))).collect();
        world.send(&orders, true)?;
        Ok(world)
    }

    fn run(&mut self) -> Result<Report, String> {
        while self.report.sent < self.plan.steps {
            for _ in 0..self.plan.act {
                self.pass_time();
                let calm = self.dice.u8(0..5) == 0;
                if self.dice.u8(0..3) == 0 {
                    self.wake(calm)?;
                }
                let requests = self.gather(calm);
                self.send(&requests, calm)?;
                if self.report.sent >= self.plan.steps {
                    break;
                }
            }
            self.converge()?;
        }
        (self.report.compared, self.report.loose) = self.auditor.compared();
        self.report.struck = self.house.struck();
        self.report.trace = self.trace.finish();
        Ok(self.report.clone())
    }

    fn pass_time(&mut self) {
        let dice = &mut self.dice;
        let ms = match dice.u8(0..20) {
            0..14 => dice.i64(1..5_000),
            14..17 => dice.i64(1..7_200_000),
            17..19 => dice.i64(1..3 * 86_400_000),
            _ => dice.i64(1..50 * 86_400_000),
        };
        self.now = self.now.plus_millis(ms);
        self.house.set_clock(self.now);
    }

    fn new_request(&mut self, given: Option<(usize, Ask)>) -> usize {
        let number = self.report.requests;
        let request = match given {
            Some((member, ask)) => Request { number, member, ask },
            None => self.shops.ask(number, &mut self.dice),
        };
        self.report.requests += 1;
        self.auditor.note(request);
        self.open.insert(number);
        number
    }

    /// What is sent in a wave: new requests, some that nobody answered, some that were answered long ago, in any order.
    fn gather(&mut self, calm: bool) -> Vec<usize> {
        let least = if self.plan.wave >= 256 { 256 } else { 1 };
        let size = self.dice.usize(least..=self.plan.wave);
        let retried: Vec<usize> = self.open.iter().copied().filter(|&number| calm || self.may_retry(number)).collect();
        let mut wave = BTreeSet::new();
        for number in retried {
            if wave.len() < size / 2 && self.dice.bool() {
                wave.insert(number);
            }
        }
        while wave.len() < size {
            let repeat = self.report.requests > 0 && self.dice.u32(0..100) < self.plan.repeats;
            let number = if repeat { self.dice.usize(0..self.report.requests) } else { self.new_request(None) };
            if calm || !self.open.contains(&number) || self.may_retry(number) {
                wave.insert(number);
            }
        }
        let mut wave: Vec<usize> = wave.into_iter().collect();
        self.dice.shuffle(&mut wave);
        wave
    }

    /// Of a request whose answer tells no time it must stay known which attempt counted: it is not tried twice while
    /// answers may be lost.
    fn may_retry(&self, number: usize) -> bool {
        !(self.auditor.is_doubtful(number) && self.auditor.request(number).is_timeless())
    }

    fn send(&mut self, numbers: &[usize], calm: bool) -> Result<(), String> {
        self.wave += 1;
        self.report.sent += numbers.len();
        self.house.fate.set_calm(calm);
        let requests: Vec<Request> = numbers.iter().map(|&number| self.auditor.request(number).clone()).collect();
        let heard = self.house.wave(&requests)?;
        for (place, (request, heard)) in requests.iter().zip(heard).enumerate() {
            self.hear(request, (self.wave, place), heard)?;
        }
        Ok(())
    }

    fn hear(&mut self, request: &Request, place: (usize, usize), heard: Heard) -> Result<(), String> {
        format!("{place:?} {} {heard:?}", request.number).hash(&mut self.trace);
        let is_answer = matches!(heard, Heard::Answer(..));
        if let Some(answer) = self.auditor.hear(request.number, place, self.now, heard)? {
            let (yes, no) = &mut self.report.yes_and_no;
            *(if answer.told.refused.is_some() { no } else { yes }) += 1;
            self.shops.learn(request, answer, &mut self.dice);
        }
        if is_answer {
            self.open.remove(&request.number);
        }
        Ok(())
    }

    /// Wakes what is due until nothing is. What is no longer due was woken by the attempt before.
    fn wake(&mut self, calm: bool) -> Result<(), String> {
        let mut tried: Option<(usize, Vec<Key>)> = None;
        for _ in 0..WAKE_WAVES_MAX {
            let due = self.house.due()?;
            if let Some((wave, keys)) = tried.take() {
                let left: BTreeSet<&Key> = due.iter().collect();
                for (place, key) in keys.iter().enumerate().filter(|(_, key)| !left.contains(key)) {
                    if key.kind.name == "voucher" {
                        self.auditor.lapsed((wave, place), self.now, &key.id);
                        self.report.lapsed += 1;
                    }
                }
            }
            if due.is_empty() {
                return Ok(());
            }
            self.wave += 1;
            self.house.fate.set_calm(calm);
            let heard = self.house.wake(&due)?;
            format!("{due:?} {heard:?}").hash(&mut self.trace);
            tried = Some((self.wave, due));
        }
        Err("what was woken again and again stays due".to_owned())
    }

    /// Faults stop: everything is answered, nothing stays due, and all agrees.
    fn converge(&mut self) -> Result<(), String> {
        self.house.fate.set_calm(true);
        for _ in 0..DRAIN_WAVES_MAX {
            self.pass_time();
            let open: Vec<usize> = self.open.iter().copied().collect();
            if open.is_empty() {
                break;
            }
            self.send(&open, true)?;
        }
        if let Some(number) = self.open.first() {
            return Err(format!("{:?} is not answered though nothing fails any more", self.auditor.request(*number)));
        }
        self.wake(true)?;
        self.compare()?;
        self.report.acts += 1;
        Ok(())
    }

    fn compare(&mut self) -> Result<(), String> {
        let model = self.auditor.audit()?;
        for member in 0..self.plan.members {
            let (shown, expected) = (self.house.shown(member)?, model.figures(member, self.now));
            if shown != expected {
                return Err(format!("member {member} is shown {shown:?} and must have {expected:?}"));
            }
        }
        for reward in 0..REWARDS.len() {
            let (there, expected) = (self.house.stock(reward)?, model.stock(reward));
            if there != expected {
                return Err(format!("{there} pieces of reward {reward} are left, and {expected} must be"));
            }
        }
        if model.given() > GIFTS.0 {
            return Err(format!("gifts brought {} points of {}", model.given(), GIFTS.0));
        }
        let verdict = self.house.verify()?;
        if !verdict.agrees() {
            return Err(format!("the journal does not agree: {verdict:?}"));
        }
        self.report.entries = verdict.entries;
        Ok(())
    }
}
