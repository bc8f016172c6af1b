//! A rule book becomes a version: out of a draft, or from files on the command line; and one that is not in force yet is
//! withdrawn.
//!
//! What cannot be compiled is no version. A change to members' disadvantage takes effect no sooner than the program
//! promises (COMP-04). Refusals, in this order: unknown, draft-closed, draft-changed, outside-grant,
//! rule-book-invalid, notice-too-short, rule-book-published.

use std::collections::BTreeMap;

use compact_str::CompactString;
use jifen_rules::document::{Problem, Source};
use jifen_vocab::{Code, Day, Refusal, Timestamp};
use serde::{Deserialize, Serialize};

use crate::audit::{self, By, Line};
use crate::book::gifts::Gift;
use crate::book::{Books, RuleBook, changes, rewards_named};
use crate::desk::{Command, Desk, Identity, Keys, Loaded, RequestKey, Stop, Touch};
use crate::drafts::{self, Draft, DraftState};
use crate::publishing::{Version, Withdrawal};
use crate::rewards::Reward;

/// What is to be published: exactly this revision of a draft.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Publication {
    /// The draft.
    pub draft: CompactString,
    /// The revision that was looked at.
    pub revision: u32,
    /// Since when it is to be in force; at once where it does not say.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from: Option<Timestamp>,
    /// Why.
    pub note: String,
    /// The places whose rules who publishes may change; everything where there are none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub places: Option<Vec<CompactString>>,
    /// What it would have changed on a day that is over, as it was when somebody asked for it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tried: Option<Tried>,
}

/// What a dry run on a day's events found: what the draft would have given more, or less.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tried {
    /// The day.
    pub day: Day,
    /// Events that were judged.
    pub events: u64,
    /// Events that would have earned something else.
    pub changed: u64,
    /// Members whose events were judged.
    pub members: i64,
    /// Points of the program's first unit.
    pub points: i64,
    /// What the points of all units are worth, in minor units.
    pub money: i64,
}

/// A version as it was published.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Published {
    /// Its number.
    pub version: u32,
    /// Since when it is in force.
    pub from: Timestamp,
}

/// Whether the period of notice is kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Notice {
    /// As the program promises.
    Kept,
    /// Not, because whoever runs the server says so; the trail tells of it.
    Waived,
}

impl Publication {
    /// Asks for what publishing needs: the rewards that gifts name are known once the draft is there.
    fn want(&self, books: &Books, loaded: &Loaded<'_>, keys: &mut Keys) -> Touch {
        want_version(books, keys);
        if !loaded.has_asked::<Draft>(&self.draft) {
            keys.want::<Draft>(&self.draft);
            return Touch::Again;
        }
        if let Some(draft) = loaded.peek::<Draft>(&self.draft) {
            want_rewards(&draft.files, keys);
        }
        Touch::Done
    }

    /// Makes the draft a version. `waited` says that it was waiting for the approval that now came.
    ///
    /// # Errors
    /// See the top of this file.
    pub fn carry_out(&self, desk: &mut Desk<'_>, by: &By, waited: bool) -> Result<Published, Stop> {
        let draft = self.checked(desk, waited)?;
        let files = Files { files: &draft.files, from: self.from, note: &self.note, draft: Some(&draft.id) };
        let published = files.publish(desk, by, Notice::Kept)?;
        desk.write(&draft.id, draft.published_as(published.version, by.id(), desk.now()));
        Ok(published)
    }

    /// The draft, where this revision of it may be published; nothing is changed.
    ///
    /// # Errors
    /// As [`Publication::carry_out`].
    pub fn checked(&self, desk: &Desk<'_>, waited: bool) -> Result<Draft, Stop> {
        let draft = if waited { waiting(desk, &self.draft)? } else { drafts::open(desk, &self.draft)? };
        drafts::seen(&draft, self.revision, desk)?;
        let files = Files { files: &draft.files, from: self.from, note: &self.note, draft: Some(&draft.id) };
        drafts::within_grant(desk, &draft.files, self.places.as_deref())?;
        files.check(desk, Notice::Kept)?;
        Ok(draft)
    }
}

fn waiting(desk: &Desk<'_>, id: &str) -> Result<Draft, Stop> {
    let draft = desk.read::<Draft>(id)?.ok_or_else(|| Refusal::new(Code::Unknown).word("draft", id))?;
    match draft.state {
        DraftState::Waiting => Ok(Draft::clone(&draft)),
        state => Err(Refusal::new(Code::DraftClosed).word("draft", id).word("state", state.as_str()).into()),
    }
}

fn want_version(books: &Books, keys: &mut Keys) {
    keys.want::<Version>(&Version::id(books.newest() + 1));
    audit::want(keys);
}

/// Asks for the rewards that the gifts of a bundle name.
fn want_rewards(files: &BTreeMap<String, String>, keys: &mut Keys) {
    rewards_named(&source_of(files)).iter().for_each(|reward| keys.want::<Reward>(reward.as_str()));
}

fn source_of(files: &BTreeMap<String, String>) -> Source {
    files.iter().fold(Source::new(), |source, (name, text)| source.with(name.as_str(), text.as_str()))
}

/// A rule book with such mistakes, of which this is the first.
fn invalid(mistakes: usize, first: Option<&Problem>) -> Refusal {
    let first = first.map(ToString::to_string).unwrap_or_default();
    let number = i64::try_from(mistakes).unwrap_or(i64::MAX);
    Refusal::new(Code::RuleBookInvalid).number("mistakes", number).word("first", &first)
}

struct Files<'a> {
    files: &'a BTreeMap<String, String>,
    from: Option<Timestamp>,
    note: &'a str,
    draft: Option<&'a CompactString>,
}

impl Files<'_> {
    /// Since when it may be in force as asked.
    fn check(&self, desk: &Desk<'_>, notice: Notice) -> Result<Timestamp, Stop> {
        let (books, now) = (desk.books(), desk.now());
        let source = source_of(self.files);
        let loaded = RuleBook::load(books.newest() + 1, &source);
        let (book, _) = loaded.map_err(|mistakes| invalid(mistakes.len(), mistakes.first()))?;
        let from = self.from.unwrap_or(now).max(now);
        let before = books.at(from);
        let mut offered = Vec::new();
        for gift in book.gifts.new_beside(&before.gifts) {
            let reward = desk.read::<Reward>(gift.reward.as_str())?;
            offered.extend(reward.filter(|reward| !reward.offer.retired).map(|_| gift.reward.clone()));
        }
        let absent = book.gifts.new_beside(&before.gifts).filter(|gift| !offered.contains(&gift.reward));
        let absent: Vec<&Problem> = absent.map(Gift::absent).collect();
        if let Some(first) = absent.first() {
            return Err(invalid(absent.len(), Some(first)).into());
        }
        let period = before.changes.notice(&changes::told(&before.source, &source), now, &before.zone);
        if notice == Notice::Kept && from < period.earliest_from {
            let short = Refusal::new(Code::NoticeTooShort).number("days", i64::from(period.days));
            return Err(short.word("earliest_from", &before.zone.rfc3339(period.earliest_from)).into());
        }
        Ok(from)
    }

    fn publish(&self, desk: &mut Desk<'_>, by: &By, notice: Notice) -> Result<Published, Stop> {
        let from = self.check(desk, notice)?;
        let number = desk.books().newest() + 1;
        let id = Version::id(number);
        if desk.read::<Version>(&id)?.is_some() {
            // Published a moment ago by somebody else: what was looked at is not what is in force any more.
            return Err(Code::RuleBookPublished.into());
        }
        let version = Version {
            v: 1,
            version: number,
            from,
            published_at: desk.now(),
            author: by.id().clone(),
            note: self.note.to_owned(),
            draft: self.draft.cloned(),
            files: self.files.clone(),
        };
        desk.write(&id, version);
        desk.changes_books();
        let mut line = Line::new("program.publish", "rule_book", &number.to_string());
        line = line.after("from", from.as_millis()).because(self.note);
        if let Some(draft) = self.draft {
            line = line.after("draft", draft.as_str());
        }
        if notice == Notice::Waived {
            line = line.after("notice", "waived");
        }
        audit::write(desk, by, line)?;
        Ok(Published { version: number, from })
    }
}

/// Makes a draft a version.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct PublishDraft {
    /// The request's key.
    #[serde(skip)]
    pub request: Option<RequestKey>,
    /// What is to be published.
    pub publication: Publication,
    /// Who publishes.
    pub by: By,
}

impl Command for PublishDraft {
    type Outcome = Published;

    fn identity(&self) -> Option<Identity> {
        self.request.as_ref().map(RequestKey::identity)
    }

    fn touches(&self, books: &Books, loaded: &Loaded<'_>, keys: &mut Keys) -> Touch {
        self.publication.want(books, loaded, keys)
    }

    fn decide(&self, desk: &mut Desk<'_>) -> Result<Published, Stop> {
        self.publication.carry_out(desk, &self.by, false)
    }
}

/// Publishes files: the command line's way.
#[derive(Debug, Clone)]
pub struct PublishFiles {
    /// The bundle's files.
    pub files: BTreeMap<String, String>,
    /// Since when it is to be in force; at once where it does not say.
    pub from: Option<Timestamp>,
    /// Why.
    pub note: String,
    /// Who publishes.
    pub by: By,
    /// Whether the period of notice is kept.
    pub notice: Notice,
}

impl Command for PublishFiles {
    type Outcome = Published;

    fn touches(&self, books: &Books, _: &Loaded<'_>, keys: &mut Keys) -> Touch {
        want_version(books, keys);
        want_rewards(&self.files, keys);
        Touch::Done
    }

    fn decide(&self, desk: &mut Desk<'_>) -> Result<Published, Stop> {
        let files = Files { files: &self.files, from: self.from, note: &self.note, draft: None };
        files.publish(desk, &self.by, self.notice)
    }
}

/// Withdraws a version before it takes effect.
#[derive(Debug, Clone)]
pub struct WithdrawVersion {
    /// Its number.
    pub version: u32,
    /// Why.
    pub reason: String,
    /// Who withdraws it.
    pub by: By,
}

impl Command for WithdrawVersion {
    type Outcome = ();

    fn touches(&self, _: &Books, _: &Loaded<'_>, keys: &mut Keys) -> Touch {
        keys.want::<Version>(&Version::id(self.version));
        keys.want::<Withdrawal>(&Version::id(self.version));
        audit::want(keys);
        Touch::Done
    }

    fn decide(&self, desk: &mut Desk<'_>) -> Result<(), Stop> {
        let id = Version::id(self.version);
        let unknown = || Refusal::new(Code::Unknown).word("version", &self.version.to_string());
        let version = desk.read::<Version>(&id)?.ok_or_else(unknown)?;
        if desk.read::<Withdrawal>(&id)?.is_some() {
            return Ok(());
        }
        if version.from <= desk.now() {
            return Err(Refusal::new(Code::VersionInForce).number("version", i64::from(self.version)).into());
        }
        let withdrawal = Withdrawal {
            v: 1,
            version: self.version,
            at: desk.now(),
            by: self.by.id().clone(),
            reason: self.reason.clone(),
        };
        desk.write(&id, withdrawal);
        desk.changes_books();
        let line = Line::new("program.withdraw", "rule_book", &self.version.to_string());
        audit::write(desk, &self.by, line.because(&self.reason))?;
        Ok(())
    }
}
