//! The API from outside: the real router in process, over a real engine and a store in a folder.

#![allow(clippy::unwrap_used, reason = "helpers of tests fail by panicking, like the tests themselves")]
#![allow(clippy::needless_pass_by_value, reason = "bodies are written where they are sent")]

mod abuse;
mod access;
mod approvals;
mod assessments;
mod audit;
mod boards;
mod browser;
mod cards;
mod conduct;
mod conversions;
mod deductions;
mod dormancy;
mod drafts;
mod erasure;
mod events;
mod extensions;
mod guard;
mod journeys;
mod leaderboards;
mod member_sign_in;
mod members;
mod merits;
mod messages;
mod oauth;
mod occasions;
mod oidc;
mod openapi;
mod pages;
mod papers;
mod password_resets;
mod payments;
mod postgres;
mod problems;
mod publishing;
mod races;
mod rates;
mod reads;
mod redeem;
mod referrals;
mod rehearsals;
mod requests;
mod serving;
mod show;
mod sign_in;
mod streaks;
mod tasks;
mod tickets;
mod tiers;
mod traces;
mod transitions;
mod votes;
mod wake_ups;
mod world;
