//! A member answers a survey; what that brings, earning rules say on an event that the program raises itself (MEM-11).
//!
//! Refusals, in order: member-unknown; unknown; survey-closed; survey-answered; invalid-field.

use std::collections::BTreeMap;

use compact_str::{CompactString, format_compact};
use jifen_vocab::{Code, MemberId, Refusal, SealedText};
use serde_json::json;

use super::raise::{raise, want_raised};
use crate::book::Books;
use crate::book::surveys::{Question, Says, Survey};
use crate::desk::{Command, Desk, Identity, Keys, Loaded, RequestKey, Stop, Touch};
use crate::events::Event;
use crate::member::Member;
use crate::surveys::{Said, SurveyAnswer, SurveyTally, is_for};
use crate::wallets::unknown;

/// A member answered a survey.
const ANSWERED: &str = "survey.answered";

/// Answers a survey.
#[derive(Debug, Clone)]
pub struct AnswerSurvey {
    /// The key it came with.
    pub request: Option<RequestKey>,
    /// Who.
    pub member: MemberId,
    /// Which survey.
    pub survey: CompactString,
    /// What was said, by question.
    pub said: BTreeMap<CompactString, Said>,
    /// Of questions that take words, how many characters were said.
    pub chars: BTreeMap<CompactString, usize>,
    /// These words, sealed.
    pub words: Option<SealedText>,
}

impl Command for AnswerSurvey {
    type Outcome = SurveyAnswer;

    fn identity(&self) -> Option<Identity> {
        self.request.as_ref().map(RequestKey::identity)
    }

    fn touches(&self, books: &Books, _: &Loaded<'_>, keys: &mut Keys) -> Touch {
        let member = self.member.as_str();
        keys.want::<Member>(member);
        keys.want::<SurveyAnswer>(&SurveyAnswer::id(&self.survey, member));
        keys.want::<SurveyTally>(&self.survey);
        want_raised(ANSWERED, &[member], books, keys);
        Touch::Done
    }

    fn decide(&self, desk: &mut Desk<'_>) -> Result<SurveyAnswer, Stop> {
        let now = desk.now();
        let book = desk.books().at(now).clone();
        let member = desk.read::<Member>(self.member.as_str())?.ok_or_else(|| unknown(self.member.as_str()))?;
        let survey = book.surveys.iter().find(|survey| survey.id == self.survey);
        // Whoever is not asked does not learn of it either.
        let survey = survey.filter(|survey| is_for(survey, &book, &member.body, now));
        let survey = survey.ok_or_else(|| Refusal::new(Code::Unknown).at("/survey").word("survey", &self.survey))?;
        if !survey.is_open(now, &book.zone) {
            let refusal = Refusal::new(Code::SurveyClosed).word("survey", &self.survey);
            return Err(refusal.word("from", &survey.from.to_string()).word("until", &survey.until.to_string()).into());
        }
        let id = SurveyAnswer::id(&self.survey, self.member.as_str());
        if desk.read::<SurveyAnswer>(&id)?.is_some() {
            return Err(Refusal::new(Code::SurveyAnswered).word("survey", &self.survey).into());
        }
        self.check(survey)?;
        let answer = SurveyAnswer {
            v: 1,
            survey: self.survey.clone(),
            member: self.member.clone(),
            said: self.said.clone(),
            words: self.words.clone(),
            at: now,
        };
        let mut tally = desk.read::<SurveyTally>(&self.survey)?.map(|it| SurveyTally::clone(&it)).unwrap_or_default();
        tally.count(&self.said);
        desk.write(&self.survey, tally);
        desk.write(&id, answer.clone());
        let name = format_compact!("{ANSWERED}:{}", self.survey);
        let event = Event::raised(ANSWERED, name, &self.member, now, &json!({"survey": self.survey.as_str()}));
        raise(&event, now, desk)?;
        Ok(answer)
    }
}

impl AnswerSurvey {
    fn check(&self, survey: &Survey) -> Result<(), Refusal> {
        let stray = self.said.keys().chain(self.chars.keys()).find(|id| survey.question(id).is_none());
        if let Some(stray) = stray {
            return Err(Refusal::field(format!("/answers/{stray}"), "be a question of the survey"));
        }
        survey.questions.iter().try_for_each(|question| self.check_one(question))
    }

    fn check_one(&self, question: &Question) -> Result<(), Refusal> {
        let wrong = |must: &str| Err(Refusal::field(format!("/answers/{}", question.id), must));
        let knows = |id: &CompactString| question.says.options().iter().any(|option| option.id == *id);
        match (&question.says, self.said.get(&question.id), self.chars.get(&question.id)) {
            (_, None, None) if question.optional => Ok(()),
            (_, None, None) => wrong("be present"),
            (Says::Scale(most), Some(Said::Step(step)), None) if (1..=*most).contains(step) => Ok(()),
            (Says::Scale(most), ..) => wrong(&format!("be a number from 1 to {most}")),
            (Says::One(_), Some(Said::One(option)), None) if knows(option) => Ok(()),
            (Says::One(_), ..) => wrong("be one of the options"),
            (Says::Several(_), Some(Said::Several(options)), None)
                if each_once(options) && options.iter().all(knows) =>
            {
                Ok(())
            }
            (Says::Several(_), ..) => wrong("be a list of options, each once"),
            (Says::Text(most), None, Some(chars)) if (1..=usize::from(*most)).contains(chars) => Ok(()),
            (Says::Text(most), ..) => wrong(&format!("have 1 to {most} characters")),
        }
    }
}

fn each_once(options: &[CompactString]) -> bool {
    options.iter().enumerate().all(|(place, option)| !options[..place].contains(option))
}
