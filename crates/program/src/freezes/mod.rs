//! Freezes: a member's wallet earns and does not spend, until the freeze is lifted or its time is over.
//!
//! A freeze moves no points: they stay where they are and lapse on their own date (decision 7). Another freeze replaces
//! the one before. Refusals, in order: member-unknown, invalid-field; wallet-not-frozen.

use jifen_vocab::{Code, MemberId, Refusal, Timestamp, limits};
use serde::{Deserialize, Serialize};

use crate::audit::{self, By, Line};
use crate::book::Books;
use crate::desk::{Command, Desk, Identity, Keys, Loaded, RequestKey, Stop, Touch};
use crate::member::Member;
use crate::messages::{self, Cause};
use crate::wallets::Sitting;

/// Freezes a wallet.
#[derive(Debug, Clone)]
pub struct Freeze {
    /// The key it came with.
    pub request: Option<RequestKey>,
    /// Whose wallet.
    pub member: MemberId,
    /// When it ends by itself; never, unless it is given.
    pub until: Option<Timestamp>,
    /// Why, in a person's words.
    pub reason: String,
    /// Who freezes.
    pub by: By,
}

/// Lifts a freeze.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Unfreeze {
    /// The key it came with.
    #[serde(skip)]
    pub request: Option<RequestKey>,
    /// Whose wallet.
    pub member: MemberId,
    /// Why, in a person's words.
    pub reason: String,
    /// Who lifts it.
    pub by: By,
}

/// Where a wallet stands after a freeze was set or lifted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Frozen {
    /// Whose wallet.
    pub member: MemberId,
    /// Whether it is frozen.
    pub frozen: bool,
    /// When that ends by itself.
    pub until: Option<Timestamp>,
}

impl Command for Freeze {
    type Outcome = Frozen;

    fn identity(&self) -> Option<Identity> {
        self.request.as_ref().map(RequestKey::identity)
    }

    fn touches(&self, _: &Books, _: &Loaded<'_>, keys: &mut Keys) -> Touch {
        keys.want::<Member>(self.member.as_str());
        audit::want(keys);
        Touch::Done
    }

    fn decide(&self, desk: &mut Desk<'_>) -> Result<Frozen, Stop> {
        let mut sitting = Sitting::open(desk, self.member.as_str())?;
        check_reason(&self.reason)?;
        if self.until.is_some_and(|until| until <= desk.now()) {
            return Err(Refusal::field("/until", "lie in the future").into());
        }
        let before = sitting.ledger().wallet().frozen();
        sitting.ledger().freeze(self.until);
        messages::notify(desk, &sitting.member.body, Cause::Frozen { until: self.until });
        sitting.close(desk);
        let line = Line::new("wallets.freeze", "member", self.member.as_str()).before("frozen", before.is_some());
        let line = line.after("frozen", true).after("until", self.until.map(Timestamp::as_millis));
        audit::write(desk, &self.by, line.because(&self.reason))?;
        Ok(Frozen { member: self.member.clone(), frozen: true, until: self.until })
    }
}

impl Command for Unfreeze {
    type Outcome = Frozen;

    fn identity(&self) -> Option<Identity> {
        self.request.as_ref().map(RequestKey::identity)
    }

    fn touches(&self, _: &Books, _: &Loaded<'_>, keys: &mut Keys) -> Touch {
        keys.want::<Member>(self.member.as_str());
        audit::want(keys);
        Touch::Done
    }

    fn decide(&self, desk: &mut Desk<'_>) -> Result<Frozen, Stop> {
        let mut sitting = Sitting::open(desk, self.member.as_str())?;
        check_reason(&self.reason)?;
        if !sitting.ledger().unfreeze() {
            return Err(Refusal::new(Code::WalletNotFrozen).word("member", self.member.as_str()).into());
        }
        messages::notify(desk, &sitting.member.body, Cause::Unfrozen);
        sitting.close(desk);
        let line = Line::new("wallets.unfreeze", "member", self.member.as_str()).before("frozen", true);
        audit::write(desk, &self.by, line.after("frozen", false).because(&self.reason))?;
        Ok(Frozen { member: self.member.clone(), frozen: false, until: None })
    }
}

fn check_reason(reason: &str) -> Result<(), Refusal> {
    if reason.trim().is_empty() || reason.chars().count() > limits::REASON_LEN_MAX {
        return Err(Refusal::field("/reason", "have 1 to 500 characters"));
    }
    Ok(())
}
