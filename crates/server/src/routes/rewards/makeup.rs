//! What a reward is made of and how it comes, on the wire.

use compact_str::CompactString;
use jifen_program::rewards as program;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::kind::{Kind, NAME_LEN_MAX, word};
use crate::problems::Problem;
use crate::wire::{NewText, Text};

/// Characters of an address.
const URL_LEN_MAX: usize = 500;
/// Characters of a sentence.
const SENTENCE_LEN_MAX: usize = 200;
/// Characters of a condition.
const CONDITION_LEN_MAX: usize = 2_000;

/// A picture.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct NewPicture {
    /// Where it is: `https://…`, or a path of this server.
    #[schema(min_length = 1, max_length = 500)]
    url: String,
    /// What it shows, for who does not see it.
    alt: NewText,
}

/// A part.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct NewPart {
    /// What it is.
    kind: Kind,
    /// What people call it.
    name: NewText,
    /// Pieces; one unless it is given.
    #[schema(minimum = 1, maximum = 20)]
    pieces: Option<i64>,
}

/// Something that the member chooses.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct NewChoice {
    /// The identifier.
    #[schema(min_length = 1, max_length = 64, pattern = "^[A-Za-z0-9._:-]+$")]
    id: String,
    /// What people call it.
    name: NewText,
    /// What can be chosen.
    options: Vec<NewOption>,
}

/// What can be chosen.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = NewChoiceOption)]
pub(super) struct NewOption {
    /// The identifier.
    #[schema(min_length = 1, max_length = 64, pattern = "^[A-Za-z0-9._:-]+$")]
    id: String,
    /// What people call it.
    name: NewText,
}

/// What must have happened before somebody may have it.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct NewUnlock {
    /// A condition in CEL over `member`, `tier` and `local`, such as `member.orders >= 10`.
    #[schema(min_length = 1, max_length = 2000)]
    when: String,
    /// The same in words.
    terms: NewText,
}

/// Days ahead for which it is booked.
#[derive(Clone, Copy, Deserialize, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = BookingDays)]
pub(super) struct Booking {
    /// At least so many days ahead.
    least: u16,
    /// At most so many.
    most: u16,
}

/// Where it comes from, and what goes back there.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct NewSupplier {
    /// Who.
    name: NewText,
    /// Days after a delivery within which pieces may go back; 0 where none may.
    return_days: u16,
    /// The share of its cost that comes back, in percent.
    #[schema(maximum = 100)]
    return_percent: u8,
}

fn list<T, U>(
    pointer: &'static str,
    items: Vec<T>,
    read: impl FnMut(T) -> Result<U, Problem>,
) -> Result<Vec<U>, Problem> {
    if items.len() > program::PARTS_MAX {
        return Err(Problem::field(pointer, &format!("have at most {} entries", program::PARTS_MAX)));
    }
    items.into_iter().map(read).collect()
}

pub(super) fn pictures(items: Vec<NewPicture>) -> Result<Vec<program::Picture>, Problem> {
    list("/images", items, |picture| {
        let url = &picture.url;
        // What a page would run instead of show has no place here.
        let fits = (url.starts_with("https://") || (url.starts_with('/') && !url.starts_with("//")))
            && url.chars().count() <= URL_LEN_MAX
            && !url.chars().any(|c| c.is_control() || c.is_whitespace());
        if !fits {
            return Err(Problem::field("/images", "have addresses that begin with https:// or /"));
        }
        Ok(program::Picture { alt: picture.alt.name("/images", SENTENCE_LEN_MAX)?, url: picture.url })
    })
}

pub(super) fn parts(items: Vec<NewPart>) -> Result<Vec<program::Part>, Problem> {
    list("/parts", items, |part| {
        let name = part.name.name("/parts", NAME_LEN_MAX)?;
        Ok(program::Part { kind: part.kind.stored(), name, pieces: part.pieces.unwrap_or(1) })
    })
}

fn identified(pointer: &'static str, id: &str) -> Result<CompactString, Problem> {
    jifen_vocab::id::check(id).map_err(|error| Problem::field(pointer, &error.to_string()))?;
    Ok(CompactString::new(id))
}

fn unique<'a>(pointer: &'static str, ids: impl Iterator<Item = &'a CompactString>) -> Result<(), Problem> {
    let mut ids: Vec<_> = ids.collect();
    ids.sort_unstable();
    match ids.windows(2).find(|pair| pair[0] == pair[1]) {
        Some(pair) => Err(Problem::field(pointer, &format!("not have {} twice", pair[0]))),
        None => Ok(()),
    }
}

pub(super) fn choices(items: Vec<NewChoice>) -> Result<Vec<program::Choice>, Problem> {
    let choices = list("/choices", items, |choice| {
        let options = list("/choices", choice.options, |option| {
            let name = option.name.name("/choices", NAME_LEN_MAX)?;
            Ok(program::ChoiceOption { id: identified("/choices", &option.id)?, name })
        })?;
        unique("/choices", options.iter().map(|option| &option.id))?;
        let name = choice.name.name("/choices", NAME_LEN_MAX)?;
        Ok(program::Choice { id: identified("/choices", &choice.id)?, name, options })
    })?;
    unique("/choices", choices.iter().map(|choice| &choice.id))?;
    Ok(choices)
}

pub(super) fn unlock(unlock: NewUnlock) -> Result<program::Unlock, Problem> {
    if unlock.when.chars().count() > CONDITION_LEN_MAX {
        return Err(Problem::field("/unlock/when", &format!("have at most {CONDITION_LEN_MAX} characters")));
    }
    let terms = unlock.terms.name("/unlock/terms", SENTENCE_LEN_MAX)?;
    Ok(program::Unlock { when: CompactString::new(&unlock.when), terms })
}

pub(super) fn supplier(supplier: NewSupplier) -> Result<program::Supplier, Problem> {
    let (return_days, return_percent) = (supplier.return_days, supplier.return_percent);
    Ok(program::Supplier { name: supplier.name.name("/supplier/name", NAME_LEN_MAX)?, return_days, return_percent })
}

pub(super) fn sharing(text: NewText) -> Result<jifen_program::book::Name, Problem> {
    text.name("/sharing", SENTENCE_LEN_MAX)
}

pub(super) fn brand(text: &str) -> Result<CompactString, Problem> {
    if word(text) { Ok(CompactString::new(text)) } else { Err(Problem::field("/brand", "have 1 to 64 characters")) }
}

impl Booking {
    pub(super) fn stored(self) -> program::Booking {
        program::Booking { least: self.least, most: self.most }
    }
}

/// What a reward is made of and under which terms it comes.
#[derive(Serialize, ToSchema)]
pub(super) struct Makeup {
    /// Pictures, the first one first.
    images: Vec<Picture>,
    /// Whose it is.
    #[serde(skip_serializing_if = "Option::is_none")]
    brand: Option<String>,
    /// What is to be shared for it to hold.
    #[serde(skip_serializing_if = "Option::is_none")]
    sharing: Option<Text>,
    /// What it is made of, where it is several things.
    parts: Vec<Part>,
    /// What is chosen when its price is asked for.
    choices: Vec<Choice>,
    /// What unlocks it.
    #[serde(skip_serializing_if = "Option::is_none")]
    unlocked_by: Option<Text>,
    /// The days ahead for which it is booked.
    #[serde(skip_serializing_if = "Option::is_none")]
    booking: Option<Booking>,
    /// Before this hour it is sent the same day.
    #[serde(skip_serializing_if = "Option::is_none")]
    same_day_until: Option<u8>,
    /// The ways in which it can be had.
    deliveries: Vec<&'static str>,
}

/// A picture.
#[derive(Serialize, ToSchema)]
#[schema(as = RewardPicture)]
struct Picture {
    /// Where it is.
    url: String,
    /// What it shows.
    alt: Text,
}

/// A part.
#[derive(Serialize, ToSchema)]
#[schema(as = RewardPart)]
struct Part {
    /// What it is.
    #[schema(value_type = Kind)]
    kind: &'static str,
    /// What people call it.
    name: Text,
    /// Pieces.
    pieces: i64,
}

/// Something that the member chooses.
#[derive(Serialize, ToSchema)]
#[schema(as = RewardChoice)]
struct Choice {
    /// The identifier.
    id: String,
    /// What people call it.
    name: Text,
    /// What can be chosen.
    options: Vec<ChoiceOption>,
}

/// What can be chosen.
#[derive(Serialize, ToSchema)]
#[schema(as = RewardChoiceOption)]
struct ChoiceOption {
    /// The identifier.
    id: String,
    /// What people call it.
    name: Text,
}

/// The ways that were named, or all that suit the reward.
fn deliveries(offer: &program::Offer) -> Vec<&'static str> {
    let physical = offer.is_physical();
    let is_named = |way: &str| match offer.deliveries.is_empty() {
        true => physical == (way != "electronic"),
        false => offer.deliveries.iter().any(|named| named == way),
    };
    program::DELIVERIES.into_iter().filter(|way| is_named(way)).collect()
}

impl Makeup {
    pub(super) fn of(offer: &program::Offer) -> Makeup {
        let picture = |picture: &program::Picture| Picture { url: picture.url.clone(), alt: Text::from(&picture.alt) };
        let part =
            |part: &program::Part| Part { kind: part.kind.as_str(), name: Text::from(&part.name), pieces: part.pieces };
        let option =
            |option: &program::ChoiceOption| ChoiceOption { id: option.id.to_string(), name: Text::from(&option.name) };
        let choice = |choice: &program::Choice| Choice {
            id: choice.id.to_string(),
            name: Text::from(&choice.name),
            options: choice.options.iter().map(option).collect(),
        };
        Makeup {
            images: offer.images.iter().map(picture).collect(),
            brand: offer.brand.as_ref().map(ToString::to_string),
            sharing: offer.sharing.as_ref().map(Text::from),
            parts: offer.parts.iter().map(part).collect(),
            choices: offer.choices.iter().map(choice).collect(),
            unlocked_by: offer.unlock.as_ref().map(|unlock| Text::from(&unlock.terms)),
            booking: offer.booking.map(|booking| Booking { least: booking.least, most: booking.most }),
            same_day_until: offer.same_day_until,
            deliveries: deliveries(offer),
        }
    }
}

/// What only operators see of a reward's terms.
#[derive(Serialize, ToSchema)]
pub(super) struct Backstage {
    /// What must have happened before somebody may have it.
    #[serde(skip_serializing_if = "Option::is_none")]
    unlock: Option<Unlock>,
    /// Where it comes from.
    #[serde(skip_serializing_if = "Option::is_none")]
    supplier: Option<Supplier>,
    /// Whether no more of it will come.
    last: bool,
    /// How far in front it stands.
    weight: i32,
    /// Redemptions a second that are expected when it opens.
    #[serde(skip_serializing_if = "Option::is_none")]
    per_second: Option<i64>,
}

/// What must have happened before somebody may have it.
#[derive(Serialize, ToSchema)]
#[schema(as = RewardUnlock)]
struct Unlock {
    /// The condition, in CEL.
    when: String,
    /// The same in words.
    terms: Text,
}

/// Where it comes from.
#[derive(Serialize, ToSchema)]
#[schema(as = RewardSupplier)]
struct Supplier {
    /// Who.
    name: Text,
    /// Days after a delivery within which pieces may go back.
    return_days: u16,
    /// The share of its cost that comes back, in percent.
    return_percent: u8,
}

impl Backstage {
    pub(super) fn of(offer: &program::Offer) -> Backstage {
        let supplier = |supplier: &program::Supplier| Supplier {
            name: Text::from(&supplier.name),
            return_days: supplier.return_days,
            return_percent: supplier.return_percent,
        };
        Backstage {
            unlock: offer
                .unlock
                .as_ref()
                .map(|unlock| Unlock { when: unlock.when.to_string(), terms: Text::from(&unlock.terms) }),
            supplier: offer.supplier.as_ref().map(supplier),
            last: offer.last,
            weight: offer.weight,
            per_second: offer.per_second,
        }
    }
}
