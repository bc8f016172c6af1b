//! Who asks: shops that know only what they were answered.

use compact_str::CompactString;
use fastrand::Rng;
use jifen_program::vouchers::VoucherCode;

use crate::house::REWARDS;
use crate::plan::{Mix, Plan};
use crate::request::{Answer, Ask, Request};

/// Something that was made, by the request that made it.
#[derive(Debug, Clone)]
struct Thing {
    request: usize,
    member: usize,
    id: CompactString,
}

#[derive(Debug, Clone)]
struct Order {
    request: usize,
    member: usize,
    amount: i64,
    /// Whether shops say again that it was paid; such an order is never undone.
    repeated: bool,
}

/// What shops know, and the dice by which they decide.
#[derive(Debug)]
pub(crate) struct Shops {
    mix: Mix,
    members: usize,
    orders: Vec<Order>,
    spends: Vec<Thing>,
    holds: Vec<Thing>,
    quotes: Vec<Thing>,
    redemptions: Vec<Thing>,
    vouchers: Vec<(usize, usize, usize, VoucherCode)>,
}

impl Shops {
    pub(crate) fn new(plan: &Plan) -> Shops {
        Shops {
            mix: plan.mix,
            members: plan.members,
            orders: Vec::new(),
            spends: Vec::new(),
            holds: Vec::new(),
            quotes: Vec::new(),
            redemptions: Vec::new(),
            vouchers: Vec::new(),
        }
    }

    /// A new request.
    pub(crate) fn ask(&mut self, number: usize, dice: &mut Rng) -> Request {
        loop {
            let member = dice.usize(0..self.members);
            if let Some(request) = self.draw(number, member, dice) {
                return request;
            }
        }
    }

    fn draw(&mut self, number: usize, member: usize, dice: &mut Rng) -> Option<Request> {
        let mix = self.mix;
        let weights = [
            mix.orders,
            mix.repaid,
            mix.refunds,
            mix.undone,
            mix.gifts,
            mix.spends,
            mix.reversals,
            mix.holds,
            mix.hold_ends,
            mix.adjustments,
            mix.freezes,
            mix.quotes,
            mix.redemptions,
            mix.vouchers,
            mix.cancellations,
        ];
        let mut left = dice.u32(0..weights.iter().sum());
        let which = weights.iter().position(|weight| {
            let here = left < *weight;
            left = left.saturating_sub(*weight);
            here
        })?;
        let (member, ask) = match which {
            0 => (member, Ask::Paid { amount: dice.i64(0..3_000) }),
            1 => about_order(&self.orders, dice, |order, _| {
                order.repeated.then_some(Ask::PaidAgain { order: order.request, amount: order.amount })
            })?,
            2 => about_order(&self.orders, dice, |order, dice| {
                let amount = dice.i64(1..=order.amount.max(1) * 6 / 5);
                Some(Ask::Refunded { order: order.request, amount })
            })?,
            3 => about_order(&self.orders, dice, |order, _| {
                (!order.repeated).then_some(Ask::Undone { order: order.request })
            })?,
            4 => (member, Ask::Gift),
            5 => (member, Ask::Spend { points: dice.i64(1..25) }),
            6 => about(&self.spends, dice, |spend, id, dice| Ask::Reverse { spend, id, points: dice.i64(1..18) })?,
            7 => (member, Ask::Hold { points: dice.i64(1..20) }),
            8 => about(&self.holds, dice, |hold, id, dice| match dice.bool() {
                true => Ask::Capture { hold, id, points: dice.i64(1..14) },
                false => Ask::Release { hold, id },
            })?,
            9 => (member, Ask::Adjust { points: other_than_zero(dice.i64(-15..25)) }),
            10 => (member, if dice.u8(0..3) == 0 { Ask::Freeze } else { Ask::Unfreeze }),
            11 => {
                let (reward, quantity) = (dice.usize(0..REWARDS.len()), dice.i64(1..=3));
                (member, Ask::Quote { reward, quantity })
            }
            12 => {
                // A price is paid by one request: another with the same quote would be a conflict.
                let quote = self.quotes.pop()?;
                (quote.member, Ask::Redeem { quote: quote.request, id: quote.id })
            }
            13 => {
                let (member, redemption, piece, code) = dice.choice(&self.vouchers)?.clone();
                (member, Ask::Use { redemption, piece, code })
            }
            _ => about(&self.redemptions, dice, |redemption, id, _| Ask::Cancel { redemption, id })?,
        };
        Some(Request { number, member, ask })
    }

    /// The first answer to a request.
    pub(crate) fn learn(&mut self, request: &Request, answer: &Answer, dice: &mut Rng) {
        if answer.told.refused.is_some() {
            return;
        }
        let (number, member) = (request.number, request.member);
        let thing = || Thing { request: number, member, id: answer.made.id.clone() };
        match request.ask {
            Ask::Paid { amount } => {
                let repeated = dice.u8(0..4) == 0;
                self.orders.push(Order { request: number, member, amount, repeated });
            }
            Ask::Spend { .. } => self.spends.push(thing()),
            Ask::Hold { .. } => self.holds.push(thing()),
            Ask::Quote { .. } => self.quotes.push(thing()),
            Ask::Redeem { .. } => {
                self.redemptions.push(thing());
                let codes = answer.made.codes.iter().enumerate();
                self.vouchers.extend(codes.map(|(piece, code)| (member, number, piece, code.clone())));
            }
            _ => {}
        }
    }
}

fn other_than_zero(points: i64) -> i64 {
    if points == 0 { 1 } else { points }
}

/// Mostly about what is new: old things are finished with.
fn recent<'a, T>(things: &'a [T], dice: &mut Rng) -> Option<&'a T> {
    let from = if dice.u8(0..4) == 0 { 0 } else { things.len().saturating_sub(20) };
    dice.choice(&things[from..])
}

fn about(
    things: &[Thing],
    dice: &mut Rng,
    ask: impl FnOnce(usize, CompactString, &mut Rng) -> Ask,
) -> Option<(usize, Ask)> {
    let thing = recent(things, dice)?;
    Some((thing.member, ask(thing.request, thing.id.clone(), dice)))
}

fn about_order(
    orders: &[Order],
    dice: &mut Rng,
    ask: impl FnOnce(&Order, &mut Rng) -> Option<Ask>,
) -> Option<(usize, Ask)> {
    let order = recent(orders, dice)?;
    Some((order.member, ask(order, dice)?))
}
