//! A record's time has come: whatever fell due is applied.

use jifen_vocab::Key;

use super::{approval, deduct, occasion, redeem, referral, streak, vote};
use crate::approvals::APPROVAL;
use crate::book::Books;
use crate::days::{DAY_EVENTS, DayBlock};
use crate::deductions::DEDUCTION;
use crate::desk::{Command, Desk, Keys, Loaded, Stop, Touch};
use crate::member::{MEMBER, Member};
use crate::members::{ANNIVERSARY, BIRTHDAY};
use crate::messages::{self, DELIVERY};
use crate::redemptions::REDEMPTION;
use crate::referrals::REFERRAL_NEWS;
use crate::streaks::STREAK_REMINDER;
use crate::votes::POLL;
use crate::vouchers::VOUCHER;
use crate::wallets::Sitting;

/// Wakes a record of any alarmed kind.
#[derive(Debug, Clone)]
pub struct Wake {
    /// Which record.
    pub key: Key,
}

impl Command for Wake {
    type Outcome = ();

    fn touches(&self, books: &Books, loaded: &Loaded<'_>, keys: &mut Keys) -> Touch {
        if *self.key.kind == ANNIVERSARY {
            return occasion::want_anniversary(books, &self.key.id, keys);
        }
        if *self.key.kind == APPROVAL {
            return approval::expiry_touches(books, loaded, &self.key.id, keys);
        }
        if *self.key.kind == BIRTHDAY {
            return occasion::want(books, &self.key.id, keys);
        }
        if *self.key.kind == DEDUCTION {
            return deduct::want_run_out(&self.key.id, loaded, keys);
        }
        if *self.key.kind == REDEMPTION {
            return redeem::want_run_out(&self.key.id, loaded, keys);
        }
        if *self.key.kind == POLL {
            return vote::want(&self.key.id, keys);
        }
        if *self.key.kind == REFERRAL_NEWS {
            return referral::want_news(books, loaded, &self.key.id, keys);
        }
        if *self.key.kind == STREAK_REMINDER {
            return streak::want_reminder(&self.key.id, loaded, keys);
        }
        if *self.key.kind == VOUCHER {
            return redeem::want_lapse(&self.key.id, loaded, keys);
        }
        keys.want_key(self.key.clone());
        Touch::Done
    }

    fn decide(&self, desk: &mut Desk<'_>) -> Result<(), Stop> {
        if *self.key.kind == MEMBER
            && let Some(member) = desk.read::<Member>(&self.key.id)?
        {
            Sitting::of(desk, Member::clone(&member)).close(desk);
        }
        if *self.key.kind == ANNIVERSARY {
            occasion::celebrate_years(desk, &self.key.id)?;
        }
        if *self.key.kind == BIRTHDAY {
            occasion::celebrate(desk, &self.key.id)?;
        }
        if *self.key.kind == DEDUCTION {
            deduct::run_out(desk, &self.key.id)?;
        }
        if *self.key.kind == REDEMPTION {
            redeem::run_out(desk, &self.key.id)?;
        }
        if *self.key.kind == POLL {
            vote::run_out(desk, &self.key.id)?;
        }
        if *self.key.kind == REFERRAL_NEWS {
            referral::hear(desk, &self.key.id)?;
        }
        if *self.key.kind == STREAK_REMINDER {
            streak::remind(desk, &self.key.id)?;
        }
        if *self.key.kind == VOUCHER {
            redeem::lapse(desk, &self.key.id)?;
        }
        if *self.key.kind == DELIVERY {
            messages::wake(desk, &self.key.id)?;
        }
        if *self.key.kind == DAY_EVENTS {
            desk.write(&self.key.id, DayBlock::emptied());
        }
        if *self.key.kind == APPROVAL {
            approval::expire(desk, &self.key.id)?;
        }
        Ok(())
    }
}
