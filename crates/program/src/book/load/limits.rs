//! Bounds of a bundle. Beyond them a slip is more likely than a wish; each keeps screens and records small.

/// Channels of a program.
pub const CHANNELS_MAX: usize = 200;
/// Earning rules. Each event type has its own index, so that many rules cost nothing at judging.
pub const RULES_MAX: usize = 2_000;
/// Labels.
pub const SOURCES_MAX: usize = 100;
/// Rows of the matrix of benefits.
pub const BENEFITS_MAX: usize = 50;
/// Stages of a membership.
pub const STAGES_MAX: usize = 8;
/// Tiers.
pub const TIERS_MAX: usize = 20;
/// Units: a wallet may hold all of them.
pub const UNITS_MAX: usize = 40;
/// Kinds of goods.
pub const CATEGORIES_MAX: usize = 2_000;
/// Alerts, goals and markers, of each.
pub const BOARDS_MAX: usize = 50;
/// Characters of a name that people read.
pub const NAME_CHARS_MAX: usize = 100;
/// Characters of a condition in words.
pub const TERMS_CHARS_MAX: usize = 500;
/// Places of the organization: every shop of a large chain.
pub const PLACES_MAX: usize = 10_000;
/// Roles of staff.
pub const ROLES_MAX: usize = 100;
/// Notices before a lapse.
pub const LEADS_MAX: usize = 6;
/// Streaks: a member's record holds the days of each.
pub const STREAKS_MAX: usize = 8;
/// Patterns of abuse, and thresholds: a member's record holds instants of each pattern.
pub const PATTERNS_MAX: usize = 20;
