//! The rule book: everything an operator can change, read from a bundle of YAML files and compiled once.
//!
//! Published versions are immutable and numbered. [`Books`] holds all that a decision may need: the one in force and
//! those of the days before, because a late event is judged by the rules of its day (decision 10).

pub mod abuse;
pub mod ascent;
pub mod assortment;
pub mod benefits;
pub mod boards;
pub mod changes;
pub mod check;
pub mod conversions;
pub mod deductions;
pub mod diff;
pub mod examples;
mod gains;
pub mod gifts;
mod guard;
pub mod leaderboards;
mod load;
pub mod local;
pub mod messages;
mod name;
pub mod occasions;
mod organization;
pub mod page;
pub mod paper;
pub mod plan;
pub mod prices;
pub mod referrals;
mod rights;
pub mod shelf;
pub mod stages;
pub mod streaks;
pub mod surveys;
pub mod tasks;
pub mod template;
pub mod tickets;
mod versions;
pub mod wake_ups;

use jifen_ledger::{UnitTerms, Validity};
use jifen_rules::{RuleIndex, RuleSet};
use jifen_vocab::{ChannelId, Currency, Decimal, Money, Ratio, Rounding, SourceLabel, TierId, Timestamp, UnitId, Zone};

pub use changes::ChangeTerms;
pub use gains::givers;
pub use guard::{FreezeAbove, Guard};
pub use load::{limits, rewards_named};
pub use local::LocalTerms;
pub use name::Name;
pub use organization::{Organization, Place, PlaceKind, Role};
pub use rights::{ApprovalTerms, Ceilings, Held, Rights, RoleCeiling, Sensitive, Unusual};
pub use versions::{Books, Published};

use crate::words::words;

/// A unit of points.
#[derive(Debug, Clone)]
pub struct Unit {
    /// Its identifier.
    pub id: UnitId,
    /// What people call it.
    pub name: Name,
    /// What a point is worth, in major units of the program's currency; none for units without a value (PROG-02).
    pub value: Option<Decimal>,
    /// The lowest and the highest worth that the program promises to stay within, where its worth floats; the value lies
    /// between them.
    pub band: Option<(Decimal, Decimal)>,
    /// Whether members may spend it here; growth value and foreign units (PROG-08) are not spent.
    pub spendable: bool,
    /// Whether it is another company's: miles, cups, platform coins (PROG-08).
    pub foreign: bool,
    /// Debt, grace, notices and sleep.
    pub terms: UnitTerms,
    /// How long points live unless a rule or tier says otherwise.
    pub validity: Validity,
    /// How a date is put off; never where nothing is said.
    pub extension: Option<ExtensionTerms>,
}

/// How points get a later date (EXP-08, EXP-17).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ExtensionTerms {
    /// Days by which a date is put off.
    pub days: u16,
    /// What members may do, once for each date; nothing where it is not said.
    pub member: Option<MemberExtension>,
    /// What customer service may do; nothing where it is not said.
    pub staff: Option<StaffExtension>,
}

/// How members put dates off themselves (EXP-08).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct MemberExtension {
    /// From how many days before the date on.
    pub within_days: u16,
    /// Which part of the points it costs, rounded up.
    pub fee: Decimal,
}

/// How customer service puts dates off, and brings back what has lapsed (EXP-17).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct StaffExtension {
    /// Days at most.
    pub days: u16,
    /// For how many days after a lapse points can be brought back; 0 for never.
    pub lapsed_days: u16,
    /// Points at most, in one go.
    pub most: i64,
}

/// A tier of members.
#[derive(Debug, Clone)]
pub struct Tier {
    /// Its identifier.
    pub id: TierId,
    /// What people call it.
    pub name: Name,
    /// Its place: 0 is the lowest.
    pub rank: u8,
    /// What purchase rules may multiply by (EARN-06).
    pub earning_multiplier: Decimal,
    /// Validity of points earned in this tier, per unit (EXP-04).
    pub validity: Vec<(UnitId, Validity)>,
    /// The score from which on it is reached; only people assign a tier without one.
    pub from: Option<i64>,
    /// The score below which it is lost (TIER-05).
    pub keep: Option<i64>,
}

/// A label under which points are reported by source (PROG-04).
#[derive(Debug, Clone)]
pub struct Label {
    /// Its identifier.
    pub id: SourceLabel,
    /// What people call it.
    pub name: Name,
}

/// Where members meet the program (PROG-10). One member has one balance on all of them.
#[derive(Debug, Clone)]
pub struct Channel {
    /// Its identifier, as events name it.
    pub id: ChannelId,
    /// What people call it.
    pub name: Name,
    /// What it is.
    pub kind: ChannelKind,
}

words! {
    /// What a channel is (PROG-10).
    ChannelKind {
        /// The program's own app.
        App = "app",
        /// A community or chat group.
        Community = "community",
        /// A self-service kiosk.
        Kiosk = "kiosk",
        /// A live stream.
        LiveStream = "live_stream",
        /// A mini-program inside another app.
        MiniProgram = "mini_program",
        /// An official account of a messenger.
        OfficialAccount = "official_account",
        /// The company's own mall on line.
        OnlineMall = "online_mall",
        /// A partner's supermarket or shop.
        Partner = "partner",
        /// Picking up in a shop what was ordered on line.
        PickUp = "pick_up",
        /// A brand's pop-up shop.
        PopUp = "pop_up",
        /// A shop of the company.
        Store = "store",
        /// A web page.
        Web = "web",
    }
}

words! {
    /// The line of business a rule book is made for (PROG-11): which presets the console offers.
    Industry {
        /// Air travel.
        Airline = "airline",
        /// Household appliances: few purchases, high prices.
        Appliances = "appliances",
        /// Beauty and care.
        Beauty = "beauty",
        /// Restaurants and catering.
        Catering = "catering",
        /// Education.
        Education = "education",
        /// Charging of electric cars.
        EvCharging = "ev_charging",
        /// Hotels.
        Hotel = "hotel",
        /// Shops.
        Retail = "retail",
        /// Services of any other kind.
        Services = "services",
        /// Sports.
        Sports = "sports",
        /// Travel.
        Travel = "travel",
    }
}

/// When points of a rule become usable.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Pending {
    /// That many days later, at the same time of day.
    Days(u16),
    /// On that day, at its start.
    On(jifen_vocab::Day),
    /// When that event comes for the same order (or for the member, where there is no order), within so many days;
    /// else they are cancelled.
    Until {
        /// The type of the event.
        event: String,
        /// Days of 24 hours.
        within_days: u16,
    },
}

/// What an earning rule says besides when, how much, and under which label: how long its points live.
#[derive(Debug, Clone, Default)]
pub struct Earning {
    /// Validity that overrides the tier's and the unit's.
    pub validity: Option<Validity>,
    /// Whether validity counts from the release of pending points rather than from their grant.
    pub from_release: bool,
    /// When its points become usable; at once unless it says so.
    pub pending: Option<Pending>,
    /// Its condition as members read it.
    pub terms: Option<Name>,
    /// The reward of the shelf that comes with an award, by the name of the gift.
    pub gift: Option<compact_str::CompactString>,
}

impl Pending {
    /// When points granted at that instant become usable; nothing where that depends on an event.
    pub fn release_at(&self, granted_at: Timestamp, zone: &Zone) -> Option<Timestamp> {
        match self {
            Pending::Days(days) => {
                Some(zone.same_time_on(zone.day_of(granted_at).plus_days(i32::from(*days)), granted_at))
            }
            Pending::On(day) => Some(zone.start_of(*day)),
            Pending::Until { .. } => None,
        }
    }
}

/// A published rule book, compiled.
#[derive(Debug)]
pub struct RuleBook {
    /// Its number, from 1.
    pub version: u32,
    /// The program's identifier.
    pub id: String,
    /// What people call the program.
    pub name: Name,
    /// The lines of business it is made for (PROG-11).
    pub industry: Vec<Industry>,
    /// Where its days begin (decision 9).
    pub zone: Zone,
    /// The currency of its amounts.
    pub currency: Currency,
    /// Whether an unknown member is enrolled by the first event.
    pub enroll_unknown: bool,
    /// How many days late an event is still judged (decision 10).
    pub late_days: u16,
    /// How many minutes ahead of the clock an event may lie.
    pub ahead_minutes: u16,
    /// For how many days events are kept for trying rules on them; 0 for not at all.
    pub kept_days: u16,
    /// How many hours a hold lasts unless it says otherwise.
    pub hold_hours: u16,
    /// How many years members look back in their own history; all of it where it does not say (decision 15). What is
    /// older is kept all the same.
    pub history_years: Option<u16>,
    /// Units, sorted by id.
    pub units: Vec<Unit>,
    /// The terms of [`RuleBook::units`], as the ledger wants them.
    pub terms: Vec<UnitTerms>,
    /// The unit of rules that name none.
    pub default_unit: UnitId,
    /// Tiers, by rank; there is at least one.
    pub tiers: Vec<Tier>,
    /// How members rise and fall; only people assign tiers where it does not say.
    pub ascent: Option<ascent::Ascent>,
    /// What redemptions bring besides their reward.
    pub growth: Option<ascent::RedemptionGrowth>,
    /// Rows of the matrix of benefits that stand nowhere else (TIER-10).
    pub benefits: Vec<ascent::Benefit>,
    /// Stages of a membership, the first that holds counts (PROG-12).
    pub stages: Vec<stages::StageRule>,
    /// Whether a rule asks for the stage of a member.
    pub looks_at_stage: bool,
    /// The labels under which points are reported.
    pub sources: Vec<Label>,
    /// Where members meet the program.
    pub channels: Vec<Channel>,
    /// Kinds of goods that rules name; any other earns as [`RuleBook::default_category`].
    pub categories: Vec<String>,
    /// The kind of goods that an unknown one counts as.
    pub default_category: String,
    /// Roles of staff and the places they hold in.
    pub organization: Organization,
    /// Conditions, formulas and caps, compiled.
    pub rules: RuleSet,
    /// What each rule of [`RuleBook::rules`] says besides, by its [`jifen_rules::RuleIndex`].
    pub earning: Vec<Earning>,
    /// What the boards watch and aim for.
    pub boards: boards::Boards,
    /// What is promised about changes of the rules.
    pub changes: ChangeTerms,
    /// What places may do on their own; nothing where it does not say.
    pub local: Option<LocalTerms>,
    /// What members are told.
    pub messages: messages::MessageTerms,
    /// What sleeping points may become.
    pub conversions: conversions::ConversionTerms,
    /// How points pay a part of a bill.
    pub deductions: deductions::DeductionTerms,
    /// How the price of a reward is made.
    pub prices: prices::PriceTerms,
    /// How points become rewards.
    pub shelf: shelf::ShelfTerms,
    /// Rewards of the shelf that rules and tasks give.
    pub gifts: gifts::GiftTerms,
    /// What is given because of a day.
    pub occasions: occasions::OccasionTerms,
    /// What makes an invitation of a friend count; nothing where invitations bring nothing.
    pub referrals: Option<referrals::ReferralTerms>,
    /// What counts as days in a row, in the order of [`jifen_rules::Facts::streaks`].
    pub streaks: Vec<streaks::Streak>,
    /// What is done too often in too short a time.
    pub abuse: abuse::AbuseTerms,
    /// Who did the most.
    pub leaderboards: leaderboards::Leaderboards,
    /// What members are asked, and when.
    pub surveys: Vec<surveys::Survey>,
    /// Tasks, badges and cards.
    pub tasks: tasks::TaskTerms,
    /// What members may turn to people with.
    pub tickets: tickets::TicketTerms,
    /// When members whose points sleep are woken; never where it does not say.
    pub wake_up: Option<wake_ups::WakeUpTerms>,
    /// The files it was made from.
    pub source: jifen_rules::document::Source,
    /// What takes a second person.
    pub rights: Rights,
}

impl RuleBook {
    /// The unit of that id.
    pub fn unit(&self, id: &str) -> Option<&Unit> {
        self.units.iter().find(|unit| unit.id.as_str() == id)
    }

    /// What points of a unit are worth today, in whole minor units of the currency, rounded down; none for units
    /// without a value and for more than can be computed with.
    pub fn worth(&self, unit: &UnitId, points: i64) -> Option<Money> {
        let value = self.unit(unit.as_str())?.value?.ratio();
        let minor = Ratio::whole(self.currency.minor_per_major());
        let amount = value.checked_mul(minor)?.checked_mul(Ratio::whole(points))?.round(Rounding::Floor)?;
        Some(Money { amount, currency: self.currency })
    }

    /// The unit whose points pay a part of a bill.
    pub fn deduction_unit(&self) -> &UnitId {
        self.deductions.unit.as_ref().unwrap_or(&self.default_unit)
    }

    /// The tier of that id; the lowest where a book no longer has it.
    pub fn tier(&self, id: &str) -> &Tier {
        self.tiers.iter().find(|tier| tier.id.as_str() == id).unwrap_or(&self.tiers[0])
    }

    /// The validity of points of a unit earned in a tier, unless a rule overrides it.
    pub fn validity(&self, unit: &Unit, tier: &Tier) -> Validity {
        let by_tier = tier.validity.iter().find(|(id, _)| *id == unit.id);
        by_tier.map_or_else(|| unit.validity.clone(), |(_, validity)| validity.clone())
    }

    /// The validity of points that a rule awards to a member of a tier: the rule's, else the tier's, else the unit's.
    pub fn earned_validity(&self, rule: RuleIndex, tier: &Tier) -> Validity {
        let by_rule = self.earning.get(rule.0 as usize).and_then(|earning| earning.validity.clone());
        by_rule.unwrap_or_else(|| match self.unit(self.rules.rule(rule).unit.as_str()) {
            Some(unit) => self.validity(unit, tier),
            None => Validity::Forever,
        })
    }

    /// Sets since when the notices of this book hold, of what lapses and of what falls asleep, when it comes into force after another: since then where they are
    /// new, as long as before where they stay the same.
    fn hold_notices_since(&mut self, from: Timestamp, before: &RuleBook) {
        let units = self.units.iter_mut().map(|unit| &mut unit.terms);
        for terms in units.chain(&mut self.terms) {
            let earlier = before.terms.iter().find(|earlier| earlier.unit == terms.unit);
            let asleep = earlier.and_then(|earlier| earlier.dormancy.as_ref());
            let earlier = earlier.and_then(|earlier| earlier.notice.as_ref());
            if let Some(notice) = &mut terms.notice {
                let same = earlier.filter(|e| e.leads == notice.leads && e.required == notice.required);
                notice.since = same.map_or(from, |earlier| earlier.since);
            }
            if let Some(dormancy) = &mut terms.dormancy {
                let same = asleep.filter(|e| e.after == dormancy.after && e.lead_days == dormancy.lead_days);
                dormancy.since = same.map_or(from, |earlier| earlier.since);
            }
        }
    }

    /// From when on events are noted for trying rules on them, at that instant.
    pub fn notes_since(&self, now: Timestamp) -> Timestamp {
        if self.kept_days == 0 { Timestamp::MAX } else { now.plus_days(-i64::from(self.kept_days)) }
    }

    /// The ledger's view of this book.
    pub fn law(&self) -> jifen_ledger::Law<'_> {
        jifen_ledger::Law { zone: &self.zone, terms: &self.terms }
    }

    /// The kind of goods a line counts as.
    pub fn category<'a>(&'a self, named: Option<&'a str>) -> &'a str {
        match named {
            Some(name) if self.categories.iter().any(|category| category == name) => name,
            _ => &self.default_category,
        }
    }
}
