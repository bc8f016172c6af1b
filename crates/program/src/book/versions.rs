//! The versions of the rule book and which one judges what.

use std::sync::Arc;

use jifen_vocab::Timestamp;

use super::RuleBook;

/// A version and since when it is in force.
#[derive(Debug, Clone)]
pub struct Published {
    /// When it took (or takes) effect.
    pub from: Timestamp,
    /// The book.
    pub book: Arc<RuleBook>,
}

/// Every version a decision may need, by the time of effect. There is always at least one.
#[derive(Debug, Clone)]
pub struct Books {
    versions: Vec<Published>,
    newest: u32,
}

impl Books {
    /// The first version, in force since ever.
    pub fn first(book: Arc<RuleBook>) -> Self {
        let newest = book.version;
        Books { versions: vec![Published { from: Timestamp::MIN, book }], newest }
    }

    /// These versions and one more. The first is in force since ever; a later one replaces a planned one with the same
    /// instant. Notices that the book brings are due from that instant on, not before; for this the book is to be one
    /// that nobody else holds yet.
    #[must_use]
    pub fn with(&self, from: Timestamp, mut book: Arc<RuleBook>) -> Self {
        let mut versions = self.versions.clone();
        versions.retain(|version| version.from != from);
        let place = versions.partition_point(|version| version.from < from);
        let before = place.checked_sub(1).and_then(|before| versions.get(before));
        if let Some((fresh, before)) = Arc::get_mut(&mut book).zip(before) {
            fresh.hold_notices_since(from, &before.book);
        }
        let newest = self.newest.max(book.version);
        versions.insert(place, Published { from, book });
        Books { versions, newest }
    }

    /// The same versions, where one of that number was published and withdrawn: the number is not given again.
    #[must_use]
    pub fn with_withdrawn(self, version: u32) -> Self {
        Books { newest: self.newest.max(version), ..self }
    }

    /// The highest number that was ever given to a version.
    pub fn newest(&self) -> u32 {
        self.newest
    }

    /// The version of that number, unless it was withdrawn.
    pub fn version(&self, number: u32) -> Option<&Published> {
        self.versions.iter().find(|version| version.book.version == number)
    }

    /// The version that a version followed when it took effect.
    pub fn before(&self, number: u32) -> Option<&Published> {
        let place = self.versions.iter().position(|version| version.book.version == number)?;
        self.versions.get(place.checked_sub(1)?)
    }

    /// The versions that take effect after that instant, soonest first.
    pub fn after(&self, instant: Timestamp) -> &[Published] {
        &self.versions[self.versions.partition_point(|version| version.from <= instant)..]
    }

    /// The book in force at that instant.
    pub fn at(&self, instant: Timestamp) -> &Arc<RuleBook> {
        let after = self.versions.partition_point(|version| version.from <= instant);
        &self.versions[after.saturating_sub(1)].book
    }

    /// The book by which a member who joined then earns at that instant: the one in force, unless it lets earlier members
    /// keep an earlier one (COMP-05).
    pub fn earning_at(&self, instant: Timestamp, joined: Timestamp) -> &Arc<RuleBook> {
        let book = self.at(instant);
        let Some(kept) = &book.changes.transition.earning else { return book };
        let (joined, day) = (book.zone.day_of(joined), book.zone.day_of(instant));
        let earlier = self.version(kept.version).filter(|_| kept.holds(joined, day));
        earlier.map_or(book, |version| &version.book)
    }

    /// Every version, by the time of effect.
    pub fn versions(&self) -> &[Published] {
        &self.versions
    }
}
