//! What persons wrote to and for somebody who was erased, and where deliveries went. The key of what was sealed is gone
//! already; here go the rest, and what can be opened by nobody.

use std::sync::Arc;

use compact_str::CompactString;
use jifen_program::desk::Command;
use jifen_program::members::{Erasure, NoteForgotten};
use jifen_program::messages::{Blank, DELIVERY, MESSAGE};
use jifen_program::surveys::{BlankAnswers, SURVEY_ANSWER};
use jifen_program::tickets::{BlankTickets, TICKET};
use jifen_store::{Bound, Find, Kind, Order, Value as Column};

use crate::app::App;
use crate::call::{Call, aside, judged};
use crate::problems::Problem;
use crate::routes::{surveys, tickets};

/// Records changed in one commit.
const SLICE: usize = 200;
/// The place of the member among the columns of messages and of deliveries.
const MEMBER_COLUMN: usize = 0;

/// Destroys the key of a person whose erasure is in the store. Were it interrupted here, the next start completes it.
pub(crate) async fn destroy_key(call: &Call, erasure: &Erasure) -> Result<(), Problem> {
    let _turn = call.app.amending.lock().await;
    let (app, erasure) = (Arc::clone(&call.app), erasure.clone());
    let destroyed = aside(move || {
        app.vault.erase(&erasure)?;
        forget(&app, &erasure.member)
    });
    destroyed.await
}

/// Takes it all out, and notes that it is done: until then, each start does it again.
pub(crate) fn forget(app: &App, member: &str) -> Result<(), Problem> {
    let deliveries = |deliveries| Blank { messages: Vec::new(), deliveries };
    let blank_tickets = |tickets| BlankTickets { member: member.into(), tickets };
    each_slice(app, member, &MESSAGE, MEMBER_COLUMN, |messages| Blank { messages, deliveries: Vec::new() })?;
    each_slice(app, member, &DELIVERY, MEMBER_COLUMN, deliveries)?;
    each_slice(app, member, &TICKET, tickets::MEMBER_COLUMN, blank_tickets)?;
    each_slice(app, member, &SURVEY_ANSWER, surveys::MEMBER_COLUMN, |answers| BlankAnswers { answers })?;
    judged(app.engine.submit_blocking(NoteForgotten { member: member.into() }, None)?).map(drop)
}

fn each_slice<C: Command>(
    app: &App,
    member: &str,
    kind: &'static Kind,
    column: usize,
    blank: impl Fn(Vec<CompactString>) -> C,
) -> Result<(), Problem> {
    let mut from = Bound::Start;
    loop {
        let equals = Some(Column::Text(CompactString::new(member)));
        let find = Find { kind, column: Some(column), equals, order: Order::Ascending, from, limit: SLICE };
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
