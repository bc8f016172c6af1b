//! What a day in a row brings: today, and tomorrow if it goes on; how members make a day count themselves, and how they
//! are reminded of a streak that would end tonight.

use compact_str::CompactString;
use jifen_rules::judge::FreshRoom;
use jifen_rules::{Draw, Facts, Judged, MemberFacts, NoData, Room};
use jifen_vocab::{Code, Day, MemberId, Refusal, Timestamp};
use smallvec::SmallVec;

use super::event::{EventOutcome, JudgeEvent};
use super::watch::streaks_on;
use crate::book::messages::Trigger;
use crate::book::streaks::{Remind, Streak};
use crate::book::{Books, RuleBook};
use crate::desk::{Command, Desk, Identity, Keys, Loaded, RequestKey, Stop, Touch};
use crate::earning::{MemberRoom, local, member_facts, tier_facts};
use crate::events::Event;
use crate::member::Member;
use crate::messages::{self, Cause};
use crate::streaks::{StreakReminder, mark};
use crate::wallets::unknown;

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
    let streaks = streaks_on(book, &days, day);
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

/// A member makes the day count in a streak by pressing a button.
#[derive(Debug, Clone)]
pub struct CheckIn {
    /// The key it came with.
    pub request: Option<RequestKey>,
    /// The streak.
    pub streak: CompactString,
    /// The event that this is.
    pub judge: JudgeEvent,
}

impl Command for CheckIn {
    type Outcome = EventOutcome;

    fn identity(&self) -> Option<Identity> {
        self.request.as_ref().map(RequestKey::identity)
    }

    fn touches(&self, books: &Books, loaded: &Loaded<'_>, keys: &mut Keys) -> Touch {
        self.judge.touches(books, loaded, keys)
    }

    fn decide(&self, desk: &mut Desk<'_>) -> Result<EventOutcome, Stop> {
        let event = &self.judge.event;
        if desk.read::<Member>(event.member.as_str())?.is_none() {
            return Err(unknown(event.member.as_str()).into());
        }
        let book = desk.books().at(desk.now());
        let is_meant = |streak: &&Streak| streak.id == self.streak && streak.check_in && streak.is_fed_by(&event.kind);
        if !book.streaks.iter().any(|streak| is_meant(&streak)) {
            return Err(Refusal::new(Code::Unknown).at("/streak").word("streak", &self.streak).into());
        }
        self.judge.decide(desk)
    }
}
