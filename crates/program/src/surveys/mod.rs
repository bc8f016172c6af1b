//! Surveys: what members were asked and said (MEM-11). What is asked stands in the rule book.
//!
//! Nouns: [`SurveyAnswer`], one a member; [`SurveyTally`], how many said what. Numbers and options are counted; words are
//! sealed under the member's key before they reach this crate. Answered by [`crate::flows::AnswerSurvey`].

use std::collections::BTreeMap;

use compact_str::{CompactString, format_compact};
use jifen_vocab::{Column, Kind, MemberId, SealedText, Timestamp};
use serde::{Deserialize, Serialize};

use crate::book::surveys::Survey;
use crate::book::{Books, RuleBook};
use crate::desk::{Command, Desk, Keys, Loaded, Stop, Touch, json_record};
use crate::member::MemberBody;
use crate::messages::Who;

/// What a member said to a question, apart from words.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Said {
    /// A step of a scale.
    Step(u16),
    /// An option.
    One(CompactString),
    /// Several options.
    Several(Vec<CompactString>),
}

/// What a member said.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SurveyAnswer {
    /// Schema version.
    pub v: u8,
    /// To which survey.
    pub survey: CompactString,
    /// Who.
    pub member: MemberId,
    /// By question.
    pub said: BTreeMap<CompactString, Said>,
    /// What was said in words, by question, as JSON.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub words: Option<SealedText>,
    /// When.
    pub at: Timestamp,
}

/// Whether a survey is meant for that member.
pub fn is_for(survey: &Survey, book: &RuleBook, member: &MemberBody, at: Timestamp) -> bool {
    survey.when.as_ref().is_none_or(|when| Who::of(book, member, at).is(when))
}

/// Answers, by survey and member; listed by survey and by member.
pub static SURVEY_ANSWER: Kind =
    Kind::records("survey_answer").listed_by(&[Column { name: "survey" }, Column { name: "member" }]);

impl crate::desk::Record for SurveyAnswer {
    const KIND: &'static Kind = &SURVEY_ANSWER;

    fn read(body: &[u8]) -> Result<Self, serde_json::Error> {
        serde_json::from_slice(body)
    }

    fn write(&self, out: &mut Vec<u8>) -> Result<(), serde_json::Error> {
        serde_json::to_writer(out, self)
    }

    fn columns(&self) -> smallvec::SmallVec<[jifen_vocab::Value; 2]> {
        let text = |text: &str| jifen_vocab::Value::Text(CompactString::new(text));
        smallvec::smallvec![text(&self.survey), text(self.member.as_str())]
    }
}

impl SurveyAnswer {
    /// The identifier of a member's answer.
    pub fn id(survey: &str, member: &str) -> CompactString {
        format_compact!("{survey}/{member}")
    }
}

/// How many said what to a survey.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct SurveyTally {
    /// Schema version.
    pub v: u8,
    /// How many answered.
    pub answers: i64,
    /// By question, how many chose each step or option.
    pub said: BTreeMap<CompactString, BTreeMap<CompactString, i64>>,
}

/// Tallies, by survey.
pub static SURVEY_TALLY: Kind = Kind::records("survey_tally");

json_record!(SurveyTally, SURVEY_TALLY);

impl SurveyTally {
    /// Counts an answer.
    pub fn count(&mut self, said: &BTreeMap<CompactString, Said>) {
        self.v = 1;
        self.answers += 1;
        for (question, said) in said {
            let counts = self.said.entry(question.clone()).or_default();
            let mut one = |option: CompactString| *counts.entry(option).or_default() += 1;
            match said {
                Said::Step(step) => one(format_compact!("{step}")),
                Said::One(option) => one(option.clone()),
                Said::Several(options) => options.iter().cloned().for_each(one),
            }
        }
    }
}

/// Takes the words out of answers of somebody who was erased. May be done again.
#[derive(Debug, Clone)]
pub struct BlankAnswers {
    /// Which.
    pub answers: Vec<CompactString>,
}

impl Command for BlankAnswers {
    type Outcome = ();

    fn touches(&self, _: &Books, _: &Loaded<'_>, keys: &mut Keys) -> Touch {
        self.answers.iter().for_each(|id| keys.want::<SurveyAnswer>(id));
        Touch::Done
    }

    fn decide(&self, desk: &mut Desk<'_>) -> Result<(), Stop> {
        for id in &self.answers {
            let Some(answer) = desk.read::<SurveyAnswer>(id)?.filter(|answer| answer.words.is_some()) else { continue };
            desk.write(id, SurveyAnswer { words: None, ..SurveyAnswer::clone(&answer) });
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_step_and_option_is_counted() {
        let mut tally = SurveyTally::default();
        let said = |step, wishes: &[&str]| {
            BTreeMap::from([
                (CompactString::new("overall"), Said::Step(step)),
                (CompactString::new("shop"), Said::One("app".into())),
                (CompactString::new("wish"), Said::Several(wishes.iter().map(|wish| (*wish).into()).collect())),
            ])
        };
        tally.count(&said(5, &["tea", "toys"]));
        tally.count(&said(4, &["tea"]));
        tally.count(&said(5, &[]));
        assert_eq!(tally.answers, 3);
        assert_eq!(tally.said["overall"], BTreeMap::from([("4".into(), 1), ("5".into(), 2)]));
        assert_eq!(tally.said["shop"], BTreeMap::from([("app".into(), 3)]));
        assert_eq!(tally.said["wish"], BTreeMap::from([("tea".into(), 2), ("toys".into(), 1)]));
    }
}
