//! What members are asked, and when (`surveys.yaml`, MEM-11).

use compact_str::CompactString;
use jifen_rules::cel::Condition;
use jifen_vocab::{Day, Timestamp, Zone};

use super::name::Name;

/// A survey.
#[derive(Debug)]
pub struct Survey {
    /// The identifier.
    pub id: CompactString,
    /// What people call it.
    pub name: Name,
    /// The first day on which it can be answered.
    pub from: Day,
    /// The last day.
    pub until: Day,
    /// Who is asked; everybody where it does not say.
    pub when: Option<Condition>,
    /// That condition as members read it.
    pub terms: Option<Name>,
    /// What is asked, in order.
    pub questions: Vec<Question>,
}

/// A question.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Question {
    /// The identifier within the survey.
    pub id: CompactString,
    /// What is asked.
    pub text: Name,
    /// Whether it may be left out.
    pub optional: bool,
    /// What can be said.
    pub says: Says,
}

/// What can be said to a question.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Says {
    /// A number from 1 to this.
    Scale(u16),
    /// One of several options.
    One(Vec<Choice>),
    /// Any of several options.
    Several(Vec<Choice>),
    /// Words, so many characters at most.
    Text(u16),
}

/// An option of a question.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Choice {
    /// The identifier within the question.
    pub id: CompactString,
    /// What people call it.
    pub name: Name,
}

impl Survey {
    /// Whether it can be answered at an instant.
    pub fn is_open(&self, at: Timestamp, zone: &Zone) -> bool {
        let day = zone.day_of(at);
        self.from <= day && day <= self.until
    }

    /// The question of that identifier.
    pub fn question(&self, id: &str) -> Option<&Question> {
        self.questions.iter().find(|question| question.id == id)
    }
}

impl Says {
    /// The word for its kind.
    pub const fn as_str(&self) -> &'static str {
        match self {
            Says::Scale(_) => "scale",
            Says::One(_) => "choice",
            Says::Several(_) => "choices",
            Says::Text(_) => "text",
        }
    }

    /// The options, where there are any.
    pub fn options(&self) -> &[Choice] {
        match self {
            Says::One(options) | Says::Several(options) => options,
            Says::Scale(_) | Says::Text(_) => &[],
        }
    }
}
