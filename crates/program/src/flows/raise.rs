//! Events that the product itself raises: a birthday, a friend's first order, a ballot.

use jifen_vocab::{Key, Timestamp};

use super::case::Case;
use super::outcome::EventOutcome;
use super::purchase::recorded;
use super::redeem::gift;
use super::watch;
use crate::book::{Books, RuleBook};
use crate::desk::{Desk, Keys, Stop};
use crate::earning::{self, Budget};
use crate::events::Event;
use crate::orders::OrderAward;
use crate::tasks::Progress;

/// Judges an event that the product itself raises: what the rules give, and exactly which points. It is nothing that the
/// member did.
pub(super) fn raise(
    event: &Event,
    at: Timestamp,
    desk: &mut Desk<'_>,
) -> Result<(EventOutcome, Vec<OrderAward>), Stop> {
    let mut case = Case::raised(event, at, desk)?;
    let given = case.other(desk)?;
    Ok((case.close(desk), given.into_iter().map(recorded).collect()))
}

/// What events of a type that the product raises itself work on, for any of those members: the budgets that may pay, and
/// what was done of tasks.
pub(super) fn want_raised(kind: &str, members: &[&str], books: &Books, keys: &mut Keys) {
    books.versions().iter().for_each(|version| want_on(&version.book, kind, keys));
    if books.versions().iter().any(|version| version.book.tasks.has_any_on(kind)) {
        members.iter().for_each(|member| keys.want::<Progress>(member));
    }
}

/// Whether [`want_raised`] was asked for that type and those members.
pub(super) fn is_raised_at_hand(kind: &str, members: &[&str], desk: &Desk<'_>) -> bool {
    let looks = desk.books().versions().iter().any(|version| version.book.tasks.has_any_on(kind));
    if looks && !members.iter().all(|member| desk.has_asked::<Progress>(member)) {
        return false;
    }
    let has = |book: &RuleBook, budget| desk.has_asked::<Budget>(&book.rules.budget(budget).name);
    desk.books().versions().iter().all(|version| {
        let budgets = earning::budgets_on(&version.book, kind).all(|budget| has(&version.book, budget));
        budgets && watch::is_at_hand(&version.book, kind, desk) && gift::is_at_hand(&version.book, kind, desk)
    })
}

/// What every event of a type asks for: the budgets that may pay, what may be given besides, and what watches need.
pub(super) fn want_on(book: &RuleBook, kind: &str, keys: &mut Keys) {
    watch::want(book, kind, keys);
    gift::want(book, kind, keys);
    for budget in earning::budgets_on(book, kind) {
        let name = &book.rules.budget(budget).name;
        keys.want_key(Key::new(&earning::BUDGET, name));
    }
}
