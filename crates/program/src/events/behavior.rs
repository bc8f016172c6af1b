//! What events without an order must say. Fields that are not named here are let through: rules may look at them.

use compact_str::CompactString;
use jifen_vocab::Refusal;
use serde::Deserialize;

use super::reading::{Malformed, in_range, read};

/// Stars of a review at most.
const STARS_MAX: i64 = 5;

/// Checks the data of the types of event that the product knows.
pub(super) fn check(kind: &str, data: &str) -> Result<(), Malformed> {
    let data = if data.is_empty() { "{}" } else { data };
    match kind {
        "content.liked" => read::<Liked>(data)?.check()?,
        "quiz.answered" => read::<Answered>(data)?.check()?,
        "review.posted" => read::<Posted>(data)?.check()?,
        "steps.recorded" => in_range(read::<Walked>(data)?.steps, "/data/steps")?,
        _ => {}
    }
    Ok(())
}

#[derive(Deserialize)]
struct Liked {
    content: CompactString,
    likes: i64,
}

impl Liked {
    fn check(&self) -> Result<(), Refusal> {
        jifen_vocab::id::check(&self.content).map_err(|error| Refusal::field("/data/content", &error.to_string()))?;
        in_range(self.likes, "/data/likes")
    }
}

#[derive(Deserialize)]
struct Answered {
    correct: Correct,
    #[serde(default)]
    questions: Option<i64>,
}

/// How many answers were right, or whether the only one was.
#[derive(Deserialize)]
#[serde(untagged, expecting = "expected a number of right answers, or true or false")]
enum Correct {
    Number(i64),
    Flag(bool),
}

impl Answered {
    fn check(&self) -> Result<(), Refusal> {
        let correct = match self.correct {
            Correct::Number(number) => number,
            Correct::Flag(is_right) => i64::from(is_right),
        };
        in_range(correct, "/data/correct")?;
        let Some(questions) = self.questions else { return Ok(()) };
        in_range(questions, "/data/questions")?;
        if correct > questions {
            return Err(Refusal::field("/data/correct", "be at most the number of questions"));
        }
        Ok(())
    }
}

#[derive(Deserialize)]
struct Posted {
    #[serde(default)]
    kind: Option<CompactString>,
    #[serde(default)]
    stars: Option<i64>,
}

impl Posted {
    fn check(&self) -> Result<(), Refusal> {
        if self.kind.as_ref().is_some_and(|kind| !matches!(kind.as_str(), "text" | "picture" | "video")) {
            return Err(Refusal::field("/data/kind", "be text, picture or video"));
        }
        if self.stars.is_some_and(|stars| !(1..=STARS_MAX).contains(&stars)) {
            return Err(Refusal::field("/data/stars", "be from 1 to 5"));
        }
        Ok(())
    }
}

#[derive(Deserialize)]
struct Walked {
    steps: i64,
}
