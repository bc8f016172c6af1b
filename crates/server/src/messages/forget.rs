//! What persons wrote to somebody who was erased, and where deliveries went.

use compact_str::CompactString;
use jifen_program::messages::{Blank, DELIVERY, MESSAGE};
use jifen_store::{Bound, Find, Kind, Order, Value as Column};

use crate::app::App;
use crate::call::judged;
use crate::problems::Problem;

/// Records changed in one commit.
const SLICE: usize = 200;
/// The place of the member among the columns of messages and of deliveries.
const MEMBER_COLUMN: usize = 0;

/// Takes it all out. May be done again.
pub(crate) fn forget(app: &App, member: &str) -> Result<(), Problem> {
    each_slice(app, member, &MESSAGE, |messages| Blank { messages, deliveries: Vec::new() })?;
    each_slice(app, member, &DELIVERY, |deliveries| Blank { messages: Vec::new(), deliveries })
}

fn each_slice(
    app: &App,
    member: &str,
    kind: &'static Kind,
    blank: impl Fn(Vec<CompactString>) -> Blank,
) -> Result<(), Problem> {
    let mut from = Bound::Start;
    loop {
        let equals = Some(Column::Text(CompactString::new(member)));
        let find = Find { kind, column: Some(MEMBER_COLUMN), equals, order: Order::Ascending, from, limit: SLICE };
        let found = app.engine.store().find(&find)?;
        let ids: Vec<CompactString> = found.rows.into_iter().map(|(id, ..)| id).collect();
        if !ids.is_empty() {
            judged(app.engine.submit_blocking(blank(ids), None)?)?;
        }
        match found.next {
            Some(next) => from = next,
            None => return Ok(()),
        }
    }
}
