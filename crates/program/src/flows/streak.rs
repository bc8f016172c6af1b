//! What a day in a row brings: today, and tomorrow if it goes on; how members make a day count themselves, and how they
//! are reminded of a streak that would end tonight.

use jifen_rules::judge::FreshRoom;
use jifen_rules::{Draw, Facts, Judged, MemberFacts, NoData, Room};
use jifen_vocab::{Day, Timestamp};
use smallvec::SmallVec;

use crate::book::RuleBook;
use crate::book::messages::Trigger;
use crate::book::streaks::{Streak, streaks_on};
use crate::desk::{Desk, Keys, Loaded, Stop, Touch};
use crate::earning::{MemberRoom, local, member_facts, tier_facts};
use crate::events::Event;
use crate::member::Member;
use crate::messages::{self, Cause};
use crate::streaks::{StreakReminder, mark};

/// Names the reminders of streaks that an event feeds.
pub(super) fn want_reminders(book: &RuleBook, event: &Event, keys: &mut Keys) {
    let reminds = |streak: &&Streak| streak.remind.is_some() || streak.near.is_some();
    let reminding = book.streaks.iter().filter(|streak| reminds(streak) && streak.is_fed_by(&event.kind));
    reminding.for_each(|streak| keys.want::<StreakReminder>(&StreakReminder::id(event.member.as_str(), &streak.id)));
}

/// A day counts, one of so many in a row: the member is reminded tomorrow, unless that day counts as well by then.
pub(super) fn set_reminder(
    desk: &mut Desk<'_>,
    book: &RuleBook,
    streak: &Streak,
    member: &Member,
    (day, length): (Day, u32),
) {
    let messages = &desk.books().at(desk.now()).messages;
    let ends = streak.remind.filter(|terms| length >= u32::from(terms.from)).map(|terms| terms.hour);
    let ends = ends.filter(|_| messages.tells(Trigger::StreakAtRisk));
    let near = streak.near.filter(|_| messages.tells(Trigger::StreakNear));
    // Nobody is woken on a day that brings no more than this one.
    let tomorrow = book.zone.start_of(day.plus_days(1));
    let near = near.filter(|_| more_on(book, member, streak, tomorrow).is_some());
    let member = &member.body.id;
    let id = StreakReminder::id(member.as_str(), &streak.id);
    // An event that the program raises names no reminders.
    if (ends.is_some() || near.is_some()) && desk.has_asked::<StreakReminder>(&id) {
        desk.write(&id, StreakReminder::after(day, (ends, near), &book.zone, member, &streak.id));
    }
}

/// Names what a reminder works on.
pub(super) fn want_reminder(id: &str, loaded: &Loaded<'_>, keys: &mut Keys) -> Touch {
    keys.want::<StreakReminder>(id);
    if !loaded.has_asked::<StreakReminder>(id) {
        return Touch::Again;
    }
    if let Some(reminder) = loaded.peek::<StreakReminder>(id) {
        keys.want::<Member>(reminder.member.as_str());
    }
    Touch::Done
}

/// An hour has come at which members are reminded: whoever has done nothing today is told what the day would bring, or
/// that the streak ends. A streak that has ended meanwhile is over.
pub(super) fn remind(desk: &mut Desk<'_>, id: &str) -> Result<(), Stop> {
    let Some(reminder) = desk.read::<StreakReminder>(id)? else { return Ok(()) };
    let now = desk.now();
    let is_due = |at: &Timestamp| *at <= now;
    let (ends, near) = (reminder.at.filter(is_due), reminder.near.filter(is_due));
    if ends.is_none() && near.is_none() {
        return Ok(());
    }
    let (at, later) = (reminder.at.filter(|at| !is_due(at)), reminder.near.filter(|at| !is_due(at)));
    desk.write(id, StreakReminder { at, near: later, ..StreakReminder::clone(&reminder) });
    let book = desk.books().at(now).clone();
    let today = book.zone.day_of(now);
    let member = desk.read::<Member>(reminder.member.as_str())?;
    let streak = book.streaks.iter().find(|streak| streak.id == reminder.streak);
    let Some((member, streak)) = member.zip(streak) else { return Ok(()) };
    let days = streak.days_of(&member.body.streaks).filter(|days| days.last().plus_days(1) == today);
    let Some(days) = days else { return Ok(()) };
    let days = i64::from(days.length(today));
    if let Some(at) = near
        && let Some(points) = more_on(&book, &member, streak, at)
    {
        let unit = book.default_unit.clone();
        messages::notify_at(desk, &member.body, Cause::StreakNear { days: days + 1, points, unit }, at);
    }
    if let Some(at) = ends {
        messages::notify_at(desk, &member.body, Cause::StreakAtRisk { days }, at);
    }
    Ok(())
}

/// What a day would bring of the program's first unit, where that is more than the day before.
fn more_on(book: &RuleBook, member: &Member, streak: &Streak, at: Timestamp) -> Option<i64> {
    let points = |at: Timestamp| {
        let judged = forecast(book, member, streak, at);
        let of_unit = judged.awards.iter().filter(|award| book.rules.rule(award.rule).unit == book.default_unit);
        of_unit.fold(0_i64, |sum, award| sum.saturating_add(award.points))
    };
    let before = book.zone.start_of(book.zone.day_of(at).plus_days(-1));
    let points_then = points(at);
    (points_then > points(before)).then_some(points_then)
}

/// What the rules say to an event that feeds a streak and tells nothing else. Nothing is drawn and nothing changes.
pub fn forecast(book: &RuleBook, member: &Member, streak: &Streak, at: Timestamp) -> Judged {
    let Some(event_type) = streak.on.first() else { return Judged::default() };
    let day = book.zone.day_of(at);
    let mut days = member.body.streaks.clone();
    let is_done = streak.days_of(&days).is_some_and(|days| days.has(day));
    mark(&mut days, &streak.id, day);
    let streaks = streaks_on(&book.streaks, &days, day);
    let badges = member.badges_at(at);
    let facts = Facts {
        event_type,
        event_source: "/check-in",
        at,
        local: local(&book.zone, at),
        order: None,
        lines: &[],
        member: MemberFacts { badges: &badges, ..member_facts(member, book, day) },
        tier: tier_facts(book.tier(member.tier_at(at).as_str())),
        channel: None,
        store: None,
        streaks: &streaks,
        data: &NoData,
    };
    // What a day that counts already brought is not bound by the limits it has used.
    let used = MemberRoom { member, day, spent: SmallVec::new(), given_for: SmallVec::new(), rules: &book.rules };
    let room: &dyn Room = if is_done { &FreshRoom } else { &used };
    book.rules.judge(&facts, room, Draw::Odds)
}
