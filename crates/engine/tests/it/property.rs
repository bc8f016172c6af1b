//! Any sequence of commands and clock jumps, against a model so plain that nobody doubts it: a list of single points.

use jifen_vocab::{HoldId, SpendId, Timestamp};
use proptest::prelude::*;

use crate::world::{DAY, World, start};

#[derive(Debug, Clone)]
enum Step {
    Paid { amount: i64 },
    Refund { order: usize, amount: i64 },
    Undo { order: usize },
    Spend { points: i64 },
    Reverse { spend: usize, points: i64 },
    Hold { points: i64 },
    Capture { hold: usize, points: i64 },
    Release { hold: usize },
    Give { points: i64 },
    Wait { days: i64 },
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let step = prop_oneof![
        4 => (0_i64..3_000).prop_map(|amount| Step::Paid { amount }),
        2 => (0_usize..8, 0_i64..2_000).prop_map(|(order, amount)| Step::Refund { order, amount }),
        1 => (0_usize..8).prop_map(|order| Step::Undo { order }),
        3 => (1_i64..30).prop_map(|points| Step::Spend { points }),
        2 => (0_usize..6, 1_i64..20).prop_map(|(spend, points)| Step::Reverse { spend, points }),
        2 => (1_i64..20).prop_map(|points| Step::Hold { points }),
        2 => (0_usize..4, 1_i64..12).prop_map(|(hold, points)| Step::Capture { hold, points }),
        1 => (0_usize..4).prop_map(|hold| Step::Release { hold }),
        1 => (-10_i64..20).prop_map(|points| Step::Give { points }),
        1 => (0_i64..200).prop_map(|days| Step::Wait { days }),
    ];
    prop::collection::vec(step, 1..50)
}

/// Where a single point is.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Place {
    Available,
    Held(usize),
    Spent,
    Lapsed,
    /// Taken back, adjusted away, or it repaid a debt.
    Gone,
}

/// A single point.
#[derive(Debug, Clone, Copy)]
struct One {
    place: Place,
    expires: Timestamp,
    order: Option<usize>,
    grace: bool,
    /// When it was last put into the place its expiry order depends on: the order of its grant.
    grant: usize,
}

#[derive(Debug, Clone)]
struct Bought {
    amount: i64,
    refunded: i64,
    award: i64,
    taken: i64,
    undone: bool,
    /// Points of the order that lapsed and were counted as taken.
    counted: i64,
}

/// The model: single points, recomputed by loops.
#[derive(Debug, Default)]
struct Model {
    points: Vec<One>,
    orders: Vec<Bought>,
    spends: Vec<Vec<usize>>,
    holds: Vec<(bool, Timestamp)>,
    debt: i64,
    grants: usize,
}

fn year_end(now: Timestamp) -> Timestamp {
    let zone = jifen_vocab::Zone::named("Asia/Shanghai").unwrap();
    zone.start_of(jifen_vocab::Day::new(zone.day_of(now).year() + 1, 1, 1).unwrap())
}

impl Model {
    fn count(&self, place: Place) -> i64 {
        self.points.iter().filter(|one| one.place == place).count() as i64
    }

    fn held(&self) -> i64 {
        self.points.iter().filter(|one| matches!(one.place, Place::Held(_))).count() as i64
    }

    /// Time passes: holds run out at their instant, then everything available lapses at its own.
    fn settle(&mut self, now: Timestamp) {
        for (number, hold) in self.holds.iter_mut().enumerate() {
            if hold.0 && hold.1 <= now {
                hold.0 = false;
                for one in self.points.iter_mut().filter(|one| one.place == Place::Held(number)) {
                    let late = one.expires <= hold.1;
                    one.place = if late { Place::Lapsed } else { Place::Available };
                    if !late && self.debt > 0 {
                        self.debt -= 1;
                        one.place = Place::Gone;
                    }
                }
            }
        }
        for one in self.points.iter_mut().filter(|one| one.place == Place::Available && one.expires <= now) {
            one.place = Place::Lapsed;
        }
    }

    fn grant(&mut self, points: i64, order: Option<usize>, now: Timestamp) {
        self.grants += 1;
        for _ in 0..points {
            let place = if self.debt > 0 { Place::Gone } else { Place::Available };
            self.debt = (self.debt - 1).max(0);
            self.points.push(One { place, expires: year_end(now), order, grace: false, grant: self.grants });
        }
    }

    /// Available points in spend order: earliest expiry first, then oldest.
    fn spend_order(&self) -> Vec<usize> {
        let mut order: Vec<usize> =
            (0..self.points.len()).filter(|&n| self.points[n].place == Place::Available).collect();
        order.sort_by_key(|&n| (self.points[n].expires, self.points[n].grace, self.points[n].grant, n));
        order
    }

    fn take_back(&mut self, order: usize, due: i64) {
        let mut left = due;
        for one in self.points.iter_mut().filter(|one| one.order == Some(order) && one.place == Place::Available) {
            if left == 0 {
                break;
            }
            one.place = Place::Gone;
            left -= 1;
        }
        let lapsed =
            self.points.iter().filter(|one| one.order == Some(order) && one.place == Place::Lapsed).count() as i64;
        let counted = (lapsed - self.orders[order].counted).min(left).max(0);
        self.orders[order].counted += counted;
        left -= counted;
        for n in self.spend_order() {
            if left == 0 {
                break;
            }
            self.points[n].place = Place::Gone;
            left -= 1;
        }
        self.debt += left;
    }
}

struct Both {
    world: World,
    model: Model,
    spends: Vec<SpendId>,
    holds: Vec<HoldId>,
    sent: usize,
}

impl Both {
    fn paid(&mut self, amount: i64) {
        let order = self.model.orders.len();
        let award = (amount / 100).min(1_000);
        self.world.paid(&format!("o-{order}"), "m", amount).result.unwrap();
        self.model.orders.push(Bought { amount, refunded: 0, award, taken: 0, undone: false, counted: 0 });
        self.model.grant(award, Some(order), self.world.now);
    }

    fn refund(&mut self, order: usize, amount: i64) {
        let Some(bought) = self.model.orders.get(order).cloned() else { return };
        self.sent += 1;
        let more = format!(r#","amount":{amount}"#);
        let (event, id) = (format!("r-{}", self.sent), format!("o-{order}"));
        let outcome = self.world.about("order.refunded", &event, "m", &id, &more).result.unwrap();
        let whole = bought.amount > 0 && bought.refunded == bought.amount;
        let valid = !bought.undone && bought.refunded + amount <= bought.amount && !whole;
        assert_eq!(outcome.refusals.is_empty(), valid, "{outcome:?} {bought:?}");
        if valid {
            let refunded = bought.refunded + amount;
            let due = if bought.amount == 0 { 0 } else { bought.award * refunded / bought.amount };
            self.model.orders[order].refunded = refunded;
            self.model.orders[order].taken = due;
            self.model.take_back(order, due - bought.taken);
        }
    }

    fn undo(&mut self, order: usize) {
        let Some(bought) = self.model.orders.get(order).cloned() else { return };
        self.sent += 1;
        self.world.about("order.failed", &format!("f-{}", self.sent), "m", &format!("o-{order}"), "").result.unwrap();
        if !bought.undone {
            self.model.orders[order].undone = true;
            self.model.take_back(order, bought.award - bought.taken);
        }
    }

    fn spend(&mut self, points: i64) {
        self.sent += 1;
        let answer = self.world.spend("m", points, &format!("s-{}", self.sent));
        let order = self.model.spend_order();
        assert_eq!(answer.is_ok(), order.len() as i64 >= points);
        if let Ok(id) = answer {
            let taken = order[..points as usize].to_vec();
            for &n in &taken {
                self.model.points[n].place = Place::Spent;
            }
            self.spends.push(id);
            self.model.spends.push(taken);
        }
    }

    fn reverse(&mut self, spend: usize, points: i64) {
        let Some(id) = self.spends.get(spend) else { return };
        let answer = self.world.reverse(id, Some(points));
        let there = self.model.spends[spend].len() as i64;
        assert_eq!(answer.is_ok(), points <= there);
        if answer.is_err() {
            return;
        }
        let now = self.world.now;
        let back = self.model.spends[spend].split_off((there - points) as usize);
        self.model.grants += 1;
        let mut returned = Vec::new();
        for n in back {
            let one = self.model.points[n];
            if one.expires > now {
                self.model.points[n].place = Place::Available;
                returned.push(n);
            } else if one.grace {
                self.model.points[n].place = Place::Lapsed;
                self.model.points[n].order = None;
            } else {
                // Another point, in truth: what lapsed is gone, and this one lives for the days of grace.
                self.model.points[n].place = Place::Gone;
                let expires = now.plus_days(30);
                let grant = self.model.grants;
                self.model.points.push(One { place: Place::Available, expires, order: None, grace: true, grant });
                returned.push(self.model.points.len() - 1);
            }
        }
        for n in returned {
            if self.model.debt > 0 {
                self.model.debt -= 1;
                self.model.points[n].place = Place::Gone;
            }
        }
    }

    fn hold(&mut self, points: i64) {
        let answer = self.world.hold("m", points);
        let order = self.model.spend_order();
        assert_eq!(answer.is_ok(), order.len() as i64 >= points);
        if let Ok(id) = answer {
            let number = self.model.holds.len();
            for &n in &order[..points as usize] {
                self.model.points[n].place = Place::Held(number);
            }
            self.model.holds.push((true, self.world.now.plus_days(1)));
            self.holds.push(id);
        }
    }

    fn of_hold(&self, hold: usize) -> Vec<usize> {
        let mut held: Vec<usize> =
            (0..self.model.points.len()).filter(|&n| self.model.points[n].place == Place::Held(hold)).collect();
        held.sort_by_key(|&n| (self.model.points[n].expires, self.model.points[n].grant, n));
        held
    }

    fn capture(&mut self, hold: usize, points: i64) {
        let Some(id) = self.holds.get(hold) else { return };
        let answer = self.world.capture(id, Some(points));
        let held = self.of_hold(hold);
        assert_eq!(answer.is_ok(), self.model.holds[hold].0 && held.len() as i64 >= points, "{answer:?}");
        if answer.is_ok() {
            for &n in &held[..points as usize] {
                self.model.points[n].place = Place::Spent;
            }
            self.model.holds[hold].0 = held.len() as i64 > points;
        }
    }

    fn release(&mut self, hold: usize) {
        let Some(id) = self.holds.get(hold) else { return };
        let answer = self.world.release(id);
        assert_eq!(answer.is_ok(), self.model.holds[hold].0);
        let (held, now) = (self.of_hold(hold), self.world.now);
        for n in held {
            let late = self.model.points[n].expires <= now;
            self.model.points[n].place = if late { Place::Lapsed } else { Place::Available };
            if !late && self.model.debt > 0 {
                self.model.debt -= 1;
                self.model.points[n].place = Place::Gone;
            }
        }
        self.model.holds[hold].0 = false;
    }

    fn give(&mut self, points: i64) {
        let answer = self.world.adjust("m", points);
        let order = self.model.spend_order();
        let valid = points > 0 || points < 0 && order.len() as i64 >= -points;
        assert_eq!(answer.is_ok(), valid);
        if valid && points > 0 {
            self.model.grant(points, None, self.world.now);
        } else if valid {
            for &n in &order[..-points as usize] {
                self.model.points[n].place = Place::Gone;
            }
        }
    }

    fn step(&mut self, step: &Step) {
        self.world.now = self.world.now.plus_millis(1_000);
        if let Step::Wait { days } = step {
            self.world.now = self.world.now.plus_millis(days * DAY);
        }
        self.model.settle(self.world.now);
        match *step {
            Step::Paid { amount } => self.paid(amount),
            Step::Refund { order, amount } => self.refund(order, amount),
            Step::Undo { order } => self.undo(order),
            Step::Spend { points } => self.spend(points),
            Step::Reverse { spend, points } => self.reverse(spend, points),
            Step::Hold { points } => self.hold(points),
            Step::Capture { hold, points } => self.capture(hold, points),
            Step::Release { hold } => self.release(hold),
            Step::Give { points } => self.give(points),
            Step::Wait { .. } => {}
        }
    }

    fn compare(&self, step: &Step) {
        let real = self.world.points("m");
        let model = &self.model;
        let real = (real.available.get(), real.held.get(), real.debt.get());
        assert_eq!(real, (model.count(Place::Available), model.held(), model.debt), "after {step:?}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 60, ..ProptestConfig::default() })]

    /// After any sequence, every balance is what the list of single points says, and the journal proves it.
    // row PROG-01
    #[test]
    fn the_engine_agrees_with_a_list_of_single_points(steps in steps()) {
        let world = World::new();
        world.paid("first", "m", 0);
        let mut both = Both { world, model: Model::default(), spends: Vec::new(), holds: Vec::new(), sent: 0 };
        both.world.adjust("m", 1).unwrap();
        both.model.grant(1, None, start());
        for step in &steps {
            both.step(step);
            both.compare(step);
        }
        both.world.agrees();
    }
}
