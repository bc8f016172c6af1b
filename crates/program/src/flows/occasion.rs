//! A day has come that is somebody's own: the birthday, a full year of membership. What it brings, earning rules say, on an event that the program
//! raises itself; once a year, whatever the clock does.

use jifen_vocab::MemberId;
use serde_json::json;

use super::raise::{raise, want_raised};
use crate::book::Books;
use crate::desk::{Desk, Keys, Stop, Touch};
use crate::events::Event;
use crate::member::Member;
use crate::members::{Anniversary, Birthday};
use crate::messages::{self, Cause};

/// The birthday has come.
const BIRTHDAY: &str = "member.birthday";

/// A year of membership is full.
const ANNIVERSARY: &str = "member.anniversary";

/// Names what a birthday works on.
pub(super) fn want(books: &Books, member: &str, keys: &mut Keys) -> Touch {
    keys.want::<Birthday>(member);
    keys.want::<Member>(member);
    want_raised(BIRTHDAY, &[member], books, keys);
    Touch::Done
}

/// The birthday is noticed, at the instant it was due.
pub(super) fn celebrate(desk: &mut Desk<'_>, member: &str) -> Result<(), Stop> {
    let Some(birthday) = desk.read::<Birthday>(member)? else { return Ok(()) };
    let Some((year, at)) = birthday.next.filter(|(_, at)| *at <= desk.now()) else { return Ok(()) };
    let mut birthday = Birthday::clone(&birthday);
    let book = desk.books().at(at).clone();
    birthday.notice(year, &book, at);
    desk.write(member, birthday);
    let is_there = desk.read::<Member>(member)?.is_some();
    if let Some(id) = MemberId::new(member).ok().filter(|_| is_there && book.occasions.birthday.is_some()) {
        let name = compact_str::format_compact!("{BIRTHDAY}:{year}");
        let event = Event::raised(BIRTHDAY, name, &id, at, &json!({"year": year}));
        let (outcome, _) = raise(&event, at, desk)?;
        let member = desk.read::<Member>(member)?;
        if let (Some((points, unit)), Some(member)) = (outcome.brought(), member) {
            messages::notify_at(desk, &member.body, Cause::Birthday { points, unit }, at);
        }
    }
    Ok(())
}

/// Names what an anniversary works on.
pub(super) fn want_anniversary(books: &Books, member: &str, keys: &mut Keys) -> Touch {
    keys.want::<Anniversary>(member);
    keys.want::<Member>(member);
    want_raised(ANNIVERSARY, &[member], books, keys);
    Touch::Done
}

/// A year is full: noticed at the instant it was due, whatever the clock does.
pub(super) fn celebrate_years(desk: &mut Desk<'_>, member: &str) -> Result<(), Stop> {
    let Some(due) = desk.read::<Anniversary>(member)?.and_then(|known| known.next) else { return Ok(()) };
    let (years, at) = due;
    if at > desk.now() {
        return Ok(());
    }
    let book = desk.books().at(at).clone();
    let Some(found) = desk.read::<Member>(member)? else { return Ok(()) };
    desk.write(member, Anniversary::after(found.body.joined, at, &book));
    let Some(id) = MemberId::new(member).ok().filter(|_| book.occasions.anniversary.is_some()) else { return Ok(()) };
    let name = compact_str::format_compact!("{ANNIVERSARY}:{years}");
    let event = Event::raised(ANNIVERSARY, name, &id, at, &json!({"years": years}));
    let (outcome, _) = raise(&event, at, desk)?;
    let (points, unit) = outcome.brought().unwrap_or_else(|| (0, book.default_unit.clone()));
    let cause = Cause::Anniversary { years: i64::from(years), points, unit };
    messages::notify_at(desk, &found.body, cause, at);
    Ok(())
}
