//! A member with a wallet, a program, and a clock. After every operation the wallet must be the fold of its entries
//! and survive being written and read.

use jifen_ledger::fold::{Fold, StoredEntry};
use jifen_ledger::{
    Account, Cause, CauseKind, Dated, DebtPolicy, EntryKind, GivenBack, Grant, Granted, Law, Lead, Ledger, NoticeTerms,
    Outcome, Piece, Pieces, Release, TakeBack, TakenBack, UnitTerms, Wallet,
};
use jifen_vocab::{HoldId, MemberId, Points, Refusal, Timestamp, UnitId, Zone};

pub(crate) struct World {
    pub(crate) wallet: Wallet,
    pub(crate) member: MemberId,
    pub(crate) zone: Zone,
    pub(crate) terms: UnitTerms,
    pub(crate) now: Timestamp,
    /// Everything so far.
    pub(crate) out: Outcome,
    logged: usize,
}

/// An instant: RFC 3339, or a day in Shanghai with or without a time.
pub(crate) fn t(text: &str) -> Timestamp {
    let full = match text.len() {
        10 => format!("{text}T00:00:00+08:00"),
        16 => format!("{}:00+08:00", text.replace(' ', "T")),
        _ => text.to_owned(),
    };
    Timestamp::parse_rfc3339(&full).unwrap_or_else(|| panic!("no instant: {text}"))
}

pub(crate) fn points() -> UnitId {
    UnitId::new("points").unwrap()
}

pub(crate) fn hold_id(text: &str) -> HoldId {
    HoldId::new(text).unwrap()
}

fn cause(by: CauseKind) -> Cause {
    Cause { by, ..Cause::default() }
}

/// A refusal in short: its code and its numbers.
pub(crate) fn short(refusal: &Refusal) -> String {
    let facts = refusal.facts.iter().map(|(name, fact)| match fact {
        jifen_vocab::Fact::Number(number) => format!(" {name}={number}"),
        jifen_vocab::Fact::Word(word) => format!(" {name}={word}"),
    });
    format!("{}{}", refusal.code.as_str(), facts.collect::<String>())
}

impl World {
    pub(crate) fn at(now: &str) -> World {
        World {
            wallet: Wallet::default(),
            member: MemberId::new("h906").unwrap(),
            zone: Zone::named("Asia/Shanghai").unwrap(),
            terms: UnitTerms::new(points()),
            now: t(now),
            out: Outcome::default(),
            logged: 0,
        }
    }

    pub(crate) fn debt(mut self, policy: DebtPolicy) -> World {
        self.terms.debt = policy;
        self
    }

    pub(crate) fn notice(mut self, leads: &[Lead], required: bool) -> World {
        let leads = leads.iter().copied().collect();
        self.terms.notice = Some(NoticeTerms { leads, required, since: Timestamp::MIN });
        self
    }

    /// Opens the wallet, does something, and checks what must always hold.
    pub(crate) fn desk<R>(&mut self, act: impl FnOnce(&mut Ledger<'_>) -> R) -> R {
        let terms = [self.terms.clone()];
        let law = Law { zone: &self.zone, terms: &terms };
        let result = act(&mut Ledger::open(&mut self.wallet, &self.member, law, self.now, &mut self.out));
        self.check();
        result
    }

    pub(crate) fn check(&mut self) {
        let mut fold = Fold::new();
        for sealed in &self.out.entries {
            fold.apply(StoredEntry { body: &sealed.body, hash: &sealed.hash }).unwrap();
        }
        fold.compare(&self.wallet).unwrap();
        for (_, unit) in fold.units() {
            assert_eq!(unit.accounts().map(|(_, sum)| sum).sum::<i64>(), 0);
        }
        let json = serde_json::to_string(&self.wallet).unwrap();
        let read: Wallet = serde_json::from_str(&json).unwrap_or_else(|error| panic!("{error}: {json}"));
        assert_eq!(read, self.wallet);
        self.wallet = read;
    }

    /// Moves the clock and settles.
    pub(crate) fn go(&mut self, now: &str) {
        self.now = t(now);
        self.desk(|_| ());
    }

    pub(crate) fn grant(&mut self, amount: i64, dated: Dated, release: Option<Release>) -> Result<Granted, Refusal> {
        self.grant_at(amount, self.now, dated, release)
    }

    pub(crate) fn grant_at(
        &mut self,
        amount: i64,
        effective_at: Timestamp,
        dated: Dated,
        release: Option<Release>,
    ) -> Result<Granted, Refusal> {
        let cause = cause(CauseKind::Event);
        let points = Points::new(amount);
        let kind = EntryKind::Earn;
        let grant = Grant { unit: self::points(), points, effective_at, dated, release, kind, cause };
        self.desk(|ledger| ledger.grant(grant))
    }

    /// Available at once, until that instant; empty for ever.
    pub(crate) fn earn(&mut self, amount: i64, expires: &str) -> Granted {
        let date = (!expires.is_empty()).then(|| t(expires));
        self.grant(amount, Dated::At(date), None).unwrap()
    }

    pub(crate) fn spend(&mut self, amount: i64) -> Result<Pieces, Refusal> {
        let cause = cause(CauseKind::Spend);
        self.desk(|ledger| ledger.spend(&points(), Points::new(amount), Account::Redeemed, EntryKind::Spend, &cause))
    }

    pub(crate) fn give_back(&mut self, pieces: &[Piece], amount: i64) -> Result<GivenBack, Refusal> {
        let cause = cause(CauseKind::Spend);
        self.desk(|ledger| ledger.give_back(&points(), pieces, Points::new(amount), Account::Redeemed, &cause))
    }

    pub(crate) fn hold(&mut self, id: &str, amount: i64, until: &str) -> Result<Pieces, Refusal> {
        let until = (!until.is_empty()).then(|| t(until));
        let cause = cause(CauseKind::Hold);
        self.desk(|ledger| ledger.hold(&points(), Points::new(amount), &hold_id(id), until, &cause))
    }

    pub(crate) fn capture(&mut self, id: &str, amount: i64) -> Result<Pieces, Refusal> {
        let cause = cause(CauseKind::Hold);
        self.desk(|ledger| ledger.capture(&hold_id(id), Points::new(amount), Account::Redeemed, &cause))
    }

    pub(crate) fn unhold(&mut self, id: &str) -> Result<Pieces, Refusal> {
        let cause = cause(CauseKind::Hold);
        self.desk(|ledger| ledger.unhold(&hold_id(id), &cause))
    }

    pub(crate) fn adjust_down(&mut self, amount: i64) -> Result<Pieces, Refusal> {
        let cause = cause(CauseKind::Adjustment);
        self.desk(|ledger| ledger.adjust_down(&points(), Points::new(amount), &cause))
    }

    pub(crate) fn take_back(&mut self, own: &[Piece], amount: i64, lapsed_counted: i64) -> Result<TakenBack, Refusal> {
        let lapsed: Vec<Piece> = self.out.lapsed.iter().flat_map(|lapsed| lapsed.pieces.iter().copied()).collect();
        let cause = cause(CauseKind::Event);
        let what = TakeBack {
            unit: &points(),
            points: Points::new(amount),
            own,
            lapsed: &lapsed,
            lapsed_counted: Points::new(lapsed_counted),
            cause: &cause,
        };
        self.desk(|ledger| ledger.take_back(&what))
    }

    /// `available/pending/held/debt`.
    pub(crate) fn sums(&self) -> String {
        let unit = points();
        let wallet = &self.wallet;
        let (available, pending) = (wallet.available(&unit), wallet.pending(&unit));
        format!("{available}/{pending}/{}/{}", wallet.held(&unit), wallet.debt(&unit))
    }

    /// Points by date: `2027-01-01: 70, never: 5`.
    pub(crate) fn dates(&self) -> String {
        let Some(holding) = self.wallet.holding(&points()) else { return String::new() };
        let lots = holding.lots().iter().map(|lot| {
            let grace = if lot.is_grace() { " grace" } else { "" };
            let date = lot.expires_at().map_or("never".to_owned(), |date| self.show(date));
            format!("{date}{grace}: {}", lot.points())
        });
        lots.collect::<Vec<_>>().join(", ")
    }

    pub(crate) fn show(&self, at: Timestamp) -> String {
        let text = self.zone.rfc3339(at);
        let (day, time) = text.split_at(10);
        if time.starts_with("T00:00:00+") { day.to_owned() } else { text[..16].replace('T', " ") }
    }

    /// New entries since the last look, one a line: `earn 100 issued>available =100 2026-06-18 12:00`.
    pub(crate) fn log(&mut self) -> Vec<String> {
        let new = &self.out.entries[self.logged..];
        let lines = new.iter().map(|sealed| {
            let entry = &sealed.entry;
            let (from, to) = (entry.from.as_str(), entry.to.as_str());
            let at = self.show(entry.effective_at);
            format!("{} {} {from}>{to} ={} {at}", entry.kind.as_str(), entry.points, entry.balance)
        });
        let lines = lines.collect();
        self.logged = self.out.entries.len();
        lines
    }

    /// Notices so far: `2027-01-01: 70 given 2026-10-01`.
    pub(crate) fn notices(&self) -> Vec<String> {
        let notices = self.out.notices.iter();
        let lines =
            notices.map(|n| format!("{}: {} given {}", self.show(n.expires_at), n.points, self.show(n.given_at)));
        lines.collect()
    }
}
