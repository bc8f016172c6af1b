//! A day has come that is somebody's own: the birthday. What it brings, earning rules say, on an event that the program
//! raises itself; once a year, whatever the clock does.

use jifen_vocab::MemberId;
use serde_json::json;

use super::event as judging;
use crate::book::Books;
use crate::desk::{Desk, Keys, Stop, Touch};
use crate::events::Event;
use crate::member::Member;
use crate::members::Birthday;
use crate::messages::{self, Cause};

/// The birthday has come.
const BIRTHDAY: &str = "member.birthday";

/// Names what a birthday works on.
pub(super) fn want(books: &Books, member: &str, keys: &mut Keys) -> Touch {
    keys.want::<Birthday>(member);
    keys.want::<Member>(member);
    judging::want_raised(BIRTHDAY, &[member], books, keys);
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
        let (outcome, _) = judging::raise(&event, at, desk)?;
        let member = desk.read::<Member>(member)?;
        if let (Some((points, unit)), Some(member)) = (outcome.brought(), member) {
            messages::notify_at(desk, &member.body, Cause::Birthday { points, unit }, at);
        }
    }
    Ok(())
}
