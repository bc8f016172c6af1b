//! Leaderboards: the first places, one's own place, and what the first places got. Nobody is named: members show as the
//! last characters of their identifiers.

use std::sync::Arc;

use axum::http::Method;
use jifen_engine::{place_of, top};
use jifen_program::RuleBook;
use jifen_program::book::leaderboards::{BoardDays, Leaderboard as Terms, Prize};
use jifen_program::leaderboards::{PRIZE_GIVEN, PrizePlan, Score, plan_id, prize_id};
use jifen_store::Key as StoreKey;
use jifen_vocab::{Day, MemberId};
use serde::Serialize;
use utoipa::ToSchema;

use super::tasks::TaskAward;
use crate::app::App;
use crate::call::{Call, Reply, aside, unknown_member};
use crate::callers::CallerKind;
use crate::language::Said;
use crate::operation::{Access, Answer, Answered, Key, Operation, Parameter};
use crate::problems::{Problem, table};
use crate::scopes::Scope;
use crate::wire::Text;

/// Characters of an identifier that are shown.
const ALIAS_CHARS: usize = 4;

static BOARD_ID: Parameter = Parameter {
    name: "id",
    in_path: true,
    about: Said { en: "The leaderboard.", zh: "排行榜。" },
    schema: r#"{"type": "string", "minLength": 1, "maxLength": 64, "pattern": "^[A-Za-z0-9._:-]+$"}"#,
    example: "steps",
};

static PERIOD: Parameter = Parameter {
    name: "period",
    in_path: false,
    about: Said { en: "A day of the period; today unless given.", zh: "该期内任意一天，默认今天。" },
    schema: r#"{"type": "string", "format": "date"}"#,
    example: "2026-06-18",
};

static MEMBER: Parameter = Parameter {
    name: "member",
    in_path: false,
    about: Said {
        en: "Whose own place is shown; a member sees their own without it.",
        zh: "查看其名次的会员；会员本人无需填写。",
    },
    schema: r#"{"type": "string", "minLength": 1, "maxLength": 64}"#,
    example: "lin",
};

static STORE: Parameter = Parameter {
    name: "store",
    in_path: false,
    about: Said {
        en: "The shop, of a board that each shop has.", zh: "门店（仅限按门店统计的排行榜）。"
    },
    schema: r#"{"type": "string", "minLength": 1, "maxLength": 64}"#,
    example: "s1",
};

/// The leaderboards there are.
#[derive(Serialize, ToSchema)]
pub struct Leaderboards {
    /// In the order of the rule book.
    data: Vec<Leaderboard>,
}

/// A leaderboard.
#[derive(Serialize, ToSchema)]
pub struct Leaderboard {
    /// The identifier.
    id: String,
    /// What people call it.
    name: Text,
    /// What is counted: points `earned` or `spent`, or what an `event` reports.
    by: &'static str,
    /// The unit of points that are counted.
    unit: Option<String>,
    /// The period it begins anew with: `day`, `week`, `month`, `season`.
    period: &'static str,
    /// Whether each shop has one of its own.
    by_store: bool,
    /// How many places everyone sees.
    top: u16,
    /// What places get when the period is over.
    prizes: Vec<BoardPrize>,
    /// Hours after the end of a period before prizes are given.
    prizes_after_hours: u16,
}

/// What places get.
#[derive(Serialize, ToSchema)]
pub struct BoardPrize {
    /// The first place.
    from: u16,
    /// The last place.
    to: u16,
    /// What it gives.
    awards: Vec<TaskAward>,
}

/// The places of a period.
#[derive(Serialize, ToSchema)]
pub struct BoardPlaces {
    /// The leaderboard.
    id: String,
    /// The first day of the period.
    #[schema(value_type = String, format = Date)]
    from: Day,
    /// The day after its last.
    #[schema(value_type = String, format = Date)]
    until: Day,
    /// Whether the period is over.
    over: bool,
    /// The first places.
    data: Vec<BoardPlace>,
    /// The place of the member who was asked for; nothing where they have none.
    own: Option<BoardPlace>,
    /// Who gets what, once the period is over and that is written down.
    winners: Vec<BoardWinner>,
}

/// A place.
#[derive(Serialize, ToSchema)]
pub struct BoardPlace {
    /// From 1.
    place: i64,
    /// How the member shows: the last characters of the identifier.
    alias: Text,
    /// How much.
    score: i64,
    /// When that was reached: of equal scores whoever was there first is in front.
    #[schema(format = DateTime)]
    reached_at: String,
    /// Whether it is the member who was asked for.
    own: bool,
    /// Who it is; only for those who may see members.
    #[serde(skip_serializing_if = "Option::is_none")]
    member: Option<String>,
}

/// A place that gets something.
#[derive(Serialize, ToSchema)]
pub struct BoardWinner {
    /// From 1.
    place: u16,
    /// How the member shows.
    alias: Text,
    /// The score at the end.
    score: i64,
    /// Whether it was given.
    given: bool,
    /// Who it is; only for those who may see members.
    #[serde(skip_serializing_if = "Option::is_none")]
    member: Option<String>,
}

async fn list_leaderboards(call: Call) -> Answered {
    let books = call.app.engine.books();
    let book = books.at(call.app.engine.clock().now());
    let boards = book.leaderboards.boards.iter().filter(|board| board.enabled);
    Reply::json(&Leaderboards { data: boards.map(|board| Leaderboard::of(board, book)).collect() })
}

impl Leaderboard {
    fn of(board: &Terms, book: &RuleBook) -> Leaderboard {
        let prize = |prize: &Prize| BoardPrize {
            from: prize.from,
            to: prize.to,
            awards: prize.awards.iter().map(|award| TaskAward::of(award, book)).collect(),
        };
        Leaderboard {
            id: board.id.to_string(),
            name: Text::from(&board.name),
            by: board.counts(),
            unit: board.unit().map(ToString::to_string),
            period: board.period.as_str(),
            by_store: board.by_store,
            top: board.top,
            prizes: board.prizes.iter().map(prize).collect(),
            prizes_after_hours: board.prizes_after_hours,
        }
    }
}

/// Whose place is asked for, and whether members are named.
struct Asker {
    member: Option<MemberId>,
    sees_members: bool,
}

fn asker(call: &Call, named: Option<&str>) -> Result<Asker, Problem> {
    let caller = &call.caller;
    let id = match (caller.kind, named) {
        (CallerKind::Member, Some(named)) if caller.id != named => return Err(unknown_member(named)),
        (CallerKind::Member, _) => Some(caller.id.as_str()),
        (_, named) => named,
    };
    let member = id.map(|id| MemberId::new(id).map_err(|_| unknown_member(id))).transpose()?;
    let sees_members = caller.kind != CallerKind::Member && caller.may(Scope::MembersRead);
    Ok(Asker { member, sees_members })
}

async fn show_leaderboard(call: Call) -> Answered {
    let query = call.query()?;
    let asker = asker(&call, query.get("member"))?;
    let now = call.app.engine.clock().now();
    let books = call.app.engine.books();
    let book = Arc::clone(books.at(now));
    let id = call.segment("id").to_owned();
    let unknown = || Problem::new(&table::UNKNOWN).word("leaderboard", &id);
    let board = book.leaderboards.board(&id).filter(|board| board.enabled).ok_or_else(unknown)?;
    let day = match query.get("period") {
        None => book.zone.day_of(now),
        Some(text) => Day::parse(text).ok_or_else(|| Problem::parameter("period", "be a day such as 2026-06-18"))?,
    };
    let store = match (board.by_store, query.get("store")) {
        (true, Some(store)) => store.to_owned(),
        (true, None) => return Err(Problem::parameter("store", "name a shop: each has a board of its own")),
        (false, Some(_)) => return Err(Problem::parameter("store", "be left out: the board is the program's")),
        (false, None) => String::new(),
    };
    let days = board.period.days(day);
    let app = Arc::clone(&call.app);
    let read = aside(move || places(&app, &book, &id, &store, days, &asker));
    Reply::json(&read.await?)
}

fn places(
    app: &App,
    book: &RuleBook,
    id: &str,
    place: &str,
    days: BoardDays,
    asker: &Asker,
) -> Result<BoardPlaces, Problem> {
    let store = app.engine.store().as_ref();
    let limit = book.leaderboards.board(id).map_or(0, |board| usize::from(board.top));
    let first = top(store, id, place, days.from, limit)?;
    let own = asker.member.as_ref().map(|member| app.engine.read::<Score>(&Score::id(id, place, days.from, member)));
    let own = own.transpose()?.flatten();
    let own = match own {
        Some(score) => place_of(store, &score)?.map(|number| BoardPlace::of(number, &score, book, days, asker)),
        None => None,
    };
    let plan = app.engine.read::<PrizePlan>(&plan_id(id, days.from))?;
    let winners = plan.map_or_else(|| Ok(Vec::new()), |plan| winners(app, &plan, asker))?;
    Ok(BoardPlaces {
        id: id.to_owned(),
        from: days.from,
        until: days.until,
        over: days.end(&book.zone) <= app.engine.clock().now(),
        data: (1..).zip(&first).map(|(number, score)| BoardPlace::of(number, score, book, days, asker)).collect(),
        own,
        winners,
    })
}

fn winners(app: &App, plan: &PrizePlan, asker: &Asker) -> Result<Vec<BoardWinner>, Problem> {
    let key = |place: u16| StoreKey { kind: &PRIZE_GIVEN, id: prize_id(&plan.board, plan.from, place) };
    let keys: Vec<StoreKey> = plan.winners.iter().map(|winner| key(winner.place)).collect();
    let given = app.engine.store().load(&keys)?;
    let winner = |(winner, given): (&jifen_program::leaderboards::Winner, &Option<_>)| BoardWinner {
        place: winner.place,
        alias: alias(&winner.member),
        score: winner.score,
        given: given.is_some(),
        member: asker.sees_members.then(|| winner.member.to_string()),
    };
    Ok(plan.winners.iter().zip(&given).map(winner).collect())
}

impl BoardPlace {
    fn of(place: i64, score: &Score, book: &RuleBook, days: BoardDays, asker: &Asker) -> BoardPlace {
        BoardPlace {
            place,
            alias: alias(&score.member),
            score: score.score,
            reached_at: book.zone.rfc3339(days.start(&book.zone).plus_millis(score.reached)),
            own: asker.member.as_ref() == Some(&score.member),
            member: asker.sees_members.then(|| score.member.to_string()),
        }
    }
}

/// How a member shows to others: of a short identifier, only its last character.
fn alias(member: &MemberId) -> Text {
    let id = member.as_str();
    let shown = if id.len() > 2 * ALIAS_CHARS { ALIAS_CHARS } else { 1 };
    let end = &id[id.len().saturating_sub(shown)..];
    Text { zh: format!("会员 ***{end}"), en: format!("Member ***{end}") }
}

/// `GET /v1/leaderboards`
pub static LIST: Operation = Operation {
    id: "list_leaderboards",
    method: Method::GET,
    path: "/v1/leaderboards",
    feature: "leaderboards",
    access: Access::ScopeOrMember(Scope::ProgramRead),
    confirm: false,
    summary: Said { en: "List leaderboards", zh: "查看排行榜列表" },
    about: Said {
        en: "What each counts, over which period, and what places get when it is over.",
        zh: "各排行榜统计的内容、周期，以及期末名次奖励。",
    },
    parameters: &[],
    body: None,
    key: Key::None,
    answer: Answer::json::<Leaderboards>(
        200,
        Said { en: "The leaderboards.", zh: "排行榜列表。" },
        r#"{"data": [{"id": "steps", "name": {"zh": "步数榜", "en": "Steps"}, "by": "event", "unit": null, "period": "week",
            "by_store": false, "top": 10, "prizes": [{"from": 1, "to": 10, "awards": [{"kind": "badge", "badge": "runner"}]}],
            "prizes_after_hours": 24}]}"#,
    ),
    problems: &[],
    handler: |call| Box::pin(list_leaderboards(call)),
};

/// `GET /v1/leaderboards/{id}`
pub static SHOW: Operation = Operation {
    id: "show_leaderboard",
    method: Method::GET,
    path: "/v1/leaderboards/{id}",
    feature: "leaderboards",
    access: Access::ScopeOrMember(Scope::ProgramRead),
    confirm: false,
    summary: Said { en: "Show a leaderboard", zh: "查看排行榜" },
    about: Said {
        en: "The first places of a period and one's own, however many members there are. Of equal scores whoever reached them first is in front. Members show as the last characters of their identifiers; who may see members sees who they are. What is counted of the journal is there within seconds.",
        zh: "某一期的前几名及本人名次；同分者先达到者在前。会员以编号尾号显示，有权查看会员者可见编号。按账本统计的数据有数秒延迟。",
    },
    parameters: &[&BOARD_ID, &MEMBER, &PERIOD, &STORE],
    body: None,
    key: Key::None,
    answer: Answer::json::<BoardPlaces>(
        200,
        Said { en: "The places.", zh: "名次。" },
        r#"{"id": "steps", "from": "2026-06-15", "until": "2026-06-22", "over": false, "data": [{"place": 1,
            "alias": {"zh": "会员 ***1207", "en": "Member ***1207"}, "score": 98000, "reached_at": "2026-06-18T20:15:00+08:00",
            "own": false}], "own": null, "winners": []}"#,
    ),
    problems: &[&table::MEMBER_UNKNOWN, &table::UNKNOWN],
    handler: |call| Box::pin(show_leaderboard(call)),
};
