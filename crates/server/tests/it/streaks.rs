//! Days in a row: what a day brings, what a late one does, and the button that members press.

use jifen_server::operation::Access;
use serde_json::{Value, json};

use crate::merits::inbox;
use crate::world::{World, event};

fn sign_in(id: &str, time: &str) -> Value {
    let mut event = event(id, "member.signed_in", "lin", json!({}));
    event["time"] = json!(time);
    event
}

/// What the ladder gave for a sign-in at that time of the eve of the day.
async fn ladder(world: &World, day: &str) -> Value {
    let event = sign_in(&format!("s-{day}"), &format!("2026-{day}T09:00:00+08:00"));
    let answer = world.post("/v1/events", event).send().await.expect(200).body;
    answer["awards"].as_array().unwrap().iter().find(|award| award["rule"] == "sign-in-ladder").unwrap()["points"]
        .clone()
}

async fn streak(world: &World) -> Value {
    let all = world.get("/v1/members/lin/streaks").send().await.expect(200).body;
    all["streaks"][0].clone()
}

// row BEHV-01
#[tokio::test]
async fn signing_in_climbs_the_ladder_day_by_day() {
    let world = World::new();
    let mut given = Vec::new();
    for day in ["05-28", "05-29", "05-30", "05-31", "06-01", "06-02", "06-03", "06-04", "06-06"] {
        given.push(ladder(&world, day).await.as_i64().unwrap());
    }
    assert_eq!(given, [10, 10, 15, 15, 15, 15, 50, 50, 10]);
    // A forgotten day that is reported late counts for itself and joins the days around it.
    assert_eq!(ladder(&world, "06-05").await, 50);
    assert_eq!(ladder(&world, "06-07").await, 50);
    let shown = streak(&world).await;
    assert_eq!((&shown["length"], &shown["best"], &shown["done_today"]), (&json!(0), &json!(11), &json!(false)));
}

// row BEHV-01
#[tokio::test]
async fn one_sign_in_a_day_counts_and_the_other_is_told_so() {
    let world = World::new();
    let [one, two] = ["s-1", "s-2"].map(|id| world.post("/v1/events", sign_in(id, "2026-06-10T09:00:00+08:00")).send());
    let (one, two) = tokio::join!(one, two);
    let (one, two) = (one.expect(200).body, two.expect(200).body);
    let (first, second) = if one["awards"] == json!([]) { (two, one) } else { (one, two) };
    assert!(first["awards"].as_array().unwrap().iter().any(|award| award["rule"] == "sign-in-ladder"));
    assert_eq!(second["awards"], json!([]));
    let refusals: Vec<&Value> = second["refusals"].as_array().unwrap().iter().map(|refusal| &refusal["code"]).collect();
    assert_eq!(refusals, ["earned-already", "earned-already"]);
    assert_eq!(second["outcome"]["zh"], "本次未获得积分。该规则每个周期（day）只奖励一次，已经奖励。");
    let shown = streak(&world).await;
    assert_eq!((&shown["length"], &shown["done_today"]), (&json!(1), &json!(true)));
    // Tomorrow's cannot be judged yet; it may come again when its time has come.
    let tomorrow = sign_in("s-3", "2026-06-11T09:00:00+08:00");
    world.post("/v1/events", tomorrow.clone()).send().await.problem("event-too-far-ahead");
    world.post("/v1/sandbox/clock", json!({"now": "2026-06-11T10:00:00+08:00"})).send().await.expect(200);
    let later = world.post("/v1/events", tomorrow).send().await.expect(200);
    assert!(!later.is_replay() && later.body["awards"] != json!([]));
}

// row BEHV-02
#[tokio::test]
async fn the_surprise_comes_with_the_chance_it_says() {
    let world = World::new();
    let dry =
        world.post("/v1/events?dry_run=true", sign_in("s-1", "2026-06-10T09:00:00+08:00")).send().await.expect(200);
    let odds = &dry.body["odds"][0];
    assert_eq!(odds, &json!({"rule": "sign-in-surprise", "chance_ppm": 100_000, "points_from": 50, "points_to": 200}));
    let events: Vec<Value> = (0..1000)
        .map(|n| {
            let mut event = sign_in(&format!("s-{n}"), "2026-06-10T09:00:00+08:00");
            event["subject"] = json!(format!("m-{n}"));
            event
        })
        .collect();
    let sent = world.post("/v1/events", json!(events)).header("content-type", "application/cloudevents-batch+json");
    let results = sent.send().await.expect(200).body;
    let surprise = |result: &Value| {
        let awards = result["answer"]["awards"].as_array().unwrap().clone();
        awards.into_iter().find(|award| award["rule"] == "sign-in-surprise")
    };
    let found: Vec<Value> = results["results"].as_array().unwrap().iter().filter_map(surprise).collect();
    // Of 1,000 tries at 10%, fewer than 50 or more than 150 happen once in ten million worlds.
    assert!((50..=150).contains(&found.len()), "{}", found.len());
    assert!(found.iter().all(|award| (50..=200).contains(&award["points"].as_i64().unwrap())));
    assert!(found.iter().all(|award| award["source"] == "surprise"));
    let why = found[0]["explanation"]["en"].as_str().unwrap();
    assert!(why.contains("10%"), "{why}");
}

// rows BEHV-01, BEHV-02
#[tokio::test]
async fn the_other_variants_are_switched_on_by_an_operator() {
    let seven = "    award: { points: 200 }\n    source: sign-in\n    enabled: false";
    let world = World::edited("rulebook", "earning.yaml", seven, "    award: { points: 200 }\n    source: sign-in");
    let mut given = Vec::new();
    for day in 1..=8 {
        let event = sign_in(&format!("s-{day}"), &format!("2026-06-{day:02}T09:00:00+08:00"));
        let answer = world.post("/v1/events", event).send().await.expect(200).body;
        let seven = answer["awards"].as_array().unwrap().iter().find(|award| award["rule"] == "sign-in-seven-days");
        given.push(seven.map_or(0, |award| award["points"].as_i64().unwrap()));
    }
    assert_eq!(given, [0, 0, 0, 0, 0, 0, 200, 0]);
    let large = "    award: { points: { from: 50, to: 500 }, chance: 10% }\n    source: surprise\n    enabled: false";
    let on = large.strip_suffix("\n    enabled: false").unwrap();
    let world = World::edited("rulebook", "earning.yaml", large, on);
    let dry =
        world.post("/v1/events?dry_run=true", sign_in("s-1", "2026-06-10T09:00:00+08:00")).send().await.expect(200);
    assert_eq!(dry.body["odds"][1]["points_to"], 500);
}

// row BEHV-01
#[tokio::test]
async fn members_see_the_last_days_and_what_comes_next() {
    let world = World::new();
    for day in ["06-07", "06-08", "06-09"] {
        ladder(&world, day).await;
    }
    let shown = streak(&world).await;
    assert_eq!((&shown["id"], &shown["length"], &shown["may_check_in"]), (&json!("sign_in"), &json!(3), &json!(true)));
    let days = shown["days"].as_array().unwrap();
    assert_eq!((days.len(), &days[0]["day"], &days[30]["day"]), (31, &json!("2026-05-11"), &json!("2026-06-10")));
    let done: Vec<&str> =
        days.iter().filter(|day| day["done"] == true).map(|day| day["day"].as_str().unwrap()).collect();
    assert_eq!(done, ["2026-06-07", "2026-06-08", "2026-06-09"]);
    assert_eq!(shown["today"]["awards"][0]["points"], 15);
    assert_eq!(shown["today"]["odds"][0]["chance_ppm"], 100_000);
    assert_eq!(shown["tomorrow"]["awards"][0]["points"], 15);
    for day in ["06-04", "06-05", "06-06"] {
        ladder(&world, day).await;
    }
    let shown = streak(&world).await;
    assert_eq!((&shown["length"], &shown["today"]["awards"][0]["points"]), (&json!(6), &json!(50)));
    world.get("/v1/members/nobody/streaks").send().await.problem("member-unknown");
}

// row BEHV-01
#[tokio::test]
async fn a_member_checks_in_by_a_button() {
    let world = World::new();
    world.member("lin").await;
    let check_in = |streak: &str| world.post("/v1/members/lin/check-ins", json!({"streak": streak}));
    let first = check_in("sign_in").key("k-1").send().await.expect(200);
    assert_eq!(first.body["awards"][0]["points"], 10);
    assert!(first.body["outcome"]["zh"].as_str().unwrap().starts_with("获得：每日签到 10 积分"), "{}", first.text);
    let again = check_in("sign_in").key("k-1").send().await.expect(200);
    assert!(again.is_replay() && again.text == first.text);
    let other = check_in("sign_in").send().await.expect(200);
    assert_eq!(other.body["refusals"][0]["code"], "earned-already");
    check_in("shopping").send().await.problem("unknown");
    let nobody = world.post("/v1/members/nobody/check-ins", json!({"streak": "sign_in"}));
    nobody.send().await.problem("member-unknown");
    assert_eq!(jifen_server::routes::streaks::CHECK_IN.access, Access::ScopeOrSelf(jifen_vocab::Scope::EventsWrite));
    // Not every streak is the members' own to feed.
    let world = World::edited("rulebook", "streaks.yaml", "check_in: true", "check_in: false");
    world.member("lin").await;
    world.post("/v1/members/lin/check-ins", json!({"streak": "sign_in"})).send().await.problem("unknown");
}

// row NOTE-03
#[tokio::test]
async fn who_would_lose_a_streak_tonight_is_told_in_the_evening() {
    let world = World::new();
    let clock = async |now: &str| {
        world.post("/v1/sandbox/clock", json!({"now": now})).send().await.expect(200);
    };
    let told = async || {
        let messages = inbox(&world, "lin").await.into_iter().filter(|message| message["kind"] == "streak-at-risk");
        messages.map(|message| message["title"]["en"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
    };
    for day in ["06-05", "06-06", "06-07", "06-08", "06-09", "06-10"] {
        ladder(&world, day).await;
    }
    clock("2026-06-11T10:00:00+08:00").await;
    ladder(&world, "06-11").await;
    clock("2026-06-11T21:00:00+08:00").await;
    assert!(told().await.is_empty(), "today is done");
    clock("2026-06-12T19:59:00+08:00").await;
    assert!(told().await.is_empty());
    clock("2026-06-12T20:00:00+08:00").await;
    assert_eq!(told().await, ["7 days in a row"]);
    clock("2026-06-12T20:30:00+08:00").await;
    ladder(&world, "06-12").await;
    // The next evening again, and never of a streak that has ended.
    clock("2026-06-13T20:00:00+08:00").await;
    assert_eq!(told().await, ["8 days in a row", "7 days in a row"]);
    clock("2026-06-20T20:00:00+08:00").await;
    assert!(told().await.is_empty(), "nothing more was said, and what was said is not shown any more");
}

// row NOTE-03
#[tokio::test]
async fn one_more_day_is_told_in_the_morning_where_it_brings_more() {
    let world = World::new();
    let clock = async |now: &str| {
        world.post("/v1/sandbox/clock", json!({"now": now})).send().await.expect(200);
    };
    let told = async || {
        let messages = inbox(&world, "lin").await.into_iter().filter(|message| message["kind"] == "streak-near");
        messages.map(|message| message["title"]["en"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
    };
    let texts = async || inbox(&world, "lin").await[0]["text"]["en"].as_str().unwrap().to_owned();
    ladder(&world, "06-10").await;
    clock("2026-06-11T10:00:00+08:00").await;
    assert!(told().await.is_empty(), "the second day brings what the first did");
    ladder(&world, "06-11").await;
    clock("2026-06-12T08:59:00+08:00").await;
    assert!(told().await.is_empty());
    clock("2026-06-12T09:00:00+08:00").await;
    assert_eq!(told().await, ["One more day to 15 points"]);
    assert_eq!(texts().await, "Sign in today, 3 days in a row, and get 15 points.");
    for day in ["06-12", "06-13", "06-14", "06-15"] {
        clock(&format!("2026-{day}T10:00:00+08:00")).await;
        ladder(&world, day).await;
    }
    // On the morning of the seventh day; whoever was there before nine needs no word.
    clock("2026-06-16T09:30:00+08:00").await;
    assert_eq!(told().await.first().map(String::as_str), Some("One more day to 50 points"));
    ladder(&world, "06-16").await;
    clock("2026-06-17T12:00:00+08:00").await;
    assert!(!told().await.iter().any(|title| title.contains("15 points")), "the eighth day brings less");
}
