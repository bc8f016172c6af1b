//! A small program and an engine over it, for tests that read like stories.

use std::sync::Arc;

use compact_str::CompactString;
use jifen_engine::{Answered, Clock, Engine, Files, Options, Verdict, open_program, verify};
use jifen_program::adjustments::Adjust;
use jifen_program::audit::{ActorKind, By};
use jifen_program::desk::Command;
use jifen_program::events::parse;
use jifen_program::flows::{EventOutcome, JudgeEvent};
use jifen_program::holds::{CaptureHold, PlaceHold, ReleaseHold};
use jifen_program::member::Member;
use jifen_program::spends::{Reverse, Spend};
use jifen_program::wallets::{UnitView, WalletView, view_at};
use jifen_store::memory::MemoryStore;
use jifen_store::{Bound, Entry, Find, Order, Store, Stream};
use jifen_vocab::{HoldId, MemberId, Refusal, SpendId, Timestamp, UnitId};

/// The bundle of these tests: one unit of a year, one of forty days; purchase, a pending rule, a budget, a cap.
pub(crate) const BUNDLE: [(&str, &str); 6] = [
    (
        "program.yaml",
        "id: test\nname: { zh: 测试, en: Test }\nzone: Asia/Shanghai\ncurrency: CNY\nenroll_unknown: true\n\
         events: { late_days: 30, ahead_minutes: 5 }\nholds: { hours: 24 }\n\
         categories: { known: [daily, appliance], default: daily }\n",
    ),
    (
        "units.yaml",
        "units:\n- id: points\n  name: { zh: 积分, en: points }\n  value: 0.01\n  validity: natural_year\n\
         - id: short\n  name: { zh: 短期, en: short }\n  validity: { days: 40 }\n",
    ),
    (
        "tiers.yaml",
        "tiers:\n- id: ordinary\n  name: { zh: 普通, en: Ordinary }\n  earning_multiplier: 1.0\n\
         - id: gold\n  name: { zh: 金卡, en: Gold }\n  earning_multiplier: 1.5\n  validity: { points: forever }\n",
    ),
    (
        "sources.yaml",
        "sources:\n- id: purchase\n  name: { zh: 消费, en: Purchase }\n- id: campaign\n  name: { zh: 活动, en: Campaign }\n",
    ),
    (
        "earning.yaml",
        "rules:\n\
         - id: daily\n  name: { zh: 日用, en: Daily }\n  on: order.paid\n  when: line.category == \"daily\"\n  \
           award: { per: line.amount, points: 1, each: 1.00 CNY }\n  multiply: [tier.earning_multiplier]\n  unit: points\n  source: purchase\n\
         - id: appliance\n  name: { zh: 家电, en: Appliance }\n  on: order.paid\n  when: line.category == \"appliance\"\n  \
           award: { per: line.amount, points: 3, each: 1.00 CNY }\n  unit: points\n  source: purchase\n\
         - id: completed\n  name: { zh: 完成, en: Completed }\n  on: order.paid\n  when: order.amount >= 100000\n  \
           award: { points: 50 }\n  pending: { event: order.completed, within: 15d }\n  unit: short\n  source: campaign\n\
         - id: gift\n  name: { zh: 礼物, en: Gift }\n  on: gift.claimed\n  award: { points: 30 }\n  budget: { points: 100 }\n  \
           unit: points\n  source: campaign\n\
         - id: later\n  name: { zh: 稍后, en: Later }\n  on: visit.made\n  award: { points: 10 }\n  pending: { days: 7 }\n  \
           unit: short\n  source: campaign\n",
    ),
    ("caps.yaml", "caps:\n- id: earn-day\n  unit: points\n  per: day\n  points: { ordinary: 1000, gold: 2000 }\n"),
];

pub(crate) const DAY: i64 = 86_400_000;

pub(crate) fn files() -> Files {
    BUNDLE.iter().map(|(name, text)| ((*name).to_owned(), (*text).to_owned())).collect()
}

/// 2026-03-02 10:00 in Shanghai.
pub(crate) fn start() -> Timestamp {
    Timestamp::parse_rfc3339("2026-03-02T10:00:00+08:00").unwrap()
}

pub(crate) fn at(text: &str) -> Timestamp {
    Timestamp::parse_rfc3339(text).unwrap()
}

pub(crate) fn unit() -> UnitId {
    UnitId::new("points").unwrap()
}

pub(crate) struct World {
    pub(crate) engine: Engine,
    pub(crate) store: Arc<dyn Store>,
    pub(crate) now: Timestamp,
}

impl World {
    pub(crate) fn new() -> Self {
        World::over(Arc::new(MemoryStore::new()), 1_000)
    }

    pub(crate) fn over(store: Arc<dyn Store>, batch: usize) -> Self {
        let opened = match open_program(store.as_ref(), Some(&files()), start()) {
            Ok(opened) => opened,
            Err(jifen_engine::OpenError::Bundle(problems)) => panic!("{problems:#?}"),
            Err(error) => panic!("{error}"),
        };
        let options = Options { batch, alarms: false, seed: Some(7), ..Options::default() };
        let engine = Engine::start(Arc::clone(&store), opened.books, Arc::new(Clock::new(0)), &options);
        World { engine, store, now: start() }
    }

    pub(crate) fn submit<C: Command>(&self, command: C) -> Answered<C::Outcome> {
        self.engine.submit_blocking(command, Some(self.now)).unwrap()
    }

    pub(crate) fn event(&self, json: &str) -> Answered<EventOutcome> {
        let event = parse(json.as_bytes()).unwrap_or_else(|error| panic!("{json}: {error:?}"));
        self.submit(JudgeEvent { event, client: "test".into() })
    }

    /// An order of one daily line, paid now.
    pub(crate) fn paid(&self, id: &str, member: &str, amount: i64) -> Answered<EventOutcome> {
        self.event(&order_paid(id, id, member, amount, self.now))
    }

    pub(crate) fn about(&self, kind: &str, id: &str, member: &str, order: &str, more: &str) -> Answered<EventOutcome> {
        self.event(&about_order(kind, id, member, order, more, self.now))
    }

    pub(crate) fn adjust(&self, member: &str, points: i64) -> Result<WalletView, Refusal> {
        let adjust = Adjust {
            request: None,
            member: MemberId::new(member).unwrap(),
            unit: unit(),
            points,
            reason: "test".into(),
            expires_at: None,
            by: By::new(ActorKind::Client, "test"),
        };
        self.submit(adjust).result.map(|adjusted| adjusted.wallet)
    }

    pub(crate) fn spend(&self, member: &str, points: i64, reference: &str) -> Result<SpendId, Refusal> {
        self.submit(spend(member, points, reference)).result.map(|spent| spent.id)
    }

    pub(crate) fn reverse(&self, spend: &SpendId, points: Option<i64>) -> Result<i64, Refusal> {
        let reverse =
            Reverse { request: None, spend: spend.clone(), points, reason: "test".into(), operator: "test".into() };
        self.submit(reverse).result.map(|reversed| reversed.left)
    }

    pub(crate) fn hold(&self, member: &str, points: i64) -> Result<HoldId, Refusal> {
        let hold = PlaceHold {
            request: None,
            member: MemberId::new(member).unwrap(),
            unit: unit(),
            points,
            reason: "test".into(),
            expires_at: None,
            operator: "test".into(),
        };
        self.submit(hold).result.map(|hold| hold.id)
    }

    pub(crate) fn capture(&self, hold: &HoldId, points: Option<i64>) -> Result<i64, Refusal> {
        let capture = CaptureHold { request: None, hold: hold.clone(), points, operator: "test".into() };
        self.submit(capture).result.map(|hold| hold.held)
    }

    pub(crate) fn release(&self, hold: &HoldId) -> Result<(), Refusal> {
        let release = ReleaseHold { request: None, hold: hold.clone(), operator: "test".into() };
        self.submit(release).result.map(|_| ())
    }

    /// The wallet's points of the first unit, settled to now.
    pub(crate) fn points(&self, member: &str) -> UnitView {
        self.unit_of(member, "points")
    }

    pub(crate) fn unit_of(&self, member: &str, unit: &str) -> UnitView {
        let record = self.engine.read::<Member>(member).unwrap().unwrap_or_else(|| panic!("no member {member}"));
        let view = view_at(&record, &self.engine.books(), self.now);
        let unit = UnitId::new(unit).unwrap();
        view.unit(&unit).cloned().unwrap_or_else(|| panic!("{member} never had {unit}"))
    }

    pub(crate) fn available(&self, member: &str) -> i64 {
        self.points(member).available.get()
    }

    pub(crate) fn verdict(&self) -> Verdict {
        verify(self.store.as_ref(), |_, _| ()).unwrap()
    }

    pub(crate) fn journal(&self) -> Vec<Entry> {
        self.store.entries(Stream(0), 0, usize::MAX >> 1).unwrap()
    }

    #[track_caller]
    pub(crate) fn agrees(&self) {
        let verdict = self.verdict();
        assert!(verdict.agrees(), "{verdict:#?}");
    }
}

pub(crate) fn spend(member: &str, points: i64, reference: &str) -> Spend {
    Spend {
        member: MemberId::new(member).unwrap(),
        unit: unit(),
        points,
        reason: "test".into(),
        reference: CompactString::new(reference),
        fingerprint: points.to_be_bytes().repeat(2).try_into().unwrap(),
        operator: "test".into(),
    }
}

pub(crate) fn order_paid(event: &str, order: &str, member: &str, amount: i64, time: Timestamp) -> String {
    format!(
        r#"{{"specversion":"1.0","id":"{event}","source":"/test","type":"order.paid","subject":"{member}","time":"{time}",
        "data":{{"order":"{order}","amount":{amount},"lines":[{{"category":"daily","amount":{amount}}}]}}}}"#
    )
}

pub(crate) fn about_order(kind: &str, event: &str, member: &str, order: &str, more: &str, time: Timestamp) -> String {
    format!(
        r#"{{"specversion":"1.0","id":"{event}","source":"/test","type":"{kind}","subject":"{member}","time":"{time}",
        "data":{{"order":"{order}"{more}}}}}"#
    )
}

/// Everything in a store, in one order, for comparing stores.
pub(crate) fn dump(store: &dyn Store) -> Vec<String> {
    let mut all = Vec::new();
    for kind in jifen_program::SCHEMA {
        let query =
            Find { kind, column: None, equals: None, order: Order::Ascending, from: Bound::Start, limit: 100_000 };
        for (id, _, row) in store.find(&query).unwrap().rows {
            all.push(format!("{}/{id}: {}", kind.name, String::from_utf8_lossy(&row.body)));
        }
    }
    all
}
