//! Redemptions of an example: a member with points takes a reward, and what is said of points, money and states is compared
//! with what the commands of the service do, on records that exist only here.

use std::sync::Arc;

use bytes::Bytes;
use compact_str::CompactString;
use jifen_rules::document::{Node, Problems};
use jifen_vocab::limits::LOAD_ROUNDS_MAX;
use jifen_vocab::{Chosen, Code, Key, MemberId, Money, RedemptionId, RewardId, Timestamp, limits};

use super::parts;
use crate::adjustments::Adjust;
use crate::audit::By;
use crate::book::{Books, Name, RuleBook};
use crate::desk::{Command, Desk, Draws, Keys, Loaded, Record, Records, Stop, Touch};
use crate::flows::{
    AskQuote, CodeDraws, ConfirmRedemption, PaymentNews, PutReward, Redeem, SettlePayment, TakeBackHow, UndoRedemption,
    UseVoucher, Wake,
};
use crate::member::{MEMBER, Member};
use crate::quotes::Delivery;
use crate::redemptions::{PIECES_MAX, REDEMPTION, Redemption, State};
use crate::rewards::{Offer, RewardKind};
use crate::vouchers::{VOUCHER, VoucherCode};
use crate::wallets::Sitting;

/// Who does everything in an example.
const WHO: &str = "example";

/// Every state, by its name.
const STATES: [(&str, State); 8] = [
    ("awaiting_payment", State::AwaitingPayment),
    ("canceled", State::Canceled),
    ("expired", State::Expired),
    ("failed", State::Failed),
    ("fulfilled", State::Fulfilled),
    ("open", State::Open),
    ("returned", State::Returned),
    ("to_confirm", State::ToConfirm),
];

/// What happens to a redemption.
#[derive(Clone, Copy)]
enum Act {
    Cancel,
    Confirm,
    Defect,
    Fail,
    Pay,
    Redeem,
    Return,
    Use,
    Wait,
}

const ACTS: [(&str, Act); 9] = [
    ("cancel", Act::Cancel),
    ("confirm", Act::Confirm),
    ("defect", Act::Defect),
    ("fail", Act::Fail),
    ("pay", Act::Pay),
    ("redeem", Act::Redeem),
    ("return", Act::Return),
    ("use", Act::Use),
    ("wait", Act::Wait),
];

/// A redemption, and how it goes on.
pub(super) struct Redeemed {
    tier: usize,
    available: i64,
    offer: Offer,
    stock: Option<i64>,
    quantity: i64,
    cash: i64,
    birthday: bool,
    delivery: Option<Delivery>,
    steps: Vec<Happening>,
}

/// Something that happens, and what should be so afterwards; nothing is "whatever it may be".
struct Happening {
    act: &'static str,
    what: Act,
    at: Timestamp,
    seen: Seen,
}

/// What is seen of a redemption.
#[derive(Default)]
struct Seen {
    refused: Option<Code>,
    state: Option<State>,
    points: Option<i64>,
    cash: Option<i64>,
    points_back: Option<i64>,
    cash_back: Option<i64>,
    available: Option<i64>,
    /// A record that cannot be read or was not asked for: never what an example says.
    fault: Option<String>,
}

/// Reads a redemption.
pub(super) fn redemption(book: &RuleBook, node: Node<'_>, problems: &mut Problems) -> Option<Redeemed> {
    let mut map = node.map(problems)?;
    let tier = map.take("tier").map_or(Some(0), |node| parts::tier(book, node, problems));
    let available = map.require("available", problems);
    let available = available.and_then(|node| node.integer_in(0..=limits::BALANCE_MAX, problems));
    let reward = map.require("reward", problems).and_then(|node| reward(book, node, problems));
    let quantity = map.take("quantity").map_or(Some(1), |node| node.integer_in(1..=PIECES_MAX, problems));
    let cash = map.take("cash").map_or(Some(0), |node| parts::money(book, node, problems));
    let birthday = map.take("birthday").and_then(|node| node.boolean(problems)).unwrap_or(false);
    let deliveries = Delivery::ALL.map(|delivery| (delivery.as_str(), delivery));
    let delivery = map.take("delivery").and_then(|node| node.choice(&deliveries, problems));
    let steps = map.require("steps", problems).and_then(|node| node.list(problems)).unwrap_or_default();
    let steps: Vec<Happening> = steps.into_iter().filter_map(|node| happening(book, node, problems)).collect();
    map.finish(problems);
    if !matches!(steps.first(), Some(Happening { what: Act::Redeem, .. }))
        || steps.iter().skip(1).any(|step| matches!(step.what, Act::Redeem))
    {
        problems.push(node.problem("needs `steps` of which the first, and no other, is `redeem`"));
    }
    if steps.windows(2).any(|two| two[1].at < two[0].at) {
        problems.push(node.problem("has steps that go back in time"));
    }
    let (offer, stock) = reward?;
    Some(Redeemed {
        tier: tier?,
        available: available?,
        offer,
        stock,
        quantity: quantity?,
        cash: cash?,
        birthday,
        delivery,
        steps,
    })
}

fn reward(book: &RuleBook, node: Node<'_>, problems: &mut Problems) -> Option<(Offer, Option<i64>)> {
    let mut map = node.map(problems)?;
    let kind = map.require("kind", problems).and_then(|node| node.choice(RewardKind::WORDS, problems));
    let category = map.require("category", problems).and_then(|node| node.text(problems)).map(CompactString::new);
    let points = map.take("points").and_then(|node| node.integer_in(1..=limits::AMOUNT_MAX, problems));
    let mut money = |key, problems: &mut Problems| map.take(key).and_then(|node| parts::money(book, node, problems));
    let (value, cash, cost) = (money("value", problems), money("cash", problems), money("cost", problems));
    let stock = map.take("stock").and_then(|node| node.integer_in(0..=limits::AMOUNT_MAX, problems));
    let tags = map.take("tags").map(Node::one_or_many).unwrap_or_default();
    let tags = tags.into_iter().filter_map(|tag| tag.text(problems)).map(CompactString::new).collect();
    map.finish(problems);
    let name = Name { zh: WHO.to_owned(), en: WHO.to_owned() };
    let offer = Offer::new(name, kind?, category?);
    Some((Offer { points, value, cost, cash: cash.unwrap_or(0), tags, ..offer }, stock))
}

fn happening(book: &RuleBook, node: Node<'_>, problems: &mut Problems) -> Option<Happening> {
    let mut map = node.map(problems)?;
    let act = map.require("do", problems);
    let what = act.and_then(|node| node.choice(&ACTS, problems));
    let act = what.and_then(|_| act?.scalar()).and_then(|text| ACTS.iter().find(|(word, _)| *word == text));
    let at = map.require("time", problems).and_then(|node| parts::instant(&book.zone, node, problems));
    let mut count = |key, problems: &mut Problems| {
        map.take(key).and_then(|node| node.integer_in(0..=limits::BALANCE_MAX, problems))
    };
    let (points, points_back) = (count("points", problems), count("points_back", problems));
    let available = count("available", problems);
    let mut money = |key, problems: &mut Problems| map.take(key).and_then(|node| parts::money(book, node, problems));
    let (cash, cash_back) = (money("cash", problems), money("cash_back", problems));
    let state = map.take("state").and_then(|node| node.choice(&STATES, problems));
    let refused = map.take("refused").and_then(|node| parts::code(node, problems));
    map.finish(problems);
    let seen = Seen { refused, state, points, cash, points_back, cash_back, available, fault: None };
    Some(Happening { act: act?.0, what: what?, at: at?, seen })
}

/// What an example says of a redemption, and what comes of it, one line a step each.
pub(super) fn told(book: &Arc<RuleBook>, redeemed: &Redeemed) -> (String, String) {
    let (mut expected, mut got) = (Vec::new(), Vec::new());
    let mut shop = Shop::open(book, redeemed);
    for step in &redeemed.steps {
        let seen = match &mut shop {
            Ok(shop) => shop.go(step, redeemed),
            // Without the reward or the points nothing can be taken: the example is told why.
            Err(stop) => Seen::stopped(stop),
        };
        expected.push(line(book, step, &step.seen));
        got.push(line(book, step, &seen));
    }
    (expected.join("\n"), got.join("\n"))
}

/// A step with as much detail as the example asks for.
fn line(book: &RuleBook, step: &Happening, seen: &Seen) -> String {
    let asked = &step.seen;
    let mut told = Vec::new();
    told.extend(seen.fault.clone());
    if let Some(code) = seen.refused {
        told.push(format!("refused: {}", code.as_str()));
    }
    let money = |amount: i64| Money { amount, currency: book.currency };
    let mut say = |word: &str, asked: bool, said: Option<String>| {
        let said = said.filter(|_| asked);
        told.extend(said.map(|said| format!("{word} {said}")));
    };
    say("state", asked.state.is_some(), seen.state.map(|state| state.as_str().to_owned()));
    say("points", asked.points.is_some(), seen.points.map(|points| points.to_string()));
    say("cash", asked.cash.is_some(), seen.cash.map(|cash| money(cash).to_string()));
    say("points back", asked.points_back.is_some(), seen.points_back.map(|points| points.to_string()));
    say("cash back", asked.cash_back.is_some(), seen.cash_back.map(|cash| money(cash).to_string()));
    say("available", asked.available.is_some(), seen.available.map(|points| points.to_string()));
    format!("{}: {}", step.act, told.join(", "))
}

impl Seen {
    fn stopped(stop: &Stop) -> Seen {
        match stop {
            Stop::Refused(refusal) => Seen { refused: Some(refusal.code), ..Seen::default() },
            Stop::Fault(fault) => Seen { fault: Some(fault.to_string()), ..Seen::default() },
        }
    }
}

/// A program with one member and one reward.
struct Shop {
    records: Records,
    books: Books,
    member: MemberId,
    reward: RewardId,
    redemption: Option<RedemptionId>,
    seed: u64,
}

impl Shop {
    fn open(book: &Arc<RuleBook>, redeemed: &Redeemed) -> Result<Shop, Stop> {
        let (member, reward) = (MemberId::new(WHO), RewardId::new(WHO));
        let (Ok(member), Ok(reward)) = (member, reward) else { return Err(Code::LimitExceeded.into()) };
        let at = redeemed.steps.first().map_or(Timestamp::default(), |step| step.at);
        let books = Books::first(Arc::clone(book));
        let mut shop = Shop { records: Records::new(), books, member, reward, redemption: None, seed: 1 };
        shop.enroll(at, &book.tiers[redeemed.tier].id)?;
        if redeemed.available > 0 {
            let adjust = Adjust {
                request: None,
                member: shop.member.clone(),
                unit: book.default_unit.clone(),
                points: redeemed.available,
                reason: WHO.to_owned(),
                expires_at: None,
                by: By::system(),
            };
            shop.run(at, &adjust)?;
        }
        let put = PutReward {
            request: None,
            id: Some(shop.reward.clone()),
            create: true,
            offer: redeemed.offer.clone(),
            stock: redeemed.stock,
            by: By::system(),
        };
        shop.run(at, &put)?;
        Ok(shop)
    }

    fn enroll(&mut self, at: Timestamp, tier: &jifen_vocab::TierId) -> Result<(), Stop> {
        let member = Member::new(self.member.clone(), at, tier.clone());
        let key = Key::new(&MEMBER, self.member.as_str());
        let mut body = Vec::new();
        member
            .write(&mut body)
            .map_err(|error| crate::desk::RecordFault::Unreadable { key: key.clone(), reason: error.to_string() })?;
        self.records.insert(key, Some((1, Bytes::from(body))));
        Ok(())
    }

    /// Loads what a command touches (here nothing is stored that is not in memory already), and lets it decide.
    fn run<C: Command>(&mut self, now: Timestamp, command: &C) -> Result<C::Outcome, Stop> {
        let mut keys = Keys::default();
        for _ in 0..LOAD_ROUNDS_MAX {
            let touch = command.touches(&self.books, &Loaded::new(&self.records), &mut keys);
            for key in keys.drain() {
                if !self.records.holds(&key) {
                    self.records.insert(key, None);
                }
            }
            if touch == Touch::Done {
                break;
            }
        }
        self.seed += 1;
        let mut desk = Desk::new(&mut self.records, &self.books, now, Draws::Seed(self.seed));
        let outcome = command.decide(&mut desk)?;
        desk.leave()?;
        Ok(outcome)
    }

    fn go(&mut self, step: &Happening, redeemed: &Redeemed) -> Seen {
        let done = self.settle(step.at).and_then(|()| self.act(step, redeemed)).and_then(|()| self.look(step.at));
        done.unwrap_or_else(|stop| match self.look(step.at) {
            Ok(seen) => Seen { refused: Seen::stopped(&stop).refused, fault: Seen::stopped(&stop).fault, ..seen },
            Err(_) => Seen::stopped(&stop),
        })
    }

    /// What fell due meanwhile: waiting that ran out, vouchers that lapsed.
    fn settle(&mut self, now: Timestamp) -> Result<(), Stop> {
        let Some(redemption) = self.made() else { return Ok(()) };
        let codes = redemption.pieces.iter().filter_map(|piece| piece.code.clone());
        let keys: Vec<Key> = codes.map(|code| Key::new(&VOUCHER, &code)).collect();
        if redemption.state.is_waiting() && redemption.waits_until.is_some_and(|until| until <= now) {
            self.run(now, &Wake { key: Key::new(&REDEMPTION, redemption.id.as_str()) })?;
        }
        keys.into_iter().try_for_each(|key| self.run(now, &Wake { key }))
    }

    fn act(&mut self, step: &Happening, redeemed: &Redeemed) -> Result<(), Stop> {
        let now = step.at;
        if matches!(step.what, Act::Redeem) {
            return self.redeem(now, redeemed);
        }
        if matches!(step.what, Act::Wait) {
            return Ok(());
        }
        let made = self.made().ok_or(Code::Unknown)?;
        let operator = CompactString::const_new(WHO);
        let (request, owner, redemption, draws) = (None, None, made.id.clone(), draws());
        let how = match step.what {
            Act::Pay | Act::Fail => {
                let paid = matches!(step.what, Act::Pay);
                let news = if paid { PaymentNews::Paid(made.cash) } else { PaymentNews::Failed };
                let (reference, fingerprint) = (CompactString::const_new(WHO), [0; 16]);
                let settle = SettlePayment { redemption, reference, news, draws, fingerprint, operator };
                return self.run(now, &settle).map(drop);
            }
            Act::Confirm => {
                let confirm = ConfirmRedemption { request, redemption, owner, draws, operator };
                return self.run(now, &confirm).map(drop);
            }
            Act::Use => {
                let code = made.pieces.iter().filter_map(|piece| VoucherCode::typed(piece.code.as_ref()?)).next();
                let code = code.ok_or(Code::VoucherNotValid)?;
                let (store, reference) = (CompactString::const_new(WHO), CompactString::const_new(WHO));
                return self.run(now, &UseVoucher { code, store, reference, fingerprint: [0; 16] }).map(drop);
            }
            Act::Return => TakeBackHow::Return { defect: false, pick_up: false },
            Act::Defect => TakeBackHow::Return { defect: true, pick_up: false },
            Act::Cancel | Act::Redeem | Act::Wait => TakeBackHow::Cancel,
        };
        self.run(now, &UndoRedemption { request, redemption, owner, how, reason: None, operator }).map(drop)
    }

    fn redeem(&mut self, now: Timestamp, redeemed: &Redeemed) -> Result<(), Stop> {
        let month = self.books.at(now).zone.day_of(now).month();
        let ask = AskQuote {
            request: None,
            member: self.member.clone(),
            reward: self.reward.clone(),
            quantity: redeemed.quantity,
            cash: redeemed.cash,
            delivery: redeemed.delivery,
            birth_month: redeemed.birthday.then_some(month),
            chosen: Chosen::default(),
        };
        let quoted = self.run(now, &ask)?;
        let redeem = Redeem {
            quote: quoted.quote.id,
            owner: None,
            presence: None,
            draws: draws(),
            fingerprint: [0; 16],
            operator: CompactString::const_new(WHO),
        };
        let made = self.run(now, &redeem)?;
        self.redemption = Some(made.id);
        Ok(())
    }

    fn made(&self) -> Option<Redemption> {
        let made = self.records.peek::<Redemption>(self.redemption.as_ref()?.as_str())?;
        Some(Redemption::clone(&made))
    }

    fn look(&mut self, now: Timestamp) -> Result<Seen, Stop> {
        let unit = self.books.at(now).default_unit.clone();
        let made = self.made();
        let desk = Desk::new(&mut self.records, &self.books, now, Draws::Odds);
        let mut sitting = Sitting::open(&desk, self.member.as_str())?;
        let available = Some(sitting.ledger().wallet().usable(&unit).get());
        let Some(made) = made else { return Ok(Seen { available, ..Seen::default() }) };
        Ok(Seen {
            state: Some(made.state),
            points: Some(made.points),
            cash: Some(made.cash),
            points_back: Some(made.returned),
            cash_back: Some(made.cash_back),
            available,
            ..Seen::default()
        })
    }
}

/// Numbers for the codes of vouchers: examples have nothing to guess.
fn draws() -> CodeDraws {
    (1..=u128::from(PIECES_MAX.unsigned_abs())).collect()
}
