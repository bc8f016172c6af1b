//! A person sends a message: an apology, thanks, a greeting, early access, the result of an appeal (NOTE-04 to NOTE-06).

use compact_str::CompactString;
use jifen_vocab::{Code, MemberId, Refusal};
use serde::{Deserialize, Serialize};
use smallvec::SmallVec;

use super::{Cause, tell::tell};
use crate::audit::{self, By, Line};
use crate::book::messages::{MessageKind, Trigger};
use crate::book::{Books, Name};
use crate::desk::{Command, Desk, Identity, Keys, Loaded, RequestKey, Stop, Touch};
use crate::member::Member;

/// Characters of a word that a person writes into a message.
pub const WORD_CHARS_MAX: usize = 200;

/// Sends a message of a kind to members. Those whom the kind is not meant for are left out.
#[derive(Debug, Clone)]
pub struct SendByHand {
    /// The key it came with.
    pub request: Option<RequestKey>,
    /// The kind.
    pub kind: CompactString,
    /// To whom.
    pub members: Vec<MemberId>,
    /// What is written into it.
    pub words: Vec<(CompactString, Name)>,
    /// Who sends it.
    pub by: By,
}

/// What was sent.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Mailed {
    /// To how many members.
    pub told: u32,
    /// How many the kind is not meant for.
    pub left_out: u32,
    /// The last one in the list.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last: Option<MemberId>,
}

impl Command for SendByHand {
    type Outcome = Mailed;

    fn identity(&self) -> Option<Identity> {
        self.request.as_ref().map(RequestKey::identity)
    }

    fn touches(&self, _: &Books, _: &Loaded<'_>, keys: &mut Keys) -> Touch {
        self.members.iter().for_each(|member| keys.want::<Member>(member.as_str()));
        audit::want(keys);
        Touch::Done
    }

    fn decide(&self, desk: &mut Desk<'_>) -> Result<Mailed, Stop> {
        let book = std::sync::Arc::clone(desk.books().at(desk.now()));
        let kind = book.messages.kind(&self.kind).filter(|kind| kind.on == Trigger::Hand);
        let kind = kind.ok_or_else(|| unknown_kind(&self.kind, &book.messages.kinds))?;
        let words = self.words_of(kind)?;
        let mut bodies = Vec::with_capacity(self.members.len());
        for id in &self.members {
            let member = desk.read::<Member>(id.as_str())?;
            bodies.push(member.ok_or_else(|| Refusal::new(Code::MemberUnknown).word("member", id.as_str()))?);
        }
        let facts = Cause::Hand { words }.facts();
        let (mut told, mut left_out) = (0, 0);
        for member in bodies {
            let now = desk.now();
            match tell(desk, &book, kind, &member.body, &facts, now) {
                Some(_) => told += 1,
                None => left_out += 1,
            }
        }
        if self.members.is_empty() {
            return Ok(Mailed { told, left_out, last: None });
        }
        let line = Line::new("messages.send", "message", &self.kind).after("told", i64::from(told));
        audit::write(desk, &self.by, line)?;
        Ok(Mailed { told, left_out, last: self.members.last().cloned() })
    }
}

impl SendByHand {
    /// The words, where they are exactly those of the kind.
    fn words_of(&self, kind: &MessageKind) -> Result<SmallVec<[(CompactString, Name); 2]>, Refusal> {
        if let Some((stray, _)) = self.words.iter().find(|(word, _)| !kind.words.contains(word)) {
            return Err(Refusal::field(format!("/words/{stray}"), "be one of the kind's words"));
        }
        let find = |word: &CompactString| {
            let text = self.words.iter().find(|(name, _)| name == word).map(|(_, text)| text);
            let fits = |text: &&Name| {
                let len = |text: &str| (1..=WORD_CHARS_MAX).contains(&text.trim().chars().count());
                len(&text.zh) && len(&text.en)
            };
            let text = text.filter(fits).cloned();
            text.map(|text| (word.clone(), text))
                .ok_or_else(|| Refusal::field(format!("/words/{word}"), "have 1 to 200 characters in both languages"))
        };
        kind.words.iter().map(find).collect()
    }
}

fn unknown_kind(kind: &str, kinds: &[MessageKind]) -> Refusal {
    let known = kinds.iter().filter(|kind| kind.on == Trigger::Hand).map(|kind| kind.id.as_str());
    let known: Vec<&str> = known.collect();
    Refusal::new(Code::Unknown).at("/kind").word("message", kind).word("known", &known.join(", "))
}
