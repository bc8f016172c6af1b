//! What a seed means: not every fault and not every operation in every run, so that each gets its hour (swarm testing).

use fastrand::Rng;

/// A mistake that a store could have, planted to hear whether the alarm rings.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Bug {
    /// Now and then a commit is acknowledged and was not written.
    Forgets,
    /// Now and then a commit is written without the answers that were to be remembered, so that a request that comes
    /// again counts again.
    Repeats,
    /// Now and then a commit fails, but some of its records were written.
    Tears,
}

impl Bug {
    /// All of them.
    pub const ALL: [Bug; 3] = [Bug::Forgets, Bug::Repeats, Bug::Tears];
}

/// What the store stands on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ground {
    /// Maps in memory, which survive the process.
    Memory,
    /// A folder, closed and opened again when the process dies.
    Folder,
}

/// How often a fault strikes: once in so many calls on average, never where it is 0.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Rates {
    /// A commit fails and has written nothing.
    pub(crate) before: u32,
    /// A commit has written and its answer is lost.
    pub(crate) after: u32,
    /// A commit says that a race was lost.
    pub(crate) conflict: u32,
    /// A commit takes its time.
    pub(crate) slow: u32,
    /// The process dies before a commit has written.
    pub(crate) crash_before: u32,
    /// The process dies after it.
    pub(crate) crash_after: u32,
    /// Reading fails.
    pub(crate) load: u32,
}

/// How often shops ask for what; nothing where it is 0.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Mix {
    pub(crate) orders: u32,
    pub(crate) repaid: u32,
    pub(crate) refunds: u32,
    pub(crate) undone: u32,
    pub(crate) gifts: u32,
    pub(crate) spends: u32,
    pub(crate) reversals: u32,
    pub(crate) holds: u32,
    pub(crate) hold_ends: u32,
    pub(crate) adjustments: u32,
    pub(crate) freezes: u32,
    pub(crate) quotes: u32,
    pub(crate) redemptions: u32,
    pub(crate) vouchers: u32,
    pub(crate) cancellations: u32,
}

/// Everything that a seed decides before the first request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Plan {
    /// The seed.
    pub seed: u64,
    /// How many requests are sent, repetitions included.
    pub steps: usize,
    /// A mistake that was planted into the store, to hear whether the alarm rings.
    pub bug: Option<Bug>,
    pub(crate) ground: Ground,
    pub(crate) rates: Rates,
    pub(crate) mix: Mix,
    pub(crate) members: usize,
    /// Commands decided together at most.
    pub(crate) batch: usize,
    /// Requests of a wave at most. From 256 waiting commands on, the engine decides while it commits; see
    /// [`jifen_engine::Options::repeatable`].
    pub(crate) wave: usize,
    /// Of a hundred requests, how many are sent once more though they were answered.
    pub(crate) repeats: u32,
    /// Waves after which faults stop and everything must agree.
    pub(crate) act: usize,
}

impl Plan {
    /// What a seed means.
    pub fn of(seed: u64, steps: usize) -> Plan {
        let mut dice = Rng::with_seed(seed ^ 0x6a69_6665_6e00);
        let crowded = dice.u8(0..4) == 0;
        let rates = Rates {
            before: rate(&mut dice),
            after: rate(&mut dice),
            conflict: rate(&mut dice),
            slow: if crowded { rate(&mut dice) } else { 0 },
            crash_before: rate(&mut dice) * 2,
            crash_after: rate(&mut dice) * 2,
            // How often a crowd reads hangs on how far a commit is, which no seed decides.
            load: if crowded { 0 } else { rate(&mut dice) * 2 },
        };
        let ground = if dice.u8(0..4) == 0 { Ground::Folder } else { Ground::Memory };
        Plan {
            seed,
            steps,
            bug: None,
            ground,
            rates,
            mix: mix(&mut dice),
            members: dice.usize(1..=12),
            batch: if crowded { dice.usize(20..=200) } else { dice.usize(1..=60) },
            wave: if crowded { dice.usize(300..=600) } else { dice.usize(1..=60) },
            repeats: dice.u32(0..=20),
            act: if crowded { 4 } else { dice.usize(10..=60) },
        }
    }

    /// The same on other ground.
    pub fn on(self, ground: Ground) -> Plan {
        Plan { ground, ..self }
    }

    /// The same with a mistake planted into the store, and shops that repeat themselves: some mistakes show only then.
    pub fn with(self, bug: Bug) -> Plan {
        Plan { bug: Some(bug), repeats: self.repeats.max(15), ..self }
    }
}

/// Half of all faults are off in a run; the others strike now and then.
fn rate(dice: &mut Rng) -> u32 {
    if dice.bool() { 0 } else { dice.u32(3..=25) }
}

fn mix(dice: &mut Rng) -> Mix {
    let mut weight = |usual: u32| if dice.u8(0..5) == 0 { 0 } else { usual };
    Mix {
        // Without orders nobody has anything.
        orders: 10,
        repaid: weight(1),
        refunds: weight(4),
        undone: weight(2),
        gifts: weight(2),
        spends: weight(6),
        reversals: weight(3),
        holds: weight(4),
        hold_ends: weight(4),
        adjustments: weight(3),
        freezes: weight(1),
        quotes: weight(6),
        redemptions: weight(5),
        vouchers: weight(3),
        cancellations: weight(2),
    }
}
