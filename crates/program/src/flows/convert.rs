//! Sleeping points become something else (EXP-15), and the cash they became is spent at a till.
//!
//! A conversion uses points, so whatever else sleeps comes back with it (EXP-13). Refusals, in order: unknown;
//! member-unknown; invalid-field, amount-out-of-range; insufficient-points for more than sleeps; wallet-frozen,
//! limit-exceeded. Of using: unknown; voucher-not-valid.

use compact_str::{CompactString, format_compact};
use jifen_ledger::{Account, Cause, CauseKind, Dated, EntryKind, Grant};
use jifen_vocab::{Code, MemberId, Money, Points, Refusal, Timestamp};
use serde::{Deserialize, Serialize};

use crate::book::conversions::{Into, Way};
use crate::book::{Books, RuleBook};
use crate::conversions::{Became, CASH_VOUCHER_KEY, CashVoucher, Conversion};
use crate::desk::{Command, Desk, Identity, Keys, Loaded, RequestKey, Stop, Touch};
use crate::member::Member;
use crate::vouchers::VoucherCode;
use crate::wallets::{Sitting, WalletView, positive};

/// Converts sleeping points.
#[derive(Debug, Clone)]
pub struct Convert {
    /// The key it came with.
    pub request: Option<RequestKey>,
    /// Whose points.
    pub member: MemberId,
    /// Which way of the rule book.
    pub way: CompactString,
    /// How many points.
    pub points: i64,
    /// Of which a voucher's code is made.
    pub draw: u128,
    /// Who asks: the credential.
    pub operator: CompactString,
}

/// What came of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Converted {
    /// The conversion.
    pub conversion: Conversion,
    /// The wallet afterwards.
    pub wallet: WalletView,
}

impl Command for Convert {
    type Outcome = Converted;

    fn identity(&self) -> Option<Identity> {
        self.request.as_ref().map(RequestKey::identity)
    }

    fn touches(&self, _: &Books, _: &Loaded<'_>, keys: &mut Keys) -> Touch {
        keys.want::<Member>(self.member.as_str());
        Touch::Done
    }

    fn decide(&self, desk: &mut Desk<'_>) -> Result<Converted, Stop> {
        let book = desk.books().at(desk.now()).clone();
        let unknown = || Refusal::new(Code::Unknown).word("conversion", &self.way);
        let way = book.conversions.way(&self.way).ok_or_else(unknown)?;
        let mut sitting = Sitting::open(desk, self.member.as_str())?;
        if !way.is_for(&sitting.member.badges_at(desk.now())) {
            return Err(unknown().into());
        }
        let unit = book.conversions.unit.clone().unwrap_or_else(|| book.default_unit.clone());
        let points = positive(self.points)?;
        if points.get() % way.points != 0 {
            return Err(Refusal::field("/points", &format!("be a multiple of {}", way.points)).into());
        }
        let asleep = sitting.ledger().wallet().dormant(&unit).get();
        if points.get() > asleep {
            let few = Refusal::new(Code::InsufficientPoints).number("available", asleep);
            return Err(few.number("required", points.get()).into());
        }
        let id = desk.new_id("cnv");
        let cause = Cause {
            by: CauseKind::Conversion,
            id: Some(id.clone()),
            operator: Some(self.operator.clone()),
            ..Cause::default()
        };
        sitting.ledger().spend(&unit, points, way.account(), EntryKind::Spend, &cause)?;
        let became = self.become_of(desk, &mut sitting, &book, way, &cause)?;
        let wallet = sitting.view();
        sitting.close(desk);
        let today = book.zone.day_of(desk.now());
        desk.count("converted", today, way.id.clone(), points.get());
        let conversion = Conversion {
            v: 1,
            id: id.clone(),
            member: self.member.clone(),
            way: way.id.clone(),
            name: way.name.clone(),
            unit,
            points: points.get(),
            became,
            at: desk.now(),
        };
        desk.write_new(&id, conversion.clone());
        Ok(Converted { conversion, wallet })
    }
}

impl Way {
    /// Where its points go.
    const fn account(&self) -> Account {
        match self.into {
            Into::Unit { .. } => Account::Exchanged,
            Into::Charity { .. } => Account::Donated,
            Into::Voucher { .. } => Account::Redeemed,
        }
    }
}

impl Convert {
    fn become_of(
        &self,
        desk: &mut Desk<'_>,
        sitting: &mut Sitting,
        book: &RuleBook,
        way: &Way,
        cause: &Cause,
    ) -> Result<Became, Stop> {
        let now = sitting.ledger().now();
        let times = self.points / way.points;
        let all = |each: i64| each.checked_mul(times).ok_or(Refusal::new(Code::AmountOutOfRange).at("/points"));
        match &way.into {
            Into::Unit { unit, points } => {
                let points = positive(all(*points)?)?;
                let of = book.unit(unit.as_str()).ok_or(Code::UnitUnknown)?;
                let validity = book.validity(of, book.tier(sitting.member.body.tier.as_str()));
                let grant = Grant {
                    unit: unit.clone(),
                    points,
                    effective_at: now,
                    dated: Dated::At(validity.expires_at(now, &book.zone)),
                    release: None,
                    kind: EntryKind::Convert,
                    cause: cause.clone(),
                };
                sitting.ledger().grant(grant)?;
                Ok(Became::Unit { unit: unit.clone(), points: points.get() })
            }
            Into::Charity { cause } => {
                let unit = book.conversions.unit.as_ref().unwrap_or(&book.default_unit);
                Ok(Became::Charity { cause: cause.clone(), worth: book.worth(unit, self.points) })
            }
            Into::Voucher { amount, days } => {
                let code = VoucherCode::drawn(self.draw);
                let amount = Money { amount: all(*amount)?, currency: book.currency };
                let expires_at = now.plus_days(i64::from(*days));
                let voucher = CashVoucher {
                    v: 1,
                    conversion: cause.id.clone().unwrap_or_default(),
                    member: self.member.clone(),
                    amount,
                    expires_at,
                    used: None,
                };
                desk.write_new(code.as_str(), voucher);
                Ok(Became::Voucher { code: CompactString::new(code.as_str()), amount, expires_at })
            }
        }
    }
}

/// Uses a voucher of cash.
#[derive(Debug, Clone)]
pub struct UseCash {
    /// Which.
    pub code: VoucherCode,
    /// In which shop.
    pub store: CompactString,
    /// The caller's own name for it: the same one gets the first answer.
    pub reference: CompactString,
    /// Of the request's content.
    pub fingerprint: [u8; 16],
}

impl Command for UseCash {
    type Outcome = CashVoucher;

    fn identity(&self) -> Option<Identity> {
        let id = format_compact!("{} {}", self.code.as_str(), self.reference);
        Some(Identity { kind: &CASH_VOUCHER_KEY, id, fingerprint: self.fingerprint })
    }

    fn touches(&self, _: &Books, _: &Loaded<'_>, keys: &mut Keys) -> Touch {
        keys.want::<CashVoucher>(self.code.as_str());
        Touch::Done
    }

    fn decide(&self, desk: &mut Desk<'_>) -> Result<CashVoucher, Stop> {
        let unknown = || Refusal::new(Code::Unknown).word("voucher", self.code.as_str());
        let voucher = desk.read::<CashVoucher>(self.code.as_str())?.ok_or_else(unknown)?;
        let not_valid = |state: &str| Refusal::new(Code::VoucherNotValid).word("state", state);
        if let Some((store, _, at)) = &voucher.used {
            let at = desk.books().at(*at).zone.rfc3339(*at);
            return Err(not_valid("used").word("store", store).word("used_at", &at).into());
        }
        if desk.now() >= voucher.expires_at {
            return Err(not_valid("lapsed").into());
        }
        let used = Some((self.store.clone(), self.reference.clone(), desk.now()));
        let voucher = CashVoucher { used, ..CashVoucher::clone(&voucher) };
        desk.write(self.code.as_str(), voucher.clone());
        Ok(voucher)
    }
}

/// How many points can be converted at most, in whole steps.
pub fn convertible(way: &Way, asleep: Points) -> i64 {
    asleep.get() / way.points * way.points
}

/// What a till sees of a voucher of cash.
pub fn cash_state(voucher: &CashVoucher, now: Timestamp) -> &'static str {
    match &voucher.used {
        Some(_) => "used",
        None if now >= voucher.expires_at => "lapsed",
        None => "open",
    }
}
