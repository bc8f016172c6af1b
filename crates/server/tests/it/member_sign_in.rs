//! Members sign in with a code or a token, and see their own points and nothing else.

use jifen_server::operation::Access;
use jifen_server::router::OPERATIONS;
use jifen_vocab::limits::{CODE_MINUTES, TRIES_MAX};
use serde_json::{Value, json};

use crate::browser::Browser;
use crate::world::{Heard, World};

/// The newest message, once there are that many.
pub(crate) async fn message(world: &World, how_many: usize) -> Value {
    for _ in 0..200 {
        let messages = world.get("/v1/sandbox/messages").send().await.expect(200).body;
        let messages = messages["data"].as_array().unwrap();
        if messages.len() >= how_many {
            return messages[0].clone();
        }
        tokio::time::sleep(std::time::Duration::from_millis(10)).await;
    }
    panic!("no message came");
}

pub(crate) fn code_in(message: &Value) -> String {
    let text = message["text"].as_str().unwrap();
    let digits: String = text.chars().skip_while(|letter| !letter.is_ascii_digit()).take(6).collect();
    assert!(digits.len() == 6 && digits.bytes().all(|byte| byte.is_ascii_digit()), "{text}");
    digits
}

async fn lin(world: &World) {
    let lin = json!({"id": "lin", "name": "Lin", "phone": "138 0013 8000", "email": "Lin@example.com"});
    world.post("/v1/members", lin).send().await.expect(201);
}

async fn ask_code(world: &World, to: Value) {
    world.post("/v1/member-sign-in/codes", to).token(None).send().await.expect(202);
}

async fn show(browser: &mut Browser, world: &World, body: Value) -> Heard {
    let heard = browser.post(world, "/v1/member-sign-in", body).send().await;
    browser.keep(&heard);
    heard
}

#[tokio::test]
async fn a_code_that_was_sent_opens_a_session() {
    let world = World::new();
    lin(&world).await;
    world.give("lin", 46).await;
    for (n, to) in [json!({"phone": "+86 138-0013-8000"}), json!({"email": "lin@example.com"})].into_iter().enumerate()
    {
        let mut browser = Browser::new("lin");
        let world = &world;
        if n == 0 {
            ask_code(world, to.clone()).await;
            let sent = message(world, 1).await;
            assert_eq!((&sent["channel"], &sent["to"]), (&json!("sms"), &json!("+8613800138000")));
            let body = json!({"phone": "13800138000", "code": code_in(&sent)});
            let session = show(&mut browser, world, body.clone()).await.expect(200).body;
            assert_eq!(
                (&session["kind"], &session["id"], &session["name"]),
                (&json!("member"), &json!("lin"), &json!("Lin"))
            );
            assert_eq!(session["scopes"], json!([]));
            // A code counts once.
            show(&mut Browser::new("thief"), world, body).await.problem("code-wrong");
            let wallet = browser.get(world, "/v1/members/lin/wallet").send().await.expect(200).body;
            let units = wallet["units"].as_array().unwrap();
            assert!(units.iter().any(|unit| unit["unit"] == "points" && unit["available"] == 46), "{wallet}");
            browser.get(world, "/v1/members/lin/entries").send().await.expect(200);
            browser.get(world, "/v1/program/rules").send().await.expect(200);
            browser.dress(world.ask("POST", "/v1/sign-out")).send().await.expect(204);
            browser.get(world, "/v1/members/lin").send().await.problem("unauthorized");
        } else {
            // Another within a minute is not sent, by whichever way.
            ask_code(world, to).await;
            world.member("what-waits-before-is-done").await;
            assert_eq!(world.get("/v1/sandbox/messages").send().await.body["data"].as_array().unwrap().len(), 1);
        }
    }
}

// row SEC-10
#[tokio::test]
async fn codes_are_not_guessed() {
    let world = World::new();
    lin(&world).await;
    for phone in ["13800138000", "13900139000"] {
        ask_code(&world, json!({"phone": phone})).await;
        for n in 1..=TRIES_MAX + 1 {
            let heard = show(&mut Browser::new("thief"), &world, json!({"phone": phone, "code": "no"})).await;
            heard.problem(if n < TRIES_MAX { "code-wrong" } else { "account-locked" });
        }
    }
    // The right one does not help any more, and who looks after it is told.
    let body = json!({"phone": "13800138000", "code": code_in(&message(&world, 1).await)});
    show(&mut Browser::new("lin"), &world, body).await.problem("account-locked");
    let audit = world.get("/v1/audit?action=sign_in.fail").send().await.expect(200).body;
    assert_eq!(audit["data"][0]["object"], json!({"kind": "member", "id": "lin"}));
}

#[tokio::test]
async fn a_code_counts_for_minutes() {
    let world = World::new();
    lin(&world).await;
    ask_code(&world, json!({"email": "lin@example.com"})).await;
    let code = code_in(&message(&world, 1).await);
    let late = World::over_same(world, |options| {
        options.wall = jifen_engine::Clock::new((CODE_MINUTES * 60 + 1) * 1_000);
    });
    show(&mut Browser::new("lin"), &late, json!({"email": "lin@example.com", "code": code}))
        .await
        .problem("code-wrong");
}

#[tokio::test]
async fn what_is_no_address_is_refused() {
    let world = World::new();
    for body in [
        json!({}),
        json!({"phone": "13800138000", "email": "lin@example.com"}),
        json!({"phone": "x"}),
        json!({"email": "x"}),
        json!({"phone": null}),
        json!({"telephone": "13800138000"}),
    ] {
        let asked = world.post("/v1/member-sign-in/codes", body.clone()).token(None).send().await;
        assert_eq!(asked.status.as_u16(), 422, "{body}");
    }
}

// row SEC-03
#[tokio::test]
async fn a_member_sees_their_own_points_and_nothing_else() {
    let world = World::new();
    world.member("lin").await;
    world.member("wei").await;
    let shop = world.client("app", &["members:token"], None).await;
    let ask =
        |member: &str, body: Value| world.post(&format!("/v1/members/{member}/tokens"), body).token(Some(&shop)).send();
    let issued = ask("lin", json!({"ttl_seconds": 60})).await.expect(201).body;
    let token = issued["token"].as_str().unwrap();
    for operation in OPERATIONS.iter().filter(|operation| operation.access != Access::Open) {
        for (member, is_self) in [("lin", true), ("wei", false)] {
            let path = operation.path.replace("{id}", member).replace("{number}", "1").replace("{version}", "1");
            let heard = world.ask(operation.method.as_str(), &path).token(Some(token)).send().await;
            let may = match operation.access {
                Access::ScopeOrMember(_) | Access::SignedIn => true,
                Access::ScopeOrSelf(_) => is_self,
                _ => false,
            };
            let is_forbidden = heard.body["type"].as_str().is_some_and(|code| code.ends_with("/forbidden"));
            assert_eq!(is_forbidden, !may, "{} {path} {}", operation.id, heard.text);
            assert!(!matches!(heard.status.as_u16(), 401 | 500), "{} {path} {}", operation.id, heard.text);
        }
    }
    ask("nobody", json!({})).await.problem("member-unknown");
    ask("lin", json!({"ttl_seconds": 0})).await.expect(422);
    ask("lin", json!({"ttl_seconds": 1_000_000})).await.expect(422);
    // The token ends with the access of the shop that asked for it, and with its time.
    world.get("/v1/members/lin").token(Some(token)).send().await.expect(200);
    world.ask("DELETE", "/v1/clients/app").send().await.expect(200);
    world.get("/v1/members/lin").token(Some(token)).send().await.problem("unauthorized");
}

#[tokio::test]
async fn a_members_token_ends() {
    let world = World::new();
    world.member("lin").await;
    let issued = world.ask("POST", "/v1/members/lin/tokens").send().await.expect(201).body;
    let token = issued["token"].as_str().unwrap().to_owned();
    world.get("/v1/members/lin").token(Some(&token)).send().await.expect(200);
    let late = World::over_same(world, |options| {
        options.sandbox_token = Some(crate::world::TOKEN.to_owned());
        options.wall = jifen_engine::Clock::new(3_601_000);
    });
    late.get("/v1/members/lin").token(Some(&token)).send().await.problem("unauthorized");
}

#[tokio::test]
async fn a_person_calls_less_often_than_a_shop() {
    let world = World::new();
    world.member("lin").await;
    let issued = world.ask("POST", "/v1/members/lin/tokens").send().await.expect(201).body;
    let heard = world.get("/v1/members/lin").token(issued["token"].as_str()).send().await.expect(200);
    assert_eq!(heard.headers["ratelimit-policy"], "\"client\";q=1200;w=60");
}
