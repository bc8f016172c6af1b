//! Where several features meet: each meeting has a name and a file. Pure like the rest.

mod event;
mod note;
mod publish;
mod purchase;
mod refund;
mod rehearse;
mod review;
mod settle;
mod tier;

pub use event::{EventOutcome, JudgeEvent, TakenBack};
pub use publish::{Notice, Publication, PublishDraft, PublishFiles, Published, WithdrawVersion};
pub use rehearse::{LimitKind, LimitSum, Rehearsal, Rehearser, RuleSum, Sample};
pub use review::ResolveReview;
pub use settle::Wake;
pub use tier::{AssignTier, Assigned, TIER_CHANGE, TierChange};
