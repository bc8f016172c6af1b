//! Rewards: what points buy. Here is what a reward is and who may have it when; how many there are is stock, what it
//! costs a member is pricing.

mod makeup;
mod unlock;

use compact_str::CompactString;
use jifen_vocab::{Kind, RewardId, TierId, Timestamp, UnitId, Zone};
use serde::{Deserialize, Serialize};

use crate::book::Name;
use crate::book::shelf::{ShelfTerms, of_tier};
use crate::desk::{Record, json_record};
use crate::words::words;

pub use makeup::{Booking, Choice, ChoiceOption, PARTS_MAX, Part, Picture, Supplier, Unlock};
pub use unlock::{Deeds, is_unlocked};

words! {
    /// What a reward is (CAT-04 to CAT-10, CAT-14).
    RewardKind {
        /// Several things in one redemption.
        Bundle = "bundle",
        /// A coupon.
        Coupon = "coupon",
        /// A gift to charity.
        Donation = "donation",
        /// Something digital.
        Digital = "digital",
        /// Charging, parking.
        Energy = "energy",
        /// An experience: seats, tastings, visits.
        Experience = "experience",
        /// Something that is handed over or sent.
        Goods = "goods",
        /// Time of a membership.
        Membership = "membership",
        /// A service.
        Service = "service",
        /// Travel.
        Travel = "travel",
    }
}

impl RewardKind {
    /// Whether it is a thing, which is handed over, sent and sent back.
    pub const fn is_physical(self) -> bool {
        matches!(self, RewardKind::Goods | RewardKind::Bundle)
    }
}

impl Serialize for RewardKind {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}

impl<'de> Deserialize<'de> for RewardKind {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = CompactString::deserialize(deserializer)?;
        let found = RewardKind::WORDS.iter().find(|(word, _)| text == *word);
        found.map(|(_, kind)| *kind).ok_or_else(|| serde::de::Error::custom("unknown kind of reward"))
    }
}

/// The ways in which rewards can be had: at once as a code, by courier within the city, handed over in a shop, sent home.
pub const DELIVERIES: [&str; 4] = ["electronic", "express", "pick_up", "ship"];

/// What an operator says of a reward.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Offer {
    /// What people call it.
    pub name: Name,
    /// What it is.
    pub kind: RewardKind,
    /// The kind of goods, for the worth of a point in it.
    pub category: CompactString,
    /// The unit it is paid in; the program's first where it does not say.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unit: Option<UnitId>,
    /// Its price in points before anything counts for or against it (VAL-02); nothing where it follows from the worth.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub points: Option<i64>,
    /// Whether that is what everybody pays: tiers, seasons, stock and plans move it for nobody (TIER-12).
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub fixed: bool,
    /// What it is worth in a shop, in minor units.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub value: Option<i64>,
    /// What is paid in money besides, in minor units.
    #[serde(default)]
    pub cash: i64,
    /// What it costs the program, in minor units.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cost: Option<i64>,
    /// Whether higher tiers come first (CAT-20).
    #[serde(default)]
    pub limited: bool,
    /// Whether it is not on the shelf; who knows its identifier and qualifies may have it (CAT-16).
    #[serde(default)]
    pub hidden: bool,
    /// Whether only members in the month of their birthday may have it.
    #[serde(default)]
    pub birthday_only: bool,
    /// The tiers that may have it; all where none is named.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub tiers: Vec<TierId>,
    /// Members with one of these words may have it; all where none is named.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub members: Vec<CompactString>,
    /// Words on it: scenes, themes, what it suits (CAT-13, CAT-38).
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub tags: Vec<CompactString>,
    /// Regions it is for (CAT-22); all where none is named.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub regions: Vec<CompactString>,
    /// Shops it is handed over in; all where none is named.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub stores: Vec<CompactString>,
    /// From when on.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from: Option<Timestamp>,
    /// Until when.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until: Option<Timestamp>,
    /// Hours of the day in which it can be had, each from and up to an hour (CAT-35); the whole day where none is named.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub hours: Vec<(u8, u8)>,
    /// Whether it is no longer offered.
    #[serde(default)]
    pub retired: bool,
    /// Pictures of it, the first one first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub images: Vec<Picture>,
    /// Whose it is, such as the brand a coupon is for (CAT-12).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub brand: Option<CompactString>,
    /// What is to be shared for it to hold, in words (CAT-12).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sharing: Option<Name>,
    /// What it is made of, where it is several things (CAT-14, CAT-15).
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub parts: Vec<Part>,
    /// What the member chooses.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub choices: Vec<Choice>,
    /// What unlocks it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unlock: Option<Unlock>,
    /// The days ahead for which it is booked.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub booking: Option<Booking>,
    /// Where it comes from.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub supplier: Option<Supplier>,
    /// Whether no more of it will come: gone, it is not listed (CAT-37).
    #[serde(default)]
    pub last: bool,
    /// Before this hour it is sent the same day: what spoils does not lie (CAT-34).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub same_day_until: Option<u8>,
    /// The ways in which it can be had, of [`DELIVERIES`] (RED-15); all that suit it where none is named.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub deliveries: Vec<CompactString>,
    /// How far in front it stands, the more the further (CAT-30).
    #[serde(default)]
    pub weight: i32,
    /// Redemptions a second that are expected when it opens (REL-18).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub per_second: Option<i64>,
}

/// A reward.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reward {
    /// Schema version.
    pub v: u8,
    /// Its identifier.
    pub id: RewardId,
    /// What an operator says of it.
    #[serde(flatten)]
    pub offer: Offer,
    /// When it was made.
    pub created: Timestamp,
    /// When it was changed last.
    pub changed: Timestamp,
}

/// Rewards.
pub static REWARD: Kind = Kind::records("reward");

json_record!(Reward, REWARD);

/// Who wants it, and when.
#[derive(Debug, Clone, Copy)]
pub struct Visitor<'a> {
    /// The member's tier.
    pub tier: &'a TierId,
    /// Words on the member.
    pub tags: &'a [CompactString],
    /// Whether it is the month of the member's birthday.
    pub birthday: bool,
    /// The instant.
    pub at: Timestamp,
}

/// Why a reward is not there for somebody.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Obstacle {
    /// In a word.
    pub why: &'static str,
    /// From when on it is there, where time changes that.
    pub from: Option<Timestamp>,
}

impl Obstacle {
    const fn of(why: &'static str) -> Obstacle {
        Obstacle { why, from: None }
    }
}

impl Offer {
    /// An offer of which nothing more is said.
    pub fn new(name: Name, kind: RewardKind, category: CompactString) -> Offer {
        Offer {
            name,
            kind,
            category,
            unit: None,
            points: None,
            fixed: false,
            value: None,
            cash: 0,
            cost: None,
            limited: false,
            hidden: false,
            birthday_only: false,
            tiers: Vec::new(),
            members: Vec::new(),
            tags: Vec::new(),
            regions: Vec::new(),
            stores: Vec::new(),
            from: None,
            until: None,
            hours: Vec::new(),
            retired: false,
            images: Vec::new(),
            brand: None,
            sharing: None,
            parts: Vec::new(),
            choices: Vec::new(),
            unlock: None,
            booking: None,
            supplier: None,
            last: false,
            same_day_until: None,
            deliveries: Vec::new(),
            weight: 0,
            per_second: None,
        }
    }

    /// Whether it is a thing or has a part that is one.
    pub fn is_physical(&self) -> bool {
        // A bundle that says what it is made of is a thing where one of its parts is.
        match self.parts.is_empty() {
            true => self.kind.is_physical(),
            false => self.kind == RewardKind::Goods || self.parts.iter().any(|part| part.kind == RewardKind::Goods),
        }
    }
}

impl Reward {
    /// Why it is not there for a member, where it is not.
    pub fn obstacle(&self, visitor: &Visitor<'_>, terms: &ShelfTerms, zone: &Zone) -> Option<Obstacle> {
        let offer = &self.offer;
        if offer.retired || offer.until.is_some_and(|until| visitor.at >= until) {
            return Some(Obstacle::of("retired"));
        }
        if !offer.tiers.is_empty() && !offer.tiers.contains(visitor.tier) {
            return Some(Obstacle::of("tier"));
        }
        if !offer.members.is_empty() && !offer.members.iter().any(|tag| visitor.tags.contains(tag)) {
            return Some(Obstacle::of("members"));
        }
        if offer.birthday_only && !visitor.birthday {
            return Some(Obstacle::of("birthday"));
        }
        let opens = self.opens_for(visitor.tier, terms);
        if visitor.at < opens {
            return Some(Obstacle { why: "not_yet", from: Some(opens) });
        }
        let hour = u8::try_from(zone.time_of(visitor.at).0).unwrap_or(0);
        let is_open = offer.hours.is_empty() || offer.hours.iter().any(|(from, to)| (*from..*to).contains(&hour));
        (!is_open).then(|| Obstacle::of("hours"))
    }

    /// From when on a tier may have it (CAT-20).
    pub fn opens_for(&self, tier: &TierId, terms: &ShelfTerms) -> Timestamp {
        let opens = self.offer.from.unwrap_or(self.created);
        let wait = if self.offer.limited { of_tier(&terms.early_access, tier).unwrap_or(0) } else { 0 };
        // What is not limited and names no beginning has always been there.
        if wait == 0 && self.offer.from.is_none() {
            return Timestamp::from_millis(i64::MIN);
        }
        opens.plus_millis(wait * 3_600_000)
    }
}

/// Reads the stored bytes of a reward.
///
/// # Errors
/// Where they are none.
pub fn read(body: &[u8]) -> Result<Reward, serde_json::Error> {
    <Reward as Record>::read(body)
}
