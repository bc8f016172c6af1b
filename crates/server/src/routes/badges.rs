//! Badges, titles and frames: the wall of a member. What is hidden shows its riddle until it is earned.

use axum::http::Method;
use jifen_program::RuleBook;
use jifen_program::book::tasks::Badge as Terms;
use jifen_program::member::{BadgeHeld, Member};
use jifen_vocab::Timestamp;
use serde::Serialize;
use utoipa::ToSchema;

use crate::call::{Call, Reply, unknown_member};
use crate::language::Said;
use crate::operation::{Access, Answer, Answered, Key, Operation};
use crate::parameters::MEMBER_ID;
use crate::problems::table;
use crate::scopes::Scope;
use crate::wire::Text;

/// Badges, titles and frames.
#[derive(Serialize, ToSchema)]
pub struct Badges {
    /// In the order of the rule book.
    data: Vec<Badge>,
}

/// A badge, title or frame as a member sees it.
#[derive(Serialize, ToSchema)]
pub struct Badge {
    /// The identifier; nothing of one that is hidden and not earned.
    id: Option<String>,
    /// `badge`, `frame` or `title`.
    kind: &'static str,
    /// What people call it; nothing of one that is hidden and not earned.
    name: Option<Text>,
    /// What it is for.
    about: Option<Text>,
    /// Whether its name is a secret until it is earned.
    hidden: bool,
    /// What is shown instead of the name.
    riddle: Option<Text>,
    /// The address of a picture.
    image: Option<String>,
    /// Whether the member holds it now.
    held: bool,
    /// Since when the member holds it, or held it last.
    #[schema(format = DateTime)]
    earned_at: Option<String>,
    /// Until when; nothing for ever.
    #[schema(format = DateTime)]
    until: Option<String>,
}

async fn list_badges(call: Call) -> Answered {
    let id = call.member()?;
    let member = call.app.engine.read::<Member>(id.as_str())?.ok_or_else(|| unknown_member(id.as_str()))?;
    let now = call.app.engine.clock().now();
    let books = call.app.engine.books();
    let book = books.at(now);
    let data = book.tasks.badges.iter().map(|badge| {
        let held = member.body.badges.iter().find(|held| held.badge == badge.id);
        Badge::of(badge, held, book, now)
    });
    Reply::json(&Badges { data: data.collect() })
}

impl Badge {
    fn of(terms: &Terms, held: Option<&BadgeHeld>, book: &RuleBook, now: Timestamp) -> Badge {
        let is_secret = terms.riddle.is_some() && held.is_none();
        let open = |text: Option<Text>| text.filter(|_| !is_secret);
        Badge {
            id: (!is_secret).then(|| terms.id.to_string()),
            kind: terms.kind.as_str(),
            name: open(Some(Text::from(&terms.name))),
            about: open(terms.about.as_ref().map(Text::from)),
            hidden: terms.riddle.is_some(),
            riddle: terms.riddle.as_ref().map(Text::from),
            image: terms.image.clone().filter(|_| !is_secret),
            held: held.is_some_and(|held| held.until.is_none_or(|until| now < until)),
            earned_at: held.map(|held| book.zone.rfc3339(held.from)),
            until: held.and_then(|held| held.until).map(|until| book.zone.rfc3339(until)),
        }
    }
}

/// `GET /v1/members/{id}/badges`
pub static LIST: Operation = Operation {
    id: "list_badges",
    method: Method::GET,
    path: "/v1/members/{id}/badges",
    feature: "badges",
    access: Access::ScopeOrSelf(Scope::MembersRead),
    confirm: false,
    summary: Said { en: "List a member's badges", zh: "查看会员的徽章" },
    about: Said {
        en: "Every badge, title and frame there is, and whether the member holds it. Of a hidden one that is not earned, only the riddle is shown.",
        zh: "全部徽章、称号和头像框，以及会员是否持有；未获得的隐藏徽章仅显示谜语。",
    },
    parameters: &[&MEMBER_ID],
    body: None,
    key: Key::None,
    answer: Answer::json::<Badges>(
        200,
        Said { en: "The wall.", zh: "徽章墙。" },
        r#"{"data": [{"id": "connector", "kind": "badge", "name": {"zh": "社交达人", "en": "Connector"}, "about": {"zh": "邀请 10 位好友",
            "en": "for ten invited friends"}, "hidden": false, "riddle": null, "image": null, "held": true,
            "earned_at": "2026-06-18T20:15:00+08:00", "until": null}]}"#,
    ),
    problems: &[&table::MEMBER_UNKNOWN],
    handler: |call| Box::pin(list_badges(call)),
};
