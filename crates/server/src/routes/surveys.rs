//! Surveys: members answer what the rule book asks; staff see how many said what, and what was said in words.

use axum::http::Method;
use compact_str::CompactString;
use jifen_program::book::surveys::{Question, Says, Survey as Terms};
use jifen_program::desk::Record;
use jifen_program::flows::AnswerSurvey;
use jifen_program::member::Member;
use jifen_program::surveys::{SURVEY_ANSWER, Said as Told, SurveyAnswer as Stored, SurveyTally, is_for};
use jifen_store::{Bound, Find, Order, Value as Column};
use jifen_vocab::Zone;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use utoipa::ToSchema;

use crate::app::App;
use crate::call::{Call, Reply, unknown_member};
use crate::cursor::IdCursor;
use crate::language::Said;
use crate::operation::{Access, Answer, Answered, Body, BodyKind, Key, Operation, Parameter};
use crate::parameters::{CURSOR, LIMIT, MEMBER_ID};
use crate::problems::{Problem, table};
use crate::scopes::Scope;
use crate::wire::Text;

/// Answers to questions in one request.
const ANSWERS_MAX: usize = 50;
/// The place of the survey among the columns of answers.
const SURVEY_COLUMN: usize = 0;
/// The place of the member among the columns of answers.
pub(crate) const MEMBER_COLUMN: usize = 1;
/// What sealed words belong to.
const SEALED_AS: &str = "survey";

static SURVEY_ID: Parameter = Parameter {
    name: "survey",
    in_path: true,
    about: Said { en: "The survey.", zh: "问卷。" },
    schema: r#"{"type": "string", "minLength": 1, "maxLength": 64, "pattern": "^[A-Za-z0-9._:-]+$"}"#,
    example: "satisfaction-2026-2",
};

/// What is said to a question.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, Serialize, ToSchema)]
#[serde(untagged)]
pub enum Saying {
    /// A step of a scale.
    Step(u16),
    /// An option, or words.
    Text(String),
    /// Several options.
    Several(Vec<String>),
}

/// A survey to be answered.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewSurveyAnswer {
    /// Which.
    #[schema(min_length = 1, max_length = 64)]
    survey: String,
    /// By question: a number for a scale, an option for a choice, a list of options for choices, words for a text. Words
    /// are encrypted at rest.
    answers: BTreeMap<String, Saying>,
}

/// An option of a question.
#[derive(Serialize, ToSchema)]
pub struct SurveyOption {
    /// Its identifier within the question.
    id: String,
    /// What people call it.
    name: Text,
}

/// A question.
#[derive(Serialize, ToSchema)]
pub struct SurveyQuestion {
    /// Its identifier within the survey.
    id: String,
    /// What is asked.
    text: Text,
    /// `scale`, `choice`, `choices` or `text`.
    kind: &'static str,
    /// Whether it may be left out.
    optional: bool,
    /// The highest step of a scale, whose lowest is 1.
    #[serde(skip_serializing_if = "Option::is_none")]
    most: Option<u16>,
    /// Characters of a text at most.
    #[serde(skip_serializing_if = "Option::is_none")]
    chars: Option<u16>,
    /// The options of a choice.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[schema(required = false)]
    options: Vec<SurveyOption>,
    /// How many chose each step or option; not shown to members.
    #[serde(skip_serializing_if = "Option::is_none")]
    counts: Option<BTreeMap<String, i64>>,
}

/// A survey.
#[derive(Serialize, ToSchema)]
pub struct Survey {
    /// Its identifier.
    id: String,
    /// What people call it.
    name: Text,
    /// The first day on which it can be answered.
    #[schema(format = Date)]
    from: String,
    /// The last day.
    #[schema(format = Date)]
    until: String,
    /// Who is asked, in words or as a condition; everybody where it is left out.
    #[serde(skip_serializing_if = "Option::is_none")]
    terms: Option<Text>,
    /// Whether it can be answered now.
    open: bool,
    /// Whether the member has answered it.
    #[serde(skip_serializing_if = "Option::is_none")]
    answered: Option<bool>,
    /// How many have answered it; not shown to members.
    #[serde(skip_serializing_if = "Option::is_none")]
    answers: Option<i64>,
    /// What is asked, in order.
    questions: Vec<SurveyQuestion>,
}

/// Surveys.
#[derive(Serialize, ToSchema)]
pub struct SurveyList {
    /// The surveys.
    data: Vec<Survey>,
}

/// What a member said to a survey.
#[derive(Serialize, ToSchema)]
pub struct SurveyAnswer {
    /// To which survey.
    survey: String,
    /// Who.
    member: String,
    /// By question; words are gone once the person was erased.
    answers: BTreeMap<String, Saying>,
    /// When.
    #[schema(format = DateTime)]
    at: String,
}

/// A page of answers.
#[derive(Serialize, ToSchema)]
pub struct SurveyAnswerPage {
    /// The answers, by member.
    data: Vec<SurveyAnswer>,
    /// Where the next page starts; nothing on the last.
    next_cursor: Option<String>,
}

impl SurveyQuestion {
    fn of(question: &Question, tally: Option<&SurveyTally>) -> SurveyQuestion {
        let option = |option: &jifen_program::book::surveys::Choice| SurveyOption {
            id: option.id.to_string(),
            name: Text::from(&option.name),
        };
        let counts = tally.map(|tally| {
            let counts = tally.said.get(&question.id).into_iter().flatten();
            counts.map(|(option, count)| (option.to_string(), *count)).collect()
        });
        let (most, chars) = match question.says {
            Says::Scale(most) => (Some(most), None),
            Says::Text(chars) => (None, Some(chars)),
            Says::One(_) | Says::Several(_) => (None, None),
        };
        SurveyQuestion {
            id: question.id.to_string(),
            text: Text::from(&question.text),
            kind: question.says.as_str(),
            optional: question.optional,
            most,
            chars,
            options: question.says.options().iter().map(option).collect(),
            counts: counts.filter(|_| chars.is_none()),
        }
    }
}

fn asked_of(terms: &Terms) -> Option<Text> {
    let plain = |when: &jifen_rules::cel::Condition| Text { zh: when.text().to_owned(), en: when.text().to_owned() };
    terms.terms.as_ref().map(Text::from).or_else(|| terms.when.as_ref().map(plain))
}

impl Survey {
    fn of(terms: &Terms, open: bool, answered: Option<bool>, tally: Option<&SurveyTally>) -> Survey {
        Survey {
            id: terms.id.to_string(),
            name: Text::from(&terms.name),
            from: terms.from.to_string(),
            until: terms.until.to_string(),
            terms: asked_of(terms),
            open,
            answered,
            answers: tally.map(|tally| tally.answers),
            questions: terms.questions.iter().map(|question| SurveyQuestion::of(question, tally)).collect(),
        }
    }
}

impl SurveyAnswer {
    fn of(app: &App, stored: &Stored, zone: &Zone) -> Result<SurveyAnswer, Problem> {
        let told = |told: &Told| match told {
            Told::Step(step) => Saying::Step(*step),
            Told::One(option) => Saying::Text(option.to_string()),
            Told::Several(options) => Saying::Several(options.iter().map(ToString::to_string).collect()),
        };
        let mut answers: BTreeMap<String, Saying> =
            stored.said.iter().map(|(question, said)| (question.to_string(), told(said))).collect();
        if let Some(words) = &stored.words
            && let Some(json) = app.vault.open_text(stored.member.as_str(), SEALED_AS, words)?
        {
            let words: BTreeMap<String, String> =
                serde_json::from_str(&json).map_err(|error| Problem::internal(error.to_string()))?;
            answers.extend(words.into_iter().map(|(question, text)| (question, Saying::Text(text))));
        }
        Ok(SurveyAnswer {
            survey: stored.survey.to_string(),
            member: stored.member.to_string(),
            answers,
            at: zone.rfc3339(stored.at),
        })
    }
}

async fn list(call: Call) -> Answered {
    let data = call.aside(|app| {
        let (books, now) = (app.engine.books(), app.engine.clock().now());
        let book = books.at(now);
        let mut data = Vec::with_capacity(book.surveys.len());
        for survey in &book.surveys {
            let tally = app.engine.read::<SurveyTally>(&survey.id)?.unwrap_or_default();
            data.push(Survey::of(survey, survey.is_open(now, &book.zone), None, Some(&tally)));
        }
        Ok(data)
    });
    Reply::json(&SurveyList { data: data.await? })
}

async fn list_of(call: Call) -> Answered {
    let member = call.member()?;
    let data = call.aside(move |app| {
        let asked = app.engine.read::<Member>(member.as_str())?.ok_or_else(|| unknown_member(member.as_str()))?;
        let (books, now) = (app.engine.books(), app.engine.clock().now());
        let book = books.at(now);
        let mut data = Vec::new();
        for survey in book
            .surveys
            .iter()
            .filter(|survey| survey.is_open(now, &book.zone) && is_for(survey, book, &asked.body, now))
        {
            let answered = app.engine.read::<Stored>(&Stored::id(&survey.id, member.as_str()))?.is_some();
            data.push(Survey::of(survey, true, Some(answered), None));
        }
        Ok(data)
    });
    Reply::json(&SurveyList { data: data.await? })
}

/// Words apart from what is counted, by the questions of a survey.
fn sorted_out(survey: &Terms, answers: BTreeMap<String, Saying>) -> Sorted {
    let mut sorted = Sorted::default();
    for (question, saying) in answers {
        let takes_words = survey.question(&question).is_some_and(|known| matches!(known.says, Says::Text(_)));
        let id = CompactString::from(question.as_str());
        match saying {
            Saying::Text(text) if takes_words => {
                let text = text.trim().to_owned();
                sorted.chars.insert(id, text.chars().count());
                sorted.words.insert(question, text);
            }
            Saying::Step(step) => drop(sorted.said.insert(id, Told::Step(step))),
            Saying::Text(option) => drop(sorted.said.insert(id, Told::One(option.into()))),
            Saying::Several(options) => {
                let options = options.into_iter().map(CompactString::from).collect();
                sorted.said.insert(id, Told::Several(options));
            }
        }
    }
    sorted
}

#[derive(Default)]
struct Sorted {
    said: BTreeMap<CompactString, Told>,
    chars: BTreeMap<CompactString, usize>,
    words: BTreeMap<String, String>,
}

async fn answer(call: Call) -> Answered {
    let member = call.member()?;
    let new: NewSurveyAnswer = call.json()?;
    if new.answers.len() > ANSWERS_MAX {
        return Err(Problem::field("/answers", &format!("have at most {ANSWERS_MAX} items")));
    }
    let engine = &call.app.engine;
    let books = engine.books();
    let survey = books.at(engine.clock().now()).surveys.iter().find(|survey| survey.id == new.survey);
    let unknown = || Problem::new(&table::UNKNOWN).at("/survey").word("survey", &new.survey);
    let Sorted { said, chars, words } = sorted_out(survey.ok_or_else(unknown)?, new.answers);
    // Nobody gets a key who is no member.
    if engine.read::<Member>(member.as_str())?.is_none() {
        return Err(unknown_member(member.as_str()));
    }
    let words = match words.is_empty() {
        true => None,
        false => {
            let whose = member.clone();
            let json = serde_json::to_string(&words).map_err(|error| Problem::internal(error.to_string()))?;
            let seal = move |app: &App| Ok(app.vault.seal_text(whose.as_str(), SEALED_AS, &json)?);
            Some(call.aside(seal).await?)
        }
    };
    let command = AnswerSurvey { request: call.key()?, member, survey: new.survey.into(), said, chars, words };
    let (stored, replayed) = call.submit(command).await?;
    let zone = call.zone();
    let answer = call.aside(move |app| SurveyAnswer::of(app, &stored, &zone)).await?;
    Ok(Reply::json(&answer)?.made().replayed(replayed))
}

async fn list_answers(call: Call) -> Answered {
    let id = CompactString::new(call.segment("survey"));
    jifen_vocab::id::check(&id).map_err(|_| Problem::new(&table::UNKNOWN).word("survey", &id))?;
    let query = call.query()?;
    let limit = query.limit()?;
    let after = query.get("cursor").map(IdCursor::read).transpose()?;
    let zone = call.zone();
    let page = call.aside(move |app| {
        let now = app.engine.clock().now();
        let is_there = app.engine.books().at(now).surveys.iter().any(|survey| survey.id == id);
        // What is asked no more was said all the same.
        if !is_there && app.engine.read::<SurveyTally>(&id)?.is_none() {
            return Err(Problem::new(&table::UNKNOWN).word("survey", &id));
        }
        let value = Column::Text(id.clone());
        // A cursor names the member: what tells answers apart is no identifier that goes outside.
        let from = after.map_or(Bound::Start, |IdCursor(after)| Bound::After(value.clone(), Stored::id(&id, &after)));
        let find = Find {
            kind: &SURVEY_ANSWER,
            column: Some(SURVEY_COLUMN),
            equals: Some(value),
            order: Order::Ascending,
            from,
            limit,
        };
        let found = app.engine.store().find(&find)?;
        let mut data = Vec::with_capacity(found.rows.len());
        for (id, _, row) in &found.rows {
            let stored = Stored::read(&row.body)
                .map_err(|error| Problem::internal(format!("the answer {id} cannot be read: {error}")))?;
            data.push(SurveyAnswer::of(app, &stored, &zone)?);
        }
        let last = data.last().filter(|_| found.next.is_some());
        let next_cursor = last.map(|answer: &SurveyAnswer| IdCursor(answer.member.as_str().into()).write());
        Ok(SurveyAnswerPage { data, next_cursor })
    });
    Reply::json(&page.await?)
}

/// `GET /v1/surveys`
pub static LIST: Operation = Operation {
    id: "list_surveys",
    method: Method::GET,
    path: "/v1/surveys",
    feature: "surveys",
    access: Access::Scope(Scope::TicketsRead),
    confirm: false,
    summary: Said { en: "All surveys", zh: "问卷列表" },
    about: Said {
        en: "Those of `surveys.yaml`, with how many said what so far.",
        zh: "`surveys.yaml` 中的全部问卷及各选项的人数。",
    },
    parameters: &[],
    body: None,
    key: Key::None,
    answer: Answer::json::<SurveyList>(200, Said { en: "The surveys.", zh: "问卷。" }, ""),
    problems: &[],
    handler: |call| Box::pin(list(call)),
};

/// `GET /v1/surveys/{survey}/answers`
pub static LIST_ANSWERS: Operation = Operation {
    id: "list_survey_answers",
    method: Method::GET,
    path: "/v1/surveys/{survey}/answers",
    feature: "surveys",
    access: Access::Scope(Scope::TicketsRead),
    confirm: false,
    summary: Said { en: "What was said to a survey", zh: "问卷答复" },
    about: Said { en: "By member, words included.", zh: "按会员排列，含文字答复。" },
    parameters: &[&SURVEY_ID, &LIMIT, &CURSOR],
    body: None,
    key: Key::None,
    answer: Answer::json::<SurveyAnswerPage>(200, Said { en: "A page of answers.", zh: "一页答复。" }, ""),
    problems: &[&table::UNKNOWN],
    handler: |call| Box::pin(list_answers(call)),
};

/// `GET /v1/members/{id}/surveys`
pub static LIST_OF: Operation = Operation {
    id: "list_member_surveys",
    method: Method::GET,
    path: "/v1/members/{id}/surveys",
    feature: "surveys",
    access: Access::ScopeOrSelf(Scope::TicketsRead),
    confirm: false,
    summary: Said { en: "Surveys that a member can answer", zh: "会员可填写的问卷" },
    about: Said {
        en: "Those that are open and meant for the member, with whether the member has answered.",
        zh: "开放中且面向该会员的问卷，以及是否已填写。",
    },
    parameters: &[&MEMBER_ID],
    body: None,
    key: Key::None,
    answer: Answer::json::<SurveyList>(200, Said { en: "The surveys.", zh: "问卷。" }, ""),
    problems: &[&table::MEMBER_UNKNOWN],
    handler: |call| Box::pin(list_of(call)),
};

/// `POST /v1/members/{id}/survey-answers`
pub static ANSWER: Operation = Operation {
    id: "answer_survey",
    method: Method::POST,
    path: "/v1/members/{id}/survey-answers",
    feature: "surveys",
    access: Access::ScopeOrSelf(Scope::TicketsWrite),
    confirm: false,
    summary: Said { en: "Answer a survey", zh: "填写问卷" },
    about: Said {
        en: "Once a member, on its days. Words are encrypted under the member's own key. Rules on `survey.answered` may give points for it.",
        zh: "每人一次，须在开放日期内。文字以会员自己的密钥加密。规则可通过 `survey.answered` 事件奖励积分。",
    },
    parameters: &[&MEMBER_ID],
    body: Some(Body {
        kinds: &[BodyKind::json::<NewSurveyAnswer>(
            r#"{"survey": "satisfaction-2026-2", "answers": {"overall": 5, "wish": ["coffee"], "say": "兑换页很清楚"}}"#,
        )],
        required: true,
    }),
    key: Key::Optional,
    answer: Answer::json::<SurveyAnswer>(
        201,
        Said { en: "What was said.", zh: "答复。" },
        r#"{"survey": "satisfaction-2026-2", "member": "lin", "answers": {"overall": 5, "wish": ["coffee"], "say": "兑换页很清楚"}, "at": "2026-06-10T12:00:00+08:00"}"#,
    ),
    problems: &[
        &table::MEMBER_ERASED,
        &table::MEMBER_UNKNOWN,
        &table::SURVEY_ANSWERED,
        &table::SURVEY_CLOSED,
        &table::UNKNOWN,
    ],
    handler: |call| Box::pin(answer(call)),
};
