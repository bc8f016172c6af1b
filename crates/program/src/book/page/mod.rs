//! The rules as members read them: plain sentences in both languages, made from the compiled book so that the page and
//! the judgment cannot differ. Nothing that is in force is left out; what is switched off is not in force.
//!
//! Three things are disclosed: how points are earned, how they are used, how long they live (COMP-01). What a member must
//! not overlook is bold (COMP-03).

mod conduct;
mod conversions;
mod deductions;
mod lives;
mod messages;
mod occasions;
mod others;
mod tasks;
mod tickets;
mod tiers;
mod writer;

use jifen_vocab::{Decimal, Ratio, Rounding};
use serde::Serialize;

use super::RuleBook;

pub use jifen_rules::explain::Lang;

pub(super) use writer::Writer;

/// A page of rules: no markup, so that every surface can show it in its own way.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Page {
    /// What it is about.
    pub title: String,
    /// Its parts, in order.
    pub sections: Vec<Section>,
}

/// A part of a page.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Section {
    /// Which part.
    pub id: SectionId,
    /// Its heading.
    pub heading: String,
    /// Its sentences, one a line.
    pub sentences: Vec<Sentence>,
}

/// The parts of a page.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum SectionId {
    /// What a point is.
    Points,
    /// How points are earned.
    Earning,
    /// What multiplies them.
    Campaigns,
    /// Tasks, badges and cards.
    Tasks,
    /// How many at most.
    Limits,
    /// How they are used.
    Redemption,
    /// How long they live.
    Validity,
    /// What members are told.
    Messages,
    /// What members may turn to people with.
    Service,
    /// How rules change.
    Changes,
    /// The first steps of a new member.
    Guide,
}

impl SectionId {
    /// The word it is written with.
    pub const fn as_str(self) -> &'static str {
        match self {
            SectionId::Points => "points",
            SectionId::Earning => "earning",
            SectionId::Campaigns => "campaigns",
            SectionId::Tasks => "tasks",
            SectionId::Limits => "limits",
            SectionId::Redemption => "redemption",
            SectionId::Validity => "validity",
            SectionId::Messages => "messages",
            SectionId::Service => "service",
            SectionId::Changes => "changes",
            SectionId::Guide => "guide",
        }
    }

    /// Its heading in Chinese and English.
    pub(in crate::book) const fn heading(self) -> (&'static str, &'static str) {
        match self {
            SectionId::Points => ("积分", "Points"),
            SectionId::Earning => ("获取积分", "Earning"),
            SectionId::Campaigns => ("倍率活动", "Campaigns"),
            SectionId::Tasks => ("任务与徽章", "Tasks and badges"),
            SectionId::Limits => ("等级与上限", "Tiers and limits"),
            SectionId::Redemption => ("使用积分", "Using points"),
            SectionId::Validity => ("有效期", "Validity"),
            SectionId::Messages => ("消息通知", "Messages"),
            SectionId::Service => ("申诉与意见", "Appeals and suggestions"),
            SectionId::Changes => ("规则变更", "Changes of the rules"),
            SectionId::Guide => ("新手指引", "First steps"),
        }
    }
}

/// A sentence in pieces.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Sentence {
    /// Its pieces, in order.
    pub spans: Vec<Span>,
}

/// A piece of a sentence.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Span {
    /// The text.
    pub text: String,
    /// Whether it is a key condition.
    pub bold: bool,
}

/// Where a key condition begins within a sentence that is being written.
const BEGIN: char = '\u{2}';
/// Where it ends.
const END: char = '\u{3}';

/// A key condition, marked within a sentence that is being written.
fn key(mut text: String) -> String {
    text.insert(0, BEGIN);
    text.push(END);
    text
}

impl Sentence {
    /// Takes a sentence with marks apart. A mark inside a marked text changes nothing.
    pub(in crate::book) fn read(marked: &str) -> Sentence {
        let mut spans: Vec<Span> = Vec::new();
        let mut depth = 0_usize;
        for character in marked.chars() {
            match character {
                BEGIN => depth += 1,
                END => depth = depth.saturating_sub(1),
                other => match spans.last_mut().filter(|span| span.bold == (depth > 0)) {
                    Some(span) => span.text.push(other),
                    None => spans.push(Span { text: other.to_string(), bold: depth > 0 }),
                },
            }
        }
        Sentence { spans }
    }

    /// The sentence as plain text.
    pub fn text(&self) -> String {
        self.spans.iter().map(|span| span.text.as_str()).collect()
    }
}

/// A share as a percentage, as short as it can be.
pub fn percentage(share: Decimal) -> String {
    let hundredths = share.ratio().checked_mul(Ratio::whole(10_000)).and_then(|it| it.round(Rounding::HalfUp));
    percent(hundredths.unwrap_or(0))
}

/// Hundredths of a percent as a percentage.
pub fn percent(hundredths: i64) -> String {
    match hundredths % 100 {
        0 => format!("{}%", hundredths / 100),
        part => format!("{}.{part:02}%", hundredths / 100),
    }
}

impl RuleBook {
    /// The page that members may read about this version.
    pub fn rule_page(&self, lang: Lang) -> Page {
        let writer = Writer { book: self, lang };
        let title = writer.say(
            || format!("{}规则（第 {} 版）", self.name.zh, self.version),
            || format!("Rules of {}, version {}", self.name.en, self.version),
        );
        let sections = vec![
            writer.points(),
            writer.earning(),
            writer.campaigns(),
            writer.tasks(),
            writer.limits(),
            writer.redemption(),
            writer.validity(),
            writer.messages(),
            writer.service(),
            writer.changes(),
            writer.guide(),
        ];
        Page { title, sections: sections.into_iter().filter(|section| !section.sentences.is_empty()).collect() }
    }
}

impl Page {
    /// The page as plain text: headings and sentences on lines of their own.
    pub fn to_text(&self) -> String {
        let mut text = format!("{}\n", self.title);
        for section in &self.sections {
            text.push_str(&format!("\n{}\n", section.heading));
            section.sentences.iter().for_each(|sentence| text.push_str(&format!("{}\n", sentence.text())));
        }
        text
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn marks_become_pieces() {
        let sentence = Sentence::read(&format!("a{}{}", key(format!("b{}c", key("d".to_owned()))), "e"));
        let pieces: Vec<(&str, bool)> = sentence.spans.iter().map(|span| (span.text.as_str(), span.bold)).collect();
        assert_eq!(pieces, [("a", false), ("bdc", true), ("e", false)]);
        assert_eq!(sentence.text(), "abdce");
    }
}
