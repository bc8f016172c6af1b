//! Knows what was asked and what was answered, works out in which order it took effect, and what each answer must have
//! been.
//!
//! A request that got no answer counted or not. The shop sends it again until there is one: an answer that was given
//! before says that an earlier attempt counted, and its instant says which.

use std::collections::BTreeMap;

use jifen_vocab::{Timestamp, Zone};

use crate::model::{Expected, Model};
use crate::request::{Answer, Heard, Request};

/// When something took effect: the wave, and the place in it.
pub(crate) type Place = (usize, usize);

/// A request and what is known of it.
#[derive(Debug)]
struct Asked {
    request: Request,
    /// Attempts that nobody answered.
    open: Vec<(Place, Timestamp)>,
    answer: Option<Answer>,
}

/// Something that took effect.
#[derive(Debug)]
enum Effect {
    /// The request of that number.
    Asked(usize),
    /// The voucher of that code lapsed.
    Lapsed(String),
}

/// Compares what was answered with what must have been.
#[derive(Debug)]
pub(crate) struct Auditor {
    asked: Vec<Asked>,
    effects: BTreeMap<Place, (Timestamp, Effect)>,
    model: Model,
    /// Refusals of which nobody knows when they were judged.
    loose: usize,
    compared: usize,
}

impl Auditor {
    pub(crate) fn new(members: usize, zone: Zone) -> Auditor {
        let model = Model::new(members, zone);
        Auditor { asked: Vec::new(), effects: BTreeMap::new(), model, loose: 0, compared: 0 }
    }

    /// A request that will be sent; requests are numbered from 0.
    pub(crate) fn note(&mut self, request: Request) {
        self.asked.push(Asked { request, open: Vec::new(), answer: None });
    }

    /// A request by its number.
    pub(crate) fn request(&self, number: usize) -> &Request {
        &self.asked[number].request
    }

    /// Whether some attempt went unanswered.
    pub(crate) fn is_doubtful(&self, number: usize) -> bool {
        !self.asked[number].open.is_empty()
    }

    /// What came back for a request that was sent. Gives the answer where it is the first.
    pub(crate) fn hear(
        &mut self,
        number: usize,
        place: Place,
        at: Timestamp,
        heard: Heard,
    ) -> Result<Option<&Answer>, String> {
        let asked = &mut self.asked[number];
        let (answer, replayed) = match heard {
            Heard::Fault(what) => return Err(format!("{:?}: {what}", asked.request)),
            Heard::Nothing => {
                if asked.answer.is_none() {
                    asked.open.push((place, at));
                }
                return Ok(None);
            }
            Heard::Answer(answer, replayed) => (*answer, replayed),
        };
        if let Some(first) = &asked.answer {
            if !replayed {
                return Err(format!("{:?} was answered before and counted again: {answer:?}", asked.request));
            }
            if *first != answer {
                return Err(format!("{:?} was answered {first:?}, and later {answer:?}", asked.request));
            }
            return Ok(None);
        }
        match effective(asked, (place, at), &answer, replayed)? {
            Some((place, at)) => {
                self.effects.insert(place, (at, Effect::Asked(number)));
            }
            None => self.loose += 1,
        }
        Ok(Some(asked.answer.insert(answer)))
    }

    /// A voucher lapsed.
    pub(crate) fn lapsed(&mut self, place: Place, at: Timestamp, code: &str) {
        self.effects.insert(place, (at, Effect::Lapsed(code.to_owned())));
    }

    /// Has everything take effect that is known, and compares each answer. Every request must have been answered.
    pub(crate) fn audit(&mut self) -> Result<&mut Model, String> {
        for (place, (at, effect)) in std::mem::take(&mut self.effects) {
            let number = match effect {
                Effect::Lapsed(code) => {
                    self.model.lapse(&code, at)?;
                    continue;
                }
                Effect::Asked(number) => number,
            };
            let Asked { request, answer: Some(answer), .. } = &self.asked[number] else { continue };
            let expected = self.model.apply(request, answer, at);
            let wallet = self.model.figures(request.member, at);
            if !agree(answer, &expected, wallet) {
                return Err(format!(
                    "at {place:?}: {request:?} was answered {:?}, and must be {expected:?} with {wallet:?}",
                    answer.told
                ));
            }
            self.compared += 1;
        }
        Ok(&mut self.model)
    }

    /// Answers that were compared, and refusals that could not be.
    pub(crate) fn compared(&self) -> (usize, usize) {
        (self.compared, self.loose)
    }
}

/// Which attempt counted; nothing where a refusal was judged at one of several.
fn effective(
    asked: &Asked,
    now: (Place, Timestamp),
    answer: &Answer,
    replayed: bool,
) -> Result<Option<(Place, Timestamp)>, String> {
    if !replayed {
        return Ok(Some(now));
    }
    let request = &asked.request;
    match (asked.open.as_slice(), answer.at) {
        ([], _) => Err(format!("{request:?} was never sent before, and its answer is said to be an earlier one")),
        (open, Some(at)) => {
            let found = open.iter().find(|(_, sent)| *sent == at);
            found.copied().map(Some).ok_or_else(|| format!("{request:?} was judged at {at}, when nobody asked"))
        }
        ([one], None) => Ok(Some(*one)),
        (_, None) if answer.told.refused.is_some() => Ok(None),
        (_, None) => Err(format!("{request:?}: nobody can know which attempt counted")),
    }
}

fn agree(answer: &Answer, expected: &Expected, wallet: [i64; 3]) -> bool {
    let told = &answer.told;
    match expected {
        Expected::No(code) => told.refused.is_some_and(|refused| code.is_none_or(|code| code == refused)),
        Expected::Yes(numbers) => {
            told.refused.is_none() && told.numbers.starts_with(numbers) && told.wallet.is_none_or(|told| told == wallet)
        }
    }
}
