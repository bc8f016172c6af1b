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

/// Each doubling of microseconds has so many buckets of times: two to this power.
const FINE: u32 = 4;
/// Buckets of times, up to some minutes.
const BUCKETS: usize = 26 << FINE;

/// What came back in some time.
#[derive(Debug, Clone)]
pub(super) struct Tally {
    pub(super) done: u64,
    pub(super) refused: u64,
    pub(super) turned_away: u64,
    pub(super) failed: u64,
    /// What was judged, by its pieces: the events of a batch one by one.
    pub(super) judged: u64,
    times: Box<[u32; BUCKETS]>,
}

impl Default for Tally {
    fn default() -> Self {
        Tally { done: 0, refused: 0, turned_away: 0, failed: 0, judged: 0, times: Box::new([0; BUCKETS]) }
    }
}

impl Tally {
    /// A request ended so, after so long, with so many pieces of work in it.
    pub(super) fn add(&mut self, end: End, micros: u64, pieces: u64) {
        match end {
            End::Done => self.done += 1,
            End::Refused => self.refused += 1,
            End::TurnedAway => self.turned_away += 1,
            End::Failed => self.failed += 1,
        }
        // What was turned away was answered quickly, and nobody is helped by that.
        if matches!(end, End::Done | End::Refused) {
            self.times[bucket(micros)] += 1;
            self.judged += pieces;
        }
    }

    pub(super) fn join(&mut self, other: &Tally) {
        self.done += other.done;
        self.refused += other.refused;
        self.turned_away += other.turned_away;
        self.failed += other.failed;
        self.judged += other.judged;
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

/// The bucket of a time: its doubling, and where in that.
fn bucket(micros: u64) -> usize {
    let micros = micros.max(1 << FINE);
    let doubling = micros.ilog2() - FINE;
    let within = (micros >> doubling) & ((1 << FINE) - 1);
    (((doubling as usize) << FINE) + within as usize).min(BUCKETS - 1)
}

/// The end of a bucket.
fn upper(place: usize) -> u64 {
    let (doubling, within) = (place >> FINE, place as u64 & ((1 << FINE) - 1));
    (within + (1 << FINE) + 1) << doubling
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_is_told_to_a_sixteenth_of_its_doubling() {
        for micros in [16, 17, 31, 32, 100, 999, 1_000, 48_000, 5_000_000, 600_000_000] {
            let told = upper(bucket(micros));
            assert!(told > micros && told <= micros * 17 / 16 + 1, "{micros} is told as {told}");
        }
        let mut tally = Tally::default();
        (0..99).for_each(|_| tally.add(End::Done, 1_000, 3));
        tally.add(End::Refused, 80_000, 3);
        tally.add(End::TurnedAway, 1, 3);
        assert!((1_000..=1_280).contains(&tally.within_micros(500)));
        assert!((1_000..=1_280).contains(&tally.within_micros(990)));
        assert!(tally.within_micros(1_000) >= 80_000);
        assert_eq!((tally.answered(), tally.sent(), tally.lost_share()), (100, 101, 99));
        assert_eq!(tally.judged, 300, "what was turned away was not judged");
        assert_eq!(Tally::default().within_micros(990), 0);
    }

    #[test]
    fn ends_are_told_apart() {
        let ends = [201, 409, 422, 429, 503, 500, 401].map(End::of);
        use End::{Done, Failed, Refused, TurnedAway};
        assert_eq!(ends, [Done, Refused, Refused, TurnedAway, TurnedAway, Failed, Failed]);
    }
}
