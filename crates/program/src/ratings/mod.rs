//! Ratings: how content members are with what they redeemed. Each redemption is asked about once, when it was handed over
//! (RED-21); what is rated badly leaves the shelf until somebody has mended it (CAT-30).
//!
//! A rating is stars and closed words, no free text: there is nothing personal in it.

use compact_str::CompactString;
use jifen_vocab::{Column, Kind, MemberId, RedemptionId, RewardId, Timestamp};
use serde::{Deserialize, Serialize};

use crate::desk::json_record;

/// The most stars.
pub const STARS_MAX: i64 = 5;

/// What a rating can be about.
pub const ABOUT: [&str; 5] = ["delivery", "description", "quality", "service", "value"];

/// What a member thinks of a redemption.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Rating {
    /// Schema version.
    pub v: u8,
    /// Of which redemption.
    pub redemption: RedemptionId,
    /// Whose.
    pub member: MemberId,
    /// Of which reward.
    pub reward: RewardId,
    /// From 1 to [`STARS_MAX`].
    pub stars: i64,
    /// What it is about, of [`ABOUT`].
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub about: Vec<CompactString>,
    /// When.
    pub at: Timestamp,
}

/// Ratings, by redemption; listed by reward.
pub static RATING: Kind = Kind::facts("rating").listed_by(&[Column { name: "reward" }]);

json_record!(Rating, RATING, |record| record.reward.as_str());

/// What the ratings of a reward add up to since it came on the shelf, or came back.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Tally {
    /// Schema version.
    pub v: u8,
    /// How many.
    pub ratings: i64,
    /// Their stars.
    pub stars: i64,
}

/// Sums of ratings, by reward.
pub static TALLY: Kind = Kind::records("rating_tally");

json_record!(Tally, TALLY);

impl Tally {
    /// With one more.
    #[must_use]
    pub fn with(&self, stars: i64) -> Tally {
        Tally { v: 1, ratings: self.ratings + 1, stars: self.stars + stars }
    }

    /// Whether there are so many, and their mean is below that many tenths of a star.
    pub fn is_below(&self, tenths: i64, least: i64) -> bool {
        self.ratings >= least && self.stars * 10 < tenths * self.ratings
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mean_counts_from_enough_ratings_on() {
        let tally = [1, 2, 3].into_iter().fold(Tally::default(), |tally, stars| tally.with(stars));
        assert!(tally.is_below(21, 3) && !tally.is_below(20, 3) && !tally.is_below(21, 4));
    }
}
