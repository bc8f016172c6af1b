//! Where a member stands: tier, score with its parts, what is missing to the next one, what is announced, history.

use std::sync::Arc;

use axum::http::Method;
use compact_str::CompactString;
use jifen_program::RuleBook;
use jifen_program::book::ascent::{Ascent, HUNDRED, Part, PartKind};
use jifen_program::book::stages::Stage;
use jifen_program::member::Member;
use jifen_program::tiers::{Score, TierChange, assessed_from, score, window_from};
use jifen_vocab::{Day, Decimal, RuleId, Timestamp};
use serde::Serialize;
use utoipa::ToSchema;

use crate::app::App;
use crate::call::{Call, Reply, aside, unknown_member};
use crate::callers::CallerKind;
use crate::language::Said;
use crate::listing::{PageOf, newest};
use crate::operation::{Access, Answer, Answered, Key, Operation};
use crate::parameters::MEMBER_ID;
use crate::problems::{Problem, table};
use crate::scopes::Scope;
use crate::wire::Text;

/// The place of the member among the columns of changes.
const MEMBER_COLUMN: usize = 0;
/// Changes shown, newest first.
const HISTORY: usize = 50;

/// Where a member stands.
#[derive(Serialize, ToSchema)]
struct MemberTier {
    /// The tier now.
    tier: String,
    /// What people call it.
    name: Text,
    /// Since when it counts, as far as it is known.
    #[schema(format = DateTime)]
    since: Option<String>,
    /// The tier that was reached; another one than `tier` while that is lent.
    permanent: NamedTier,
    /// Until when `tier` is lent.
    #[schema(format = DateTime)]
    temporary_until: Option<String>,
    /// How members rise and fall; nothing where only people assign tiers.
    scheme: Option<TierScheme>,
    /// The score now.
    score: Option<TierScore>,
    /// The score below which the tier that was reached is lost.
    keep: Option<KeepLine>,
    /// The next tier.
    next: Option<NextTier>,
    /// What completed tasks say for the tier and has not been done yet.
    merits: Vec<TierMerit>,
    /// A fall that was announced.
    notice: Option<FallNotice>,
    /// When everybody is assessed next.
    #[schema(format = DateTime)]
    next_assessment: Option<String>,
    /// The stage of the membership.
    stage: Option<NamedStage>,
    /// What the tier gets.
    benefits: Vec<TierBenefit>,
    /// What changed, newest first.
    history: Vec<TierEvent>,
}

/// A tier and its name.
#[derive(Serialize, ToSchema)]
struct NamedTier {
    /// The tier.
    tier: String,
    /// What people call it.
    name: Text,
}

/// A stage and its name.
#[derive(Serialize, ToSchema)]
struct NamedStage {
    /// The stage.
    id: &'static str,
    /// What people call it.
    name: Text,
}

/// How members rise and fall.
#[derive(Serialize, ToSchema)]
struct TierScheme {
    /// `linear` or `weighted`.
    reading: &'static str,
    /// Over how many months the score counts; all time where it does not say.
    months: Option<u16>,
    /// `at_once` or `at_assessment`.
    upgrade: &'static str,
}

/// A score.
#[derive(Serialize, ToSchema)]
struct TierScore {
    /// The whole score, rounded down.
    total: i64,
    /// The first day that counts; nothing where all time does.
    #[schema(value_type = Option<String>, format = Date)]
    from: Option<Day>,
    /// Its parts.
    parts: Vec<TierScorePart>,
}

/// A part of a score.
#[derive(Serialize, ToSchema)]
struct TierScorePart {
    /// What it counts: `active_months`, `balance`, `orders`, `points` or `spent`.
    of: &'static str,
    /// What people call it.
    name: Text,
    /// How much was counted: minor units of money, points, orders or months.
    amount: i64,
    /// Its score, to the hundredth.
    score: String,
}

/// The score below which a tier is lost.
#[derive(Serialize, ToSchema)]
struct KeepLine {
    /// The score.
    line: i64,
    /// Whether it is reached.
    reached: bool,
}

/// The next tier.
#[derive(Serialize, ToSchema)]
struct NextTier {
    /// The tier.
    tier: String,
    /// What people call it.
    name: Text,
    /// The score from which on it is reached.
    from: i64,
    /// The score that is missing, rounded up.
    missing: i64,
    /// What would bring it, each alone.
    by: Vec<MissingPart>,
}

/// What would bring the missing score alone.
#[derive(Serialize, ToSchema)]
struct MissingPart {
    /// What is counted.
    of: &'static str,
    /// What people call it.
    name: Text,
    /// How much more of it.
    amount: i64,
}

/// A fall that was announced.
#[derive(Serialize, ToSchema)]
struct FallNotice {
    /// The tier to come.
    tier: String,
    /// What people call it.
    name: Text,
    /// When the notice was given.
    #[schema(format = DateTime)]
    noticed_at: String,
    /// When it comes, unless the score is back until then.
    #[schema(format = DateTime)]
    at: String,
}

/// What a completed task says for the tier.
#[derive(Serialize, ToSchema)]
struct TierMerit {
    /// `keep`: the next assessment takes no tier away; `upgrade`: it raises the tier as well.
    kind: &'static str,
    /// The task.
    task: String,
    /// What people call it.
    name: Text,
    /// When it was completed.
    #[schema(format = DateTime)]
    at: String,
}

/// What a tier gets.
#[derive(Serialize, ToSchema)]
struct TierBenefit {
    /// The benefit.
    id: String,
    /// What people call it.
    name: Text,
    /// What it is.
    value: Text,
}

/// A change of tier, or the notice of one.
#[derive(Serialize, ToSchema)]
struct TierEvent {
    /// When.
    #[schema(format = DateTime)]
    at: String,
    /// The tier before.
    before: String,
    /// The tier since then; of a notice, the tier to come.
    tier: String,
    /// `assessed`, `assigned`, `kept`, `lent`, `lent_over`, `merit`, `reached`, `spared`, `taken_back` or `warned`.
    cause: &'static str,
    /// The score it rests on.
    #[serde(skip_serializing_if = "Option::is_none")]
    score: Option<i64>,
    /// When what is lent ends, or what was announced comes.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(format = DateTime)]
    due: Option<String>,
    /// The assessment that said so.
    #[serde(skip_serializing_if = "Option::is_none")]
    by: Option<String>,
    /// What people call the task that raised or kept it.
    #[serde(skip_serializing_if = "Option::is_none")]
    task: Option<Text>,
    /// Why, in a person's words; members do not see it.
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<String>,
}

async fn show_tier(call: Call) -> Answered {
    let id = call.member()?;
    let (app, is_member) = (Arc::clone(&call.app), call.caller.kind == CallerKind::Member);
    let made = aside(move || {
        let member = app.engine.read::<Member>(id.as_str())?.ok_or_else(|| unknown_member(id.as_str()))?;
        let (books, now) = (app.engine.books(), app.engine.clock().now());
        let book = books.at(now);
        let history = history(&app, book, id.as_str(), is_member)?;
        Ok::<_, Problem>(standing(book, &member, now, history))
    });
    Reply::json(&made.await?)
}

fn history(app: &App, book: &RuleBook, member: &str, is_member: bool) -> Result<Vec<TierEvent>, Problem> {
    let found = newest::<TierChange>(app, Some((MEMBER_COLUMN, member)), PageOf::first(HISTORY))?;
    let event = |(_, change): (CompactString, TierChange)| TierEvent {
        at: book.zone.rfc3339(change.at),
        before: change.before.to_string(),
        tier: change.tier.to_string(),
        cause: change.cause.as_str(),
        score: change.score.map(|score| score / HUNDRED),
        due: change.due.map(|due| book.zone.rfc3339(due)),
        by: change.by.map(Into::into),
        task: change.task.map(|task| task_name(book, &task)),
        reason: Some(change.reason).filter(|reason| !is_member && !reason.is_empty()),
    };
    Ok(found.records.into_iter().map(event).collect())
}

fn standing(book: &RuleBook, member: &Member, now: Timestamp, history: Vec<TierEvent>) -> MemberTier {
    let body = &member.body;
    let tier = book.tier(body.tier.as_str());
    let base = book.tier(member.base_tier().as_str());
    let instant = |at: Timestamp| book.zone.rfc3339(at);
    let since = body.tiers.iter().find(|spell| spell.tier == body.tier).map(|spell| spell.from);
    // What happens in this very millisecond counts.
    let scored = score(book, member, now.plus_millis(1));
    let today = book.zone.day_of(now);
    let stage = member.stage_on(book, today);
    let benefits = book.benefit_matrix().into_iter().filter_map(|row| {
        let value = row.cells.get(usize::from(tier.rank)).and_then(Option::as_ref).map(Text::from)?;
        Some(TierBenefit { name: Text::from(&row.name), id: row.id, value })
    });
    MemberTier {
        tier: tier.id.to_string(),
        name: Text::from(&tier.name),
        since: Some(instant(since.unwrap_or(body.joined))),
        permanent: NamedTier { tier: base.id.to_string(), name: Text::from(&base.name) },
        temporary_until: member.lent().map(|lent| instant(lent.until)),
        scheme: book.ascent.as_ref().map(|ascent| TierScheme {
            reading: ascent.reading.as_str(),
            months: ascent.months,
            upgrade: ascent.upgrade.as_str(),
        }),
        keep: scored
            .as_ref()
            .zip(base.keep.or(base.from).filter(|_| base.rank > 0))
            .map(|(scored, line)| KeepLine { line, reached: scored.reaches(line) }),
        next: book.ascent.as_ref().zip(scored.as_ref()).and_then(|(ascent, scored)| next(book, ascent, base, scored)),
        score: book.ascent.as_ref().zip(scored).map(|(ascent, scored)| TierScore {
            total: scored.whole(),
            from: window_from(book, now),
            parts: parts(ascent, &scored),
        }),
        merits: merits(book, member, now),
        notice: member.warned().map(|warned| FallNotice {
            tier: warned.tier.to_string(),
            name: Text::from(&book.tier(warned.tier.as_str()).name),
            noticed_at: instant(warned.noticed),
            at: instant(warned.due),
        }),
        next_assessment: book
            .ascent
            .as_ref()
            .and_then(|ascent| ascent.assessment)
            .map(|terms| instant(book.zone.start_of(terms.every.after(today)))),
        stage: stage.map(|stage| NamedStage { id: stage.as_str(), name: stage_name(book, stage) }),
        benefits: benefits.collect(),
        history,
    }
}

/// What tasks say, as far as the next assessment will hear it.
fn merits(book: &RuleBook, member: &Member, now: Timestamp) -> Vec<TierMerit> {
    let since = book.zone.start_of(assessed_from(book, now.plus_millis(1)));
    let open = member.body.merits.iter().filter(|merit| merit.is_open_upgrade() || merit.at >= since);
    let told = open.map(|merit| TierMerit {
        kind: if merit.is_open_upgrade() { "upgrade" } else { "keep" },
        task: merit.task.to_string(),
        name: task_name(book, &merit.task),
        at: book.zone.rfc3339(merit.at),
    });
    told.collect()
}

/// What people call a task; its identifier where the rule book does not know it any more.
fn task_name(book: &RuleBook, id: &RuleId) -> Text {
    let task = book.tasks.place(id.as_str()).and_then(|place| book.tasks.tasks.get(place));
    task.map_or_else(|| Text { zh: id.to_string(), en: id.to_string() }, |task| Text::from(&task.name))
}

fn stage_name(book: &RuleBook, stage: Stage) -> Text {
    book.stages.iter().find(|rule| rule.stage == stage).map(|rule| Text::from(&rule.name)).unwrap_or_default()
}

fn parts(ascent: &Ascent, scored: &Score) -> Vec<TierScorePart> {
    let written = |hundredths: i64| Decimal::new(hundredths, 2).map(|score| score.to_string()).unwrap_or_default();
    let part = |(part, score): (&Part, &jifen_program::tiers::PartScore)| TierScorePart {
        of: part.kind.as_str(),
        name: Text::from(&part.name),
        amount: score.amount,
        score: written(score.hundredths),
    };
    ascent.parts.iter().zip(&scored.parts).map(part).collect()
}

fn next(book: &RuleBook, ascent: &Ascent, base: &jifen_program::book::Tier, scored: &Score) -> Option<NextTier> {
    let tier = book.tiers.iter().find(|tier| tier.rank > base.rank && tier.from.is_some())?;
    let from = tier.from?;
    let missing = from.saturating_mul(HUNDRED).saturating_sub(scored.hundredths).max(0);
    let needed = |(part, score): (&Part, &jifen_program::tiers::PartScore)| {
        let amount = part.needed(score.amount, missing).filter(|_| missing > 0)?;
        // Nobody can be asked for months that are not over.
        let can = part.kind != PartKind::ActiveMonths;
        can.then(|| MissingPart { of: part.kind.as_str(), name: Text::from(&part.name), amount })
    };
    Some(NextTier {
        tier: tier.id.to_string(),
        name: Text::from(&tier.name),
        from,
        missing: missing.saturating_add(HUNDRED - 1) / HUNDRED,
        by: ascent.parts.iter().zip(&scored.parts).filter_map(needed).collect(),
    })
}

/// `GET /v1/members/{id}/tier`
pub static SHOW: Operation = Operation {
    id: "show_member_tier",
    method: Method::GET,
    path: "/v1/members/{id}/tier",
    feature: "tiers",
    access: Access::ScopeOrSelf(Scope::MembersRead),
    confirm: false,
    summary: Said { en: "Where a member stands", zh: "查看会员等级" },
    about: Said {
        en: "The tier and since when, what is lent and until when, the score with its parts, what is missing to the next tier, the line below which the tier is lost, a fall that was announced, what the tier gets, and what changed.",
        zh: "当前等级与生效时间、临时等级及到期时间、等级分及其构成、距下一等级的差距、保级线、降级预告、等级权益与变更历史。",
    },
    parameters: &[&MEMBER_ID],
    body: None,
    key: Key::None,
    answer: Answer::json::<MemberTier>(200, Said { en: "Where the member stands.", zh: "会员等级。" }, ""),
    problems: &[&table::MEMBER_UNKNOWN],
    handler: |call| Box::pin(show_tier(call)),
};
