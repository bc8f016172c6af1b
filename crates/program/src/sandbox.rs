//! The sandbox's clock: how far it runs ahead of the machine's, kept over restarts.

use jifen_vocab::Kind;
use serde::{Deserialize, Serialize};

use crate::audit::{self, By, Line};
use crate::book::Books;
use crate::desk::{Command, Desk, Keys, Loaded, Stop, Touch, json_record};

/// How far the clock runs ahead.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct ClockOffset {
    /// Schema version.
    pub v: u8,
    /// Milliseconds ahead of the machine's clock.
    pub offset_ms: i64,
}

/// The one record of the sandbox's clock.
pub static CLOCK: Kind = Kind::records("clock");

/// The id of the one record.
pub const CLOCK_ID: &str = "clock";

json_record!(ClockOffset, CLOCK);

/// Moves the clock. That time only moves forward is checked by who asks, who alone knows what time it is.
#[derive(Debug, Clone)]
pub struct MoveClock {
    /// Milliseconds ahead of the machine's clock.
    pub offset_ms: i64,
    /// Who moves it.
    pub by: By,
}

impl Command for MoveClock {
    type Outcome = ();

    fn touches(&self, _: &Books, _: &Loaded<'_>, keys: &mut Keys) -> Touch {
        keys.want::<ClockOffset>(CLOCK_ID);
        audit::want(keys);
        Touch::Done
    }

    fn decide(&self, desk: &mut Desk<'_>) -> Result<(), Stop> {
        let before = desk.read::<ClockOffset>(CLOCK_ID)?.map_or(0, |clock| clock.offset_ms);
        desk.write(CLOCK_ID, ClockOffset { v: 1, offset_ms: self.offset_ms });
        let line = Line::new("clock.move", "clock", CLOCK_ID).before("offset_ms", before);
        audit::write(desk, &self.by, line.after("offset_ms", self.offset_ms))?;
        Ok(())
    }
}
