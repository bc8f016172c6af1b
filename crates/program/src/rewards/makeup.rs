//! What a reward is made of and under which terms it comes: pictures, parts, choices, bookings, its supplier.

use compact_str::CompactString;
use jifen_vocab::{Chosen, Day, Refusal};
use serde::{Deserialize, Serialize};

use super::{Offer, RewardKind};
use crate::book::Name;

/// Parts of one reward, questions it asks, answers to one question.
pub const PARTS_MAX: usize = 20;

/// A picture of a reward.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Picture {
    /// Where it is.
    pub url: String,
    /// What it shows, for who does not see it.
    pub alt: Name,
}

/// A part of a bundle or of a benefit that brings goods, services and experiences together (CAT-14, CAT-15).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Part {
    /// What it is.
    pub kind: RewardKind,
    /// What people call it.
    pub name: Name,
    /// Pieces.
    pub pieces: i64,
}

/// Something that the member chooses: a course, a color (CAT-14).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Choice {
    /// The identifier.
    pub id: CompactString,
    /// What people call it.
    pub name: Name,
    /// What can be chosen.
    pub options: Vec<ChoiceOption>,
}

/// What can be chosen.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ChoiceOption {
    /// The identifier.
    pub id: CompactString,
    /// What people call it.
    pub name: Name,
}

/// What must have happened before somebody may have it (CAT-17).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Unlock {
    /// The condition, in CEL, over `member`, `tier` and `local`.
    pub when: CompactString,
    /// The same in words.
    pub terms: Name,
}

/// Days ahead for which it is booked (CAT-37).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Booking {
    /// At least so many days ahead.
    pub least: u16,
    /// At most so many.
    pub most: u16,
}

/// Where it comes from, and what goes back there (CAT-26).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Supplier {
    /// Who.
    pub name: Name,
    /// Days after a delivery within which pieces may go back; 0 where none may.
    pub return_days: u16,
    /// The share of its cost that comes back, in percent.
    pub return_percent: u8,
}

impl Offer {
    /// Checks that what was chosen answers everything that is asked, and nothing else.
    ///
    /// # Errors
    /// `invalid-field` at `/options` or `/day`.
    pub fn check_chosen(&self, chosen: &Chosen, today: Day) -> Result<(), Refusal> {
        if let Some(stray) = chosen.options.keys().find(|id| !self.choices.iter().any(|choice| choice.id == **id)) {
            return Err(Refusal::field("/options", &format!("not name {stray}: it is not asked")));
        }
        for choice in &self.choices {
            let answer = chosen.options.get(&choice.id);
            if !answer.is_some_and(|answer| choice.options.iter().any(|option| option.id == *answer)) {
                let ids: Vec<&str> = choice.options.iter().map(|option| option.id.as_str()).collect();
                return Err(Refusal::field("/options", &format!("give {} as one of {}", choice.id, ids.join(", "))));
            }
        }
        let Some(booking) = self.booking else {
            let stray = chosen.day.map(|_| Refusal::field("/day", "be absent: it is not booked for a day"));
            return stray.map_or(Ok(()), Err);
        };
        let day = |ahead: u16| today.plus_days(i32::from(ahead));
        let (first, last) = (day(booking.least), day(booking.most));
        match chosen.day {
            Some(day) if (first..=last).contains(&day) => Ok(()),
            _ => Err(Refusal::field("/day", &format!("be a day from {first} to {last}"))),
        }
    }
}
