//! What must come of every request: the expected state, changed by one request after the other.

use std::collections::BTreeMap;

use jifen_vocab::{Code, Timestamp, Zone};

use crate::house::{GIFTS, QUOTE_MINUTES, REWARDS, VOUCHER_DAYS, VOUCHER_FEE};
use crate::purse::{Purse, Taken};
use crate::request::{Answer, Ask, Request};

/// Hours for which points are held.
const HOLD_HOURS: i64 = 24;

/// What an answer must say.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Expected {
    /// No, for that reason where it is known.
    No(Option<Code>),
    /// Yes; its numbers begin with these.
    Yes(Vec<i64>),
}

use Expected::{No, Yes};

#[derive(Debug)]
struct Bought {
    member: usize,
    amount: i64,
    refunded: i64,
    award: i64,
    taken: i64,
    /// Points that lapsed and were counted as taken.
    counted: i64,
    undone: bool,
}

#[derive(Debug)]
struct Price {
    reward: usize,
    quantity: i64,
    points: i64,
    until: Timestamp,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Piece {
    Open,
    Used,
    Gone,
}

#[derive(Debug)]
struct Bundle {
    member: usize,
    reward: usize,
    taken: Taken,
    pieces: Vec<Piece>,
    returned: i64,
    until: Timestamp,
}

/// Everything that must be there.
#[derive(Debug)]
pub(crate) struct Model {
    zone: Zone,
    purses: Vec<Purse>,
    orders: BTreeMap<usize, Bought>,
    spends: BTreeMap<usize, Taken>,
    quotes: BTreeMap<usize, Price>,
    redemptions: BTreeMap<usize, Bundle>,
    /// Which piece of which redemption a code is good for.
    codes: BTreeMap<String, (usize, usize)>,
    stock: [i64; REWARDS.len()],
    given: i64,
}

impl Model {
    pub(crate) fn new(members: usize, zone: Zone) -> Model {
        Model {
            zone,
            purses: vec![Purse::default(); members],
            orders: BTreeMap::new(),
            spends: BTreeMap::new(),
            quotes: BTreeMap::new(),
            redemptions: BTreeMap::new(),
            codes: BTreeMap::new(),
            stock: REWARDS.map(|(_, stock)| stock),
            given: 0,
        }
    }

    /// What a member must be shown.
    pub(crate) fn figures(&mut self, member: usize, now: Timestamp) -> [i64; 3] {
        self.purses[member].settle(now);
        self.purses[member].figures()
    }

    /// Pieces of a reward that must be left.
    pub(crate) fn stock(&self, reward: usize) -> i64 {
        self.stock[reward]
    }

    /// What gifts have brought.
    pub(crate) fn given(&self) -> i64 {
        self.given
    }

    /// A request takes effect; gives what its answer must say. Of the answer only the names of what was made are used.
    pub(crate) fn apply(&mut self, request: &Request, answer: &Answer, now: Timestamp) -> Expected {
        let (number, member) = (request.number, request.member);
        self.purses[member].settle(now);
        match &request.ask {
            Ask::Paid { amount } => self.paid(number, member, *amount, now),
            Ask::PaidAgain { .. } => Yes(vec![0, 0, 1]),
            Ask::Refunded { order, amount } => self.refunded(*order, *amount),
            Ask::Undone { order } => self.undone(*order),
            Ask::Gift => self.gift(member, now),
            Ask::Spend { points } => self.spend(number, member, *points),
            Ask::Reverse { spend, points, .. } => self.reverse(*spend, member, *points, now),
            Ask::Hold { points } => self.hold(number, member, *points, now),
            Ask::Capture { hold, points, .. } => self.capture(*hold, member, *points),
            Ask::Release { hold, .. } => self.release(*hold, member, now),
            Ask::Adjust { points } => self.adjust(member, *points, now),
            Ask::Freeze => {
                self.purses[member].frozen = true;
                Yes(vec![1])
            }
            Ask::Unfreeze if self.purses[member].frozen => {
                self.purses[member].frozen = false;
                Yes(vec![0])
            }
            Ask::Unfreeze => No(Some(Code::WalletNotFrozen)),
            Ask::Quote { reward, quantity } => self.quote(number, member, *reward, *quantity, now),
            Ask::Redeem { quote, .. } => self.redeem(number, member, *quote, answer, now),
            Ask::Cancel { redemption, .. } => self.cancel(*redemption, now),
            Ask::Use { redemption, piece, .. } => self.use_voucher(*redemption, *piece, now),
        }
    }

    fn paid(&mut self, order: usize, member: usize, amount: i64, now: Timestamp) -> Expected {
        let award = amount / 100;
        self.purses[member].grant(award, Some(order), now, &self.zone);
        let bought = Bought { member, amount, refunded: 0, award, taken: 0, counted: 0, undone: false };
        self.orders.insert(order, bought);
        Yes(vec![award, 0, 0])
    }

    fn refunded(&mut self, order: usize, amount: i64) -> Expected {
        let Some(bought) = self.orders.get_mut(&order) else { return No(None) };
        let whole = bought.amount > 0 && bought.refunded == bought.amount;
        if bought.undone || whole || bought.refunded + amount > bought.amount {
            return Yes(vec![0, 0, 1]);
        }
        bought.refunded += amount;
        // The share of what was refunded so far, rounded down, less what was taken before.
        let due = if bought.amount == 0 { 0 } else { bought.award * bought.refunded / bought.amount };
        let points = due - bought.taken;
        bought.taken = due;
        bought.counted += self.purses[bought.member].take_back(order, points, bought.counted);
        Yes(vec![0, points, 0])
    }

    fn undone(&mut self, order: usize) -> Expected {
        let Some(bought) = self.orders.get_mut(&order) else { return No(None) };
        if bought.undone {
            return Yes(vec![0, 0]);
        }
        bought.undone = true;
        let points = bought.award - bought.taken;
        bought.counted += self.purses[bought.member].take_back(order, points, bought.counted);
        Yes(vec![0, points])
    }

    fn gift(&mut self, member: usize, now: Timestamp) -> Expected {
        let (most, each) = GIFTS;
        let points = each.min(most - self.given);
        self.given += points;
        self.purses[member].grant(points, None, now, &self.zone);
        Yes(vec![points, 0, i64::from(points < each)])
    }

    /// Why so many points cannot be spent, where they cannot.
    fn obstacle(&self, member: usize, points: i64) -> Option<Code> {
        let purse = &self.purses[member];
        if purse.frozen {
            return Some(Code::WalletFrozen);
        }
        (purse.available() < points).then_some(Code::InsufficientPoints)
    }

    fn spend(&mut self, number: usize, member: usize, points: i64) -> Expected {
        if let Some(code) = self.obstacle(member, points) {
            return No(Some(code));
        }
        self.spends.insert(number, self.purses[member].spend(points));
        Yes(vec![points])
    }

    fn reverse(&mut self, spend: usize, member: usize, points: i64, now: Timestamp) -> Expected {
        let Some(taken) = self.spends.get_mut(&spend).filter(|taken| taken.len() >= points) else { return No(None) };
        self.purses[member].give_back(taken, points, now);
        Yes(vec![points, taken.len()])
    }

    fn hold(&mut self, number: usize, member: usize, points: i64, now: Timestamp) -> Expected {
        if let Some(code) = self.obstacle(member, points) {
            return No(Some(code));
        }
        self.purses[member].hold(points, number, now.plus_millis(HOLD_HOURS * 3_600_000));
        Yes(vec![points])
    }

    fn capture(&mut self, hold: usize, member: usize, points: i64) -> Expected {
        let purse = &mut self.purses[member];
        let Some(held) = purse.held(hold).filter(|held| *held >= points) else { return No(None) };
        purse.capture(hold, points);
        Yes(vec![held - points])
    }

    fn release(&mut self, hold: usize, member: usize, now: Timestamp) -> Expected {
        if self.purses[member].held(hold).is_none() {
            return No(None);
        }
        self.purses[member].release(hold, now);
        Yes(vec![0])
    }

    fn adjust(&mut self, member: usize, points: i64, now: Timestamp) -> Expected {
        let purse = &mut self.purses[member];
        if points > 0 {
            purse.grant(points, None, now, &self.zone);
        } else if purse.available() < -points {
            return No(Some(Code::InsufficientPoints));
        } else {
            purse.forfeit(-points);
        }
        Yes(vec![points])
    }

    fn quote(&mut self, number: usize, member: usize, reward: usize, quantity: i64, now: Timestamp) -> Expected {
        if self.stock[reward] < quantity {
            return No(Some(Code::OutOfStock));
        }
        let (points, until) = (REWARDS[reward].0 * quantity, now.plus_millis(QUOTE_MINUTES * 60_000));
        self.quotes.insert(number, Price { reward, quantity, points, until });
        Yes(vec![points, self.purses[member].available()])
    }

    fn redeem(&mut self, number: usize, member: usize, quote: usize, answer: &Answer, now: Timestamp) -> Expected {
        let Some(price) = self.quotes.get(&quote) else { return No(None) };
        let (reward, quantity, points) = (price.reward, price.quantity, price.points);
        if now >= price.until {
            return No(Some(Code::QuoteExpired));
        }
        if self.stock[reward] < quantity {
            return No(Some(Code::OutOfStock));
        }
        if let Some(code) = self.obstacle(member, points) {
            return No(Some(code));
        }
        self.stock[reward] -= quantity;
        let taken = self.purses[member].spend(points);
        let pieces = vec![Piece::Open; usize::try_from(quantity).unwrap_or(0)];
        let until = now.plus_days(VOUCHER_DAYS);
        self.redemptions.insert(number, Bundle { member, reward, taken, pieces, returned: 0, until });
        for (piece, code) in answer.made.codes.iter().enumerate() {
            self.codes.insert(code.as_str().to_owned(), (number, piece));
        }
        Yes(vec![points, quantity])
    }

    fn cancel(&mut self, redemption: usize, now: Timestamp) -> Expected {
        let Some(bundle) = self.redemptions.get_mut(&redemption) else { return No(None) };
        let open = bundle.pieces.iter().filter(|piece| **piece == Piece::Open).count() as i64;
        if open == 0 || bundle.pieces.contains(&Piece::Used) {
            return No(None);
        }
        bundle.pieces.fill(Piece::Gone);
        self.stock[bundle.reward] += open;
        let points = REWARDS[bundle.reward].0 * open;
        bundle.returned += points;
        self.purses[bundle.member].give_back(&mut bundle.taken, points, now);
        Yes(vec![bundle.returned])
    }

    fn use_voucher(&mut self, redemption: usize, piece: usize, now: Timestamp) -> Expected {
        let Some(bundle) = self.redemptions.get_mut(&redemption) else { return No(None) };
        if bundle.pieces[piece] != Piece::Open || now >= bundle.until {
            return No(Some(Code::VoucherNotValid));
        }
        bundle.pieces[piece] = Piece::Used;
        Yes(Vec::new())
    }

    /// The time of a voucher is over, and somebody looked: its points come back less the fee, its piece to the shelf.
    ///
    /// # Errors
    /// A sentence where nobody was ever given that code.
    pub(crate) fn lapse(&mut self, code: &str, now: Timestamp) -> Result<(), String> {
        let (redemption, piece) = self.codes.get(code).ok_or_else(|| format!("nobody was given the voucher {code}"))?;
        let Some(bundle) = self.redemptions.get_mut(redemption) else { return Ok(()) };
        if bundle.pieces[*piece] != Piece::Open || now < bundle.until {
            return Ok(());
        }
        bundle.pieces[*piece] = Piece::Gone;
        self.stock[bundle.reward] += 1;
        let paid = REWARDS[bundle.reward].0;
        let points = paid - paid * VOUCHER_FEE / 100;
        bundle.returned += points;
        let purse = &mut self.purses[bundle.member];
        purse.settle(now);
        purse.give_back(&mut bundle.taken, points, now);
        Ok(())
    }
}
