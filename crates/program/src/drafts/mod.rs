//! Drafts: rule books in the making. Operators edit one together, revision by revision; publishing makes it a version.
//!
//! Nouns: [`Draft`]. Commands: [`OpenDraft`], [`SaveDraft`], [`DropDraft`]. Invariants: a draft is saved only on top of
//! the revision its editor has seen, so that nobody's work is overwritten; a draft that was published, dropped or waits
//! for approval is not changed any more. A draft may hold mistakes: it is checked when it is asked for, and must be
//! without any to be published.

use std::collections::BTreeMap;

use compact_str::CompactString;
use jifen_rules::document::Source;
use jifen_vocab::{Code, Column, Kind, Refusal, Timestamp};
use serde::{Deserialize, Serialize};

use crate::book::{Books, RuleBook, local};
use crate::desk::{Command, Desk, Identity, Keys, Loaded, RequestKey, Stop, Touch, json_record};

/// Where a draft stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DraftState {
    /// It is being edited.
    Editing,
    /// It waits for a second person's approval.
    Waiting,
    /// It became a version.
    Published,
    /// It was thrown away.
    Dropped,
}

impl DraftState {
    /// Every state, in the order a draft goes through them.
    pub const ALL: &'static [DraftState] =
        &[DraftState::Editing, DraftState::Waiting, DraftState::Published, DraftState::Dropped];

    /// The name as it is stored and written outside.
    pub const fn as_str(self) -> &'static str {
        match self {
            DraftState::Editing => "editing",
            DraftState::Waiting => "waiting",
            DraftState::Published => "published",
            DraftState::Dropped => "dropped",
        }
    }
}

/// A rule book in the making.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Draft {
    /// Schema version.
    pub v: u8,
    /// Its identifier.
    pub id: CompactString,
    /// Where it stands.
    pub state: DraftState,
    /// The version it began as.
    pub base: u32,
    /// Rises with each save, from 1.
    pub revision: u32,
    /// What it is for, in a person's words.
    #[serde(default)]
    pub note: String,
    /// Who began it.
    pub author: CompactString,
    /// When it was begun.
    pub created_at: Timestamp,
    /// Who saved it last.
    pub updated_by: CompactString,
    /// When it was saved last.
    pub updated_at: Timestamp,
    /// The version it became.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub version: Option<u32>,
    /// The bundle's files.
    pub files: BTreeMap<String, String>,
}

/// Drafts, listed by state.
pub static DRAFT: Kind = Kind::records("draft").listed_by(&[Column { name: "state" }]);

json_record!(Draft, DRAFT, |record| record.state.as_str());

impl Draft {
    /// The same draft with that state; nobody edits it any more unless it is [`DraftState::Editing`].
    #[must_use]
    pub fn moved_to(&self, state: DraftState, who: &str, now: Timestamp) -> Draft {
        Draft { state, updated_by: CompactString::new(who), updated_at: now, ..self.clone() }
    }

    /// The same draft as the version it became.
    #[must_use]
    pub fn published_as(&self, version: u32, who: &str, now: Timestamp) -> Draft {
        Draft { version: Some(version), ..self.moved_to(DraftState::Published, who, now) }
    }
}

/// Begins a draft.
#[derive(Debug, Clone)]
pub struct OpenDraft {
    /// The request's key, so that one request makes one draft.
    pub request: Option<RequestKey>,
    /// The version it begins as; the caller brings its files.
    pub base: u32,
    /// The bundle's files.
    pub files: BTreeMap<String, String>,
    /// What it is for.
    pub note: String,
    /// Who begins it.
    pub author: CompactString,
    /// The places whose rules they may change; everything where there are none.
    pub places: Option<Vec<CompactString>>,
}

impl Command for OpenDraft {
    type Outcome = Draft;

    fn identity(&self) -> Option<Identity> {
        self.request.as_ref().map(RequestKey::identity)
    }

    fn touches(&self, _: &Books, _: &Loaded<'_>, _: &mut Keys) -> Touch {
        Touch::Done
    }

    fn decide(&self, desk: &mut Desk<'_>) -> Result<Draft, Stop> {
        within_grant(desk, &self.files, self.places.as_deref())?;
        let (id, now) = (desk.new_id("drf"), desk.now());
        let draft = Draft {
            v: 1,
            id: id.clone(),
            state: DraftState::Editing,
            base: self.base,
            revision: 1,
            note: self.note.clone(),
            author: self.author.clone(),
            created_at: now,
            updated_by: self.author.clone(),
            updated_at: now,
            version: None,
            files: self.files.clone(),
        };
        desk.write_new(&id, draft.clone());
        Ok(draft)
    }
}

/// Saves a draft on top of the revision that its editor has seen.
#[derive(Debug, Clone)]
pub struct SaveDraft {
    /// Which.
    pub id: CompactString,
    /// The revision its editor has seen.
    pub revision: u32,
    /// The bundle's files, all of them.
    pub files: BTreeMap<String, String>,
    /// What it is for; as before where it does not say.
    pub note: Option<String>,
    /// Who saves.
    pub editor: CompactString,
    /// The places whose rules they may change; everything where there are none.
    pub places: Option<Vec<CompactString>>,
}

impl Command for SaveDraft {
    type Outcome = Draft;

    fn touches(&self, _: &Books, _: &Loaded<'_>, keys: &mut Keys) -> Touch {
        keys.want::<Draft>(&self.id);
        Touch::Done
    }

    fn decide(&self, desk: &mut Desk<'_>) -> Result<Draft, Stop> {
        let draft = open(desk, &self.id)?;
        seen(&draft, self.revision, desk)?;
        within_grant(desk, &self.files, self.places.as_deref())?;
        let saved = Draft {
            revision: draft.revision + 1,
            files: self.files.clone(),
            note: self.note.clone().unwrap_or_else(|| draft.note.clone()),
            updated_by: self.editor.clone(),
            updated_at: desk.now(),
            ..draft
        };
        desk.write(&self.id, saved.clone());
        Ok(saved)
    }
}

/// Throws a draft away. Its record stays, so that one can see what was thrown away.
#[derive(Debug, Clone)]
pub struct DropDraft {
    /// Which.
    pub id: CompactString,
    /// Who throws it away.
    pub editor: CompactString,
}

impl Command for DropDraft {
    type Outcome = Draft;

    fn touches(&self, _: &Books, _: &Loaded<'_>, keys: &mut Keys) -> Touch {
        keys.want::<Draft>(&self.id);
        Touch::Done
    }

    fn decide(&self, desk: &mut Desk<'_>) -> Result<Draft, Stop> {
        let draft = open(desk, &self.id)?;
        let dropped = draft.moved_to(DraftState::Dropped, &self.editor, desk.now());
        desk.write(&self.id, dropped.clone());
        Ok(dropped)
    }
}

/// The draft, which must be open for editing.
///
/// # Errors
/// `unknown`, or `draft-closed` with its state.
pub fn open(desk: &Desk<'_>, id: &str) -> Result<Draft, Stop> {
    let unknown = || Refusal::new(Code::Unknown).word("draft", id);
    let draft = desk.read::<Draft>(id)?.ok_or_else(unknown)?;
    match draft.state {
        DraftState::Editing => Ok(Draft::clone(&draft)),
        state => Err(Refusal::new(Code::DraftClosed).word("draft", id).word("state", state.as_str()).into()),
    }
}

/// Checks that the editor has seen the newest revision.
///
/// # Errors
/// `draft-changed`: who saved it meanwhile, and when.
pub fn seen(draft: &Draft, revision: u32, desk: &Desk<'_>) -> Result<(), Refusal> {
    if draft.revision == revision {
        return Ok(());
    }
    let at = desk.books().at(desk.now()).zone.rfc3339(draft.updated_at);
    let changed = Refusal::new(Code::DraftChanged).word("draft", &draft.id).word("by", &draft.updated_by);
    Err(changed.word("at", &at).number("revision", i64::from(draft.revision)))
}

/// Checks that somebody who works for some places changes only what places may (PROG-17). What has mistakes cannot be
/// compared; it cannot be published either.
///
/// # Errors
/// `outside-grant`, with the first change that goes beyond.
pub fn within_grant(
    desk: &Desk<'_>,
    files: &BTreeMap<String, String>,
    places: Option<&[CompactString]>,
) -> Result<(), Refusal> {
    let Some(places) = places else { return Ok(()) };
    let empty = Source::new();
    let source = files.iter().fold(empty, |source, (name, text)| source.with(name.as_str(), text.as_str()));
    let before = desk.books().at(desk.now());
    let Ok((after, _)) = RuleBook::load(before.version + 1, &source) else { return Ok(()) };
    let found = local::beyond(before, &after, places);
    let Some(first) = found.first() else { return Ok(()) };
    let refusal = Refusal::new(Code::OutsideGrant).number("count", found.len() as i64);
    Err(refusal.word("first", &first.to_string()).at(format!("/files/{}", first.file)))
}
