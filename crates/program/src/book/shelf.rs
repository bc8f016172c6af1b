//! How points become rewards: limits, deadlines and what happens to vouchers (`rewards.yaml`).

use jifen_vocab::{Decimal, TierId};

use super::assortment::Assortment;

/// How points become rewards. Every bound that is not there does not bind.
#[derive(Debug, Clone, PartialEq)]
pub struct ShelfTerms {
    /// Minutes for which a quoted price holds.
    pub quote_minutes: u16,
    /// The least points a redemption takes (RED-07).
    pub least_points: i64,
    /// The most points of one redemption, by tier (RED-04).
    pub points_max: Vec<(TierId, i64)>,
    /// Redemptions in a month, by tier (RED-05).
    pub month_max: Vec<(TierId, i64)>,
    /// Pieces in a day (RED-06).
    pub day_max: Option<i64>,
    /// Hours that a tier waits for limited rewards (CAT-20, decision 12); who is not named does not wait.
    pub early_access: Vec<(TierId, i64)>,
    /// Vouchers.
    pub vouchers: VoucherTerms,
    /// Hours within which a tier's goods are shipped (RED-16).
    pub ship_hours: Vec<(TierId, i64)>,
    /// Hours within which what goes by courier within the city is on its way; those of the tier where it does not say.
    pub express_hours: Option<u16>,
    /// Days for which goods may come back once handed over (RED-10).
    pub return_days: u16,
    /// Dear rewards that may be taken back without reason (RED-13).
    pub revocation: Option<Revocation>,
    /// Large redemptions that want a second word (RED-14).
    pub confirmation: Option<Confirmation>,
    /// Points and cash together.
    pub payment: PaymentTerms,
    /// What the shelf as a whole is to look like.
    pub assortment: Assortment,
    /// When what is rated badly leaves the shelf (CAT-30); never where nothing is said.
    pub ratings: Option<RatingTerms>,
    /// Hours before a booked time until which it can be changed (RED-18).
    pub booking_change_hours: u16,
    /// Codes of a partner below which a pool is called low.
    pub pool_low: i64,
    /// What is done about broken rewards.
    pub defects: DefectTerms,
    /// Tiers whose returns are picked up at the door for nothing (RED-17).
    pub free_pick_up: Vec<TierId>,
}

/// When what is rated badly leaves the shelf.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RatingTerms {
    /// From so many ratings on.
    pub least: i64,
    /// Below so many tenths of a star on average.
    pub below_tenths: i64,
}

/// What is done about broken rewards (RED-12).
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct DefectTerms {
    /// The share of the points paid that is given for the trouble.
    pub compensation: Decimal,
    /// Hours within which another one is on its way.
    pub exchange_hours: u16,
}

/// How long vouchers are valid and what a lapse costs.
#[derive(Debug, Clone, PartialEq)]
pub struct VoucherTerms {
    /// Days, for goods (RED-08).
    pub goods_days: u16,
    /// Days, for everything else (RED-08).
    pub other_days: u16,
    /// The share of the points that a lapse keeps (RED-09).
    pub fee: Decimal,
}

/// Redemptions worth more than this may be canceled within these hours, though they are on their way.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Revocation {
    /// In minor units; what is worth more can be revoked.
    pub above: i64,
    /// Hours since the redemption.
    pub hours: u16,
}

/// Redemptions of a tier that take more points than this wait for a second word.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Confirmation {
    /// Of which tiers.
    pub tiers: Vec<TierId>,
    /// More points than this.
    pub above: i64,
    /// Hours within which the member confirms; else the points are free again.
    pub hours: u16,
}

/// Points and cash together (PAY-05).
#[derive(Debug, Clone, PartialEq)]
pub struct PaymentTerms {
    /// The share of a price that cash may stand for.
    pub most: Decimal,
    /// Minutes within which the payment is confirmed; else the points are free again.
    pub minutes: u16,
}

impl Default for ShelfTerms {
    /// Of a program that says nothing: no limits, no fees.
    fn default() -> Self {
        ShelfTerms {
            quote_minutes: 15,
            least_points: 1,
            points_max: Vec::new(),
            month_max: Vec::new(),
            day_max: None,
            early_access: Vec::new(),
            vouchers: VoucherTerms { goods_days: 30, other_days: 90, fee: Decimal::from(0) },
            ship_hours: Vec::new(),
            express_hours: None,
            return_days: 7,
            revocation: None,
            confirmation: None,
            payment: PaymentTerms { most: Decimal::from(0), minutes: 30 },
            assortment: Assortment::default(),
            ratings: None,
            booking_change_hours: 0,
            pool_low: 0,
            defects: DefectTerms { compensation: Decimal::from(0), exchange_hours: 48 },
            free_pick_up: Vec::new(),
        }
    }
}

/// What is said of a tier, where something is.
pub fn of_tier(by_tier: &[(TierId, i64)], tier: &TierId) -> Option<i64> {
    by_tier.iter().find(|(id, _)| id == tier).map(|(_, value)| *value)
}
