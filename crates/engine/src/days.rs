//! Events of a day, as they were noted when they were judged.

use std::sync::Arc;

use jifen_program::days::{DAY_EVENTS, DayBlock, DayEvent};
use jifen_program::desk::Record;
use jifen_store::{Bound, Find, Order, Value};
use jifen_vocab::Timestamp;

use crate::{Engine, EngineError};

/// Blocks that are read together: a block holds up to a thousand events.
const PAGE: usize = 8;

/// How a walk over a day goes on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Walk {
    /// With the next event.
    On,
    /// Not at all: enough was seen.
    Stop,
}

impl Engine {
    /// Shows the events of `[from, to)` in the order they were judged, those that came late included. It reads the store
    /// from a thread that may wait, and stands in nobody's way.
    ///
    /// # Errors
    /// What the store says.
    pub fn day_events(
        &self,
        from: Timestamp,
        to: Timestamp,
        mut see: impl FnMut(&DayEvent) -> Walk,
    ) -> Result<(), EngineError> {
        let mut bound = Bound::After(Value::Null, DayBlock::first_id(from));
        loop {
            let find = Find {
                kind: &DAY_EVENTS,
                column: None,
                equals: None,
                order: Order::Ascending,
                from: bound,
                limit: PAGE,
            };
            let page = self.store().find(&find).map_err(Arc::new)?;
            for (id, _, row) in &page.rows {
                let block = DayBlock::read(&row.body)
                    .map_err(|error| EngineError::Fault(format!("day_events/{id} cannot be read: {error}")))?;
                let of_day = block.events.iter().filter(|event| event.at >= from && event.at < to);
                for event in of_day {
                    if see(event) == Walk::Stop {
                        return Ok(());
                    }
                }
            }
            match page.next {
                Some(next) => bound = next,
                None => return Ok(()),
            }
        }
    }
}
