//! The law of points, operation by operation, decision by decision, and against a naive model.

mod chain;
mod give_back;
mod grants;
mod model;
mod notices;
mod properties;
mod refunds;
mod spends;
mod time;
mod world;
