//! How much of an award a refund takes back.

use jifen_vocab::{Code, LineRefund, Points, RefundRequest, Refusal};
use serde::{Deserialize, Serialize};

use super::{OrderAward, OrderFact};

/// What was refunded of an order so far.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Refunded {
    /// All of it.
    #[serde(default, rename = "all", skip_serializing_if = "std::ops::Not::not")]
    pub whole: bool,
    /// Not tied to lines, in minor units.
    #[serde(default, rename = "amt", skip_serializing_if = "is_zero")]
    pub amount: i64,
    /// By line: the line, its refunded amount, and whether that is all of it (a line of zero can be refunded, too).
    #[serde(default, rename = "l", skip_serializing_if = "Vec::is_empty")]
    pub lines: Vec<(u32, i64, bool)>,
}

fn is_zero(amount: &i64) -> bool {
    *amount == 0
}

impl Refunded {
    /// Whether nothing was refunded.
    pub fn is_none(&self) -> bool {
        *self == Refunded::default()
    }

    fn of_line(&self, line: u32) -> (i64, bool) {
        let entry = self.lines.iter().find(|(number, ..)| *number == line);
        entry.map_or((0, false), |&(_, amount, whole)| (amount, whole))
    }
}

impl OrderFact {
    /// What will have been refunded after a request, or why it cannot be.
    pub fn refund(&self, request: &RefundRequest) -> Result<Refunded, Refusal> {
        let mut after = self.refunded.clone();
        if after.whole {
            return Err(self.exceeded(self.amount, 0));
        }
        match request {
            RefundRequest::Whole => after.whole = true,
            RefundRequest::Amount(amount) => {
                let left = self.amount - self.by_lines(&after) - after.amount;
                if *amount > left {
                    return Err(self.exceeded(*amount, left).at("/data/amount"));
                }
                after.amount += amount;
            }
            RefundRequest::Lines(lines) => {
                for (index, line) in lines.iter().enumerate() {
                    self.refund_line(&mut after, line, index)?;
                }
            }
        }
        let refunded = self.by_lines(&after) + after.amount;
        if refunded > self.amount {
            return Err(self.exceeded(refunded, self.amount).at("/data/lines"));
        }
        after.whole |= self.amount > 0 && refunded == self.amount || self.every_line_whole(&after);
        Ok(after)
    }

    fn refund_line(&self, after: &mut Refunded, asked: &LineRefund, index: usize) -> Result<(), Refusal> {
        let pointer = |field: &str| format!("/data/lines/{index}/{field}");
        let Some(&amount) = self.lines.get(asked.line as usize) else {
            return Err(Refusal::new(Code::RefundExceedsOrder)
                .at(pointer("line"))
                .number("line", i64::from(asked.line))
                .number("lines", self.lines.len() as i64));
        };
        let (so_far, whole) = after.of_line(asked.line);
        let left = amount - so_far;
        let now = asked.amount.unwrap_or(left);
        if whole || now > left {
            return Err(self.exceeded(now, if whole { 0 } else { left }).at(pointer("amount")));
        }
        after.lines.retain(|(number, ..)| *number != asked.line);
        after.lines.push((asked.line, so_far + now, now == left));
        Ok(())
    }

    fn exceeded(&self, asked: i64, left: i64) -> Refusal {
        Refusal::new(Code::RefundExceedsOrder).number("asked", asked).number("left", left).number("amount", self.amount)
    }

    /// What refunded lines are worth of what was paid: discounts and shipping weigh on all lines alike.
    fn by_lines(&self, refunded: &Refunded) -> i64 {
        let gross: i64 = self.lines.iter().sum();
        let lines: i64 = refunded.lines.iter().map(|&(_, amount, _)| amount).sum();
        if gross == 0 || lines == 0 { 0 } else { share(self.amount, lines, gross) }
    }

    fn every_line_whole(&self, refunded: &Refunded) -> bool {
        !self.lines.is_empty() && (0..self.lines.len()).all(|line| refunded.of_line(line as u32).1)
    }

    /// What has been refunded of what was paid, in minor units.
    pub fn refunded_amount(&self, refunded: &Refunded) -> i64 {
        if refunded.whole { self.amount } else { self.by_lines(refunded) + refunded.amount }
    }

    /// How much of an award is to be taken back in all, once that much has been refunded. An award that rests on no
    /// line (a fixed one, say) is taken back by the share of the whole order.
    pub fn due_back(&self, award: &OrderAward, refunded: &Refunded) -> Points {
        if refunded.whole {
            return award.points;
        }
        if award.lines.is_empty() {
            let so_far = self.by_lines(refunded) + refunded.amount;
            return Points::new(share(award.points.get(), so_far, self.amount));
        }
        let parts = award.lines.iter();
        let by_lines: i64 = parts.map(|&(line, points)| self.line_due(points, line, refunded)).sum();
        let unreturned = self.amount - self.by_lines(refunded);
        let by_amount = if refunded.amount == 0 || unreturned <= 0 {
            0
        } else {
            share(award.points.get() - by_lines, refunded.amount, unreturned)
        };
        Points::new(by_lines + by_amount)
    }

    /// What is still paid of it after its refunds, in minor units.
    pub fn still_paid(&self) -> i64 {
        let refunded = &self.refunded;
        if refunded.whole { 0 } else { (self.amount - self.by_lines(refunded) - refunded.amount).max(0) }
    }

    /// What of the payment has come back in all, once that much has been refunded.
    pub fn money_back(&self, refunded: &Refunded) -> i64 {
        if refunded.whole { self.amount } else { self.by_lines(refunded) + refunded.amount }
    }

    /// How many of the points that paid a part of the order have come back in all, once that much has been refunded. Of
    /// an order that points paid wholly, lines count by what they cost.
    pub fn points_back(&self, points: i64, refunded: &Refunded) -> i64 {
        if refunded.whole {
            return points;
        }
        if self.amount > 0 {
            return share(points, self.by_lines(refunded) + refunded.amount, self.amount);
        }
        let lines: i64 = refunded.lines.iter().map(|&(_, amount, _)| amount).sum();
        share(points, lines, self.lines.iter().sum())
    }

    fn line_due(&self, points: i64, line: u32, refunded: &Refunded) -> i64 {
        match refunded.of_line(line) {
            (_, true) => points,
            (0, false) => 0,
            (amount, false) => share(points, amount, self.lines.get(line as usize).copied().unwrap_or(amount)),
        }
    }
}

/// `floor(value × part ÷ whole)`, exactly. `part` is at most `whole`, so that the result fits.
fn share(value: i64, part: i64, whole: i64) -> i64 {
    let exact = i128::from(value) * i128::from(part) / i128::from(whole.max(1));
    i64::try_from(exact).unwrap_or(value)
}
