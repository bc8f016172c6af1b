//! What a member owns, as a list of single points: so plain that nobody doubts it.

use jifen_vocab::{Day, Timestamp, Zone};

/// Days for which a point that comes back after it had lapsed lives once more.
const GRACE_DAYS: i64 = 30;

/// Where a single point is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
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
    /// The order that brought it, by its request.
    order: Option<usize>,
    grace: bool,
    /// The order of grants decides where dates are the same.
    grant: usize,
}

#[derive(Debug, Clone, Copy)]
struct Hold {
    /// By its request.
    request: usize,
    until: Timestamp,
    open: bool,
}

/// Points that were spent together: which, in the order in which they were taken.
#[derive(Debug, Clone, Default)]
pub(crate) struct Taken(Vec<usize>);

impl Taken {
    pub(crate) fn len(&self) -> i64 {
        self.0.len() as i64
    }
}

/// A member's points.
#[derive(Debug, Clone, Default)]
pub(crate) struct Purse {
    points: Vec<One>,
    holds: Vec<Hold>,
    debt: i64,
    grants: usize,
    pub(crate) frozen: bool,
}

/// Points of a natural year lapse when the next begins, in the program's zone.
fn lapses(now: Timestamp, zone: &Zone) -> Timestamp {
    let next = Day::new(zone.day_of(now).year() + 1, 1, 1);
    next.map_or(Timestamp::MAX, |day| zone.start_of(day))
}

impl Purse {
    /// Available, held, and owed.
    pub(crate) fn figures(&self) -> [i64; 3] {
        let held = self.points.iter().filter(|one| matches!(one.place, Place::Held(_))).count();
        [self.available(), held as i64, self.debt]
    }

    pub(crate) fn available(&self) -> i64 {
        self.points.iter().filter(|one| one.place == Place::Available).count() as i64
    }

    /// Time passes: holds run out at their instant, then everything available lapses at its own.
    pub(crate) fn settle(&mut self, now: Timestamp) {
        for number in 0..self.holds.len() {
            let until = self.holds[number].until;
            if self.holds[number].open && until <= now {
                self.free(number, until);
            }
        }
        for one in self.points.iter_mut().filter(|one| one.place == Place::Available && one.expires <= now) {
            one.place = Place::Lapsed;
        }
    }

    fn free(&mut self, number: usize, at: Timestamp) {
        self.holds[number].open = false;
        for one in self.points.iter_mut().filter(|one| one.place == Place::Held(number)) {
            let late = one.expires <= at;
            one.place = if late { Place::Lapsed } else { Place::Available };
            if !late && self.debt > 0 {
                self.debt -= 1;
                one.place = Place::Gone;
            }
        }
    }

    pub(crate) fn grant(&mut self, points: i64, order: Option<usize>, now: Timestamp, zone: &Zone) {
        self.grants += 1;
        let expires = lapses(now, zone);
        for _ in 0..points {
            let place = if self.debt > 0 { Place::Gone } else { Place::Available };
            self.debt = (self.debt - 1).max(0);
            self.points.push(One { place, expires, order, grace: false, grant: self.grants });
        }
    }

    /// Available points in the order in which they are spent: earliest date first, then oldest.
    fn next(&self, points: i64) -> Vec<usize> {
        let mut order: Vec<usize> = (0..self.points.len()).filter(|&n| self.is_available(n)).collect();
        order.sort_by_key(|&n| (self.points[n].expires, self.points[n].grace, self.points[n].grant, n));
        order.truncate(usize::try_from(points).unwrap_or(0));
        order
    }

    fn is_available(&self, n: usize) -> bool {
        self.points[n].place == Place::Available
    }

    fn put(&mut self, which: &[usize], place: Place) {
        for &n in which {
            self.points[n].place = place;
        }
    }

    /// Takes what is there; whoever calls has looked whether it is enough.
    pub(crate) fn spend(&mut self, points: i64) -> Taken {
        let taken = self.next(points);
        self.put(&taken, Place::Spent);
        Taken(taken)
    }

    pub(crate) fn forfeit(&mut self, points: i64) {
        let taken = self.next(points);
        self.put(&taken, Place::Gone);
    }

    pub(crate) fn hold(&mut self, points: i64, request: usize, until: Timestamp) {
        let held = self.next(points);
        self.put(&held, Place::Held(self.holds.len()));
        self.holds.push(Hold { request, until, open: true });
    }

    fn hold_of(&self, request: usize) -> Option<usize> {
        self.holds.iter().position(|hold| hold.request == request && hold.open)
    }

    /// Points still held under a request; nothing where that hold has ended.
    pub(crate) fn held(&self, request: usize) -> Option<i64> {
        let hold = self.hold_of(request)?;
        Some(self.points.iter().filter(|one| one.place == Place::Held(hold)).count() as i64)
    }

    pub(crate) fn capture(&mut self, request: usize, points: i64) {
        let Some(hold) = self.hold_of(request) else { return };
        let mut held: Vec<usize> =
            (0..self.points.len()).filter(|&n| self.points[n].place == Place::Held(hold)).collect();
        held.sort_by_key(|&n| (self.points[n].expires, self.points[n].grant, n));
        self.holds[hold].open = held.len() as i64 > points;
        held.truncate(usize::try_from(points).unwrap_or(0));
        self.put(&held, Place::Spent);
    }

    pub(crate) fn release(&mut self, request: usize, now: Timestamp) {
        if let Some(hold) = self.hold_of(request) {
            self.free(hold, now);
        }
    }

    /// What a refund of an order takes: its own points, those of it that lapsed unspent, any others, then a debt. Gives
    /// how many count as lapsed.
    pub(crate) fn take_back(&mut self, order: usize, due: i64, counted_before: i64) -> i64 {
        let mut left = due;
        for n in 0..self.points.len() {
            if left > 0 && self.points[n].order == Some(order) && self.is_available(n) {
                self.points[n].place = Place::Gone;
                left -= 1;
            }
        }
        let lapsed = |one: &&One| one.order == Some(order) && one.place == Place::Lapsed;
        let lapsed = self.points.iter().filter(lapsed).count() as i64;
        let counted = (lapsed - counted_before).min(left).max(0);
        left -= counted;
        let others = self.next(left);
        self.put(&others, Place::Gone);
        self.debt += left - others.len() as i64;
        counted
    }

    /// Points come back to where they came from, those that were taken last first. One that has lapsed meanwhile lives
    /// for the days of grace, once. What comes back repays a debt.
    pub(crate) fn give_back(&mut self, taken: &mut Taken, points: i64, now: Timestamp) {
        let stay = taken.0.len().saturating_sub(usize::try_from(points).unwrap_or(0));
        self.grants += 1;
        let mut returned = Vec::new();
        for n in taken.0.split_off(stay) {
            let one = self.points[n];
            if one.expires > now {
                self.points[n].place = Place::Available;
                returned.push(n);
            } else if one.grace {
                self.points[n].place = Place::Lapsed;
                self.points[n].order = None;
            } else {
                // Another point, in truth: what lapsed is gone.
                self.points[n].place = Place::Gone;
                let (expires, grant) = (now.plus_days(GRACE_DAYS), self.grants);
                self.points.push(One { place: Place::Available, expires, order: None, grace: true, grant });
                returned.push(self.points.len() - 1);
            }
        }
        for n in returned {
            if self.debt > 0 {
                self.debt -= 1;
                self.points[n].place = Place::Gone;
            }
        }
    }
}
