//! What commands do to a running server takes a second person where the console takes one: data of all members leaves it
//! or is replaced (SEC-05), a rule book is published (SEC-04). A command asks, somebody of the staff decides in the console.
//! A copy is made, or a backup brought back, when the command is run again; a rule book is published by the agreement.

use std::sync::Arc;

use compact_str::CompactString;
use jifen_program::approvals::{APPROVAL, Approval, ApprovalState, Person};
use jifen_program::audit::By;
use jifen_program::book::{Held, Sensitive};
use jifen_program::desk::{Command, Record};
use jifen_program::drafts::{DropDraft, OpenDraft};
use jifen_program::flows::{self, Action, Ask, Asked, DataAccess, PublishDraft, UsePermission};
use jifen_program::staff::{STAFF, Staff};
use jifen_server::App;
use jifen_store::{Bound, Find, Order, Row, Value};
use jifen_vocab::Kind;
use serde_json::{Value as Json, json};

use crate::control::Publication;
use crate::failure::{Failure, NOTHING_CHANGED, Result};
use crate::{program, refusal};

/// Passes where `what` may be done now, and leaves a line in the audit trail.
///
/// A sandbox asks nobody. Neither does a store in which nobody of the staff could decide: a new company has to be able
/// to take its backups.
pub(crate) fn check(app: &App, what: &str) -> Result {
    let by = By::command_line();
    let exempt = asks_nobody(app, Sensitive::DataAccess)?;
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

/// Publishes a rule book, or asks somebody for it.
///
/// Who asks nobody is as in [`check`]. Notice is not waived where somebody could be asked: an approval carries out what
/// the console could have asked for.
pub(crate) fn publish(app: &App, publication: Publication) -> Result<Json> {
    if asks_nobody(app, Sensitive::Publish)? {
        return program::publish(&app.engine, publication);
    }
    let Publication { files, note, from, without_notice } = publication;
    if without_notice {
        return Err(Failure::new(
            "publishing takes a second person here, and nobody can agree to break the period of notice: publish without \
             --without-notice, or on the folder while no server has it open",
        )
        .data(NOTHING_CHANGED));
    }
    let (by, base) = (By::command_line(), app.engine.books().at(app.engine.clock().now()).version);
    let author = by.id().clone();
    let open = OpenDraft { request: None, base, files, note: note.clone(), author: author.clone(), places: None };
    let draft = submit(app, open)?;
    let (id, revision) = (draft.id.clone(), draft.revision);
    let publication =
        flows::Publication { draft: draft.id, revision, from, note: note.clone(), places: None, tried: None };
    let action = Action::Publish(PublishDraft { request: None, publication, by: by.clone() });
    let person = Person { by, roles: Vec::new(), exempt: false };
    let asked = submit(app, Ask { request: None, person, action, reason: note });
    match asked {
        Ok(Asked::Waits(approval)) => {
            Ok(json!({ "approval": { "id": approval.id, "state": approval.state.as_str() } }))
        }
        Ok(Asked::Done(_)) => Err(Failure::new("it was published though it takes a second person")),
        Err(failure) => {
            submit(app, DropDraft { id, editor: author })?;
            Err(failure)
        }
    }
}

/// Whether one person is enough: a sandbox asks nobody, and neither does a store in which nobody of the staff could decide.
fn asks_nobody(app: &App, action: Sensitive) -> Result<bool> {
    Ok(app.sandbox || !somebody_could_decide(app, action)?)
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

fn somebody_could_decide(app: &App, action: Sensitive) -> Result<bool> {
    let books = app.engine.books();
    let book = books.at(app.engine.clock().now());
    let Some(terms) = book.rights.approval(action) else { return Ok(false) };
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
