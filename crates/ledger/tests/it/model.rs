//! A naive wallet: a plain list of single points, each with its place and its dates. Time passes day by day from the
//! first one on, every balance is counted by a loop. It shares no code with the ledger; it only learns from it what
//! new points are called (lot and number).

use std::collections::BTreeMap;

use jifen_ledger::{Account, DebtPolicy, EntryKind};

pub(crate) type Day = i64;
/// Lot and number.
pub(crate) type Name = (u32, i64);
/// What moved: kind, from, to, effective day → points.
pub(crate) type Moves = BTreeMap<(String, Account, Account, Day), i64>;

#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Place {
    Pending(usize),
    Available,
    Held(usize),
    Dormant,
    Shrunk,
    Gone(Account),
}

/// Days until unused points fall asleep, days of lead, and how they shrink: parts of a thousand, of what fell asleep
/// instead of the rest, every so many days.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Sleep {
    pub(crate) after: Day,
    pub(crate) lead: Day,
    pub(crate) shrink: Option<(i64, bool, Day)>,
}

#[derive(Debug, Clone)]
pub(crate) struct Point {
    pub(crate) name: Name,
    pub(crate) place: Place,
    pub(crate) expires: Option<Day>,
    /// Days of validity that count from the release to come.
    life_on_release: Option<Day>,
    grace: bool,
    since: Day,
    /// Lapsed, and counted by a refund.
    counted: bool,
}

#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Wait {
    At(Day),
    Event { key: u8, until: Day },
}

#[derive(Debug, Clone)]
pub(crate) struct Model {
    pub(crate) now: Day,
    settled: Day,
    pub(crate) points: Vec<Point>,
    waits: Vec<Wait>,
    /// Until when; none once it is over.
    holds: Vec<Option<Day>>,
    pub(crate) debt: i64,
    policy: DebtPolicy,
    grace_days: Day,
    /// Days of lead, and whether notice is demanded.
    notice: Option<(Day, bool)>,
    given: BTreeMap<Day, Day>,
    sleep: Option<Sleep>,
    used: Day,
    /// When points fall asleep, and whether they have.
    told: Option<(Day, bool)>,
    /// By lot: the last grant or release, and when it shrinks next.
    touched: BTreeMap<u32, Day>,
    shrinks: BTreeMap<u32, Day>,
    pub(crate) moves: Moves,
    /// Date and day given.
    pub(crate) notices: Vec<(Day, Day, i64)>,
    /// When they fall asleep, day given.
    pub(crate) drowsy: Vec<(Day, Day, i64)>,
    issued: i64,
    spent: i64,
    expired: i64,
}

fn inside(place: Place) -> bool {
    !matches!(place, Place::Gone(_))
}

fn account(place: Place) -> Account {
    match place {
        Place::Pending(_) => Account::Pending,
        Place::Available => Account::Available,
        Place::Held(_) => Account::Held,
        Place::Dormant => Account::Dormant,
        Place::Shrunk => Account::Shrunk,
        Place::Gone(account) => account,
    }
}

impl Model {
    pub(crate) fn new(policy: DebtPolicy, grace_days: Day, notice: Option<(Day, bool)>, sleep: Option<Sleep>) -> Model {
        Model {
            now: 0,
            settled: 0,
            points: Vec::new(),
            waits: Vec::new(),
            holds: Vec::new(),
            debt: 0,
            policy,
            grace_days,
            notice,
            given: BTreeMap::new(),
            sleep,
            used: Day::MIN,
            told: None,
            touched: BTreeMap::new(),
            shrinks: BTreeMap::new(),
            moves: Moves::new(),
            notices: Vec::new(),
            drowsy: Vec::new(),
            issued: 0,
            spent: 0,
            expired: 0,
        }
    }

    pub(crate) fn count(&self, account_of: Account) -> i64 {
        self.points.iter().filter(|point| account(point.place) == account_of).count() as i64
    }

    pub(crate) fn lifetime(&self) -> (i64, i64, i64) {
        (self.issued, self.spent, self.expired)
    }

    pub(crate) fn held_by(&self, hold: usize) -> i64 {
        self.points.iter().filter(|point| point.place == Place::Held(hold)).count() as i64
    }

    pub(crate) fn holds(&self) -> usize {
        self.holds.len()
    }

    pub(crate) fn is_open(&self, hold: usize) -> bool {
        self.holds[hold].is_some()
    }

    pub(crate) fn names(&self, points: &[usize]) -> Vec<Name> {
        points.iter().map(|at| self.points[*at].name).collect()
    }

    fn log(&mut self, kind: EntryKind, from: Account, to: Account, day: Day) {
        *self.moves.entry((kind.as_str().to_owned(), from, to, day)).or_default() += 1;
        match from {
            Account::Issued => self.issued += 1,
            Account::Redeemed => self.spent -= 1,
            _ => {}
        }
        match to {
            Account::Issued => self.issued -= 1,
            Account::Redeemed => self.spent += 1,
            Account::Expired => self.expired += 1,
            _ => {}
        }
    }

    fn put(&mut self, point: usize, kind: EntryKind, place: Place, day: Day) {
        let from = account(self.points[point].place);
        self.log(kind, from, account(place), day);
        self.points[point].place = place;
    }

    /// Indices of points, in spend order.
    fn sorted(&self, mut points: Vec<usize>) -> Vec<usize> {
        points.sort_by_key(|at| {
            let point = &self.points[*at];
            (point.expires.is_none(), point.expires, point.name)
        });
        points
    }

    fn all(&self, place: Place) -> Vec<usize> {
        self.sorted((0..self.points.len()).filter(|at| self.points[*at].place == place).collect())
    }

    // What time does.

    pub(crate) fn settle(&mut self, now: Day) {
        self.now = now;
        for day in 0..=now {
            for wait in 0..self.waits.len() {
                self.end_wait(wait, day);
            }
            for hold in 0..self.holds.len() {
                if self.holds[hold].is_some_and(|until| until <= day) {
                    self.unhold(hold, day);
                }
            }
            self.give_notices(day);
            self.lapse(day);
            while self.fall_asleep(day) {}
            self.shrink(day);
        }
        self.settled = now;
        let points = &self.points;
        self.given.retain(|date, _| *date > now || points.iter().any(|p| inside(p.place) && p.expires == Some(*date)));
    }

    fn end_wait(&mut self, wait: usize, day: Day) {
        let waiting = self.all(Place::Pending(wait));
        if waiting.is_empty() {
            return;
        }
        match self.waits[wait] {
            Wait::At(at) if at <= day => self.release(&waiting, day),
            Wait::Event { until, .. } if until <= day => {
                for point in waiting {
                    self.put(point, EntryKind::Cancel, Place::Gone(Account::Issued), day);
                }
            }
            _ => {}
        }
    }

    fn release(&mut self, waiting: &[usize], day: Day) {
        for point in waiting {
            if let Some(life) = self.points[*point].life_on_release.take() {
                self.points[*point].expires = Some(day + life);
                self.points[*point].since = day;
            }
        }
        let waiting = self.sorted(waiting.to_vec());
        for point in &waiting {
            self.touch(*point, day);
            self.put(*point, EntryKind::Release, Place::Available, day);
        }
        self.repay(&waiting, day);
    }

    fn repay(&mut self, fresh: &[usize], day: Day) {
        for point in fresh {
            let alive = self.points[*point].expires.is_none_or(|date| date > day);
            if self.debt > 0 && alive {
                self.put(*point, EntryKind::Repay, Place::Gone(Account::Debt), day);
                self.debt -= 1;
            }
        }
    }

    fn give_notices(&mut self, day: Day) {
        let Some((lead, _)) = self.notice else { return };
        let mut dates: Vec<Day> = Vec::new();
        for point in self.points.iter().filter(|point| inside(point.place)) {
            let Some(date) = point.expires else { continue };
            let matters = !matches!(point.place, Place::Held(_)) || date > self.settled;
            let due = (date - lead).max(point.since);
            let due = if due > self.settled { due } else { self.now };
            if matters && due <= day && !self.given.contains_key(&date) && !dates.contains(&date) {
                dates.push(date);
            }
        }
        dates.sort_unstable();
        for date in dates {
            self.give_notice(date, day);
        }
    }

    fn give_notice(&mut self, date: Day, day: Day) {
        let covered = self.points.iter().filter(|point| inside(point.place) && point.expires == Some(date)).count();
        self.given.insert(date, day);
        self.notices.push((date, day, covered as i64));
    }

    fn lapse(&mut self, day: Day) {
        for at in 0..self.points.len() {
            let point = &self.points[at];
            let free = inside(point.place) && !matches!(point.place, Place::Held(_));
            let Some(date) = point.expires.filter(|_| free) else { continue };
            let noticed = match self.notice {
                Some((_, true)) => self.given.get(&date).copied(),
                _ => Some(date),
            };
            if noticed.is_some_and(|noticed| noticed.max(date).max(point.since) <= day) {
                self.put(at, EntryKind::Expire, Place::Gone(Account::Expired), day);
            }
        }
    }

    fn touch(&mut self, point: usize, day: Day) {
        let touched = self.touched.entry(self.points[point].name.0).or_insert(day);
        *touched = day.max(*touched);
    }

    fn not_past(&self, due: Day) -> Day {
        if due > self.settled { due } else { self.now }
    }

    /// Usable points with the day on which they have been quiet for long enough, but for those that lapse before.
    fn dozing(&self, after: Day) -> Vec<(usize, Day)> {
        let quiet = |point: &usize| self.used.max(self.touched[&self.points[*point].name.0]) + after;
        let all = self.all(Place::Available).into_iter().map(|point| (point, quiet(&point)));
        all.filter(|(point, day)| self.points[*point].expires.is_none_or(|date| date > *day)).collect()
    }

    /// Gives a notice or puts points to sleep; whether anything was done.
    fn fall_asleep(&mut self, day: Day) -> bool {
        let Some(Sleep { after, lead, shrink }) = self.sleep else { return false };
        let dozing = self.dozing(after);
        match self.told {
            Some((at, false)) => {
                if self.not_past(at) > day {
                    return false;
                }
                self.told = Some((day, true));
                for (point, _) in dozing.into_iter().filter(|(_, sleeps)| *sleeps <= day) {
                    self.put(point, EntryKind::Sleep, Place::Dormant, day);
                    if let Some((_, _, every)) = shrink {
                        self.shrinks.insert(self.points[point].name.0, day + every);
                    }
                }
                true
            }
            told => {
                let Some(first) = dozing.iter().map(|(_, day)| *day).min() else { return false };
                let due = (first - lead).max(self.used).max(told.map_or(Day::MIN, |(at, _)| at));
                if self.not_past(due) > day {
                    return false;
                }
                let at = first.max(day + lead);
                self.told = Some((at, false));
                let points = dozing.iter().filter(|(_, sleeps)| *sleeps <= at).count();
                self.drowsy.push((at, day, points as i64));
                true
            }
        }
    }

    fn shrink(&mut self, day: Day) {
        let Some((per_mille, whole, every)) = self.sleep.and_then(|sleep| sleep.shrink) else { return };
        for (lot, due) in self.shrinks.clone() {
            let of = |place| self.all(place).into_iter().filter(|at| self.points[*at].name.0 == lot).collect();
            let (asleep, gone): (Vec<usize>, Vec<usize>) = (of(Place::Dormant), of(Place::Shrunk));
            let basis = asleep.len() + if whole { gone.len() } else { 0 };
            let points = basis * per_mille as usize / 1000;
            if self.not_past(due) > day || points == 0 {
                continue;
            }
            for point in asleep.into_iter().take(points) {
                self.put(point, EntryKind::Shrink, Place::Shrunk, day);
            }
            self.shrinks.insert(lot, day + every);
        }
    }

    // What people do.

    /// The unit is not used any more from that day on.
    fn quiet_from(&mut self, day: Day) {
        self.used = self.used.max(day);
        self.told = None;
    }

    fn asleep(&self) -> Vec<usize> {
        self.sorted([self.all(Place::Dormant), self.all(Place::Shrunk)].concat())
    }

    pub(crate) fn wake(&mut self) {
        self.quiet_from(self.now);
        self.shrinks.clear();
        let asleep = self.asleep();
        for point in &asleep {
            self.put(*point, EntryKind::Wake, Place::Available, self.now);
        }
        self.repay(&asleep, self.now);
    }

    fn usable(&self) -> i64 {
        self.count(Account::Available) + (self.asleep().len() as i64 - self.debt).max(0)
    }

    pub(crate) fn grant(
        &mut self,
        names: &[Name],
        effective: Day,
        expires: Option<Day>,
        life_on_release: Option<Day>,
        wait: Option<Wait>,
    ) -> Vec<usize> {
        let place = match wait {
            None => Place::Available,
            Some(wait) => Place::Pending(self.wait(wait)),
        };
        let mut new = Vec::new();
        for name in names {
            assert!(self.points.iter().all(|point| point.name != *name), "{name:?} was used before");
            new.push(self.points.len());
            self.log(EntryKind::Earn, Account::Issued, account(place), effective);
            let since = effective;
            let (grace, counted) = (false, false);
            self.points.push(Point { name: *name, place, expires, life_on_release, grace, since, counted });
            self.touch(self.points.len() - 1, effective);
        }
        if place == Place::Available {
            self.repay(&new, effective);
        }
        self.settle(self.now);
        new
    }

    /// Those who wait for the same share it, as long as anybody waits.
    fn wait(&mut self, wait: Wait) -> usize {
        let waited_for = |at: &usize| self.points.iter().any(|point| point.place == Place::Pending(*at));
        let shared = (0..self.waits.len()).find(|at| self.waits[*at] == wait && waited_for(at));
        shared.unwrap_or_else(|| {
            self.waits.push(wait);
            self.waits.len() - 1
        })
    }

    pub(crate) fn event(&mut self, about: u8) {
        for wait in 0..self.waits.len() {
            if matches!(self.waits[wait], Wait::Event { key, .. } if key == about) {
                let waiting = self.all(Place::Pending(wait));
                self.release(&waiting, self.now);
            }
        }
        self.settle(self.now);
    }

    /// The points that went, or nothing where there are too few.
    pub(crate) fn spend(&mut self, amount: i64, kind: EntryKind, to: Account) -> Option<Vec<usize>> {
        if self.usable() < amount {
            return None;
        }
        self.wake();
        self.take(amount, kind, to)
    }

    fn take(&mut self, amount: i64, kind: EntryKind, to: Account) -> Option<Vec<usize>> {
        let mut there = self.all(Place::Available);
        if (there.len() as i64) < amount {
            return None;
        }
        there.truncate(amount as usize);
        for point in &there {
            self.put(*point, kind, Place::Gone(to), self.now);
        }
        Some(there)
    }

    pub(crate) fn hold(&mut self, amount: i64, until: Day) -> bool {
        if self.usable() < amount {
            return false;
        }
        self.wake();
        let there = self.all(Place::Available);
        self.holds.push(Some(until));
        for point in &there[..amount as usize] {
            self.put(*point, EntryKind::Hold, Place::Held(self.holds.len() - 1), self.now);
        }
        self.settle(self.now);
        true
    }

    pub(crate) fn capture(&mut self, hold: usize, amount: i64) -> Option<Vec<usize>> {
        let mut there = self.all(Place::Held(hold));
        if (there.len() as i64) < amount {
            return None;
        }
        there.truncate(amount as usize);
        self.wake();
        for point in &there {
            self.put(*point, EntryKind::Capture, Place::Gone(Account::Redeemed), self.now);
        }
        if self.held_by(hold) == 0 {
            self.holds[hold] = None;
        }
        Some(there)
    }

    pub(crate) fn unhold(&mut self, hold: usize, day: Day) {
        self.holds[hold] = None;
        let freed = self.all(Place::Held(hold));
        if !freed.is_empty() {
            self.quiet_from(day);
        }
        for point in &freed {
            self.put(*point, EntryKind::Unhold, Place::Available, day);
        }
        self.repay(&freed, day);
        for point in freed {
            self.lapse_late(point, day);
        }
    }

    /// A point that came free after its date.
    fn lapse_late(&mut self, point: usize, day: Day) {
        let Some(date) = self.points[point].expires.filter(|date| *date < day) else { return };
        if self.points[point].place != Place::Available {
            return;
        }
        if self.notice.is_some_and(|(_, demanded)| demanded) && !self.given.contains_key(&date) {
            self.give_notice(date, day);
        }
        self.put(point, EntryKind::Expire, Place::Gone(Account::Expired), day);
    }

    pub(crate) fn adjust_down(&mut self, amount: i64) -> Option<Vec<usize>> {
        self.take(amount, EntryKind::Adjust, Account::Forfeited)
    }

    /// How many of these points would need grace, were they given back now.
    pub(crate) fn give_back(&mut self, spent: &[usize], returned: &[Name]) -> Result<(), String> {
        let now = self.now;
        let mut home = Vec::new();
        let mut homeless = 0;
        for at in spent {
            let lot = self.points[*at].name.0;
            let sibling = self.points.iter().find(|point| point.name.0 == lot && inside(point.place)).cloned();
            let expires = sibling.as_ref().map_or(self.points[*at].expires, |sibling| sibling.expires);
            let alive = expires.is_none_or(|date| date > now);
            if alive || self.points[*at].grace {
                home.push((*at, expires, sibling.map_or(now, |sibling| sibling.since)));
            } else {
                homeless += 1;
            }
        }
        self.quiet_from(now);
        let mut fresh = Vec::new();
        for (at, expires, since) in home {
            self.touch(at, since);
            self.points[at].expires = expires;
            self.points[at].since = since;
            self.put(at, EntryKind::Reverse, Place::Available, now);
            fresh.push(at);
        }
        let (homes, graces) = returned.split_at(returned.len() - homeless);
        if self.names(&fresh) != homes {
            return Err(format!("{:?} came home, not {homes:?}", self.names(&fresh)));
        }
        for name in graces {
            assert!(self.points.iter().all(|point| point.name != *name), "{name:?} was used before");
            self.log(EntryKind::Reverse, Account::Redeemed, Account::Available, now);
            fresh.push(self.points.len());
            self.touched.insert(name.0, now);
            self.points.push(Point {
                name: *name,
                place: Place::Available,
                expires: Some(now + self.grace_days),
                life_on_release: None,
                grace: true,
                since: now,
                counted: false,
            });
        }
        self.repay(&fresh, now);
        for point in fresh {
            self.lapse_late(point, now);
        }
        self.settle(now);
        Ok(())
    }

    /// Pending, own, lapsed, other, debt, clamped.
    pub(crate) fn take_back(&mut self, award: &[usize], amount: i64) -> [i64; 6] {
        let mut left = amount;
        let mut taken = [0; 6];
        let own = |model: &Model, account_of| -> Vec<usize> {
            award.iter().copied().filter(|at| account(model.points[*at].place) == account_of).collect()
        };
        for point in own(self, Account::Pending) {
            if left > 0 {
                self.put(point, EntryKind::Refund, Place::Gone(Account::Issued), self.now);
                (left, taken[0]) = (left - 1, taken[0] + 1);
            }
        }
        if self.policy == DebtPolicy::PendingOnly {
            taken[5] = left;
            return taken;
        }
        for place in [Account::Available, Account::Dormant, Account::Shrunk] {
            for point in own(self, place) {
                if left > 0 {
                    self.put(point, EntryKind::Refund, Place::Gone(Account::Issued), self.now);
                    (left, taken[1]) = (left - 1, taken[1] + 1);
                }
            }
        }
        for point in own(self, Account::Expired) {
            if left > 0 && !self.points[point].counted {
                self.points[point].counted = true;
                (left, taken[2]) = (left - 1, taken[2] + 1);
            }
        }
        for point in self.all(Place::Available) {
            if left > 0 {
                self.put(point, EntryKind::Refund, Place::Gone(Account::Issued), self.now);
                (left, taken[3]) = (left - 1, taken[3] + 1);
            }
        }
        match self.policy {
            DebtPolicy::AllowNegative => {
                taken[4] = left;
                self.debt += left;
                for _ in 0..left {
                    self.log(EntryKind::Refund, Account::Debt, Account::Issued, self.now);
                }
            }
            DebtPolicy::WithinBalance | DebtPolicy::PendingOnly => taken[5] = left,
        }
        taken
    }

    pub(crate) fn extend(&mut self, days: Day) {
        for at in 0..self.points.len() {
            if let (true, Some(date)) = (inside(self.points[at].place), self.points[at].expires) {
                self.points[at].expires = Some(date + days);
                self.log(EntryKind::Extend, Account::Available, Account::Available, self.now);
            }
        }
        self.settle(self.now);
    }

    /// Points in the wallet by lot: its date and how many.
    pub(crate) fn lots(&self) -> BTreeMap<u32, (Option<Day>, i64)> {
        let mut lots: BTreeMap<u32, (Option<Day>, i64)> = BTreeMap::new();
        for point in self.points.iter().filter(|point| inside(point.place)) {
            let lot = lots.entry(point.name.0).or_insert((point.expires, 0));
            assert_eq!(lot.0, point.expires, "lot {}", point.name.0);
            lot.1 += 1;
        }
        lots
    }
}
