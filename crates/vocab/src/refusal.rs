//! Refusals: business answers of a closed set of codes, with facts. Technical faults are something else.

use std::borrow::Cow;

use compact_str::CompactString;
use serde::{Deserialize, Serialize};

macro_rules! codes {
    ($($(#[$doc:meta])* $name:ident = $text:literal,)*) => {
        /// Why something was refused. A code never changes its meaning and is never used again for another.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
        pub enum Code {$(
            $(#[$doc])*
            #[serde(rename = $text)]
            $name,
        )*}

        impl Code {
            /// Every code, in the order of their names.
            pub const ALL: &'static [Code] = &[$(Code::$name),*];

            /// The code as it is written outside.
            pub const fn as_str(self) -> &'static str {
                match self { $(Code::$name => $text,)* }
            }
        }
    };
}

codes! {
    /// The reversal would give back more than is left of the spend.
    AlreadyReversed = "already-reversed",
    /// A number is beyond what the product computes with.
    AmountOutOfRange = "amount-out-of-range",
    /// The question is not open any more: somebody has decided, it was withdrawn, or its time is over.
    ApprovalDecided = "approval-decided",
    /// Nobody decides about what they asked for themselves.
    ApprovalOwn = "approval-own",
    /// Deciding about this takes another role, or one that holds elsewhere.
    ApprovalRole = "approval-role",
    /// An assessment is open: one at a time.
    AssessmentOpen = "assessment-open",
    /// The award is larger than the rules give alone; the event waits for a person's review.
    AwardWaiting = "award-waiting",
    /// The birthday was changed not long ago, and is not changed again so soon.
    BirthdayLocked = "birthday-locked",
    /// The booking is over, or too near to be changed.
    BookingClosed = "booking-closed",
    /// The budget of a rule or campaign is used up.
    BudgetExhausted = "budget-exhausted",
    /// An earning cap trimmed the award, perhaps to nothing.
    CapReached = "cap-reached",
    /// The currency is not the program's.
    CurrencyMismatch = "currency-mismatch",
    /// The deduction was canceled, has run out, or its order is paid.
    DeductionClosed = "deduction-closed",
    /// The order has another deduction that counts.
    DeductionExists = "deduction-exists",
    /// Points pay nothing of this bill.
    DeductionUnavailable = "deduction-unavailable",
    /// The delivery has not failed: there is nothing to try again.
    DeliveryNotFailed = "delivery-not-failed",
    /// Much is to be spent from a device that was not seen before; a fresh code is to be shown on it first.
    DeviceUnconfirmed = "device-unconfirmed",
    /// Somebody saved the draft meanwhile.
    DraftChanged = "draft-changed",
    /// The draft is not edited any more: it was published or dropped, or waits for approval.
    DraftClosed = "draft-closed",
    /// The rule gives its award once in a period, and has.
    EarnedAlready = "earned-already",
    /// The award of one event is above the rule's maximum for an event.
    EventMaximum = "event-maximum",
    /// The event is older than the program accepts; it waits for a person's review (decision 10).
    EventTooLate = "event-too-late",
    /// The event lies further ahead of the clock than accepted.
    EventTooFarAhead = "event-too-far-ahead",
    /// A date is not put off, or points that lapsed do not come back.
    ExtensionUnavailable = "extension-unavailable",
    /// The hold is not open: captured, released or expired.
    HoldNotOpen = "hold-not-open",
    /// A key was used before with other data.
    IdempotencyConflict = "idempotency-conflict",
    /// There are fewer available points than asked for.
    InsufficientPoints = "insufficient-points",
    /// A field's value is not valid.
    InvalidField = "invalid-field",
    /// Rules gave as many points of a unit today or this month as the program gives at most.
    IssuanceStopped = "issuance-stopped",
    /// A wallet or record is as large as it may get.
    LimitExceeded = "limit-exceeded",
    /// The person was erased: nothing is kept about them any more.
    MemberErased = "member-erased",
    /// A member with this identifier exists.
    MemberExists = "member-exists",
    /// No member has this identifier.
    MemberUnknown = "member-unknown",
    /// The rule book has no scores that members could be assessed by.
    NotAssessed = "not-assessed",
    /// A change to members' disadvantage would take effect sooner than the program promises.
    NoticeTooShort = "notice-too-short",
    /// The order has been counted.
    OrderAlreadyCounted = "order-already-counted",
    /// The amounts of the order do not add up.
    OrderAmountsDisagree = "order-amounts-disagree",
    /// The order belongs to another member.
    OrderOfAnotherMember = "order-of-another-member",
    /// The order is not known yet; what was said of it waits until it comes.
    OrderParked = "order-parked",
    /// The order's payment was undone.
    OrderUndone = "order-undone",
    /// Fewer pieces are left than asked for.
    OutOfStock = "out-of-stock",
    /// Somebody who works for a place changes more of the rule book than places may.
    OutsideGrant = "outside-grant",
    /// Another amount was paid than was to be paid.
    PaymentMismatch = "payment-mismatch",
    /// The plan was carried out or dismissed before.
    PlanDecided = "plan-decided",
    /// The price does not hold any more.
    QuoteExpired = "quote-expired",
    /// The redemption was rated.
    RatedAlready = "rated-already",
    /// The redemption is in a state that does not allow it.
    RedemptionClosed = "redemption-closed",
    /// The tier's limit of points or redemptions is reached.
    RedemptionLimit = "redemption-limit",
    /// The invitation does not count: of oneself, in a circle, too late, or of somebody who was brought before.
    ReferralRefused = "referral-refused",
    /// The refund is larger than what is left of the order.
    RefundExceedsOrder = "refund-exceeds-order",
    /// Somebody has decided about this review.
    ReviewDecided = "review-decided",
    /// A reward with this identifier exists.
    RewardExists = "reward-exists",
    /// The reward is not there for this member now.
    RewardUnavailable = "reward-unavailable",
    /// The rule book has mistakes.
    RuleBookInvalid = "rule-book-invalid",
    /// Another rule book was published a moment ago.
    RuleBookPublished = "rule-book-published",
    /// A rule that excludes this one applied.
    RuleExcluded = "rule-excluded",
    /// Fewer places of the slot are left than asked for.
    SlotFull = "slot-full",
    /// More pieces are reserved than would be left.
    StockReserved = "stock-reserved",
    /// The member has answered the survey.
    SurveyAnswered = "survey-answered",
    /// The survey is over, or has not begun.
    SurveyClosed = "survey-closed",
    /// The ticket is settled.
    TicketClosed = "ticket-closed",
    /// The thing addressed does not exist.
    Unknown = "unknown",
    /// The unit is not one of the program's.
    UnitUnknown = "unit-unknown",
    /// The unit is held elsewhere or cannot be spent.
    UnitNotSpendable = "unit-not-spendable",
    /// The version is in force, or was: only what has not taken effect can be withdrawn.
    VersionInForce = "version-in-force",
    /// The vote is over, or has not begun.
    VoteClosed = "vote-closed",
    /// A vote with this identifier exists.
    VoteExists = "vote-exists",
    /// The member has voted.
    VotedAlready = "voted-already",
    /// The voucher was used, has lapsed or was taken back.
    VoucherNotValid = "voucher-not-valid",
    /// A wake-up is running: one at a time.
    WakeUpOpen = "wake-up-open",
    /// The wallet is frozen: it earns and does not spend.
    WalletFrozen = "wallet-frozen",
    /// The wallet is not frozen.
    WalletNotFrozen = "wallet-not-frozen",
}

impl Code {
    /// Whether a refusal with this code is a judgment that is remembered under the request's key. What could not be
    /// judged is not: the same request may come again, corrected or when its time has come.
    pub const fn is_judged(self) -> bool {
        !matches!(
            self,
            Code::AmountOutOfRange
                | Code::ApprovalOwn
                | Code::ApprovalRole
                | Code::CurrencyMismatch
                | Code::DeviceUnconfirmed
                | Code::EventTooFarAhead
                | Code::IdempotencyConflict
                | Code::InvalidField
                | Code::MemberUnknown
                | Code::OrderAmountsDisagree
                | Code::OutsideGrant
                | Code::RuleBookInvalid
                | Code::Unknown
                | Code::UnitUnknown
        )
    }
}

/// A value that says how a refusal came about.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Fact {
    /// A number, such as the points there are.
    Number(i64),
    /// A word, such as the name of the cap.
    Word(CompactString),
}

/// A business "no": a code and the facts that a message is made from. It holds no free text and no personal data.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Refusal {
    /// Why.
    pub code: Code,
    /// JSON pointer to the field at fault, where one is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pointer: Option<Cow<'static, str>>,
    /// Which limit, how much is there. Names are part of the contract.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub facts: Vec<(Cow<'static, str>, Fact)>,
}

impl Refusal {
    /// A refusal without facts.
    pub fn new(code: Code) -> Self {
        Refusal { code, pointer: None, facts: Vec::new() }
    }

    /// A field's value is not valid; `must` completes the sentence "the field …".
    pub fn field(pointer: impl Into<Cow<'static, str>>, must: &str) -> Self {
        Refusal::new(Code::InvalidField).at(pointer).word("must", must)
    }

    /// Names the field at fault.
    #[must_use]
    pub fn at(mut self, pointer: impl Into<Cow<'static, str>>) -> Self {
        self.pointer = Some(pointer.into());
        self
    }

    /// Adds a number.
    #[must_use]
    pub fn number(mut self, name: &'static str, value: i64) -> Self {
        self.facts.push((Cow::Borrowed(name), Fact::Number(value)));
        self
    }

    /// Adds a word.
    #[must_use]
    pub fn word(mut self, name: &'static str, value: &str) -> Self {
        self.facts.push((Cow::Borrowed(name), Fact::Word(CompactString::new(value))));
        self
    }
}

impl From<Code> for Refusal {
    fn from(code: Code) -> Self {
        Refusal::new(code)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_unique_sorted_and_read_back() {
        for code in Code::ALL {
            let json = serde_json::to_string(code).unwrap();
            assert_eq!(json, format!("\"{}\"", code.as_str()));
            assert_eq!(serde_json::from_str::<Code>(&json).unwrap(), *code);
        }
        let unique: std::collections::BTreeSet<_> = Code::ALL.iter().map(|code| code.as_str()).collect();
        assert_eq!(unique.len(), Code::ALL.len());
    }
}
