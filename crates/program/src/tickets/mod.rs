//! Tickets: what members turn to people with, and what they are answered (MEM-11).
//!
//! Nouns: [`Ticket`], [`About`], [`TicketAnswer`], [`Added`], [`Shut`]. What is written is sealed under the member's key before it
//! reaches this crate: nothing here can read it, and destroying the key erases it. A ticket is opened by
//! [`crate::flows::OpenTicket`], which looks at what it is about. Refusals of answering and of adding, in order: unknown;
//! ticket-closed; limit-exceeded.

use compact_str::CompactString;
use jifen_vocab::{Code, Column, Kind, MemberId, OrderId, Refusal, SealedText, Timestamp, Value};
use serde::{Deserialize, Serialize};
use smallvec::{SmallVec, smallvec};

use crate::audit::{self, By, Line};
use crate::book::{Books, Name};
use crate::desk::{Command, Desk, Identity, Keys, Loaded, Record, RequestKey, Stop, Touch, json_record};
use crate::member::Member;
use crate::messages::{self, Cause};

/// Answers to one ticket; whoever needs more opens another.
pub const ANSWERS_MAX: usize = 30;

/// Texts that a member adds to one ticket.
pub const ADDED_MAX: usize = 20;

/// What a ticket is about.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum About {
    /// A movement of points, by its number among the member's.
    Entry(u64),
    /// The freeze of the wallet.
    Freeze,
    /// An order.
    Order(OrderId),
    /// A redemption.
    Redemption(CompactString),
}

/// What came of a ticket.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TicketResult {
    /// The member was not right.
    Declined,
    /// The member was right in part.
    PartlyUpheld,
    /// There was nothing to be right about: it was dealt with.
    Settled,
    /// The member was right.
    Upheld,
}

impl TicketResult {
    /// The words they are written with.
    pub const WORDS: [(&'static str, TicketResult); 4] = [
        ("declined", TicketResult::Declined),
        ("partly_upheld", TicketResult::PartlyUpheld),
        ("settled", TicketResult::Settled),
        ("upheld", TicketResult::Upheld),
    ];

    /// The word it is written with.
    pub fn as_str(self) -> &'static str {
        TicketResult::WORDS[self as usize].0
    }

    /// As members read it.
    pub fn name(self) -> Name {
        let (zh, en) = match self {
            TicketResult::Declined => ("不成立", "not upheld"),
            TicketResult::PartlyUpheld => ("部分成立", "upheld in part"),
            TicketResult::Settled => ("已处理", "settled"),
            TicketResult::Upheld => ("成立", "upheld"),
        };
        Name { zh: zh.to_owned(), en: en.to_owned() }
    }
}

/// An answer to a ticket.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TicketAnswer {
    /// When.
    pub at: Timestamp,
    /// Who.
    pub by: CompactString,
    /// What.
    pub text: SealedText,
}

/// What a member added to a ticket.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Added {
    /// When.
    pub at: Timestamp,
    /// After so many answers.
    pub after: usize,
    /// What.
    pub text: SealedText,
}

/// The end of a ticket.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Shut {
    /// When.
    pub at: Timestamp,
    /// What came of it.
    pub result: TicketResult,
}

/// Something that a member turned to people with.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ticket {
    /// Schema version.
    pub v: u8,
    /// Its identifier.
    pub id: CompactString,
    /// Whose.
    pub member: MemberId,
    /// Its kind in the rule book.
    pub kind: CompactString,
    /// What people called the kind then.
    pub name: Name,
    /// What it is about.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub about: Option<About>,
    /// What the member wrote.
    pub text: SealedText,
    /// When it was opened.
    pub at: Timestamp,
    /// Until when somebody is to have answered.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub respond_by: Option<Timestamp>,
    /// Until when it is to be settled.
    pub resolve_by: Timestamp,
    /// Whether what comes of it is told as the result of an appeal.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub appeal: bool,
    /// What was answered, oldest first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub answers: Vec<TicketAnswer>,
    /// What the member added, oldest first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub added: Vec<Added>,
    /// Its end.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub shut: Option<Shut>,
}

/// Tickets, listed by member and by where they stand.
pub static TICKET: Kind = Kind::records("ticket").listed_by(&[Column { name: "member" }, Column { name: "state" }]);

impl Record for Ticket {
    const KIND: &'static Kind = &TICKET;

    fn read(body: &[u8]) -> Result<Self, serde_json::Error> {
        serde_json::from_slice(body)
    }

    fn write(&self, out: &mut Vec<u8>) -> Result<(), serde_json::Error> {
        serde_json::to_writer(out, self)
    }

    fn columns(&self) -> SmallVec<[Value; 2]> {
        let text = |text: &str| Value::Text(CompactString::new(text));
        smallvec![text(self.member.as_str()), text(self.state())]
    }
}

impl Ticket {
    /// Where it stands: `waiting`, `answered` or `closed`. What was added after the last answer waits again.
    pub fn state(&self) -> &'static str {
        match (&self.shut, self.is_answered()) {
            (Some(_), _) => "closed",
            (None, true) => "answered",
            (None, false) => "waiting",
        }
    }

    fn is_answered(&self) -> bool {
        let answers = self.answers.len();
        answers > 0 && self.added.last().is_none_or(|added| added.after < answers)
    }

    /// Whether a deadline has passed that nobody met.
    pub fn is_overdue(&self, now: Timestamp) -> bool {
        let unanswered = self.answers.is_empty() && self.respond_by.is_some_and(|by| by < now);
        self.shut.is_none() && (unanswered || self.resolve_by < now)
    }
}

/// The tickets of a member that are not closed.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct TicketBox {
    /// Schema version.
    pub v: u8,
    /// Which, oldest first.
    pub open: Vec<CompactString>,
}

/// What members have open, by member.
pub static TICKET_BOX: Kind = Kind::records("ticket_box");

json_record!(TicketBox, TICKET_BOX);

/// Answers a ticket, and says what came of it where it is settled.
#[derive(Debug, Clone)]
pub struct AnswerTicket {
    /// The key it came with.
    pub request: Option<RequestKey>,
    /// Which.
    pub ticket: CompactString,
    /// What is answered.
    pub text: SealedText,
    /// What came of it; it stays open where there is nothing.
    pub result: Option<TicketResult>,
    /// Who answers.
    pub by: By,
}

impl Command for AnswerTicket {
    type Outcome = Ticket;

    fn identity(&self) -> Option<Identity> {
        self.request.as_ref().map(RequestKey::identity)
    }

    fn touches(&self, _: &Books, loaded: &Loaded<'_>, keys: &mut Keys) -> Touch {
        audit::want(keys);
        want(&self.ticket, loaded, keys)
    }

    fn decide(&self, desk: &mut Desk<'_>) -> Result<Ticket, Stop> {
        let unknown = || Refusal::new(Code::Unknown).word("ticket", &self.ticket);
        let mut ticket = Ticket::clone(&*desk.read::<Ticket>(&self.ticket)?.ok_or_else(unknown)?);
        if ticket.shut.is_some() {
            return Err(Refusal::new(Code::TicketClosed).word("ticket", &self.ticket).into());
        }
        if ticket.answers.len() >= ANSWERS_MAX {
            let refusal = Refusal::new(Code::LimitExceeded).word("limit", "answers");
            return Err(refusal.number("maximum", ANSWERS_MAX as i64).into());
        }
        let (now, state) = (desk.now(), ticket.state());
        let answer = TicketAnswer { at: now, by: self.by.id().clone(), text: self.text.clone() };
        ticket.answers.push(answer);
        ticket.shut = self.result.map(|result| Shut { at: now, result });
        let line = Line::new("tickets.answer", "ticket", &self.ticket).before("state", state);
        let line = line.after("state", ticket.state()).after("member", ticket.member.as_str());
        audit::write(desk, &self.by, line.after("result", self.result.map(TicketResult::as_str)))?;
        if ticket.shut.is_some() {
            leave_box(desk, &ticket)?;
            let day = desk.books().at(now).zone.day_of(now);
            let kept = if ticket.resolve_by < now { "late" } else { "in_time" };
            desk.count("tickets", day, compact_str::format_compact!("{}|closed|{kept}", ticket.kind), 1);
        }
        if let Some(member) = desk.read::<Member>(ticket.member.as_str())? {
            let cause = match self.result.filter(|_| ticket.appeal) {
                Some(result) => Cause::Appeal { result: result.name() },
                None => Cause::TicketAnswered { ticket: ticket.name.clone() },
            };
            messages::notify(desk, &member.body, cause);
        }
        desk.write(&self.ticket, ticket.clone());
        Ok(ticket)
    }
}

/// A member adds to a ticket of their own that is not closed.
#[derive(Debug, Clone)]
pub struct AddToTicket {
    /// The key it came with.
    pub request: Option<RequestKey>,
    /// Which.
    pub ticket: CompactString,
    /// Whose it must be.
    pub member: MemberId,
    /// What is added.
    pub text: SealedText,
    /// Who asks: the member, or whoever writes it down for them.
    pub by: By,
}

impl Command for AddToTicket {
    type Outcome = Ticket;

    fn identity(&self) -> Option<Identity> {
        self.request.as_ref().map(RequestKey::identity)
    }

    fn touches(&self, _: &Books, _: &Loaded<'_>, keys: &mut Keys) -> Touch {
        audit::want(keys);
        keys.want::<Ticket>(&self.ticket);
        Touch::Done
    }

    fn decide(&self, desk: &mut Desk<'_>) -> Result<Ticket, Stop> {
        let unknown = || Refusal::new(Code::Unknown).word("ticket", &self.ticket);
        let found = desk.read::<Ticket>(&self.ticket)?.filter(|ticket| ticket.member == self.member);
        let mut ticket = Ticket::clone(&*found.ok_or_else(unknown)?);
        if ticket.shut.is_some() {
            return Err(Refusal::new(Code::TicketClosed).word("ticket", &self.ticket).into());
        }
        if ticket.added.len() >= ADDED_MAX {
            let refusal = Refusal::new(Code::LimitExceeded).word("limit", "texts");
            return Err(refusal.number("maximum", ADDED_MAX as i64).into());
        }
        let (now, state) = (desk.now(), ticket.state());
        ticket.added.push(Added { at: now, after: ticket.answers.len(), text: self.text.clone() });
        let line = Line::new("tickets.add", "ticket", &self.ticket).before("state", state);
        audit::write(desk, &self.by, line.after("state", ticket.state()).after("member", self.member.as_str()))?;
        let day = desk.books().at(now).zone.day_of(now);
        desk.count("tickets", day, compact_str::format_compact!("{}|added|", ticket.kind), 1);
        desk.write(&self.ticket, ticket.clone());
        Ok(ticket)
    }
}

/// The ticket, and through it whose it is.
fn want(ticket: &str, loaded: &Loaded<'_>, keys: &mut Keys) -> Touch {
    if !loaded.has_asked::<Ticket>(ticket) {
        keys.want::<Ticket>(ticket);
        return Touch::Again;
    }
    if let Some(ticket) = loaded.peek::<Ticket>(ticket) {
        keys.want::<Member>(ticket.member.as_str());
        keys.want::<TicketBox>(ticket.member.as_str());
    }
    Touch::Done
}

fn leave_box(desk: &mut Desk<'_>, ticket: &Ticket) -> Result<(), Stop> {
    let Some(open) = desk.read::<TicketBox>(ticket.member.as_str())? else { return Ok(()) };
    let mut open = TicketBox::clone(&open);
    open.open.retain(|id| *id != ticket.id);
    desk.write(ticket.member.as_str(), open);
    Ok(())
}

/// Ends the tickets of somebody who was erased, and takes what was sealed out of them. May be done again.
#[derive(Debug, Clone)]
pub struct BlankTickets {
    /// Whose.
    pub member: CompactString,
    /// Which.
    pub tickets: Vec<CompactString>,
}

impl Command for BlankTickets {
    type Outcome = ();

    fn touches(&self, _: &Books, _: &Loaded<'_>, keys: &mut Keys) -> Touch {
        self.tickets.iter().for_each(|id| keys.want::<Ticket>(id));
        keys.want::<TicketBox>(&self.member);
        Touch::Done
    }

    fn decide(&self, desk: &mut Desk<'_>) -> Result<(), Stop> {
        let now = desk.now();
        for id in &self.tickets {
            let Some(ticket) = desk.read::<Ticket>(id)?.filter(|ticket| ticket.member.as_str() == self.member) else {
                continue;
            };
            let mut ticket = Ticket::clone(&ticket);
            ticket.text = SealedText::default();
            ticket.answers.iter_mut().for_each(|answer| answer.text = SealedText::default());
            ticket.added.iter_mut().for_each(|added| added.text = SealedText::default());
            ticket.shut = ticket.shut.or(Some(Shut { at: now, result: TicketResult::Settled }));
            leave_box(desk, &ticket)?;
            desk.write(id, ticket);
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn results_are_written_with_their_words() {
        for (word, result) in TicketResult::WORDS {
            assert_eq!(result.as_str(), word);
            assert_eq!(serde_json::to_string(&result).unwrap(), format!("\"{word}\""));
        }
    }

    #[test]
    fn a_ticket_is_overdue_by_whichever_deadline_nobody_met() {
        let at = Timestamp::from_millis;
        let mut ticket = Ticket {
            v: 1,
            id: "t-1".into(),
            member: MemberId::new("lin").unwrap(),
            kind: "dispute".into(),
            name: Name::default(),
            about: Some(About::Entry(3)),
            text: SealedText::default(),
            at: at(0),
            respond_by: Some(at(10)),
            resolve_by: at(20),
            appeal: false,
            answers: Vec::new(),
            added: Vec::new(),
            shut: None,
        };
        assert_eq!((ticket.is_overdue(at(10)), ticket.is_overdue(at(11)), ticket.state()), (false, true, "waiting"));
        ticket.answers.push(TicketAnswer { at: at(9), by: "ada".into(), text: SealedText::default() });
        assert_eq!((ticket.is_overdue(at(20)), ticket.is_overdue(at(21)), ticket.state()), (false, true, "answered"));
        ticket.added.push(Added { at: at(12), after: 1, text: SealedText::default() });
        assert_eq!(ticket.state(), "waiting", "what was added after the answer waits for another");
        ticket.shut = Some(Shut { at: at(30), result: TicketResult::Upheld });
        assert_eq!((ticket.is_overdue(at(31)), ticket.state()), (false, "closed"));
        let read: Ticket = serde_json::from_slice(&serde_json::to_vec(&ticket).unwrap()).unwrap();
        assert_eq!(read, ticket);
    }
}
