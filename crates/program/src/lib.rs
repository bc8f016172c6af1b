//! What members and operators can do: one room a feature. Pure: it decides, and never does.
//!
//! It knows no clock, no randomness, no files, no network and no database. A feature knows no other feature; where
//! several meet, the meeting is a flow with a name ([`flows`]).

pub mod abuse;
pub mod adjustments;
pub mod approvals;
pub mod assessments;
pub mod audit;
pub mod book;
pub mod bookings;
pub mod cards;
pub mod clearing;
pub mod clients;
pub mod codes;
pub mod confirmations;
pub mod conversions;
pub mod days;
pub mod deductions;
pub mod desk;
pub mod drafts;
pub mod drills;
pub mod earning;
pub mod events;
pub mod extensions;
pub mod flows;
pub mod freezes;
pub mod greetings;
pub mod holds;
pub mod leaderboards;
pub mod member;
pub mod members;
pub mod messages;
pub mod openings;
pub mod orders;
pub mod payments;
pub mod pools;
pub mod pricing;
pub mod publishing;
pub mod quotes;
pub mod ratings;
pub mod redemptions;
pub mod referrals;
pub mod reviews;
pub mod rewards;
pub mod sandbox;
pub mod sessions;
pub mod spends;
pub mod staff;
pub mod stock;
pub mod streaks;
pub mod surveys;
pub mod tasks;
pub mod tickets;
pub mod tiers;
pub mod votes;
pub mod vouchers;
pub mod wake_ups;
pub mod wallets;
mod words;

use jifen_vocab::Schema;

pub use book::{Books, RuleBook};

/// Every kind of record there is, in the order in which locks are taken.
pub static SCHEMA: Schema = &[
    &abuse::ABUSE_HIT,
    &abuse::ISSUED,
    &adjustments::ADJUSTED_ALONE,
    &adjustments::ADJUSTMENT,
    &adjustments::USUAL_ADJUSTMENT,
    &approvals::APPROVAL,
    &assessments::ASSESSMENT,
    &assessments::ASSESSMENT_DOCKET,
    &assessments::ASSESSMENT_SLICE,
    &audit::AUDIT,
    &audit::AUDIT_HEAD,
    &cards::CARD,
    &bookings::BOOKING,
    &bookings::SLOT,
    &clients::CLIENT,
    &codes::CODE,
    &confirmations::CONFIRMATION,
    &conversions::CASH_VOUCHER,
    &conversions::CASH_VOUCHER_KEY,
    &conversions::CONVERSION,
    &days::DAY_EVENTS,
    &deductions::DEDUCTION,
    &desk::REQUEST_KEY,
    &desk::CURSOR,
    &drafts::DRAFT,
    &events::EVENT_KEY,
    &earning::BUDGET,
    &earning::ONCE,
    &extensions::EXTENSION,
    &flows::PAYMENT_KEY,
    &greetings::GREETING,
    &greetings::GREETING_DOCKET,
    &holds::HOLD,
    &leaderboards::PRIZE_GIVEN,
    &leaderboards::PRIZE_PLAN,
    &leaderboards::SCORE,
    &member::MEMBER,
    &members::ANNIVERSARY,
    &members::BIRTHDAY,
    &members::ERASURE,
    &members::PROFILE,
    &messages::DELIVERY,
    &messages::MAILING,
    &messages::MAILING_DOCKET,
    &messages::MESSAGE,
    &messages::MESSAGE_SETTINGS,
    &orders::ORDER,
    &payments::PAYMENT,
    &pools::KNOWN_CODE,
    &pools::POOL,
    &pools::POOL_CODE,
    &pricing::DUE_PLAN,
    &pricing::PRICE_HISTORY,
    &pricing::PRICE_PLAN,
    &publishing::VERSION,
    &publishing::WITHDRAWAL,
    &quotes::QUOTE,
    &ratings::RATING,
    &ratings::TALLY,
    &redemptions::REDEMPTION,
    &redemptions::REDEMPTION_KEY,
    &referrals::INVITATION,
    &referrals::REFERRAL,
    &referrals::REFERRAL_NEWS,
    &referrals::REFERRER,
    &reviews::REVIEW,
    &rewards::REWARD,
    &sandbox::CLOCK,
    &sessions::SESSIONS,
    &spends::SPEND,
    &spends::SPEND_KEY,
    &staff::STAFF,
    &stock::STOCK,
    &streaks::STREAK_REMINDER,
    &surveys::SURVEY_ANSWER,
    &surveys::SURVEY_TALLY,
    &tasks::PROGRESS,
    &tickets::TICKET,
    &tickets::TICKET_BOX,
    &tiers::TIER_CHANGE,
    &votes::BALLOT,
    &votes::POLL,
    &vouchers::VOUCHER,
    &vouchers::VOUCHER_KEY,
    &wake_ups::WAKE_UP,
    &wake_ups::WAKE_UP_DOCKET,
    &wallets::LAPSED,
    &wallets::NOTICE,
];
