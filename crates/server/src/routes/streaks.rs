//! Streaks: on how many days in a row a member did something, what today brings, and what tomorrow will.

use axum::http::Method;
use bytes::Bytes;
use compact_str::{CompactString, format_compact};
use jifen_program::RuleBook;
use jifen_program::book::streaks::Streak as Terms;
use jifen_program::events::{Event, EventBody};
use jifen_program::flows::{CheckIn, JudgeEvent, forecast};
use jifen_program::member::Member;
use jifen_rules::judge::Judged;
use jifen_vocab::{Day, EventSource, Timestamp};
use serde::{Deserialize, Serialize};
use smallvec::SmallVec;
use utoipa::ToSchema;

use super::events::EventAnswer;
use crate::call::{Call, Reply, unknown_member};
use crate::language::Said;
use crate::operation::{Access, Answer, Answered, Body, BodyKind, Key, Operation};
use crate::parameters::MEMBER_ID;
use crate::problems::{Problem, table};
use crate::scopes::Scope;
use crate::wire::Text;

/// Days that are shown.
const DAYS: i32 = 31;

/// Where check-ins come from, as rules see it.
const SOURCE: &str = "/check-in";

/// A member's streaks.
#[derive(Serialize, ToSchema)]
pub struct Streaks {
    /// The instant they are told for.
    #[schema(format = DateTime)]
    as_of: String,
    /// One for each streak of the program.
    streaks: Vec<Streak>,
}

/// Days in a row on which a member did something.
#[derive(Serialize, ToSchema)]
pub struct Streak {
    /// The streak.
    id: String,
    /// What people call it.
    name: Text,
    /// The type of event that makes a day count.
    event: String,
    /// How many days in a row it is: up to today, or up to yesterday while today may still count.
    length: u32,
    /// The longest there ever was.
    best: u32,
    /// Whether today counts.
    done_today: bool,
    /// Whether members may make a day count themselves.
    may_check_in: bool,
    /// The last 31 days, oldest first.
    days: Vec<StreakDay>,
    /// What today brings, or brought.
    today: StreakBrings,
    /// What tomorrow will bring, if today counts.
    tomorrow: StreakBrings,
}

/// A day.
#[derive(Serialize, ToSchema)]
pub struct StreakDay {
    /// The day.
    #[schema(value_type = String, format = Date)]
    day: Day,
    /// Whether it counts.
    done: bool,
}

/// What a day brings, limits for the day considered. What other events of the day take from limits is not known.
#[derive(Serialize, ToSchema)]
pub struct StreakBrings {
    /// What is certain.
    awards: Vec<StreakAward>,
    /// What is a matter of chance.
    odds: Vec<StreakOdds>,
}

/// Points that are certain.
#[derive(Serialize, ToSchema)]
pub struct StreakAward {
    /// The rule.
    rule: String,
    /// What people call it.
    name: Text,
    /// The unit.
    unit: String,
    /// How many.
    points: i64,
}

/// Points that are a matter of chance.
#[derive(Serialize, ToSchema)]
pub struct StreakOdds {
    /// The rule.
    rule: String,
    /// What people call it.
    name: Text,
    /// The unit.
    unit: String,
    /// The chance in parts of a million.
    chance_ppm: u32,
    /// The fewest points, before limits.
    points_from: i64,
    /// The most points, before limits.
    points_to: i64,
}

/// A day that is to count.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewCheckIn {
    /// One of the program's streaks that members may check in for.
    #[schema(value_type = String, min_length = 1, max_length = 32, pattern = "^[a-z_][a-z0-9_]*$")]
    streak: CompactString,
}

async fn list_streaks(call: Call) -> Answered {
    let id = call.member()?;
    let engine = &call.app.engine;
    let (books, now) = (engine.books(), engine.clock().now());
    let member = engine.read::<Member>(id.as_str())?.ok_or_else(|| unknown_member(id.as_str()))?;
    let book = books.earning_at(now, member.body.joined);
    let streaks = book.streaks.iter().map(|terms| Streak::of(terms, book, &member, now)).collect();
    Reply::json(&Streaks { as_of: book.zone.rfc3339(now), streaks })
}

impl Streak {
    fn of(terms: &Terms, book: &RuleBook, member: &Member, now: Timestamp) -> Streak {
        let today = book.zone.day_of(now);
        let days = terms.days_of(&member.body.streaks);
        let has = |day| days.is_some_and(|days| days.has(day));
        let day = |back: i32| StreakDay { day: today.plus_days(-back), done: has(today.plus_days(-back)) };
        let at_tomorrow = book.zone.same_time_on(today.plus_days(1), now);
        // Tomorrow follows a day that counts.
        let mut then = member.clone();
        jifen_program::streaks::mark(&mut then.body.streaks, &terms.id, today);
        Streak {
            id: terms.id.to_string(),
            name: Text::from(&terms.name),
            event: terms.on.first().map(ToString::to_string).unwrap_or_default(),
            length: days.map_or(0, |days| days.length(today)),
            best: days.map_or(0, |days| days.best()),
            done_today: has(today),
            may_check_in: terms.check_in,
            days: (0..DAYS).rev().map(day).collect(),
            today: StreakBrings::of(&forecast(book, member, terms, now), book),
            tomorrow: StreakBrings::of(&forecast(book, &then, terms, at_tomorrow), book),
        }
    }
}

impl StreakBrings {
    fn of(judged: &Judged, book: &RuleBook) -> StreakBrings {
        let rule = |index| {
            let rule = book.rules.rule(index);
            let name = Text { zh: rule.name.zh.clone(), en: rule.name.en.clone() };
            (rule.id.to_string(), name, rule.unit.to_string())
        };
        let awards = judged.awards.iter().map(|award| {
            let (rule, name, unit) = rule(award.rule);
            StreakAward { rule, name, unit, points: award.points }
        });
        let odds = judged.odds.iter().map(|odds| {
            let (rule, name, unit) = rule(odds.rule);
            let (chance_ppm, points_from, points_to) = (odds.chance_ppm, odds.from, odds.to);
            StreakOdds { rule, name, unit, chance_ppm, points_from, points_to }
        });
        StreakBrings { awards: awards.collect(), odds: odds.collect() }
    }
}

async fn check_in(call: Call) -> Answered {
    let member = call.member()?;
    let new: NewCheckIn = call.json()?;
    let unknown = || Problem::new(&table::UNKNOWN).at("/streak").word("streak", &new.streak);
    let engine = &call.app.engine;
    let books = engine.books();
    let terms = books.at(engine.clock().now()).streaks.iter().find(|terms| terms.id == new.streak && terms.check_in);
    let kind = terms.and_then(|terms| terms.on.first()).cloned().ok_or_else(unknown)?;
    let event = Event {
        id: format_compact!("check-in.{}", call.request),
        source: EventSource::new(SOURCE).map_err(|error| Problem::internal(error.to_string()))?,
        kind,
        member,
        time: None,
        channel: None,
        store: None,
        device: None,
        payer: None,
        marks: SmallVec::new(),
        body: EventBody::Other,
        data: Bytes::new(),
        fingerprint: call.fingerprint()?,
    };
    let judge = JudgeEvent { event, client: call.caller.id.clone() };
    let command = CheckIn { request: call.key()?, streak: new.streak, judge };
    let (outcome, replayed) = call.submit(command).await?;
    Ok(Reply::json(&EventAnswer::of(&outcome, &call.app.engine.books()))?.replayed(replayed))
}

const EXAMPLE: &str = r#"{"as_of": "2026-06-18T20:15:00+08:00", "streaks": [{"id": "sign_in",
    "name": {"zh": "连续签到", "en": "Daily sign-in"}, "event": "member.signed_in", "length": 2, "best": 9,
    "done_today": false, "may_check_in": true, "days": [{"day": "2026-06-17", "done": true}, {"day": "2026-06-18", "done": false}],
    "today": {"awards": [{"rule": "sign-in-ladder", "name": {"zh": "每日签到", "en": "Daily sign-in"}, "unit": "points", "points": 15}],
    "odds": [{"rule": "sign-in-surprise", "name": {"zh": "签到惊喜", "en": "Surprise at sign-in"}, "unit": "points",
    "chance_ppm": 100000, "points_from": 50, "points_to": 200}]}, "tomorrow": {"awards": [], "odds": []}}]}"#;

/// `GET /v1/members/{id}/streaks`
pub static LIST: Operation = Operation {
    id: "list_streaks",
    method: Method::GET,
    path: "/v1/members/{id}/streaks",
    feature: "streaks",
    access: Access::ScopeOrSelf(Scope::MembersRead),
    confirm: false,
    summary: Said { en: "List a member's streaks", zh: "查看会员的连续天数" },
    about: Said {
        en: "With the last 31 days, what today brings and what tomorrow will. Chances are told and not drawn.",
        zh: "包括最近 31 天、今天可得与明天可得的奖励；随机奖励只显示概率，不抽取。",
    },
    parameters: &[&MEMBER_ID],
    body: None,
    key: Key::None,
    answer: Answer::json::<Streaks>(200, Said { en: "The streaks.", zh: "连续天数。" }, EXAMPLE),
    problems: &[&table::MEMBER_UNKNOWN],
    handler: |call| Box::pin(list_streaks(call)),
};

/// `POST /v1/members/{id}/check-ins`
pub static CHECK_IN: Operation = Operation {
    id: "check_in",
    method: Method::POST,
    path: "/v1/members/{id}/check-ins",
    feature: "streaks",
    access: Access::ScopeOrSelf(Scope::EventsWrite),
    confirm: false,
    summary: Said { en: "Check in for today", zh: "签到" },
    about: Said {
        en: "What the event of the streak would bring about, such as `member.signed_in`, for the member whose button was pressed. A day counts once: another check-in says so and brings nothing.",
        zh: "会员自行点击签到，等同于上报该连续项目的事件（如 `member.signed_in`）。每天计一次，重复签到会说明并不再奖励。",
    },
    parameters: &[&MEMBER_ID],
    body: Some(Body { kinds: &[BodyKind::json::<NewCheckIn>(r#"{"streak": "sign_in"}"#)], required: true }),
    key: Key::Optional,
    answer: Answer::json::<EventAnswer>(
        200,
        Said { en: "What it brought about.", zh: "产生的结果。" },
        super::events::EXAMPLE,
    ),
    problems: &[&table::LIMIT_EXCEEDED, &table::MEMBER_UNKNOWN, &table::UNKNOWN],
    handler: |call| Box::pin(check_in(call)),
};
