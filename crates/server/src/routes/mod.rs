//! One file a feature: its wire types, their conversion to commands and back, and its operations.

// sorted
pub mod adjustments;
pub mod approvals;
pub mod audit;
pub mod boards;
pub mod book;
pub mod clearing;
pub mod clients;
pub mod confirmations;
pub mod docs;
pub mod drafts;
pub mod entries;
pub mod events;
pub mod freezes;
pub mod health;
pub mod holds;
pub mod member_sign_in;
pub mod members;
pub mod metrics;
pub mod oauth;
pub mod papers;
pub mod password_resets;
pub mod program;
pub mod publishing;
pub mod rehearsals;
pub mod reports;
pub mod reviews;
pub mod roles;
pub mod sandbox;
pub mod sessions;
pub mod sign_in;
pub mod spends;
pub mod staff;
pub mod tiers;
pub mod traces;
pub mod wallets;
