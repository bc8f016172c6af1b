//! A deterministic world that tries to break the engine, the program and the store, before a customer does.
//!
//! One seed decides everything: who the members are, what their shops send, in which order, how often they repeat it and
//! when they give up waiting; how the clock runs; which calls of the store fail, before or after they have written, and
//! where the process dies. Requests go into a real engine in waves, at one simulated instant each.
//!
//! Nobody looks inside. The auditor knows what was asked and what was answered, and from these alone, with a list of
//! single points for each member, it works out what every answer must have been and what everybody must own when the
//! faults have stopped. What does not agree is an [`Alarm`], which names the seed that repeats it.
//!
//! Files: [`Plan`] says what a seed means (`plan`); `faulty` is the store that fails; `house` the engine that is opened,
//! killed and opened again; `request` what is asked and heard; `shops` who asks; `purse` and `model` what must come of it;
//! `auditor` compares; `world` runs it all. Beside it, `year` lives through a year of the default program.

mod auditor;
mod faulty;
mod house;
mod model;
mod plan;
mod purse;
mod request;
mod shops;
mod world;
mod year;

pub use faulty::Struck;
pub use plan::{Bug, Ground, Plan};
pub use world::{Alarm, Report, run};
pub use year::{Year, YearReport, live};
