//! What is known about a person, and the browsers that show their messages.

use jifen_connect::Subscription;
use jifen_program::audit::By;
use jifen_program::member::Member;
use jifen_program::members::{Amend, Profile};

use super::{Personal, SealError};
use crate::app::App;
use crate::call::{judged, unknown_member};
use crate::problems::{Problem, table};

/// What is known about a person, for writing to them.
pub(crate) fn personal_of(app: &App, id: &str) -> Result<Personal, Problem> {
    opened(app, id, app.engine.read::<Profile>(id)?)
}

/// The same of a profile that was read already.
pub(crate) fn opened(app: &App, id: &str, profile: Option<Profile>) -> Result<Personal, Problem> {
    let Some(profile) = profile.filter(|profile| profile.erased.is_none()) else { return Ok(Personal::default()) };
    match app.vault.open_profile(id, &profile) {
        // A key that was destroyed is what an erasure leaves where an old backup brought the record back.
        Err(SealError::Destroyed) => Ok(Personal::default()),
        known => Ok(known?),
    }
}

/// Changes which browsers of a member show messages. To be called with [`App::amending`] held, off the runtime's threads.
///
/// # Errors
/// member-unknown, member-erased; faults.
pub(crate) fn change_browsers(
    app: &App,
    member: &str,
    by: Option<By>,
    change: impl FnOnce(&mut Vec<Subscription>),
) -> Result<(), Problem> {
    if app.engine.read::<Member>(member)?.is_none() {
        return Err(unknown_member(member));
    }
    if app.engine.read::<Profile>(member)?.is_some_and(|profile| profile.erased.is_some()) {
        return Err(Problem::new(&table::MEMBER_ERASED).word("member", member));
    }
    let before = personal_of(app, member)?;
    let mut after = before.clone();
    change(&mut after.browsers);
    if after == before {
        return Ok(());
    }
    let profile = Some(app.vault.seal(member, &after)?);
    let amend =
        Amend { request: None, by, id: member.into(), tags: None, profile, changed: vec!["browsers"], birthday: None };
    judged(app.engine.submit_blocking(amend, None)?).map(drop)
}
