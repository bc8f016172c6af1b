//! A festival has come: every member is greeted, slice by slice, and rules and tasks may give something for it on an event
//! that the program raises itself.

use compact_str::CompactString;
use jifen_vocab::{MemberId, Timestamp};
use serde_json::json;

use super::raise::{raise, want_raised};
use crate::book::occasions::Greeted;
use crate::book::{Books, RuleBook};
use crate::desk::{Command, Desk, Keys, Loaded, Stop, Touch};
use crate::events::Event;
use crate::greetings::{DOCKET, Greeting, GreetingDocket, NOTING, greeting_id};
use crate::member::Member;
use crate::members::{Anniversary, Erasure};
use crate::messages::{self, Cause};

/// The festival has come.
const FESTIVAL: &str = "festival.came";

/// What is to be done next about greetings, by what is stored.
#[derive(Debug, Clone)]
pub enum NextGreeting {
    /// A day has come, or what lies before the first one is noted.
    Begin(BeginGreeting),
    /// More members are to be greeted, after that one.
    Look {
        /// The greeting.
        greeting: CompactString,
        /// The last one who was looked at.
        after: Option<CompactString>,
    },
}

/// What is to be done next; nothing while nothing is due.
pub fn next_greeting(
    book: &RuleBook,
    docket: Option<&GreetingDocket>,
    open: Option<&Greeting>,
    now: Timestamp,
) -> Option<NextGreeting> {
    if let Some(open) = open {
        return Some(NextGreeting::Look { greeting: open.id.clone(), after: open.after.clone() });
    }
    let greeted = &book.occasions.greeted;
    let Some(docket) = docket else {
        // Nothing was promised about the time before.
        let begin = BeginGreeting { through: now, festival: None };
        return book.occasions.has_rounds().then_some(NextGreeting::Begin(begin));
    };
    if book.occasions.anniversary.is_some() && !docket.noted {
        return Some(NextGreeting::Begin(BeginGreeting { through: docket.through, festival: None }));
    }
    let next = greeted.get(greeted.partition_point(|greeted| greeted.at <= docket.through))?;
    let begin = BeginGreeting { through: next.at, festival: Some(next.clone()) };
    (next.at <= now).then_some(NextGreeting::Begin(begin))
}

/// Begins to greet everybody on a day.
#[derive(Debug, Clone)]
pub struct BeginGreeting {
    /// Until when days are dealt with afterwards.
    pub through: Timestamp,
    /// Which day; nothing where members of the time before are noted.
    pub festival: Option<Greeted>,
}

impl Command for BeginGreeting {
    type Outcome = ();

    fn touches(&self, books: &Books, _: &Loaded<'_>, keys: &mut Keys) -> Touch {
        keys.want::<GreetingDocket>(DOCKET);
        keys.want::<Greeting>(&self.id(books));
        Touch::Done
    }

    fn decide(&self, desk: &mut Desk<'_>) -> Result<(), Stop> {
        let docket = desk.read::<GreetingDocket>(DOCKET)?;
        // Of several processes, one was first.
        let is_behind = |docket: &GreetingDocket| match self.festival {
            Some(_) => docket.open.is_none() && docket.through < self.through,
            None => docket.open.is_none() && !docket.noted,
        };
        if docket.as_deref().is_some_and(|docket| !is_behind(docket)) {
            return Ok(());
        }
        let id = self.id(desk.books());
        let (festival, at) = match &self.festival {
            Some(festival) => (festival.id.clone(), festival.at),
            None => (CompactString::default(), desk.now()),
        };
        // A day that was greeted is not greeted again where an operator moves it.
        let notes = desk.books().at(desk.now()).occasions.anniversary.is_some();
        let is_new = (self.festival.is_some() || notes) && desk.read::<Greeting>(&id)?.is_none();
        if is_new {
            let greeting = Greeting { v: 1, id: id.clone(), festival, at, after: None, greeted: 0, done: false };
            desk.write(&id, greeting);
        }
        let noted = (self.festival.is_none() && notes) || docket.is_some_and(|docket| docket.noted);
        desk.write(DOCKET, GreetingDocket { v: 1, open: is_new.then_some(id), through: self.through, noted });
        Ok(())
    }
}

impl BeginGreeting {
    fn id(&self, books: &Books) -> CompactString {
        match &self.festival {
            Some(festival) => greeting_id(&festival.id, books.at(festival.at).zone.day_of(festival.at)),
            None => CompactString::const_new(NOTING),
        }
    }
}

/// Greets members who were looked for.
#[derive(Debug, Clone)]
pub struct GreetMembers {
    /// The greeting.
    pub greeting: CompactString,
    /// The last member who was looked at before these.
    pub after: Option<CompactString>,
    /// These.
    pub members: Vec<CompactString>,
    /// Whether there are no more.
    pub is_last: bool,
}

impl Command for GreetMembers {
    type Outcome = ();

    fn touches(&self, books: &Books, _: &Loaded<'_>, keys: &mut Keys) -> Touch {
        keys.want::<GreetingDocket>(DOCKET);
        keys.want::<Greeting>(&self.greeting);
        self.members.iter().for_each(|member| keys.want::<Member>(member));
        if self.greeting == NOTING {
            self.members.iter().for_each(|member| keys.want::<Anniversary>(member));
            self.members.iter().for_each(|member| keys.want::<Erasure>(member));
            return Touch::Done;
        }
        let members: Vec<&str> = self.members.iter().map(CompactString::as_str).collect();
        want_raised(FESTIVAL, &members, books, keys);
        Touch::Done
    }

    fn decide(&self, desk: &mut Desk<'_>) -> Result<(), Stop> {
        let Some(greeting) = desk.read::<Greeting>(&self.greeting)? else { return Ok(()) };
        if greeting.done || greeting.after != self.after {
            return Ok(());
        }
        let mut greeting = Greeting::clone(&greeting);
        for member in &self.members {
            let met = match self.greeting == NOTING {
                true => note(desk, member)?,
                false => greet(desk, &greeting, member)?,
            };
            greeting.greeted += i64::from(met);
        }
        greeting.after = self.members.last().cloned().or(greeting.after);
        greeting.done = self.is_last;
        if let Some(docket) = desk.read::<GreetingDocket>(DOCKET)?.filter(|_| greeting.done) {
            desk.write(DOCKET, GreetingDocket { open: None, ..GreetingDocket::clone(&docket) });
        }
        desk.write(&self.greeting, greeting);
        Ok(())
    }
}

/// Notes the anniversary of a member who joined before years were noticed. Whether it was new.
fn note(desk: &mut Desk<'_>, member: &str) -> Result<bool, Stop> {
    let Some(found) = desk.read::<Member>(member)? else { return Ok(false) };
    let known = desk.read::<Anniversary>(member)?.and_then(|known| known.next);
    let is_known = known.is_some() || desk.read::<Erasure>(member)?.is_some();
    if !is_known {
        let anniversary = Anniversary::after(found.body.joined, desk.now(), desk.books().at(desk.now()));
        desk.write(member, anniversary);
    }
    Ok(!is_known)
}

/// Greets a member who was there on the day. Whether there was one.
fn greet(desk: &mut Desk<'_>, greeting: &Greeting, member: &str) -> Result<bool, Stop> {
    let book = desk.books().at(greeting.at).clone();
    let Some(found) = desk.read::<Member>(member)?.filter(|member| member.body.joined < greeting.at) else {
        return Ok(false);
    };
    let Some(festival) = book.occasions.days.iter().find(|day| day.id == greeting.festival) else { return Ok(false) };
    let mut brought = None;
    let may_give = !book.rules.rules_on(FESTIVAL).is_empty() || book.tasks.has_any_on(FESTIVAL);
    if let Some(id) = MemberId::new(member).ok().filter(|_| may_give) {
        let name = compact_str::format_compact!("{FESTIVAL}:{}", greeting.id);
        let data = json!({ "festival": festival.id.as_str() });
        let event = Event::raised(FESTIVAL, name, &id, greeting.at, &data);
        brought = raise(&event, greeting.at, desk)?.0.brought();
    }
    let (points, unit) = brought.unwrap_or_else(|| (0, book.default_unit.clone()));
    let cause = Cause::Festival { festival: festival.name.clone(), points, unit };
    messages::notify_at(desk, &found.body, cause, greeting.at);
    Ok(true)
}
