//! Votes: operators ask, members choose, and what wins becomes the draft of a reward.

use axum::http::Method;
use compact_str::CompactString;
use jifen_program::flows::{CastBallot, ClosePoll, MakePoll};
use jifen_program::member::Member;
use jifen_program::votes::{Ballot, Poll, PollReward};
use jifen_vocab::{Timestamp, Zone};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::app::App;
use crate::call::{Call, Reply, aside, unknown_member};
use crate::language::Said;
use crate::listing::{Listed, PageOf, newest};
use crate::operation::{Access, Answer, Answered, Body, BodyKind, Key, Operation, Parameter};
use crate::parameters::{CURSOR, LIMIT, MEMBER_ID};
use crate::problems::{Problem, table};
use crate::scopes::Scope;
use crate::wire::{NewText, Text, instant};

/// Characters of what is asked and of what can be chosen.
const NAME_CHARS_MAX: usize = 200;

static VOTE_ID: Parameter = Parameter {
    name: "vote",
    in_path: true,
    about: Said { en: "The vote.", zh: "投票。" },
    schema: r#"{"type": "string", "minLength": 1, "maxLength": 64, "pattern": "^[A-Za-z0-9._:-]+$"}"#,
    example: "next-mug",
};

/// Something to choose.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewOption {
    /// Its identifier within the vote.
    #[schema(min_length = 1, max_length = 64, pattern = "^[A-Za-z0-9._:-]+$")]
    id: String,
    /// What people call it.
    name: NewText,
}

/// What the winner becomes.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewVoteReward {
    /// The kind of reward, such as `goods`.
    kind: String,
    /// The kind of goods.
    #[schema(min_length = 1, max_length = 64)]
    category: String,
    /// The price in points it begins with.
    #[schema(minimum = 1)]
    points: i64,
}

/// A vote to be held.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewVote {
    /// Its identifier; a new one unless it is given.
    #[schema(min_length = 1, max_length = 64, pattern = "^[A-Za-z0-9._:-]+$")]
    id: Option<String>,
    /// What is asked.
    name: NewText,
    /// What can be chosen, from 2 to 20.
    #[schema(min_items = 2, max_items = 20)]
    options: Vec<NewOption>,
    /// From when on; now unless it is given.
    #[schema(format = DateTime)]
    from: Option<String>,
    /// Until when.
    #[schema(format = DateTime)]
    until: String,
    /// What the winner becomes; nothing where members are only asked.
    reward: Option<NewVoteReward>,
}

/// A choice to be cast.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewBallot {
    /// In which vote.
    #[schema(min_length = 1, max_length = 64)]
    vote: String,
    /// Which option.
    #[schema(min_length = 1, max_length = 64)]
    option: String,
}

/// Something that can be chosen.
#[derive(Serialize, ToSchema)]
pub struct VoteOption {
    /// Its identifier.
    id: String,
    /// What people call it.
    name: Text,
    /// How many chose it; nothing for members before it is over.
    #[serde(skip_serializing_if = "Option::is_none")]
    ballots: Option<i64>,
}

/// A vote.
#[derive(Serialize, ToSchema)]
pub struct Vote {
    /// Its identifier.
    id: String,
    /// What is asked.
    name: Text,
    /// `planned`, `open` or `closed`.
    state: &'static str,
    /// What can be chosen.
    options: Vec<VoteOption>,
    /// From when on.
    #[schema(format = DateTime)]
    from: String,
    /// Until when.
    #[schema(format = DateTime)]
    until: String,
    /// What was chosen most, once it is over.
    #[serde(skip_serializing_if = "Option::is_none")]
    winner: Option<String>,
    /// The draft of a reward it became; operators put it on the shelf.
    #[serde(skip_serializing_if = "Option::is_none")]
    reward: Option<String>,
    /// What the member chose.
    #[serde(skip_serializing_if = "Option::is_none")]
    own: Option<String>,
}

/// A page of votes.
#[derive(Serialize, ToSchema)]
pub struct VotePage {
    /// The votes, newest identifiers first.
    data: Vec<Vote>,
    /// Where the next page starts; nothing on the last.
    next_cursor: Option<String>,
}

/// A choice that was cast.
#[derive(Serialize, ToSchema)]
pub struct CastVote {
    /// In which vote.
    vote: String,
    /// Which option.
    option: String,
    /// When.
    #[schema(format = DateTime)]
    at: String,
}

/// Who looks, which decides what is shown of a vote that is still open.
enum Looker<'a> {
    Operator,
    Member(Option<&'a Ballot>),
}

impl Vote {
    fn of(poll: &Poll, looker: &Looker<'_>, zone: &Zone, now: Timestamp) -> Vote {
        let state = poll.state(now);
        let shows = matches!(looker, Looker::Operator) || state == "closed";
        let option = |option: &jifen_program::votes::PollOption| VoteOption {
            id: option.id.to_string(),
            name: Text::from(&option.name),
            ballots: shows.then_some(option.ballots),
        };
        let outcome = poll.outcome.as_ref();
        Vote {
            id: poll.id.to_string(),
            name: Text::from(&poll.name),
            state,
            options: poll.options.iter().map(option).collect(),
            from: zone.rfc3339(poll.from),
            until: zone.rfc3339(poll.until),
            winner: outcome.and_then(|outcome| outcome.winner.as_ref()).map(ToString::to_string),
            reward: outcome
                .and_then(|outcome| outcome.reward.as_ref())
                .filter(|_| matches!(looker, Looker::Operator))
                .map(ToString::to_string),
            own: match looker {
                Looker::Member(Some(ballot)) => Some(ballot.option.to_string()),
                Looker::Member(None) | Looker::Operator => None,
            },
        }
    }
}

fn named(pointer: &str, text: &str) -> Result<CompactString, Problem> {
    jifen_vocab::id::check(text).map_err(|error| Problem::field(pointer.to_owned(), &error.to_string()))?;
    Ok(CompactString::new(text))
}

async fn open_vote(call: Call) -> Answered {
    let new: NewVote = call.json()?;
    let mut options = Vec::with_capacity(new.options.len());
    for (place, option) in new.options.into_iter().enumerate() {
        options
            .push((named(&format!("/options/{place}/id"), &option.id)?, option.name.name("/options", NAME_CHARS_MAX)?));
    }
    let until = instant("/until", Some(&new.until))?;
    let reward = new.reward;
    let command = MakePoll {
        request: call.key()?,
        id: new.id.map(|id| named("/id", &id)).transpose()?,
        name: new.name.name("/name", NAME_CHARS_MAX)?,
        options,
        from: instant("/from", new.from.as_deref())?,
        until: until.ok_or_else(|| Problem::field("/until", "be present"))?,
        reward: reward.map(|reward| PollReward {
            kind: reward.kind.into(),
            category: reward.category.into(),
            points: reward.points,
        }),
        by: call.by(),
    };
    let (poll, replayed) = call.submit(command).await?;
    let (zone, now) = (call.zone(), call.app.engine.clock().now());
    let answer = Vote::of(&poll, &Looker::Operator, &zone, now);
    Ok(Reply::json(&answer)?.created(&format!("/v1/votes/{}", poll.id)).replayed(replayed))
}

async fn close_vote(call: Call) -> Answered {
    let poll = CompactString::new(call.segment("vote"));
    let (poll, replayed) = call.submit(ClosePoll { request: call.key()?, poll, by: call.by() }).await?;
    let (zone, now) = (call.zone(), call.app.engine.clock().now());
    Ok(Reply::json(&Vote::of(&poll, &Looker::Operator, &zone, now))?.replayed(replayed))
}

async fn cast_ballot(call: Call) -> Answered {
    let member = call.member()?;
    let new: NewBallot = call.json()?;
    let command = CastBallot {
        request: call.key()?,
        member,
        poll: named("/vote", &new.vote)?,
        option: named("/option", &new.option)?,
    };
    let (ballot, replayed) = call.submit(command).await?;
    let answer = CastVote {
        vote: ballot.poll.to_string(),
        option: ballot.option.to_string(),
        at: call.zone().rfc3339(ballot.at),
    };
    Ok(Reply::json(&answer)?.replayed(replayed))
}

async fn list_votes(call: Call) -> Answered {
    list(call, None).await
}

async fn list_votes_of(call: Call) -> Answered {
    let member = call.member()?;
    list(call, Some(CompactString::new(member.as_str()))).await
}

async fn list(call: Call, member: Option<CompactString>) -> Answered {
    let (app, wanted) = (call.app.clone(), PageOf::read(&call.query()?)?);
    let page = aside(move || page(&app, member.as_deref(), wanted));
    Reply::json(&page.await?)
}

fn page(app: &App, member: Option<&str>, wanted: PageOf) -> Result<VotePage, Problem> {
    if let Some(member) = member
        && app.engine.read::<Member>(member)?.is_none()
    {
        return Err(unknown_member(member));
    }
    let now = app.engine.clock().now();
    let zone = app.engine.books().at(now).zone.clone();
    let Listed { records, next_cursor } = newest::<Poll>(app, None, wanted)?;
    let mut data = Vec::with_capacity(records.len());
    for (_, poll) in &records {
        let own = match member {
            Some(member) => app.engine.read::<Ballot>(&Ballot::id(&poll.id, member))?,
            None => None,
        };
        let looker = member.map_or(Looker::Operator, |_| Looker::Member(own.as_ref()));
        data.push(Vote::of(poll, &looker, &zone, now));
    }
    Ok(VotePage { data, next_cursor })
}

const EXAMPLE: &str = r#"{"id": "next-mug", "name": {"zh": "下一款杯子", "en": "The next mug"}, "state": "open",
    "options": [{"id": "cat", "name": {"zh": "猫", "en": "Cat"}, "ballots": 2}, {"id": "dog", "name": {"zh": "狗", "en": "Dog"}, "ballots": 1}],
    "from": "2026-06-10T12:00:00+08:00", "until": "2026-06-17T12:00:00+08:00"}"#;

/// `POST /v1/votes`
pub static OPEN: Operation = Operation {
    id: "open_vote",
    method: Method::POST,
    path: "/v1/votes",
    feature: "votes",
    access: Access::Scope(Scope::RewardsWrite),
    confirm: false,
    summary: Said { en: "Ask members to choose", zh: "发起投票" },
    about: Said {
        en: "Members choose one of 2 to 20 options, each once. When the time is over the votes are counted; where `reward` is given, the winner becomes the draft of a reward, which nobody sees until an operator puts it on the shelf.",
        zh: "会员从 2 至 20 个选项中选一项，每人一票。到期自动计票；填写 `reward` 时，得票最多者生成商品草稿，上架前不可见。",
    },
    parameters: &[],
    body: Some(Body {
        kinds: &[BodyKind::json::<NewVote>(
            r#"{"id": "next-mug", "name": {"zh": "下一款杯子", "en": "The next mug"}, "until": "2026-06-17T12:00:00+08:00",
            "options": [{"id": "cat", "name": {"zh": "猫", "en": "Cat"}}, {"id": "dog", "name": {"zh": "狗", "en": "Dog"}}],
            "reward": {"kind": "goods", "category": "daily", "points": 800}}"#,
        )],
        required: true,
    }),
    key: Key::Optional,
    answer: Answer::json::<Vote>(201, Said { en: "The vote.", zh: "投票。" }, EXAMPLE),
    problems: &[&table::VOTE_EXISTS],
    handler: |call| Box::pin(open_vote(call)),
};

/// `GET /v1/votes`
pub static LIST: Operation = Operation {
    id: "list_votes",
    method: Method::GET,
    path: "/v1/votes",
    feature: "votes",
    access: Access::Scope(Scope::RewardsRead),
    confirm: false,
    summary: Said { en: "All votes", zh: "投票列表" },
    about: Said { en: "With how many chose what so far.", zh: "含各选项当前票数。" },
    parameters: &[&LIMIT, &CURSOR],
    body: None,
    key: Key::None,
    answer: Answer::json::<VotePage>(200, Said { en: "The votes.", zh: "投票列表。" }, ""),
    problems: &[],
    handler: |call| Box::pin(list_votes(call)),
};

/// `POST /v1/votes/{vote}/close`
pub static CLOSE: Operation = Operation {
    id: "close_vote",
    method: Method::POST,
    path: "/v1/votes/{vote}/close",
    feature: "votes",
    access: Access::Scope(Scope::RewardsWrite),
    confirm: false,
    summary: Said { en: "Count a vote before its time is over", zh: "提前计票" },
    about: Said {
        en: "What was chosen most wins; of several the one that stands first. It is in the audit trail.",
        zh: "得票最多者胜出，同票取排列在前者。写入审计记录。",
    },
    parameters: &[&VOTE_ID],
    body: None,
    key: Key::Optional,
    answer: Answer::json::<Vote>(200, Said { en: "The vote.", zh: "投票。" }, EXAMPLE),
    problems: &[&table::UNKNOWN, &table::VOTE_CLOSED],
    handler: |call| Box::pin(close_vote(call)),
};

/// `GET /v1/members/{id}/votes`
pub static LIST_OF: Operation = Operation {
    id: "list_member_votes",
    method: Method::GET,
    path: "/v1/members/{id}/votes",
    feature: "votes",
    access: Access::ScopeOrSelf(Scope::MembersRead),
    confirm: false,
    summary: Said { en: "Votes as a member sees them", zh: "会员可见的投票" },
    about: Said {
        en: "With the member's own choice. How many chose what is shown once a vote is over.",
        zh: "含会员本人的选择；票数在投票结束后公布。",
    },
    parameters: &[&MEMBER_ID, &LIMIT, &CURSOR],
    body: None,
    key: Key::None,
    answer: Answer::json::<VotePage>(200, Said { en: "The votes.", zh: "投票列表。" }, ""),
    problems: &[&table::MEMBER_UNKNOWN],
    handler: |call| Box::pin(list_votes_of(call)),
};

/// `POST /v1/members/{id}/ballots`
pub static CAST: Operation = Operation {
    id: "cast_ballot",
    method: Method::POST,
    path: "/v1/members/{id}/ballots",
    feature: "votes",
    access: Access::ScopeOrSelf(Scope::MembersWrite),
    confirm: false,
    summary: Said { en: "Choose", zh: "投票" },
    about: Said {
        en: "One ballot a member, while the vote is open; it is not changed. Rules on `vote.cast` may give points for it.",
        zh: "投票期间每人一票，投出不可更改。规则可通过 `vote.cast` 事件奖励积分。",
    },
    parameters: &[&MEMBER_ID],
    body: Some(Body {
        kinds: &[BodyKind::json::<NewBallot>(r#"{"vote": "next-mug", "option": "cat"}"#)],
        required: true,
    }),
    key: Key::Optional,
    answer: Answer::json::<CastVote>(
        200,
        Said { en: "What was chosen.", zh: "投票结果。" },
        r#"{"vote": "next-mug", "option": "cat", "at": "2026-06-11T09:00:00+08:00"}"#,
    ),
    problems: &[&table::MEMBER_UNKNOWN, &table::UNKNOWN, &table::VOTE_CLOSED, &table::VOTED_ALREADY],
    handler: |call| Box::pin(cast_ballot(call)),
};
