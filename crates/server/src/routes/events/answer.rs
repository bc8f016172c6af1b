//! What an event brought about, on the wire.

use jifen_program::earning::{Award as Given, Odds as Chance, Refused};
use jifen_program::flows::{CardDrawn, EventOutcome, TakenBack as Taken, TaskDone};
use jifen_program::{Books, RuleBook};
use serde::Serialize;
use serde_json::{Map, Value};
use utoipa::ToSchema;

use crate::explain;
use crate::problems::fact_value;
use crate::routes::gifts::{GiftCame, GiftWent};
use crate::wire::{Text, Wallet};

/// What an event brought about.
#[derive(Serialize, ToSchema)]
pub struct EventAnswer {
    /// The member.
    member: String,
    /// Awards, in the order the rules were judged.
    awards: Vec<Award>,
    /// What was refused, or given in part only.
    refusals: Vec<EventRefusal>,
    /// What a refund took back.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[schema(required = false)]
    taken: Vec<TakenBack>,
    /// Chances that a dry run did not draw.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[schema(required = false)]
    odds: Vec<Odds>,
    /// What came of it, in a sentence for the member: of everything that is no order.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(required = false)]
    outcome: Option<Text>,
    /// Tasks that were completed.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[schema(required = false)]
    tasks: Vec<CompletedTask>,
    /// Cards that were drawn for.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[schema(required = false)]
    cards: Vec<DrawnCard>,
    /// Rewards of the shelf that came besides.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[schema(required = false)]
    gifts: Vec<GiftCame>,
    /// Gifts whose cause was taken back.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[schema(required = false)]
    gifts_taken: Vec<GiftWent>,
    /// The wallet afterwards.
    wallet: Wallet,
}

/// Points that a rule gave.
#[derive(Serialize, ToSchema)]
pub struct Award {
    /// The unit.
    unit: String,
    /// How many.
    points: i64,
    /// When they can be spent; nothing while they wait for another event.
    #[schema(format = DateTime)]
    available_at: Option<String>,
    /// When they lapse; nothing for never.
    #[schema(format = DateTime)]
    expires_at: Option<String>,
    /// The label they are reported under.
    source: String,
    /// The rule.
    rule: String,
    /// The version of the rule book that judged.
    rule_version: u32,
    /// How it came about, in a sentence.
    explanation: Text,
}

/// Why a rule gave nothing, or less.
#[derive(Serialize, ToSchema)]
pub struct EventRefusal {
    /// The rule, where it was one.
    #[serde(skip_serializing_if = "Option::is_none")]
    rule: Option<String>,
    /// One of the codes of problem types.
    code: &'static str,
    /// Which limit, how much is there.
    #[schema(value_type = Object)]
    facts: Map<String, Value>,
    /// In a sentence.
    explanation: Text,
}

/// What a refund took back of the points of one unit.
#[derive(Serialize, ToSchema)]
pub struct TakenBack {
    /// The unit.
    unit: String,
    /// In all.
    points: i64,
    /// Of these, what had lapsed unspent and counts as taken.
    lapsed: i64,
    /// Of these, what became a debt.
    debt: i64,
    /// Of these, what the program lets go.
    forgiven: i64,
}

/// A chance that a dry run did not draw.
#[derive(Serialize, ToSchema)]
pub struct Odds {
    /// The rule.
    rule: String,
    /// The chance in parts of a million.
    chance_ppm: u32,
    /// The fewest points, before limits.
    points_from: i64,
    /// The most points, before limits.
    points_to: i64,
}

/// A task that an event completed.
#[derive(Serialize, ToSchema)]
pub(super) struct CompletedTask {
    /// The task.
    task: String,
    /// What people call it.
    name: Text,
    /// The badges it gave that the member did not hold before.
    badges: Vec<String>,
}

/// A draw for a card.
#[derive(Serialize, ToSchema)]
pub(super) struct DrawnCard {
    /// The set.
    set: String,
    /// The card; nothing where luck failed.
    card: Option<String>,
    /// The number that was drawn, from 0 to 999,999.
    drawn: u32,
}

impl EventAnswer {
    pub(crate) fn of(outcome: &EventOutcome, books: &Books) -> EventAnswer {
        let book = books.at(outcome.wallet.as_of);
        EventAnswer {
            member: outcome.member.as_str().to_owned(),
            awards: outcome.awards.iter().map(|award| Award::of(award, books)).collect(),
            refusals: outcome.refusals.iter().map(EventRefusal::of).collect(),
            taken: outcome.taken.iter().map(TakenBack::of).collect(),
            odds: outcome.odds.iter().map(Odds::of).collect(),
            outcome: outcome.is_conduct.then(|| explain::outcome(outcome, book)),
            tasks: outcome.tasks.iter().map(|done| CompletedTask::of(done, book)).collect(),
            cards: outcome.cards.iter().map(DrawnCard::of).collect(),
            gifts: outcome.gifts.iter().map(|given| GiftCame::of(given, book)).collect(),
            gifts_taken: outcome.gifts_back.iter().map(|back| GiftWent::of(back, book)).collect(),
            wallet: Wallet::of(&outcome.wallet, book),
        }
    }
}

impl CompletedTask {
    fn of(done: &TaskDone, book: &RuleBook) -> CompletedTask {
        CompletedTask {
            task: done.task.to_string(),
            name: explain::task_name(done.task.as_str(), book),
            badges: done.badges.iter().map(ToString::to_string).collect(),
        }
    }
}

impl DrawnCard {
    fn of(drawn: &CardDrawn) -> DrawnCard {
        DrawnCard { set: drawn.set.to_string(), card: drawn.card.as_ref().map(ToString::to_string), drawn: drawn.drawn }
    }
}

impl Award {
    fn of(award: &Given, books: &Books) -> Award {
        let judged = books.versions().iter().find(|version| version.book.version == award.version);
        let book = judged.map_or_else(|| &books.versions()[0].book, |version| &version.book);
        Award {
            unit: award.unit.as_str().to_owned(),
            points: award.points.get(),
            available_at: award.available_at.map(|at| book.zone.rfc3339(at)),
            expires_at: award.expires_at.map(|at| book.zone.rfc3339(at)),
            source: award.source.as_str().to_owned(),
            rule: award.rule.as_str().to_owned(),
            rule_version: award.version,
            explanation: explain::award(&award.why, award.points.get(), &award.unit, award.rule.as_str(), book),
        }
    }
}

impl EventRefusal {
    fn of(refused: &Refused) -> EventRefusal {
        let refusal = &refused.refusal;
        EventRefusal {
            rule: refused.rule.as_ref().map(ToString::to_string),
            code: refusal.code.as_str(),
            facts: refusal.facts.iter().map(|(name, fact)| (name.to_string(), fact_value(fact))).collect(),
            explanation: explain::refusal(refusal),
        }
    }
}

impl TakenBack {
    fn of(taken: &Taken) -> TakenBack {
        TakenBack {
            unit: taken.unit.as_str().to_owned(),
            points: taken.points.get(),
            lapsed: taken.lapsed.get(),
            debt: taken.debt.get(),
            forgiven: taken.clamped.get(),
        }
    }
}

impl Odds {
    fn of(odds: &Chance) -> Odds {
        Odds { rule: odds.rule.to_string(), chance_ppm: odds.chance_ppm, points_from: odds.from, points_to: odds.to }
    }
}

pub(in crate::routes) const EXAMPLE: &str = r#"{"member": "lin", "awards": [{"unit": "points", "points": 46,
    "available_at": "2026-06-18T20:15:00+08:00", "expires_at": "2027-06-18T20:15:00+08:00", "source": "purchase",
    "rule": "purchase-daily", "rule_version": 1,
    "explanation": {"zh": "购物奖励：消费46.00元，每1.00元得1积分，得46积分。", "en": "Purchase: 1 points for each 1.00 yuan of 46.00 yuan, gives 46 points."}}],
    "refusals": [], "wallet": {"as_of": "2026-06-18T20:15:01+08:00", "units": [{"unit": "points", "available": 46,
    "pending": 0, "held": 0, "dormant": 0, "debt": 0, "expiring": [{"at": "2027-06-18T20:15:00+08:00", "points": 46}],
    "lifetime": {"earned": 46, "spent": 0, "expired": 0}}]}}"#;
