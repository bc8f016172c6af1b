//! What takes a second person, over HTTP: 202 with the question, its list, its decision, and what is not allowed.

use serde_json::{Value, json};

use crate::browser::Browser;
use crate::show::answer;
use crate::world::{Asked, World};

/// A world with a member, a client that adjusts and one that only decides.
struct Shop {
    world: World,
    till: String,
    boss: String,
}

const ADJUSTER: &[&str] = &["points:adjust", "points:clear", "wallets:freeze", "approvals:read", "approvals:decide"];

impl Shop {
    async fn open() -> Shop {
        let world = World::new();
        world.member("lin").await;
        let till = world.client("till", ADJUSTER, None).await;
        let boss = world.client("boss", ADJUSTER, None).await;
        Shop { world, till, boss }
    }

    fn adjust(&self, points: i64, key: &str, query: &str) -> Asked<'_> {
        let body = json!({"unit": "points", "points": points, "reason": "a broken refrigerator"});
        self.world.post(&format!("/v1/members/lin/adjustments{query}"), body).key(key).token(Some(&self.till))
    }

    /// Asks for a grant beyond the ceiling and gives the question's address.
    async fn question(&self, key: &str) -> String {
        let waits = self.adjust(25_000, key, "").send().await.expect(202);
        format!("/v1/approvals/{}", waits.body["approval"]["id"].as_str().unwrap())
    }

    fn decide(&self, question: &str, verdict: &str, note: Value) -> Asked<'_> {
        self.world.post(&format!("{question}/{verdict}"), note)
    }
}

// row LIM-22
#[tokio::test]
async fn a_large_grant_waits_and_is_credited_when_somebody_else_agrees() {
    let shop = Shop::open().await;
    let world = &shop.world;
    let mut story = String::new();
    let waits = shop.adjust(25_000, "k-1", "").send().await.expect(202);
    story += &answer(&waits);
    assert_eq!(world.available("lin").await, 0);
    let again = shop.adjust(25_000, "k-1", "").send().await.expect(202);
    assert!(again.is_replay());
    assert_eq!(again.body, waits.body);
    let id = waits.body["approval"]["id"].as_str().unwrap();
    let question = format!("/v1/approvals/{id}");
    let seen = world.get(&question).send().await.expect(200);
    assert_eq!((&seen.body["may_decide"], &seen.body["why_not"]), (&json!(true), &Value::Null));
    let own = world.get(&question).token(Some(&shop.till)).send().await.expect(200);
    assert_eq!((&own.body["may_decide"], &own.body["why_not"]), (&json!(false), &json!("approval-own")));
    let decided = shop.decide(&question, "approve", json!({"note": "seen on the photo"})).send().await.expect(200);
    story += &answer(&decided);
    assert_eq!(world.available("lin").await, 25_000);
    let after = shop.adjust(25_000, "k-1", "").send().await.expect(202);
    assert_eq!(after.body["approval"]["state"], "approved", "the same key again tells where it stands by now");
    assert_eq!(world.available("lin").await, 25_000);
    let line = world.get("/v1/audit?action=points.adjust").send().await.expect(200).body["data"][0].clone();
    assert_eq!((&line["actor"]["id"], &line["approval"]), (&json!("till"), &json!(id)));
    insta::assert_snapshot!(story);
}

#[tokio::test]
async fn a_dry_run_says_that_it_would_wait_and_asks_nobody() {
    let shop = Shop::open().await;
    let waits = shop.adjust(25_000, "d-1", "?dry_run=true").send().await.expect(202);
    assert_eq!(waits.body["approval"]["because"][0], json!({"rule": "each", "maximum": 20_000, "value": 25_000}));
    let done = shop.adjust(100, "d-2", "?dry_run=true").send().await.expect(200);
    let units = done.body["wallet"]["units"].as_array().unwrap();
    assert!(units.iter().any(|unit| unit["unit"] == "points" && unit["available"] == 100));
    assert_eq!(shop.world.available("lin").await, 0);
    let listed = shop.world.get("/v1/approvals").send().await.expect(200);
    assert_eq!(listed.body["data"], json!([]));
    shop.adjust(0, "d-3", "?dry_run=true").send().await.problem("invalid-field");
    shop.adjust(1, "d-4", "?dry_run=perhaps").send().await.problem("invalid-parameter");
}

#[tokio::test]
async fn approvals_are_found_by_state_and_asker() {
    let shop = Shop::open().await;
    let world = &shop.world;
    let mut questions = Vec::new();
    for key in ["a", "b", "c"] {
        questions.push(shop.question(key).await);
    }
    shop.decide(&questions[0], "decline", json!({"note": "no"})).send().await.expect(200);
    shop.decide(&questions[1], "withdraw", json!({})).token(Some(&shop.till)).send().await.expect(200);
    let ids = |body: &Value| -> Vec<String> {
        let data = body["data"].as_array().unwrap();
        data.iter().map(|one| format!("/v1/approvals/{}", one["id"].as_str().unwrap())).collect()
    };
    let list = |query: &str| world.get(&format!("/v1/approvals{query}"));
    let newest_first: Vec<String> = questions.iter().rev().cloned().collect();
    assert_eq!(ids(&list("").send().await.expect(200).body), newest_first);
    assert_eq!(ids(&list("?state=waiting").send().await.expect(200).body), [questions[2].clone()]);
    assert_eq!(ids(&list("?state=declined").send().await.expect(200).body), [questions[0].clone()]);
    let mine = list("?mine=true").token(Some(&shop.till)).send().await.expect(200);
    assert_eq!(ids(&mine.body), newest_first);
    let mine = list("?mine=true&state=withdrawn").token(Some(&shop.till)).send().await.expect(200);
    assert_eq!(ids(&mine.body), [questions[1].clone()]);
    assert!(ids(&list("?mine=true").send().await.expect(200).body).is_empty());
    let mut paged = Vec::new();
    let mut query = "?limit=2".to_owned();
    loop {
        let page = list(&query).send().await.expect(200).body;
        paged.extend(ids(&page));
        let Some(cursor) = page["next_cursor"].as_str() else { break };
        query = format!("?limit=2&cursor={cursor}");
    }
    assert_eq!(paged, newest_first);
    list("?state=open").send().await.problem("invalid-parameter");
    list("?mine=perhaps").send().await.problem("invalid-parameter");
}

#[tokio::test]
async fn a_question_is_decided_once_and_not_by_everybody() {
    let shop = Shop::open().await;
    let world = &shop.world;
    let question = shop.question("k").await;
    shop.decide(&question, "approve", json!({})).token(Some(&shop.till)).send().await.problem("approval-own");
    shop.decide(&question, "approve", json!({})).token(Some(&shop.boss)).send().await.problem("approval-role");
    shop.decide(&question, "withdraw", json!({})).token(Some(&shop.boss)).send().await.problem("approval-role");
    shop.decide(&question, "decline", json!({})).send().await.problem("invalid-field");
    shop.decide(&question, "decline", json!({"note": "x".repeat(501)})).send().await.problem("invalid-field");
    shop.decide(&question, "approve", json!({"vote": 1})).send().await.problem("invalid-field");
    shop.decide("/v1/approvals/apr_nothing", "approve", json!({})).send().await.problem("unknown");
    world.get("/v1/approvals/a%20b").send().await.problem("unknown");
    // The same key again gives the same decision.
    let approve = || shop.decide(&question, "approve", json!({})).key("yes");
    let first = approve().send().await.expect(200);
    let again = approve().send().await.expect(200);
    assert!(again.is_replay());
    assert_eq!(first.body, again.body);
    shop.decide(&question, "approve", json!({})).send().await.problem("approval-decided");
    shop.decide(&question, "withdraw", json!({})).token(Some(&shop.till)).send().await.problem("approval-decided");
    assert_eq!(world.available("lin").await, 25_000);
}

#[tokio::test]
async fn what_nobody_decides_runs_out() {
    let shop = Shop::open().await;
    let question = shop.question("k").await;
    shop.world.post("/v1/sandbox/clock", json!({"now": "2026-06-14T12:00:00+08:00"})).send().await.expect(200);
    let seen = shop.world.get(&question).send().await.expect(200);
    assert_eq!((&seen.body["state"], &seen.body["decided_by"]), (&json!("expired"), &Value::Null));
    shop.decide(&question, "approve", json!({})).send().await.problem("approval-decided");
    let expired = shop.world.get("/v1/approvals?state=expired").send().await.expect(200);
    assert_eq!(expired.body["data"].as_array().unwrap().len(), 1);
    assert_eq!(shop.world.available("lin").await, 0);
}

// row SEC-04
#[tokio::test]
async fn clearing_and_lifting_a_freeze_take_a_second_person() {
    let shop = Shop::open().await;
    let world = &shop.world;
    world.give("lin", 70).await;
    let body = json!({"unit": "points", "reason": "forged orders"});
    let clear = || world.post("/v1/members/lin/clear", body.clone()).key("c").token(Some(&shop.till));
    let waits = clear().send().await.expect(202).body;
    assert_eq!(waits["approval"]["action"], "clear");
    assert_eq!(
        waits["approval"]["impact"],
        json!({"members": 1, "points": -70, "money": {"amount": -70, "currency": "CNY"}})
    );
    let question = format!("/v1/approvals/{}", waits["approval"]["id"].as_str().unwrap());
    shop.decide(&question, "approve", json!({})).send().await.expect(200);
    assert_eq!(world.available("lin").await, 0);
    // Whoever has the sandbox's token needs nobody.
    world.give("lin", 5).await;
    let cleared = world.post("/v1/members/lin/clear", body.clone()).key("c-2").send().await.expect(200);
    assert_eq!(cleared.body["points"], 5);
    let entry = world.get("/v1/members/lin/entries?limit=1").send().await.expect(200).body["data"][0].clone();
    assert_eq!((&entry["kind"], &entry["to"]), (&json!("forfeit"), &json!("forfeited")));

    let reason = json!({"reason": "odd orders"});
    let frozen = world.post("/v1/members/lin/freeze", reason.clone()).token(Some(&shop.till)).send().await.expect(200);
    assert_eq!(frozen.body, json!({"member": "lin", "frozen": true, "until": null}));
    world.give("lin", 10).await;
    let spend = |reference: &str| {
        let body = json!({"unit": "points", "points": 1, "reason": "x", "reference": reference});
        world.post("/v1/members/lin/spend", body)
    };
    spend("1").send().await.problem("wallet-frozen");
    let waits = world.post("/v1/members/lin/unfreeze", reason.clone()).token(Some(&shop.till)).send().await.expect(202);
    let question = format!("/v1/approvals/{}", waits.body["approval"]["id"].as_str().unwrap());
    spend("2").send().await.problem("wallet-frozen");
    shop.decide(&question, "approve", json!({})).send().await.expect(200);
    spend("3").send().await.expect(200);
    world.post("/v1/members/lin/unfreeze", reason).send().await.problem("wallet-not-frozen");
    let past = json!({"reason": "x", "until": "2020-01-01T00:00:00Z"});
    world.post("/v1/members/lin/freeze", past).send().await.problem("invalid-field");
    world.post("/v1/members/nobody/freeze", json!({"reason": "x"})).send().await.problem("member-unknown");
    world.post("/v1/members/lin/freeze", json!({"reason": " "})).send().await.problem("invalid-field");
}

// row PROG-14
#[tokio::test]
async fn rules_are_published_when_somebody_else_agrees() {
    let world = World::new();
    let editor = world.client("editor", &["program:publish", "program:read", "program:write"], None).await;
    let draft = crate::drafts::begin(&world).await;
    crate::drafts::edit(&world, &draft, "earning.yaml", "percent: 1%", "percent: 2%").await.expect(200);
    let publish = || {
        let body = json!({"note": "twice as much"});
        world.post(&crate::drafts::path(&draft, "/publish"), body).token(Some(&editor))
    };
    let waits = publish().send().await.expect(202).body;
    let id = waits["approval"]["id"].as_str().unwrap();
    assert_eq!(world.get("/v1/program").send().await.body["version"], 1);
    assert_eq!(world.get(&crate::drafts::path(&draft, "")).send().await.body["state"], "waiting");
    publish().send().await.problem("draft-closed");
    let decide = |verdict: &str| world.post(&format!("/v1/approvals/{id}/{verdict}"), json!({"note": "not in June"}));
    decide("decline").send().await.expect(200);
    assert_eq!(world.get(&crate::drafts::path(&draft, "")).send().await.body["state"], "editing");
    let waits = publish().send().await.expect(202).body;
    let id = waits["approval"]["id"].as_str().unwrap();
    let approved = world.post(&format!("/v1/approvals/{id}/approve"), json!({})).send().await.expect(200);
    assert_eq!(approved.body["state"], "approved");
    assert_eq!(world.get("/v1/program").send().await.body["version"], 2);
    assert_eq!(world.get(&crate::drafts::path(&draft, "")).send().await.body["state"], "published");
}

/// Staff of a world: a customer-service agent, the owner, and a reviewer of rules.
async fn people(world: &World) -> [Browser; 3] {
    let he = world.staff("he", "customer-service", None).await;
    let lin = world.staff("lin", "owner", None).await;
    let wei = world.staff("wei", "rules-reviewer", None).await;
    [he, lin, wei]
}

// row LIM-22
// row SEC-04
#[tokio::test]
async fn an_agent_grants_within_the_ceiling_and_asks_above_it() {
    let world = World::new();
    world.member("h906").await;
    let [he, lin, wei] = people(&world).await;
    let grant = |points: i64| json!({"unit": "points", "points": points, "reason": "a broken refrigerator"});
    let adjust = |points: i64, key: &str| he.post(&world, "/v1/members/h906/adjustments", grant(points)).key(key);
    adjust(1_000, "k-1").send().await.expect(200);
    let waits = adjust(5_000, "k-2").send().await.expect(202).body;
    let approval = &waits["approval"];
    assert_eq!(approval["because"], json!([{"rule": "role_each", "maximum": 1_000, "value": 5_000}]));
    assert_eq!(approval["asked_by"], json!({"kind": "staff", "id": "he", "name": "he"}));
    assert_eq!(world.available("h906").await, 1_000);
    let approve = format!("/v1/approvals/{}/approve", approval["id"].as_str().unwrap());
    he.post(&world, &approve, json!({})).send().await.problem("forbidden");
    let refused = wei.post(&world, &approve, json!({})).send().await.problem("approval-role");
    assert_eq!(refused.body["roles"], "owner, steward, finance");
    lin.post(&world, &approve, json!({"note": "seen"})).send().await.expect(200);
    assert_eq!(world.available("h906").await, 6_000);
    // A second factor that is not fresh: grants within the ceiling go on, what would wait and agreeing do not.
    let waits = adjust(2_000, "k-3").send().await.expect(202).body;
    let approve = format!("/v1/approvals/{}/approve", waits["approval"]["id"].as_str().unwrap());
    let later = World::over_same(world, |options| {
        options.wall = jifen_engine::Clock::new(6 * 60_000);
        options.sandbox_token = Some(crate::world::TOKEN.to_owned());
    });
    let adjust = |points: i64, key: &str| he.post(&later, "/v1/members/h906/adjustments", grant(points)).key(key);
    adjust(10, "k-4").send().await.expect(200);
    adjust(5_000, "k-5").send().await.problem("second-factor-required");
    lin.post(&later, &approve, json!({})).send().await.problem("second-factor-required");
    assert_eq!(later.available("h906").await, 6_010);
}

// row PROG-16
#[tokio::test]
async fn a_colleague_with_another_role_approves_rules_and_the_asker_does_not() {
    let world = World::new();
    let [he, lin, wei] = people(&world).await;
    let draft = crate::drafts::begin(&world).await;
    crate::drafts::edit(&world, &draft, "earning.yaml", "percent: 1%", "percent: 2%").await.expect(200);
    let publish = crate::drafts::path(&draft, "/publish");
    he.post(&world, &publish, json!({"note": "x"})).send().await.problem("forbidden");
    let waits = lin.post(&world, &publish, json!({"note": "twice as much"})).send().await.expect(202).body;
    let approve = format!("/v1/approvals/{}/approve", waits["approval"]["id"].as_str().unwrap());
    lin.post(&world, &approve, json!({})).send().await.problem("approval-own");
    wei.post(&world, &approve, json!({})).send().await.expect(200);
    assert_eq!(world.get("/v1/program").send().await.body["version"], 2);
    let trail = world.get("/v1/audit?action=program.publish").send().await.expect(200).body["data"][0].clone();
    assert_eq!((&trail["actor"]["id"], &trail["approval"]), (&json!("lin"), &waits["approval"]["id"]));
}

// row PROG-16
#[tokio::test]
async fn a_role_for_one_place_decides_what_was_asked_there() {
    let world = World::new();
    world.member("h906").await;
    let shop = world.staff("shop", "store-manager", Some("store-pudong-1")).await;
    let here = world.staff("here", "steward", Some("shanghai")).await;
    let there = world.staff("there", "steward", Some("hangzhou")).await;
    let grant = json!({"unit": "points", "points": 600, "reason": "a late delivery"});
    let waits = shop.post(&world, "/v1/members/h906/adjustments", grant).key("k").send().await.expect(202).body;
    let approve = format!("/v1/approvals/{}/approve", waits["approval"]["id"].as_str().unwrap());
    let refused = there.post(&world, &approve, json!({})).send().await.problem("approval-role");
    assert_eq!(refused.body["place"], "store-pudong-1");
    here.post(&world, &approve, json!({})).send().await.expect(200);
    assert_eq!(world.available("h906").await, 600);
}

// rows PROG-14, SEC-04
#[tokio::test]
async fn what_a_draft_would_have_changed_is_kept_with_the_question() {
    let world = World::new();
    for (id, member, amount) in [("1", "lin", 10_000), ("2", "wei", 4_600)] {
        world.post("/v1/events", crate::world::order(id, member, amount)).send().await.expect(200);
    }
    crate::redeem::clock(&world, "2026-06-11T09:00:00+08:00").await;
    let editor = world.client("editor", &["program:publish", "program:read", "program:write"], None).await;
    let draft = crate::drafts::begin(&world).await;
    let raised =
        crate::drafts::edit(&world, &draft, "earning.yaml", "percent: 1%", "percent: 2%").await.expect(200).body;
    let publish = world.post(&crate::drafts::path(&raised, "/publish"), json!({"note": "twice as much"}));
    let waits = publish.token(Some(&editor)).send().await.expect(202).body["approval"].clone();
    let impact = json!({"members": 2, "points": 146, "money": {"amount": 146, "currency": "CNY"}});
    assert_eq!(waits["impact"], impact);
    assert_eq!(waits["details"]["tried"], json!({"day": "2026-06-10", "events": 2, "changed": 2}));
    // What happens later does not change what was seen, and it stays to be seen.
    let path = format!("/v1/approvals/{}", waits["id"].as_str().unwrap());
    let done = world.post(&format!("{path}/approve"), json!({})).send().await.expect(200).body;
    assert_eq!((&done["state"], &done["impact"]), (&json!("approved"), &impact));
    crate::redeem::clock(&world, "2026-06-13T09:00:00+08:00").await;
    let shown = world.get(&path).send().await.expect(200).body;
    assert_eq!((&shown["impact"], &shown["details"]["tried"]["day"]), (&impact, &json!("2026-06-10")));
}
