//! Data of all members leaves a running server only when a second person has agreed (SEC-05): a command asks, somebody
//! of the staff decides in the console, and the command is run again.

use std::sync::Arc;

use compact_str::CompactString;
use jifen_program::approvals::{APPROVAL, Approval, ApprovalState, Person};
use jifen_program::audit::By;
use jifen_program::book::{Held, Sensitive};
use jifen_program::desk::{Command, Record};
use jifen_program::flows::{Action, Ask, Asked, DataAccess, UsePermission};
use jifen_program::staff::{STAFF, Staff};
use jifen_server::App;
use jifen_store::{Bound, Find, Order, Row, Value};
use jifen_vocab::Kind;

use crate::failure::{Failure, NOTHING_CHANGED, Result};
use crate::refusal;

/// Passes where `what` may be done now, and leaves a line in the audit trail.
///
/// A sandbox asks nobody. Neither does a store in which nobody of the staff could decide: a new company has to be able
/// to take its backups.
pub(crate) fn check(app: &App, what: &str) -> Result {
    let by = By::command_line();
    let exempt = app.sandbox || !somebody_could_decide(app)?;
    let asked = if exempt { Vec::new() } else { of_this(app, what, &by)? };
    let now = app.engine.clock().now();
    if let Some(permission) = asked.iter().find(|one| one.state == ApprovalState::Approved && now < one.expires_at) {
        return submit(app, UsePermission { id: permission.id.clone(), by });
    }
    if let Some(waiting) = asked.iter().find(|one| one.check_open(now).is_ok()) {
        return Err(waits(&waiting.id));
    }
    let action = Action::DataAccess(DataAccess { what: CompactString::new(what), by: by.clone() });
    let person = Person { by, roles: Vec::new(), exempt };
    match submit(app, Ask { request: None, person, action, reason: format!("jifen {what}") })? {
        Asked::Done(_) => Ok(()),
        Asked::Waits(approval) => Err(waits(&approval.id)),
    }
}

/// All in one sentence: only that goes through the socket.
fn waits(id: &str) -> Failure {
    Failure::new(format!(
        "this takes a second person: when somebody of the staff has approved {id} in the console, run the command again"
    ))
}

fn submit<C: Command>(app: &App, command: C) -> Result<C::Outcome> {
    let answered = app.engine.submit_blocking(command, None)?;
    answered.result.map_err(|refused| Failure::new(refusal::sentence(&refused)).data(NOTHING_CHANGED))
}

/// What was asked of this kind by that credential.
fn of_this(app: &App, what: &str, by: &By) -> Result<Vec<Approval>> {
    let mut found = Vec::new();
    every(app, &APPROVAL, Some((1, Value::Text(by.actor.key()))), |row| {
        let approval = Approval::read(&row.body)?;
        if approval.action == Sensitive::DataAccess.as_str() && approval.object.id == what {
            found.push(approval);
        }
        Ok(())
    })?;
    Ok(found)
}

fn somebody_could_decide(app: &App) -> Result<bool> {
    let books = app.engine.books();
    let book = books.at(app.engine.clock().now());
    let Some(terms) = book.rights.approval(Sensitive::DataAccess) else { return Ok(true) };
    let mut found = false;
    every(app, &STAFF, None, |row| {
        let staff = Staff::read(&row.body)?;
        let held = |at: &jifen_program::staff::RoleAt| Held { role: at.role.clone(), place: at.place.clone() };
        let roles: Vec<Held> = staff.roles.iter().map(held).collect();
        found |= staff.active && terms.lets(&roles, None, &book.organization);
        Ok(())
    })?;
    Ok(found)
}

/// Hands every record of a kind to `each`.
fn every(
    app: &App,
    kind: &'static Kind,
    equals: Option<(usize, Value)>,
    mut each: impl FnMut(&Row) -> std::result::Result<(), serde_json::Error>,
) -> Result {
    let (column, equals) = equals.unzip();
    let mut from = Bound::Start;
    loop {
        let find = Find { kind, column, equals: equals.clone(), order: Order::Descending, from, limit: 200 };
        let page = app.engine.store().find(&find).map_err(Arc::new).map_err(jifen_engine::EngineError::from)?;
        for (id, _, row) in &page.rows {
            each(row).map_err(|error| Failure::new(format!("{}/{id} cannot be read: {error}", kind.name)))?;
        }
        match page.next {
            Some(next) => from = next,
            None => return Ok(()),
        }
    }
}
