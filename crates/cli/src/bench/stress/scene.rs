//! What happens in a scene: how demand rises and falls, and what is asked.

use clap::ValueEnum;

/// A day that a program must be ready for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Scene {
    /// An ordinary day: mostly looking, some buying, some spending
    Mixed,
    /// A sale begins: orders at ten times the ordinary demand
    FlashSale,
    /// Points lapse at midnight: everybody looks and spends, up to ten times the ordinary demand
    NewYear,
    /// One item that everybody wants, at ten times the ordinary demand, and only so many pieces of it
    HotItem,
    /// The same demand all the time: wallets
    Reads,
    /// The same demand all the time: orders, one a request
    Orders,
    /// The same demand all the time: events in batches, counted one by one
    Stream,
}

/// A part of a scene.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Phase {
    pub(super) name: &'static str,
    /// Percent of the ordinary demand.
    pub(super) demand: u32,
    /// How much of the time, in quarters.
    pub(super) quarters: u32,
}

/// What is asked, of a hundred requests.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Mix {
    pub(super) wallets: u32,
    pub(super) entries: u32,
    pub(super) orders: u32,
    pub(super) spends: u32,
    /// A price is asked for, and paid.
    pub(super) redemptions: u32,
    /// Orders by the batch.
    pub(super) batches: u32,
}

const fn phase(name: &'static str, demand: u32, quarters: u32) -> Phase {
    Phase { name, demand, quarters }
}

impl Scene {
    pub(super) const fn phases(self) -> &'static [Phase] {
        const MIXED: &[Phase] = &[phase("ordinary", 100, 1), phase("busy", 300, 2), phase("afterwards", 100, 1)];
        const RUSH: &[Phase] = &[phase("before", 100, 1), phase("rush", 1_000, 2), phase("afterwards", 100, 1)];
        const MIDNIGHT: &[Phase] = &[
            phase("evening", 100, 1),
            phase("rising", 300, 1),
            phase("midnight", 1_000, 1),
            phase("afterwards", 100, 1),
        ];
        const STEADY: &[Phase] = &[phase("steady", 100, 1)];
        match self {
            Scene::Mixed => MIXED,
            Scene::FlashSale | Scene::HotItem => RUSH,
            Scene::NewYear => MIDNIGHT,
            Scene::Reads | Scene::Orders | Scene::Stream => STEADY,
        }
    }

    /// What is counted, in two languages.
    pub(super) const fn counts(self) -> (&'static str, &'static str) {
        match self {
            Scene::Stream => ("事件", "events"),
            _ => ("请求", "requests"),
        }
    }

    pub(super) const fn mix(self) -> Mix {
        let none = Mix { wallets: 0, entries: 0, orders: 0, spends: 0, redemptions: 0, batches: 0 };
        match self {
            Scene::Mixed => Mix { wallets: 60, entries: 10, orders: 20, spends: 10, ..none },
            Scene::FlashSale => Mix { wallets: 25, orders: 75, ..none },
            Scene::NewYear => Mix { wallets: 45, entries: 15, orders: 10, spends: 30, ..none },
            Scene::HotItem => Mix { wallets: 10, redemptions: 90, ..none },
            Scene::Reads => Mix { wallets: 100, ..none },
            Scene::Orders => Mix { orders: 100, ..none },
            Scene::Stream => Mix { batches: 100, ..none },
        }
    }

    /// The most demand of all phases, in percent.
    pub(super) fn peak(self) -> u32 {
        self.phases().iter().map(|phase| phase.demand).max().unwrap_or(100)
    }

    /// Which phase a moment falls into; the last where the time is over.
    pub(super) fn phase_at(self, ms: u64, all_ms: u64) -> usize {
        let phases = self.phases();
        let quarters: u64 = phases.iter().map(|phase| u64::from(phase.quarters)).sum();
        let mut end = 0;
        for (place, phase) in phases.iter().enumerate() {
            end += all_ms * u64::from(phase.quarters) / quarters;
            if ms < end {
                return place;
            }
        }
        phases.len() - 1
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_scene_asks_a_hundred_things_and_begins_ordinary() {
        for scene in Scene::value_variants() {
            let Mix { wallets, entries, orders, spends, redemptions, batches } = scene.mix();
            assert_eq!(wallets + entries + orders + spends + redemptions + batches, 100, "{scene:?}");
            assert_eq!(scene.phases()[0].demand, 100, "what follows is compared with an ordinary hour");
            assert_eq!(scene.phase_at(0, 1_000), 0);
            assert_eq!(scene.phase_at(5_000, 1_000), scene.phases().len() - 1);
        }
        assert_eq!((Scene::HotItem.phase_at(249, 1_000), Scene::HotItem.phase_at(250, 1_000)), (0, 1));
        assert_eq!(Scene::HotItem.peak(), 1_000);
    }
}
