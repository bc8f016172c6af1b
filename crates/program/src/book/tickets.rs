//! What members may appeal against, dispute or suggest, and until when they are answered (`tickets.yaml`, MEM-11).

use compact_str::CompactString;

use super::name::Name;

/// What members may turn to people with. Without a file they cannot do it here.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct TicketTerms {
    /// Tickets of one member that may wait at the same time.
    pub most_open: u16,
    /// Characters of a text at most.
    pub text_chars: u16,
    /// The kinds, in the order written.
    pub kinds: Vec<TicketKind>,
}

/// A kind of ticket.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TicketKind {
    /// The identifier.
    pub id: CompactString,
    /// What people call it.
    pub name: Name,
    /// What it may be about: one of these is named; nothing is where there are none.
    pub about: Vec<AboutKind>,
    /// Hours until somebody has answered; only [`TicketKind::resolve_hours`] count where it does not say.
    pub respond_hours: Option<u16>,
    /// Hours until it is settled.
    pub resolve_hours: u16,
    /// Whether what came of it is told as the result of an appeal.
    pub appeal: bool,
}

crate::words::words! {
    /// What a ticket may be about.
    AboutKind {
        /// A movement of points.
        Entry = "entry",
        /// The freeze of the wallet.
        Freeze = "freeze",
        /// An order.
        Order = "order",
        /// A redemption.
        Redemption = "redemption",
    }
}

impl TicketTerms {
    /// The kind of that identifier.
    pub fn kind(&self, id: &str) -> Option<&TicketKind> {
        self.kinds.iter().find(|kind| kind.id == id)
    }
}
