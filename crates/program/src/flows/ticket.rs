//! A member turns to people about something: a ticket is opened (MEM-11).
//!
//! Refusals, in order: member-unknown; unknown kind; invalid-field; unknown thing it is about; limit-exceeded.

use compact_str::CompactString;
use jifen_vocab::{Code, MemberId, Refusal, SealedText};

use crate::audit::{self, By, Line};
use crate::book::Books;
use crate::book::tickets::{AboutKind, TicketKind};
use crate::desk::{Command, Desk, Identity, Keys, Loaded, RequestKey, Stop, Touch};
use crate::member::Member;
use crate::orders::OrderFact;
use crate::redemptions::Redemption;
use crate::tickets::{About, Ticket, TicketBox};
use crate::wallets::unknown;

/// Opens a ticket.
#[derive(Debug, Clone)]
pub struct OpenTicket {
    /// The key it came with.
    pub request: Option<RequestKey>,
    /// Whose.
    pub member: MemberId,
    /// Its kind.
    pub kind: CompactString,
    /// What it is about.
    pub about: Option<About>,
    /// What the member wrote.
    pub text: SealedText,
    /// Who asks: the member, or whoever writes it down for them.
    pub by: By,
}

impl Command for OpenTicket {
    type Outcome = Ticket;

    fn identity(&self) -> Option<Identity> {
        self.request.as_ref().map(RequestKey::identity)
    }

    fn touches(&self, _: &Books, _: &Loaded<'_>, keys: &mut Keys) -> Touch {
        keys.want::<Member>(self.member.as_str());
        keys.want::<TicketBox>(self.member.as_str());
        match &self.about {
            Some(About::Order(order)) => keys.want::<OrderFact>(order.as_str()),
            Some(About::Redemption(redemption)) => keys.want::<Redemption>(redemption),
            Some(About::Entry(_) | About::Freeze) | None => {}
        }
        audit::want(keys);
        Touch::Done
    }

    fn decide(&self, desk: &mut Desk<'_>) -> Result<Ticket, Stop> {
        let now = desk.now();
        let book = desk.books().at(now).clone();
        let member = desk.read::<Member>(self.member.as_str())?.ok_or_else(|| unknown(self.member.as_str()))?;
        let terms = &book.tickets;
        let kind = terms.kind(&self.kind);
        let kind = kind.ok_or_else(|| Refusal::new(Code::Unknown).at("/kind").word("kind", &self.kind))?;
        self.check_about(desk, kind, &member)?;
        let open = desk.read::<TicketBox>(self.member.as_str())?;
        let mut open = open.map(|open| TicketBox::clone(&open)).unwrap_or_default();
        if open.open.len() >= usize::from(terms.most_open) {
            let refusal = Refusal::new(Code::LimitExceeded).word("limit", "open tickets");
            return Err(refusal.number("maximum", i64::from(terms.most_open)).into());
        }
        let hours = |hours: u16| now.plus_millis(i64::from(hours) * 3_600_000);
        let id = desk.new_id("tkt");
        let ticket = Ticket {
            v: 1,
            id: id.clone(),
            member: self.member.clone(),
            kind: kind.id.clone(),
            name: kind.name.clone(),
            about: self.about.clone(),
            text: self.text.clone(),
            at: now,
            respond_by: kind.respond_hours.map(hours),
            resolve_by: hours(kind.resolve_hours),
            appeal: kind.appeal,
            answers: Vec::new(),
            added: Vec::new(),
            shut: None,
        };
        open.v = 1;
        open.open.push(id.clone());
        desk.write(self.member.as_str(), open);
        desk.write_new(&id, ticket.clone());
        desk.count("tickets", book.zone.day_of(now), compact_str::format_compact!("{}|opened|", kind.id), 1);
        let line = Line::new("tickets.open", "ticket", &id).after("member", self.member.as_str());
        audit::write(desk, &self.by, line.after("kind", kind.id.as_str()))?;
        Ok(ticket)
    }
}

impl OpenTicket {
    /// Whether the kind is about such things, and it is the member's own.
    fn check_about(&self, desk: &Desk<'_>, kind: &TicketKind, member: &Member) -> Result<(), Stop> {
        let named = self.about.as_ref().map(About::kind);
        let fits = match named {
            None => kind.about.is_empty(),
            Some(named) => kind.about.contains(&named),
        };
        if !fits {
            let words: Vec<&str> = kind.about.iter().map(|about| about.as_str()).collect();
            let must = match words.is_empty() {
                true => "be left out".to_owned(),
                false => format!("name one of {}", words.join(", ")),
            };
            return Err(Refusal::field("/about", &must).into());
        }
        let is_theirs = match &self.about {
            None | Some(About::Freeze) => true,
            Some(About::Entry(number)) => (1..=member.body.wallet.seq()).contains(number),
            Some(About::Order(order)) => {
                desk.read::<OrderFact>(order.as_str())?.is_some_and(|fact| fact.member == self.member)
            }
            Some(About::Redemption(id)) => {
                desk.read::<Redemption>(id)?.is_some_and(|redemption| redemption.member == self.member)
            }
        };
        // Whose else it is, nobody learns.
        let stray = self.about.as_ref().filter(|_| !is_theirs);
        stray.map_or(Ok(()), |about| Err(about.unknown().into()))
    }
}

impl About {
    /// Which kind of thing it is.
    pub const fn kind(&self) -> AboutKind {
        match self {
            About::Entry(_) => AboutKind::Entry,
            About::Freeze => AboutKind::Freeze,
            About::Order(_) => AboutKind::Order,
            About::Redemption(_) => AboutKind::Redemption,
        }
    }

    fn unknown(&self) -> Refusal {
        let refusal = Refusal::new(Code::Unknown).at("/about/id");
        match self {
            About::Entry(number) => refusal.word("entry", &number.to_string()),
            About::Freeze => refusal,
            About::Order(order) => refusal.word("order", order.as_str()),
            About::Redemption(id) => refusal.word("redemption", id),
        }
    }
}
