//! What a day in a row brings: today, and tomorrow if it goes on; how members make a day count themselves, and how they
//! are reminded of a streak that would end tonight.

use jifen_rules::judge::FreshRoom;
use jifen_rules::{Draw, Facts, Judged, MemberFacts, NoData, Room};
use jifen_vocab::{Day, MemberId, Timestamp};
use smallvec::SmallVec;

use crate::book::RuleBook;
use crate::book::messages::Trigger;
use crate::book::streaks::{Remind, Streak, streaks_on};
use crate::desk::{Desk, Keys, Loaded, Stop, Touch};
use crate::earning::{MemberRoom, local, member_facts, tier_facts};
use crate::events::Event;
use crate::member::Member;
use crate::messages::{self, Cause};
use crate::streaks::{StreakReminder, mark};

/// Names the reminders of streaks that an event feeds.
pub(super) fn want_reminders(book: &RuleBook, event: &Event, keys: &mut Keys) {
    let reminding = book.streaks.iter().filter(|streak| streak.remind.is_some() && streak.is_fed_by(&event.kind));
    reminding.for_each(|streak| keys.want::<StreakReminder>(&StreakReminder::id(event.member.as_str(), &streak.id)));
}

/// A day counts: the member is reminded tomorrow, unless that day counts as well by then.
pub(super) fn set_reminder(
    desk: &mut Desk<'_>,
    book: &RuleBook,
    streak: &Streak,
    terms: Remind,
    member: &MemberId,
    day: Day,
) {
    let id = StreakReminder::id(member.as_str(), &streak.id);
    // An event that the program raises names no reminders.
    if desk.has_asked::<StreakReminder>(&id) && desk.books().at(desk.now()).messages.tells(Trigger::StreakAtRisk) {
        desk.write(&id, StreakReminder::after(day, terms.hour, &book.zone, member, &streak.id));
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

/// The evening has come: whoever has done nothing today is told. A streak that has ended meanwhile is over.
pub(super) fn remind(desk: &mut Desk<'_>, id: &str) -> Result<(), Stop> {
    let Some(reminder) = desk.read::<StreakReminder>(id)? else { return Ok(()) };
    let Some(at) = reminder.at.filter(|at| *at <= desk.now()) else { return Ok(()) };
    desk.write(id, StreakReminder { at: None, ..StreakReminder::clone(&reminder) });
    let book = desk.books().at(desk.now()).clone();
    let today = book.zone.day_of(desk.now());
    let member = desk.read::<Member>(reminder.member.as_str())?;
    let streak = book.streaks.iter().find(|streak| streak.id == reminder.streak);
    let Some((member, streak)) = member.zip(streak) else { return Ok(()) };
    let days = streak.days_of(&member.body.streaks).filter(|days| days.last().plus_days(1) == today);
    if let Some(days) = days {
        let days = i64::from(days.length(today));
        messages::notify_at(desk, &member.body, Cause::StreakAtRisk { days }, at);
    }
    Ok(())
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
