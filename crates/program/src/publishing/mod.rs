//! Publishing: versions of the rule book, immutable and numbered from 1 without gaps.
//!
//! The bundle's files are kept as they were, so that any version can be read, compared and compiled again.

use std::collections::BTreeMap;

use compact_str::{CompactString, format_compact};
use jifen_vocab::{Kind, Refusal, Timestamp};
use serde::{Deserialize, Serialize};

use crate::audit::{self, By, Line};
use crate::book::Books;
use crate::desk::{Command, Desk, Keys, Loaded, Stop, Touch, json_record};

/// A published version of the rule book.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Version {
    /// Schema version.
    pub v: u8,
    /// Its number, from 1.
    pub version: u32,
    /// Since when it is in force.
    pub from: Timestamp,
    /// When it was published.
    pub published_at: Timestamp,
    /// Who published it: the credential.
    pub author: CompactString,
    /// Why, in a person's words.
    #[serde(default)]
    pub note: String,
    /// The bundle's files.
    pub files: BTreeMap<String, String>,
}

/// Versions of the rule book, by number.
pub static VERSION: Kind = Kind::facts("rule_book");

json_record!(Version, VERSION);

impl Version {
    /// The record of that number; ids sort as numbers do.
    pub fn id(version: u32) -> CompactString {
        format_compact!("{version:08}")
    }
}

/// Publishes the next version. The caller has compiled the bundle: what cannot be compiled never gets here.
#[derive(Debug, Clone)]
pub struct Publish {
    /// The number it is to have: one above the newest. Where somebody else published meanwhile, this is refused.
    pub version: u32,
    /// Since when it is in force; now where it does not say. The first version is in force since ever.
    pub from: Option<Timestamp>,
    /// Who publishes.
    pub by: By,
    /// Why.
    pub note: String,
    /// The bundle's files.
    pub files: BTreeMap<String, String>,
}

impl Command for Publish {
    type Outcome = Version;

    fn touches(&self, _: &Books, _: &Loaded<'_>, keys: &mut Keys) -> Touch {
        keys.want::<Version>(&Version::id(self.version));
        if self.version > 1 {
            keys.want::<Version>(&Version::id(self.version - 1));
        }
        audit::want(keys);
        Touch::Done
    }

    fn decide(&self, desk: &mut Desk<'_>) -> Result<Version, Stop> {
        let taken = desk.read::<Version>(&Version::id(self.version))?.is_some();
        let follows = self.version == 1 || desk.read::<Version>(&Version::id(self.version - 1))?.is_some();
        if taken || !follows {
            return Err(Refusal::field("/version", "follow the newest version; somebody else has published").into());
        }
        let now = desk.now();
        let from = if self.version == 1 { Timestamp::MIN } else { self.from.unwrap_or(now).max(now) };
        let version = Version {
            v: 1,
            version: self.version,
            from,
            published_at: now,
            author: self.by.id().clone(),
            note: self.note.clone(),
            files: self.files.clone(),
        };
        desk.write(&Version::id(self.version), version.clone());
        let line = Line::new("program.publish", "rule_book", &Version::id(self.version));
        let line = line.before("version", self.version - 1).after("version", self.version);
        audit::write(desk, &self.by, line.after("from", from.as_millis()).because(&self.note))?;
        Ok(version)
    }
}
