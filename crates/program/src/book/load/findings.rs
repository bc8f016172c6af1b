//! What reading a bundle brings to light.

use jifen_rules::document::Problems;

/// What was found wrong, and what is only unwise.
#[derive(Default)]
pub(super) struct Findings {
    pub(super) problems: Problems,
    pub(super) warnings: Problems,
}
