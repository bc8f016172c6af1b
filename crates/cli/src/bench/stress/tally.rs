//! What came back, second by second: how many, of which sort, how quickly.

/// How a request ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum End {
    /// It was done.
    Done,
    /// A business "no": out of stock, a limit, not enough points.
    Refused,
    /// The server had too much to do: 429 or 503.
    TurnedAway,
    /// Anything else.
    Failed,
}

impl End {
    pub(super) const fn of(status: u16) -> End {
        match status {
            200..300 => End::Done,
            429 | 503 => End::TurnedAway,
            404 | 409 | 422 => End::Refused,
            _ => End::Failed,
        }
    }
}

/// Buckets of times: four for each doubling of microseconds.
const BUCKETS: usize = 128;

/// What came back in some time.
#[derive(Debug, Clone)]
pub(super) struct Tally {
    pub(super) done: u64,
    pub(super) refused: u64,
    pub(super) turned_away: u64,
    pub(super) failed: u64,
    times: Box<[u32; BUCKETS]>,
}

impl Default for Tally {
    fn default() -> Self {
        Tally { done: 0, refused: 0, turned_away: 0, failed: 0, times: Box::new([0; BUCKETS]) }
    }
}

impl Tally {
    pub(super) fn add(&mut self, end: End, micros: u64) {
        match end {
            End::Done => self.done += 1,
            End::Refused => self.refused += 1,
            End::TurnedAway => self.turned_away += 1,
            End::Failed => self.failed += 1,
        }
        // What was turned away was answered quickly, and nobody is helped by that.
        if matches!(end, End::Done | End::Refused) {
            self.times[bucket(micros)] += 1;
        }
    }

    pub(super) fn join(&mut self, other: &Tally) {
        self.done += other.done;
        self.refused += other.refused;
        self.turned_away += other.turned_away;
        self.failed += other.failed;
        for (sum, more) in self.times.iter_mut().zip(other.times.iter()) {
            *sum += more;
        }
    }

    /// Requests that were judged: done or refused.
    pub(super) fn answered(&self) -> u64 {
        self.done + self.refused
    }

    /// All that were sent.
    pub(super) fn sent(&self) -> u64 {
        self.answered() + self.turned_away + self.failed
    }

    /// Microseconds in which so many thousandths of the judged ones were answered, rounded up to a bucket's end.
    pub(super) fn within_micros(&self, thousandths: u64) -> u64 {
        let all: u64 = self.times.iter().map(|count| u64::from(*count)).sum();
        let mut left = (all * thousandths).div_ceil(1_000);
        for (place, count) in self.times.iter().enumerate() {
            left = left.saturating_sub(u64::from(*count));
            if left == 0 && all > 0 {
                return upper(place);
            }
        }
        0
    }

    /// Of ten thousand requests, how many nobody judged.
    pub(super) fn lost_share(&self) -> u64 {
        ((self.turned_away + self.failed) * 10_000).checked_div(self.sent()).unwrap_or(0)
    }
}

/// The bucket of a time: its doubling, and which quarter of it.
fn bucket(micros: u64) -> usize {
    let micros = micros.max(4);
    let doubling = micros.ilog2();
    let quarter = (micros >> (doubling - 2)) & 3;
    ((doubling as usize - 2) * 4 + quarter as usize).min(BUCKETS - 1)
}

/// The end of a bucket.
fn upper(place: usize) -> u64 {
    let (doubling, quarter) = (place / 4 + 2, place as u64 % 4);
    (quarter + 5) << (doubling - 2)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_is_told_to_a_quarter_of_its_doubling() {
        for micros in [4, 5, 7, 8, 100, 999, 1_000, 5_000_000] {
            let told = upper(bucket(micros));
            assert!(told > micros && told <= micros * 5 / 4 + 1, "{micros} is told as {told}");
        }
        let mut tally = Tally::default();
        (0..99).for_each(|_| tally.add(End::Done, 1_000));
        tally.add(End::Refused, 80_000);
        tally.add(End::TurnedAway, 1);
        assert!((1_000..=1_280).contains(&tally.within_micros(500)));
        assert!((1_000..=1_280).contains(&tally.within_micros(990)));
        assert!(tally.within_micros(1_000) >= 80_000);
        assert_eq!((tally.answered(), tally.sent(), tally.lost_share()), (100, 101, 99));
        assert_eq!(Tally::default().within_micros(990), 0);
    }

    #[test]
    fn ends_are_told_apart() {
        let ends = [201, 409, 422, 429, 503, 500, 401].map(End::of);
        use End::{Done, Failed, Refused, TurnedAway};
        assert_eq!(ends, [Done, Refused, Refused, TurnedAway, TurnedAway, Failed, Failed]);
    }
}
