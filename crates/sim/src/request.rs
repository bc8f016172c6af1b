//! What shops ask, and what they hear.

use compact_str::{CompactString, format_compact};
use jifen_engine::{Answered, Engine, EngineError, Receipt};
use jifen_program::adjustments::{Adjust, Adjusted};
use jifen_program::audit::{ActorKind, By};
use jifen_program::desk::{Command, RequestKey};
use jifen_program::events::parse;
use jifen_program::flows::{
    AskQuote, EventOutcome, JudgeEvent, Quoted, Redeem, TakeBackHow, UndoRedemption, UseVoucher, VoucherUsed, Wake,
};
use jifen_program::freezes::{Freeze, Frozen, Unfreeze};
use jifen_program::holds::{CaptureHold, HoldView, PlaceHold, ReleaseHold};
use jifen_program::redemptions::Redemption;
use jifen_program::spends::{Reverse, Reversed, Spend, Spent};
use jifen_program::vouchers::VoucherCode;
use jifen_program::wallets::WalletView;
use jifen_vocab::{Chosen, Code, HoldId, Key, MemberId, QuoteId, RedemptionId, RewardId, SpendId, Timestamp, UnitId};

/// The unit everything is about.
pub(crate) const UNIT: &str = "points";

/// What is asked. Another request is named by its number, and by what it was answered.
#[derive(Debug, Clone)]
pub(crate) enum Ask {
    /// An order of that many minor units was paid.
    Paid {
        amount: i64,
    },
    /// The same order was paid, another event says.
    PaidAgain {
        order: usize,
        amount: i64,
    },
    /// So much of an order went back.
    Refunded {
        order: usize,
        amount: i64,
    },
    /// An order's payment failed.
    Undone {
        order: usize,
    },
    /// A gift out of a budget.
    Gift,
    Spend {
        points: i64,
    },
    Reverse {
        spend: usize,
        id: CompactString,
        points: i64,
    },
    Hold {
        points: i64,
    },
    Capture {
        hold: usize,
        id: CompactString,
        points: i64,
    },
    Release {
        hold: usize,
        id: CompactString,
    },
    Adjust {
        points: i64,
    },
    Freeze,
    Unfreeze,
    Quote {
        reward: usize,
        quantity: i64,
    },
    Redeem {
        quote: usize,
        id: CompactString,
    },
    Cancel {
        redemption: usize,
        id: CompactString,
    },
    Use {
        redemption: usize,
        piece: usize,
        code: VoucherCode,
    },
}

/// A request: it is the same however often it is sent.
#[derive(Debug, Clone)]
pub(crate) struct Request {
    /// Its number, unique for ever.
    pub(crate) number: usize,
    /// Whose points it is about.
    pub(crate) member: usize,
    pub(crate) ask: Ask,
}

/// What an answer says.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct Told {
    /// Why not, where it was refused.
    pub(crate) refused: Option<Code>,
    /// Available, held and owed points afterwards, where it says so.
    pub(crate) wallet: Option<[i64; 3]>,
    /// What it is about: points given, taken, left.
    pub(crate) numbers: Vec<i64>,
}

/// What was made, by the names that the answer gave it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct Made {
    pub(crate) id: CompactString,
    pub(crate) codes: Vec<VoucherCode>,
}

/// An answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Answer {
    pub(crate) told: Told,
    pub(crate) made: Made,
    /// When it was judged, where it says so.
    pub(crate) at: Option<Timestamp>,
}

/// What came back.
#[derive(Debug)]
pub(crate) enum Heard {
    /// An answer, and whether it had been given before.
    Answer(Box<Answer>, bool),
    /// A technical failure: it counted or not.
    Nothing,
    /// The engine says that it has a bug.
    Fault(String),
}

/// Brings what comes back.
pub(crate) type Waiting = Box<dyn FnOnce() -> Heard>;

impl Request {
    /// Whether its answer says when it was judged. Of the others it must be known otherwise which attempt counted.
    pub(crate) fn is_timeless(&self) -> bool {
        matches!(self.ask, Ask::Freeze | Ask::Unfreeze | Ask::Cancel { .. })
    }

    /// Puts it into the engine's queue.
    pub(crate) fn send(&self, engine: &Engine) -> Waiting {
        let member = member(self.member);
        let operator = CompactString::const_new("sim");
        let reason = "sim".to_owned();
        let request = |operation| Some(self.key(operation));
        match &self.ask {
            Ask::Paid { amount } => self.event(engine, "order.paid", &paid(self.number, *amount)),
            Ask::PaidAgain { order, amount } => self.event(engine, "order.paid", &paid(*order, *amount)),
            Ask::Refunded { order, amount } => {
                self.event(engine, "order.refunded", &format!(r#"{{"order":"o-{order}","amount":{amount}}}"#))
            }
            Ask::Undone { order } => self.event(engine, "order.failed", &format!(r#"{{"order":"o-{order}"}}"#)),
            Ask::Gift => self.event(engine, "gift.claimed", "{}"),
            Ask::Spend { points } => {
                let reference = format_compact!("s-{}", self.number);
                let fingerprint = self.fingerprint();
                let points = *points;
                send(engine, Spend { member, unit: unit(), points, reason, reference, fingerprint, operator }, spent)
            }
            Ask::Reverse { id, points, .. } => {
                let spend = named(SpendId::new(id));
                let request = request("reverse");
                send(engine, Reverse { request, spend, points: Some(*points), reason, operator }, reversed)
            }
            Ask::Hold { points } => {
                let request = request("hold");
                let (points, expires_at) = (*points, None);
                send(engine, PlaceHold { request, member, unit: unit(), points, reason, expires_at, operator }, held)
            }
            Ask::Capture { id, points, .. } => {
                let hold = named(HoldId::new(id));
                send(engine, CaptureHold { request: request("capture"), hold, points: Some(*points), operator }, held)
            }
            Ask::Release { id, .. } => {
                send(engine, ReleaseHold { request: request("release"), hold: named(HoldId::new(id)), operator }, held)
            }
            Ask::Adjust { points } => {
                let (request, points, expires_at) = (request("adjust"), *points, None);
                send(engine, Adjust { request, member, unit: unit(), points, reason, expires_at, by: by() }, adjusted)
            }
            Ask::Freeze => {
                send(engine, Freeze { request: request("freeze"), member, until: None, reason, by: by() }, frozen)
            }
            Ask::Unfreeze => send(engine, Unfreeze { request: request("unfreeze"), member, reason, by: by() }, frozen),
            Ask::Quote { reward, quantity } => {
                let (request, reward, quantity) =
                    (request("quote"), named(RewardId::new(&reward_id(*reward))), *quantity);
                let chosen = Chosen::default();
                let ask =
                    AskQuote { request, member, reward, quantity, cash: 0, delivery: None, birth_month: None, chosen };
                send(engine, ask, quoted)
            }
            Ask::Redeem { id, .. } => {
                let (quote, draws, fingerprint) = (named(QuoteId::new(id)), self.draws(), self.fingerprint());
                send(engine, Redeem { quote, owner: None, presence: None, draws, fingerprint, operator }, redeemed)
            }
            Ask::Cancel { id, .. } => {
                let (request, redemption) = (request("cancel"), named(RedemptionId::new(id)));
                let how = TakeBackHow::Cancel;
                send(engine, UndoRedemption { request, redemption, owner: None, how, reason: None, operator }, canceled)
            }
            Ask::Use { code, .. } => {
                let (code, store, fingerprint) = (code.clone(), "shop".into(), self.fingerprint());
                let reference = format_compact!("u-{}", self.number);
                send(engine, UseVoucher { code, store, reference, fingerprint }, used)
            }
        }
    }

    fn event(&self, engine: &Engine, kind: &str, data: &str) -> Waiting {
        let json = format!(
            r#"{{"specversion":"1.0","id":"e-{}","source":"/sim","type":"{kind}","subject":"{}","data":{data}}}"#,
            self.number,
            member(self.member),
        );
        match parse(json.as_bytes()) {
            Ok(event) => send(engine, JudgeEvent { event, client: "sim".into() }, judged),
            Err(error) => Box::new(move || Heard::Fault(format!("{json}: {error:?}"))),
        }
    }

    fn key(&self, operation: &'static str) -> RequestKey {
        let key = format_compact!("k-{}", self.number);
        RequestKey { client: "sim".into(), operation, key, fingerprint: self.fingerprint() }
    }

    fn fingerprint(&self) -> [u8; 16] {
        (self.number as u128).to_be_bytes()
    }

    /// Numbers that nobody guesses, for up to twenty codes.
    fn draws(&self) -> Box<[u128]> {
        let mut dice = fastrand::Rng::with_seed(self.number as u64);
        (0..20).map(|_| dice.u128(..)).collect()
    }
}

/// Wakes a record; it has no key, so it is judged each time it is sent.
pub(crate) fn wake(engine: &Engine, key: Key) -> Waiting {
    send(engine, Wake { key }, |&()| Answer { told: Told::default(), made: Made::default(), at: None })
}

/// A member by number.
pub(crate) fn member_id(number: usize) -> String {
    format!("m{number}")
}

/// A reward by number.
pub(crate) fn reward_id(number: usize) -> String {
    format!("reward-{number}")
}

/// Who does what people do.
pub(crate) fn by() -> By {
    By::new(ActorKind::Client, "sim")
}

fn member(number: usize) -> MemberId {
    named(MemberId::new(&member_id(number)))
}

fn unit() -> UnitId {
    named(UnitId::new(UNIT))
}

/// Names that this crate or an answer gave are names.
fn named<T, E: std::fmt::Debug>(name: Result<T, E>) -> T {
    name.unwrap_or_else(|error| panic!("not a name: {error:?}"))
}

fn paid(order: usize, amount: i64) -> String {
    format!(r#"{{"order":"o-{order}","amount":{amount},"lines":[{{"category":"daily","amount":{amount}}}]}}"#)
}

fn send<C: Command>(engine: &Engine, command: C, read: impl FnOnce(&C::Outcome) -> Answer + 'static) -> Waiting {
    match engine.enqueue(command, None) {
        Ok(receipt) => Box::new(move || hear(receipt, read)),
        Err(error) => Box::new(move || failed(&error)),
    }
}

fn hear<T>(receipt: Receipt<T>, read: impl FnOnce(&T) -> Answer) -> Heard {
    match receipt.blocking_recv().unwrap_or(Err(EngineError::Stopped)) {
        Ok(Answered { result: Ok(outcome), replayed }) => Heard::Answer(Box::new(read(&outcome)), replayed),
        Ok(Answered { result: Err(refusal), replayed }) => {
            let told = Told { refused: Some(refusal.code), ..Told::default() };
            Heard::Answer(Box::new(Answer { told, made: Made::default(), at: None }), replayed)
        }
        Err(error) => failed(&error),
    }
}

fn failed(error: &EngineError) -> Heard {
    match error {
        EngineError::Fault(what) => Heard::Fault(what.clone()),
        _ => Heard::Nothing,
    }
}

fn figures(view: &WalletView) -> [i64; 3] {
    view.unit(&unit()).map_or([0; 3], |unit| [unit.available.get(), unit.held.get(), unit.debt.get()])
}

fn with_wallet(wallet: &WalletView, numbers: Vec<i64>, id: &str) -> Answer {
    Answer {
        told: Told { refused: None, wallet: Some(figures(wallet)), numbers },
        made: Made { id: id.into(), codes: Vec::new() },
        at: Some(wallet.as_of),
    }
}

fn judged(outcome: &EventOutcome) -> Answer {
    let given = outcome.awards.iter().map(|award| award.points.get()).sum();
    let taken = outcome.taken.iter().map(|taken| taken.points.get()).sum();
    let refused = outcome.refusals.len() as i64;
    with_wallet(&outcome.wallet, vec![given, taken, refused], "")
}

fn spent(spent: &Spent) -> Answer {
    with_wallet(&spent.wallet, vec![spent.points], spent.id.as_str())
}

fn reversed(reversed: &Reversed) -> Answer {
    with_wallet(&reversed.wallet, vec![reversed.points, reversed.left], "")
}

fn held(hold: &HoldView) -> Answer {
    with_wallet(&hold.wallet, vec![hold.held], hold.id.as_str())
}

fn adjusted(adjusted: &Adjusted) -> Answer {
    with_wallet(&adjusted.wallet, vec![adjusted.points], "")
}

fn frozen(frozen: &Frozen) -> Answer {
    let told = Told { numbers: vec![i64::from(frozen.frozen)], ..Told::default() };
    Answer { told, made: Made::default(), at: None }
}

fn quoted(quoted: &Quoted) -> Answer {
    let told = Told { numbers: vec![quoted.quote.points, quoted.available], ..Told::default() };
    let made = Made { id: quoted.quote.id.as_str().into(), codes: Vec::new() };
    Answer { told, made, at: Some(quoted.quote.at) }
}

fn redeemed(redemption: &Redemption) -> Answer {
    let code = |code: &CompactString| named(VoucherCode::typed(code).ok_or("a code that nobody can type"));
    let codes = redemption.pieces.iter().filter_map(|piece| piece.code.as_ref()).map(code).collect();
    let told = Told { numbers: vec![redemption.points, redemption.quantity], ..Told::default() };
    Answer { told, made: Made { id: redemption.id.as_str().into(), codes }, at: Some(redemption.at) }
}

fn canceled(redemption: &Redemption) -> Answer {
    let told = Told { numbers: vec![redemption.returned], ..Told::default() };
    Answer { told, made: Made::default(), at: None }
}

fn used(used: &VoucherUsed) -> Answer {
    Answer { told: Told::default(), made: Made::default(), at: Some(used.at) }
}
