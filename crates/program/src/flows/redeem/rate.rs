//! A member says how content they are with what they redeemed (RED-21, CAT-30).
//!
//! Refusals, in order: unknown; invalid-field; redemption-closed where nothing was handed over; rated-already.

use compact_str::CompactString;
use jifen_vocab::{Code, MemberId, RedemptionId, Refusal};
use serde::{Deserialize, Serialize};

use super::hand_over::{closed, through};
use super::pay::owned;
use crate::audit::{self, By, Line};
use crate::book::Books;
use crate::desk::{Command, Desk, Identity, Keys, Loaded, RequestKey, Stop, Touch};
use crate::ratings::{ABOUT, Rating, STARS_MAX, Tally};
use crate::redemptions::{Redemption, State};
use crate::rewards::Reward;

/// Rates a redemption.
#[derive(Debug, Clone)]
pub struct Rate {
    /// The key it came with.
    pub request: Option<RequestKey>,
    /// Which.
    pub redemption: RedemptionId,
    /// Whose it must be, where a member asks.
    pub owner: Option<MemberId>,
    /// From 1 to [`STARS_MAX`].
    pub stars: i64,
    /// What it is about, of [`ABOUT`].
    pub about: Vec<CompactString>,
}

/// What came of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Rated {
    /// The rating.
    pub rating: Rating,
    /// Whether the reward left the shelf for it.
    pub withdrawn: bool,
}

/// Whether a redemption is one that members are asked about: something was handed over and did not come back.
pub fn is_rated(redemption: &Redemption) -> bool {
    redemption.has_begun() && matches!(redemption.state, State::Open | State::Fulfilled)
}

impl Command for Rate {
    type Outcome = Rated;

    fn identity(&self) -> Option<Identity> {
        self.request.as_ref().map(RequestKey::identity)
    }

    fn touches(&self, _: &Books, loaded: &Loaded<'_>, keys: &mut Keys) -> Touch {
        keys.want::<Rating>(self.redemption.as_str());
        audit::want(keys);
        if let Some(redemption) = loaded.peek::<Redemption>(self.redemption.as_str()) {
            keys.want::<Tally>(redemption.reward.as_str());
        }
        through(&self.redemption, loaded, keys)
    }

    fn decide(&self, desk: &mut Desk<'_>) -> Result<Rated, Stop> {
        let redemption = owned(desk, &self.redemption, self.owner.as_ref())?;
        if !(1..=STARS_MAX).contains(&self.stars) {
            return Err(Refusal::field("/stars", &format!("be from 1 to {STARS_MAX}")).into());
        }
        if let Some(place) = self.about.iter().position(|word| !ABOUT.contains(&word.as_str())) {
            return Err(Refusal::field(format!("/about/{place}"), &format!("be one of {}", ABOUT.join(", "))).into());
        }
        if !is_rated(&redemption) {
            return Err(closed(&redemption).into());
        }
        if desk.read::<Rating>(self.redemption.as_str())?.is_some() {
            return Err(Refusal::new(Code::RatedAlready).word("redemption", self.redemption.as_str()).into());
        }
        let (now, reward) = (desk.now(), redemption.reward.clone());
        let book = std::sync::Arc::clone(desk.books().at(now));
        let today = book.zone.day_of(now);
        desk.count("reward_stars", today, CompactString::new(reward.as_str()), self.stars);
        desk.count("reward_reviews", today, CompactString::new(reward.as_str()), 1);
        let before = desk.read::<Tally>(reward.as_str())?;
        let mut tally = before.map_or_else(Tally::default, |tally| Tally::clone(&tally)).with(self.stars);
        let bad = book.shelf.ratings.is_some_and(|terms| tally.is_below(terms.below_tenths, terms.least));
        let offered = desk.read::<Reward>(reward.as_str())?.filter(|reward| bad && !reward.offer.retired);
        if let Some(offered) = &offered {
            let mut taken = Reward::clone(offered);
            taken.offer.retired = true;
            taken.changed = now;
            desk.write(reward.as_str(), taken);
            let line = Line::new("rewards.withdraw", "reward", reward.as_str()).before("retired", false);
            let line = line.after("retired", true).after("ratings", tally.ratings).after("stars", tally.stars);
            audit::write(desk, &By::system(), line.because("rated badly: to be mended and put back"))?;
            // Once it is mended and back, it is judged by what is said from then on.
            tally = Tally { v: 1, ..Tally::default() };
        }
        desk.write(reward.as_str(), tally);
        let rating = Rating {
            v: 1,
            redemption: redemption.id.clone(),
            member: redemption.member.clone(),
            reward,
            stars: self.stars,
            about: self.about.clone(),
            at: now,
        };
        desk.write_new(self.redemption.as_str(), rating.clone());
        Ok(Rated { rating, withdrawn: offered.is_some() })
    }
}
