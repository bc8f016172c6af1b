//! Where several features meet: each meeting has a name and a file. Pure like the rest.

mod action;
mod approval;
mod assessment;
mod case;
mod check_in;
mod convert;
mod deduct;
mod enroll;
mod event;
mod festival;
mod give;
mod guard;
mod member_sign_in;
mod note;
mod occasion;
mod outcome;
mod price_plan;
mod publish;
mod purchase;
mod raise;
mod receipt;
mod redeem;
mod referral;
mod refund;
mod rehearse;
mod review;
mod scores;
mod settle;
mod sign_in;
mod streak;
mod survey;
mod tasks;
mod ticket;
mod tier;
mod vote;
mod watch;

pub use action::{Action, DataAccess, Done};
pub use approval::{Ask, Asked, DecideApproval, Decided, UsePermission, Verdict, action_of};
pub use assessment::{
    BeginAssessment, BeginPeriod, CarryOutSlice, DecideAssessment, NextStep, PlanMembers, PlanWord, next_step,
};
pub use check_in::CheckIn;
pub use convert::{Convert, Converted, UseCash, cash_state, convertible};
pub use deduct::{Deduct, DeductionEnd, EndDeduction};
pub use enroll::{Enroll, Enrolled};
pub use event::JudgeEvent;
pub use festival::{BeginGreeting, GreetMembers, NextGreeting, next_greeting};
pub use guard::{HeldBack, HoldBack, SeeDevice};
pub use member_sign_in::{ConfirmDevice, SendCode, ShowMemberCode};
pub use outcome::{CardDrawn, EventOutcome, TakenBack, TaskDone};
pub use price_plan::{DecidePricePlan, MakePricePlan};
pub use publish::{Notice, Publication, PublishDraft, PublishFiles, Published, Tried, WithdrawVersion};
pub use receipt::{bears_out, receipt_of};
pub use redeem::{
    AskQuote, Book, BookingEnd, CodeDraws, ConfirmRedemption, EndBooking, HearPayment, Held, Looker, NoteLowPool,
    PAYMENT_KEY, PaymentNews, ProviderSaid, PutReward, Quoted, Rate, Rated, Redeem, SendOut, SetSlots, SettlePayment,
    ShownPrice, SlotsSet, Supply, SupplyChange, TakeBackHow, TakeCodesIn, TakenIn, UndoRedemption, UseVoucher,
    VoucherUsed, WaysBack, base_points, cash_for_missing, is_rated, most_cash_of, shown_price,
};
pub use referral::{BindReferral, Bound, MakeInvitation, REFERRAL_EVENTS};
pub use rehearse::{LimitKind, LimitSum, Rehearsal, Rehearser, RuleSum, Sample};
pub use review::ResolveReview;
pub use scores::{CountEntries, GivePrize, PlanPrizes};
pub use settle::Wake;
pub use sign_in::{
    BeginReset, ComeFromProvider, ConfirmSession, Entry, NewPassword, OfferFactor, SetPassword, ShowCode, ShowPassword,
    Shown,
};
pub use streak::forecast;
pub use survey::AnswerSurvey;
pub use ticket::OpenTicket;
pub use tier::{AssignTier, Assigned};
pub use vote::{CastBallot, ClosePoll, MakePoll};
