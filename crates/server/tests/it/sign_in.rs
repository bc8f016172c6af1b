//! Staff sign in, sign out, lose their passwords, and are kept out.

use jifen_engine::Clock;
use jifen_server::gate::Cost;
use jifen_vocab::limits::{
    CONFIRMED_MINUTES, LOCK_MINUTES, SIGN_INS_OF_ACCOUNT, STAFF_IDLE_MINUTES, STAFF_SESSION_HOURS, TRIES_MAX,
};
use serde_json::json;

use crate::browser::Browser;
use crate::world::World;

/// The same store, that many minutes later by the machine's clock.
fn later(world: World, minutes: i64) -> World {
    World::over_same(world, |options| {
        options.sandbox_token = Some(crate::world::TOKEN.to_owned());
        options.password_cost = Cost { memory_kib: 8, passes: 1 };
        options.wall = Clock::new(minutes * 60_000);
    })
}

// row SEC-08
// row PROG-16
#[tokio::test]
async fn a_password_and_a_code_open_a_session() {
    let world = World::new();
    let lin = world.staff("lin", "customer-service", Some("shanghai")).await;
    let session = lin.get(&world, "/v1/session").send().await.expect(200).body;
    assert_eq!((&session["kind"], &session["id"]), (&json!("staff"), &json!("lin")));
    assert_eq!(session["roles"][0]["id"], "customer-service");
    assert_eq!(session["roles"][0]["place"]["id"], "shanghai");
    assert_eq!(session["must_change_password"], false);
    assert!(session["scopes"].as_array().unwrap().contains(&json!("points:adjust")));
    assert!(session["confirmed_until"].is_string() && session["csrf"].is_string());
    world.member("ada").await;
    lin.get(&world, "/v1/members/ada/wallet").send().await.expect(200);
    lin.get(&world, "/v1/clients").send().await.expect(403).problem("forbidden");
}

// row SEC-08
#[tokio::test]
async fn a_password_alone_opens_nothing() {
    let world = World::new();
    let mut lin = world.staff("lin", "owner", None).await;
    lin.cookie.clear();
    lin.csrf.clear();
    let password = lin.password.clone();
    assert_eq!(lin.show_password(&world, &password).await.expect(200).body["state"], "second_factor");
    for path in ["/v1/session", "/v1/staff", "/v1/members/ada"] {
        lin.get(&world, path).send().await.problem("unauthorized");
    }
    // Nor can somebody with the password alone set up another second factor.
    let asked = lin.dress(world.ask("POST", "/v1/sign-in/enrollment"));
    asked.send().await.problem("second-factor-required");
    let half_way = lin.cookie.clone();
    lin.show_code(&world).await.expect(200);
    assert_ne!(lin.cookie, half_way, "the session has a cookie of its own");
    let old = Browser { cookie: half_way, ..lin.clone() };
    old.get(&world, "/v1/session").send().await.problem("unauthorized");
}

#[tokio::test]
async fn a_code_counts_once() {
    let world = World::new();
    let mut lin = world.staff("lin", "owner", None).await;
    let code = lin.code(&world);
    lin.post(&world, "/v1/session/confirm", json!({"code": code})).send().await.expect(200);
    lin.post(&world, "/v1/session/confirm", json!({"code": code})).send().await.problem("code-wrong");
    lin.post(&world, "/v1/session/confirm", json!({"code": "no"})).send().await.problem("code-wrong");
}

// row SEC-10
#[tokio::test]
async fn five_wrong_passwords_lock_whoever_has_the_login_or_not() {
    let mut world = World::new();
    let mut lin = world.staff("lin", "owner", None).await;
    for login in ["lin", "nobody"] {
        let wrong = json!({"login": login, "password": "not the password"});
        for left in (1..=TRIES_MAX + 2).rev() {
            let heard = world.post("/v1/sign-in", wrong.clone()).token(None).send().await;
            if left > 3 {
                heard.problem("sign-in-failed");
                continue;
            }
            assert!(heard.headers["retry-after"].to_str().unwrap().parse::<i64>().unwrap() > (LOCK_MINUTES - 1) * 60);
            heard.problem("account-locked");
        }
    }
    // The right password does not help either, until the lock ends.
    let right = json!({"login": "lin", "password": lin.password});
    world.post("/v1/sign-in", right).token(None).send().await.problem("account-locked");
    let audit = world.get("/v1/audit?action=sign_in.fail").send().await.expect(200).body;
    assert_eq!(audit["data"].as_array().unwrap().len(), usize::from(TRIES_MAX));
    assert_eq!(audit["data"][0]["after"]["locked_minutes"], LOCK_MINUTES);
    // Who is in stays in: a lock keeps strangers out.
    lin.get(&world, "/v1/session").send().await.expect(200);
    world = later(world, LOCK_MINUTES + 1);
    lin.sign_in(&world).await;
}

// row SEC-10
#[tokio::test]
async fn five_wrong_codes_lock_and_end_what_began() {
    let world = World::new();
    let mut lin = world.staff("lin", "owner", None).await;
    let password = lin.password.clone();
    lin.show_password(&world, &password).await.expect(200);
    for _ in 1..TRIES_MAX {
        let wrong = lin.post(&world, "/v1/sign-in/second-factor", json!({"code": "000000"}));
        wrong.send().await.problem("code-wrong");
    }
    let wrong = lin.post(&world, "/v1/sign-in/second-factor", json!({"code": "000000"}));
    wrong.send().await.problem("account-locked");
    let code = lin.code(&world);
    lin.post(&world, "/v1/sign-in/second-factor", json!({"code": code})).send().await.problem("not-signed-in");
}

// row SEC-04
#[tokio::test]
async fn a_sensitive_operation_asks_for_a_fresh_code() {
    let mut world = World::new();
    let mut lin = world.staff("lin", "owner", None).await;
    let body = json!({"login": "wei", "name": "Wei", "roles": []});
    lin.post(&world, "/v1/staff", body.clone()).send().await.expect(201);
    world = later(world, CONFIRMED_MINUTES + 1);
    let reset = lin.dress(world.ask("POST", "/v1/staff/wei/reset"));
    reset.send().await.problem("second-factor-required");
    lin.get(&world, "/v1/staff/wei").send().await.expect(200);
    let code = lin.code(&world);
    let session = lin.post(&world, "/v1/session/confirm", json!({"code": code})).send().await.expect(200).body;
    assert!(session["confirmed_until"].is_string());
    lin.dress(world.ask("POST", "/v1/staff/wei/reset")).send().await.expect(200);
}

// row SEC-08
#[tokio::test]
async fn a_cookie_of_another_site_or_browser_is_worth_nothing() {
    let world = World::new();
    let lin = world.staff("lin", "owner", None).await;
    let body = json!({"id": "ada"});
    let forged = Browser { csrf: String::new(), ..lin.clone() };
    forged.post(&world, "/v1/members", body.clone()).send().await.expect(403).problem("csrf-token-missing");
    let guessed = Browser { csrf: "guessed".to_owned(), ..lin.clone() };
    guessed.post(&world, "/v1/members", body.clone()).send().await.problem("csrf-token-missing");
    world.get("/v1/members/ada").send().await.expect(404);
    lin.post(&world, "/v1/members", body).send().await.expect(201);
    // Stolen: the session ends for both, so that it is noticed.
    let stolen = Browser { agent: "Thief/2", ..lin.clone() };
    stolen.get(&world, "/v1/session").send().await.problem("unauthorized");
    world.member("what-waits-before-is-done").await;
    lin.get(&world, "/v1/session").send().await.problem("unauthorized");
}

#[tokio::test]
async fn sessions_end() {
    let mut world = World::new();
    let mut lin = world.staff("lin", "owner", None).await;
    let mut elsewhere = lin.clone();
    elsewhere.sign_in(&world).await;
    lin.dress(world.ask("POST", "/v1/sign-out")).send().await.expect(204);
    lin.get(&world, "/v1/session").send().await.problem("unauthorized");
    elsewhere.get(&world, "/v1/session").send().await.expect(200);
    world = later(world, STAFF_IDLE_MINUTES + 1);
    elsewhere.get(&world, "/v1/session").send().await.problem("unauthorized");
    lin = Browser { cookie: String::new(), csrf: String::new(), ..elsewhere };
    lin.sign_in(&world).await;
    for minutes in (STAFF_IDLE_MINUTES + 21..=STAFF_SESSION_HOURS * 60 + 20).step_by(20) {
        world = later(world, minutes);
        lin.get(&world, "/v1/session").send().await.expect(200);
        world.member(&format!("what-waits-before-is-done-{minutes}")).await;
    }
    world = later(world, STAFF_IDLE_MINUTES + STAFF_SESSION_HOURS * 60 + 2);
    lin.get(&world, "/v1/session").send().await.problem("unauthorized");
}

#[tokio::test]
async fn another_password_ends_other_sessions() {
    let world = World::new();
    let lin = world.staff("lin", "owner", None).await;
    let mut elsewhere = lin.clone();
    elsewhere.sign_in(&world).await;
    let change =
        |old: &str, new: &str| lin.post(&world, "/v1/session/password", json!({"old": old, "new": new})).send();
    change("not the password", "another long password").await.problem("sign-in-failed");
    change(&lin.password, "short").await.expect(422);
    change(&lin.password, &lin.password).await.expect(422);
    change(&lin.password, "another long password").await.expect(204);
    lin.get(&world, "/v1/session").send().await.expect(200);
    elsewhere.get(&world, "/v1/session").send().await.problem("unauthorized");
    let old = json!({"login": "lin", "password": lin.password});
    world.post("/v1/sign-in", old).token(None).send().await.problem("sign-in-failed");
}

#[tokio::test]
async fn a_one_time_password_must_be_changed_and_counts_for_a_while() {
    let mut world = World::new();
    let add = |login: &str| world.post("/v1/staff", json!({"login": login, "name": "N", "roles": [{"role": "owner"}]}));
    let first = add("first").send().await.expect(201).body["one_time_password"].as_str().unwrap().to_owned();
    let second = add("second").send().await.expect(201).body["one_time_password"].as_str().unwrap().to_owned();
    let mut browser = Browser::new("first");
    browser.show_password(&world, &first).await.expect(200);
    browser.enroll(&world).await;
    let session = browser.show_code(&world).await.expect(200).body;
    assert_eq!((&session["must_change_password"], &session["scopes"]), (&json!(true), &json!([])));
    browser.get(&world, "/v1/staff").send().await.problem("forbidden");
    world = later(world, 8 * 24 * 60);
    Browser::new("second").show_password(&world, &second).await.problem("sign-in-failed");
}

// row PROG-16
#[tokio::test]
async fn a_change_of_roles_takes_effect_at_once() {
    let world = World::new();
    let owner = world.staff("owner", "owner", None).await;
    let he = world.staff("he", "customer-service", None).await;
    he.get(&world, "/v1/staff").send().await.problem("forbidden");
    let details = |role: &str, active: bool| json!({"name": "He", "roles": [{"role": role}], "active": active});
    let change = |body| owner.dress(world.put("/v1/staff/he", body)).send();
    change(details("owner", true)).await.expect(200);
    he.get(&world, "/v1/staff").send().await.expect(200);
    change(details("owner", false)).await.expect(200);
    he.get(&world, "/v1/session").send().await.problem("unauthorized");
    let right = json!({"login": "he", "password": he.password});
    world.post("/v1/sign-in", right).token(None).send().await.problem("sign-in-failed");
    change(details("no-such-role", true)).await.expect(422);
    // Nobody locks themselves out, nor raises themselves.
    let own = owner.dress(world.put("/v1/staff/owner", details("analyst", true)));
    own.send().await.expect(422).problem("invalid-field");
}

#[tokio::test]
async fn nobody_gives_rights_that_they_lack() {
    let world = World::new();
    let clerk = world.client("clerk", &["staff:write", "members:read"], None).await;
    let add = |role: &str| world.post("/v1/staff", json!({"login": "x", "name": "X", "roles": [{"role": role}]}));
    add("owner").token(Some(&clerk)).send().await.problem("forbidden");
    world.staff("lin", "owner", None).await;
    world.ask("POST", "/v1/staff/lin/reset").token(Some(&clerk)).send().await.problem("forbidden");
    world.ask("POST", "/v1/staff/nobody/reset").send().await.problem("unknown");
    let listed = world.get("/v1/staff?limit=1").send().await.expect(200);
    assert_eq!(listed.body["data"][0]["login"], "lin");
    assert!(!listed.text.contains("argon2") && !listed.text.contains("sealed"));
}

#[tokio::test]
async fn whoever_lost_everything_begins_anew() {
    let world = World::new();
    let mut lin = world.staff("lin", "owner", None).await;
    let reset = world.ask("POST", "/v1/staff/lin/reset").send().await.expect(200).body;
    lin.get(&world, "/v1/session").send().await.problem("unauthorized");
    lin = Browser::new("lin");
    let password = reset["one_time_password"].as_str().unwrap();
    assert_eq!(lin.show_password(&world, password).await.expect(200).body["state"], "enroll");
    lin.enroll(&world).await;
    lin.show_code(&world).await.expect(200);
}

#[tokio::test]
async fn programs_learn_who_they_are_too() {
    let world = World::new();
    let token = world.client("till", &["events:write"], None).await;
    let session = world.get("/v1/session").token(Some(&token)).send().await.expect(200).body;
    assert_eq!((&session["kind"], &session["csrf"]), (&json!("client"), &json!(null)));
    assert_eq!(session["scopes"], json!(["events:write"]));
    let options = world.get("/v1/sign-in/options").token(None).send().await.expect(200).body;
    assert_eq!((&options["password"], &options["sandbox"]), (&json!(true), &json!(true)));
    let roles = world.get("/v1/roles").send().await.expect(200).body;
    assert!(roles["data"].as_array().unwrap().iter().any(|role| role["id"] == "risk-reviewer"));
    let places = world.get("/v1/places").send().await.expect(200).body;
    assert_eq!(
        places["data"][0],
        json!({"id": "group", "name": {"zh": "集团积分运营中心", "en": "Group points operations center"}, "kind": "group", "parent": null})
    );
}

// row SEC-10
#[tokio::test]
async fn a_stolen_cookie_leaves_a_line_in_the_trail() {
    let world = World::new();
    let lin = world.staff("lin", "owner", None).await;
    let stolen = Browser { agent: "Thief/2", ..lin.clone() };
    stolen.get(&world, "/v1/session").send().await.problem("unauthorized");
    stolen.get(&world, "/v1/session").send().await.problem("unauthorized");
    world.member("what-waits-before-is-done").await;
    let audit = world.get("/v1/audit?action=session.stolen").send().await.expect(200).body;
    assert_eq!(audit["data"].as_array().unwrap().len(), 1, "{audit}");
    assert_eq!(audit["data"][0]["object"], json!({"kind": "staff", "id": "lin"}));
}

// row SEC-10
#[tokio::test]
async fn tries_for_one_account_are_few_a_minute() {
    let world = World::new();
    let lin = world.staff("lin", "owner", None).await;
    let right = || world.post("/v1/sign-in", json!({"login": "lin", "password": lin.password})).token(None).send();
    let mut answers = Vec::new();
    for _ in 0..SIGN_INS_OF_ACCOUNT {
        answers.push(right().await.status.as_u16());
    }
    assert!(answers.contains(&429), "{answers:?}");
    right().await.problem("rate-limited");
}
