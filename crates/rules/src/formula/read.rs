//! Formulas as they are written.

use compact_str::CompactString;
use jifen_vocab::{Decimal, Ratio, Rounding, limits};

use super::{Basis, CERTAIN_PPM, Formula, RateStep, Shape};
use crate::Names;
use crate::document::{MapReader, Node, Problems, closest};

const ROUNDING: [(&str, Rounding); 3] =
    [("floor", Rounding::Floor), ("half_up", Rounding::HalfUp), ("ceil", Rounding::Ceil)];

impl Formula {
    /// Reads the value of `award`. `value` is what a point of the rule's unit is worth in major units of money, where
    /// it is worth anything: formulas per cent need it.
    pub fn read(node: Node<'_>, names: &Names, value: Option<Decimal>, problems: &mut Problems) -> Option<Formula> {
        let mut map = node.map(problems)?;
        let mut reader = Reader { names, value, problems };
        let rounding = match map.take("round") {
            Some(node) => node.choice(&ROUNDING, reader.problems),
            None => Some(Rounding::Floor),
        };
        let chance = map.take("chance").map(|node| reader.chance(node));
        let shape = reader.shape(&mut map);
        map.finish(problems);
        let chance_ppm = match chance {
            Some(chance) => Some(chance?),
            None => None,
        };
        Some(Formula { shape: shape?, rounding: rounding?, chance_ppm })
    }
}

struct Reader<'n, 'p> {
    names: &'n Names,
    value: Option<Decimal>,
    problems: &'p mut Problems,
}

impl Reader<'_, '_> {
    fn shape(&mut self, map: &mut MapReader<'_>) -> Option<Shape> {
        // Every key is asked for, so that a misspelt one finds its neighbor.
        let ladder = map.take("ladder");
        let per = map.take("per");
        let [points, each, every] = [map.take("points"), map.take("each"), map.take("every")];
        let [percent, steps, mode] = [map.take("percent"), map.take("steps"), map.take("mode")];
        self.stray(mode.filter(|_| steps.is_none()), "belongs to `steps`");
        if let Some(ladder) = ladder {
            self.stray(per.or(points).or(each).or(every).or(percent).or(steps), "does not go with `ladder`");
            return self.ladder(ladder);
        }
        let Some(per) = per else {
            let alone = each.or(every).or(percent).or(steps);
            self.stray(alone, "needs `per` beside it");
            let Some(points) = points else {
                if alone.is_none() {
                    self.problems.push(map.node().problem("needs `per`, `points` or `ladder`"));
                }
                return None;
            };
            return self.points(points);
        };
        let per = self.basis(per)?;
        let forms = [percent, steps, every].into_iter().flatten().count();
        if forms > 1 {
            self.problems.push(map.node().problem("may have only one of `percent`, `steps` and `every`"));
            return None;
        }
        if let Some(percent) = percent {
            self.stray(points.or(each), "does not go with `percent`");
            return self.percent(per, percent);
        }
        if let Some(steps) = steps {
            self.stray(points, "does not go with `steps`: each step has its own");
            let each = self.each(&per, each);
            return self.steps(per, steps, each?, mode);
        }
        let rate = map.require("points", self.problems).and_then(|node| self.rate(node));
        if let Some(every) = every {
            self.stray(each, "does not go with `every`");
            let every = self.part(&per, every);
            return Some(Shape::Every { every: every?, points: rate?, per });
        }
        let each = self.each(&per, each);
        Some(Shape::Rate { points: rate?, each: each?, per })
    }

    fn stray(&mut self, node: Option<Node<'_>>, message: &str) {
        if let Some(node) = node {
            let name = node.path();
            let key = name.rsplit('.').next().unwrap_or_default();
            let problem = node.problem(format!("`{key}` {message}"));
            self.problems.push(problem);
        }
    }

    fn basis(&mut self, node: Node<'_>) -> Option<Basis> {
        let text = node.text(self.problems)?;
        match text {
            "order.amount" => return Some(Basis::OrderAmount),
            "line.amount" => return Some(Basis::LineAmount),
            "line.quantity" => return Some(Basis::LineQuantity),
            _ => {}
        }
        let path = text.strip_prefix("data.").filter(|path| path.split('.').all(|step| !step.is_empty()));
        if let Some(path) = path {
            return Some(Basis::Data(path.split('.').map(CompactString::new).collect()));
        }
        let suggestion = closest(text, ["order.amount", "line.amount", "line.quantity"]);
        let message = "must be order.amount, line.amount, line.quantity or data.<field>";
        self.problems.push(node.problem(message).suggest(suggestion));
        None
    }

    /// A part of the basis: money for amounts, a whole number otherwise; more than 0.
    fn part(&mut self, per: &Basis, node: Node<'_>) -> Option<i64> {
        let part = self.mark(per, node)?;
        node.or_problem(Some(part).filter(|part| *part > 0), "must be more than 0", self.problems)
    }

    /// A value of the basis, 0 included.
    fn mark(&mut self, per: &Basis, node: Node<'_>) -> Option<i64> {
        if !per.is_money() {
            return node.integer_in(0..=limits::AMOUNT_MAX, self.problems);
        }
        let money = node.money(self.problems)?;
        let currency = self.names.currency;
        let message = format!("must be in the program's currency, {currency}");
        let money = node.or_problem(Some(money).filter(|money| money.currency == currency), &message, self.problems)?;
        let fits = Some(money.amount).filter(|amount| (0..=limits::AMOUNT_MAX).contains(amount));
        node.or_problem(fits, "is out of range", self.problems)
    }

    fn each(&mut self, per: &Basis, node: Option<Node<'_>>) -> Option<i64> {
        match node {
            Some(node) => self.part(per, node),
            None if per.is_money() => Some(self.names.currency.minor_per_major()),
            None => Some(1),
        }
    }

    /// Points for each part: a decimal that is not negative.
    fn rate(&mut self, node: Node<'_>) -> Option<Decimal> {
        let rate = node.decimal(self.problems)?;
        let most = Decimal::from(limits::AMOUNT_MAX);
        node.or_problem(Some(rate).filter(|r| !r.is_negative() && *r <= most), "may not be negative", self.problems)
    }

    fn whole(&mut self, node: Node<'_>) -> Option<i64> {
        node.integer_in(0..=limits::AMOUNT_MAX, self.problems)
    }

    fn points(&mut self, node: Node<'_>) -> Option<Shape> {
        if !node.is_map() {
            return self.whole(node).map(Shape::Fixed);
        }
        let mut map = node.map(self.problems)?;
        let from = map.require("from", self.problems).and_then(|node| self.whole(node));
        let to = map.require("to", self.problems).and_then(|node| self.whole(node));
        map.finish(self.problems);
        let (from, to) = (from?, to?);
        let range = (from <= to).then_some(Shape::Range(from, to));
        node.or_problem(range, "must go from the smaller number to the larger", self.problems)
    }

    fn percent(&mut self, per: Basis, node: Node<'_>) -> Option<Shape> {
        let percent = node.percent(self.problems)?;
        if !per.is_money() {
            self.problems.push(node.problem("is a share of an amount: `per` must be order.amount or line.amount"));
            return None;
        }
        let percent =
            node.or_problem(Some(percent).filter(|p| !p.is_negative()), "may not be negative", self.problems)?;
        let value = self.value.filter(|value| !value.is_negative() && !value.is_zero());
        let value = node.or_problem(value, "needs a unit whose points have a value in money", self.problems)?;
        let rate = rate_of_percent(percent, value, self.names.currency.minor_per_major());
        let (points, each) =
            node.or_problem(rate, "cannot be computed exactly at this value of a point", self.problems)?;
        Some(Shape::Rate { per, points, each })
    }

    fn steps(&mut self, per: Basis, node: Node<'_>, each: i64, mode: Option<Node<'_>>) -> Option<Shape> {
        let mut steps: Vec<RateStep> = Vec::new();
        for item in node.list(self.problems)? {
            let mut map = item.map(self.problems)?;
            let from = map.require("from", self.problems).and_then(|node| self.mark(&per, node));
            let points = map.require("points", self.problems).and_then(|node| self.rate(node));
            map.finish(self.problems);
            let (from, points) = (from?, points?);
            if steps.last().is_some_and(|last| last.from >= from) {
                self.problems.push(item.problem("must begin above the step before it"));
                return None;
            }
            steps.push(RateStep { from, points });
        }
        let marginal = match mode {
            Some(node) => node.choice(&[("whole", false), ("marginal", true)], self.problems)?,
            None => false,
        };
        let steps = node.or_problem(Some(steps).filter(|steps| !steps.is_empty()), "needs a step", self.problems)?;
        Some(Shape::Steps { per, steps: steps.into(), each, marginal })
    }

    fn ladder(&mut self, node: Node<'_>) -> Option<Shape> {
        let mut map = node.map(self.problems)?;
        let streak = map.require("by", self.problems).and_then(|node| self.streak(node));
        let rungs = map.require("steps", self.problems);
        map.finish(self.problems);
        let rungs = rungs?;
        let mut steps: Vec<(i64, i64)> = Vec::new();
        for (length, points) in rungs.entries(self.problems)? {
            let length = length.parse().ok().filter(|length| *length > 0);
            let length = points.or_problem(length, "must stand under a number of days in a row", self.problems)?;
            steps.push((length, self.whole(points)?));
        }
        steps.sort_unstable();
        let steps = rungs.or_problem(Some(steps).filter(|steps| !steps.is_empty()), "needs a step", self.problems)?;
        Some(Shape::Ladder { streak: streak?, steps: steps.into() })
    }

    fn streak(&mut self, node: Node<'_>) -> Option<usize> {
        let text = node.text(self.problems)?;
        let name = text.strip_prefix("streak.");
        let slot = name.and_then(|name| self.names.streaks.iter().position(|streak| streak == name));
        if slot.is_none() {
            let near = closest(name.unwrap_or(text), self.names.streaks.iter().map(CompactString::as_str));
            let suggestion = near.map(|name| format!("streak.{name}"));
            self.problems.push(node.problem(format!("there is no streak `{text}`")).suggest(suggestion));
        }
        slot
    }

    fn chance(&mut self, node: Node<'_>) -> Option<u32> {
        let fraction = node.percent(self.problems)?;
        let million = fraction.ratio().checked_mul(Decimal::from(i64::from(CERTAIN_PPM)).ratio());
        let (down, up) =
            (million.and_then(|m| m.round(Rounding::Floor)), million.and_then(|m| m.round(Rounding::Ceil)));
        let exact = down.filter(|_| down == up).and_then(|ppm| u32::try_from(ppm).ok());
        let ppm = exact.filter(|ppm| (1..=CERTAIN_PPM).contains(ppm));
        node.or_problem(ppm, "must be more than 0% and at most 100%, in steps of 0.0001%", self.problems)
    }
}

/// The points, and the part of the amount in minor units that they are for, when a share of the amount becomes points
/// of that value. One major unit is the part wherever the points for it are a decimal.
fn rate_of_percent(percent: Decimal, value: Decimal, minor_per_major: i64) -> Option<(Decimal, i64)> {
    let exact = percent.ratio().checked_div(value.ratio())?;
    if let Some(points) = decimal_of(exact) {
        return Some((points, minor_per_major));
    }
    // One point for each `value ÷ percent` has no decimal rate: for the whole value, the share itself is the rate.
    for scale in 0..=9_u8 {
        let ten = Ratio::whole(10_i64.pow(u32::from(scale)));
        let each = value.ratio().checked_mul(Ratio::whole(minor_per_major))?.checked_mul(ten)?;
        let points = percent.ratio().checked_mul(ten)?;
        let (down, up) = (each.round(Rounding::Floor)?, each.round(Rounding::Ceil)?);
        if down == up && down > 0 {
            return Some((decimal_of(points)?, down));
        }
    }
    None
}

fn decimal_of(ratio: Ratio) -> Option<Decimal> {
    (0..=9_u8).find_map(|scale| {
        let scaled = ratio.checked_mul(Ratio::whole(10_i64.pow(u32::from(scale))))?;
        let down = scaled.round(Rounding::Floor)?;
        (Some(down) == scaled.round(Rounding::Ceil)).then(|| Decimal::new(down, scale))?
    })
}
