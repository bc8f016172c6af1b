//! What members do besides buying: what it brings in each document's program, and what is refused.

use serde_json::{Value, json};

use crate::world::{World, event, order};

/// Sends an event of a minute later than the one before, and gives what each rule awarded.
struct Doings {
    world: World,
    count: std::cell::Cell<u32>,
}

impl Doings {
    fn of(world: World) -> Doings {
        Doings { world, count: std::cell::Cell::new(0) }
    }

    fn event(&self, kind: &str, member: &str, data: Value) -> Value {
        let count = self.count.get();
        self.count.set(count + 1);
        let mut event = event(&format!("e-{count}"), kind, member, data);
        event["time"] = json!(format!("2026-06-10T{:02}:{:02}:00+08:00", count / 60, count % 60));
        event
    }

    async fn answer(&self, kind: &str, member: &str, data: Value) -> Value {
        self.world.post("/v1/events", self.event(kind, member, data)).send().await.expect(200).body
    }

    /// `rule points unit`, one for each award, or the codes of refusals.
    async fn brings(&self, kind: &str, data: Value) -> Vec<String> {
        self.brings_to("lin", kind, data).await
    }

    async fn brings_to(&self, member: &str, kind: &str, data: Value) -> Vec<String> {
        let answer = self.answer(kind, member, data).await;
        // Each interaction has a visible outcome.
        for lang in ["zh", "en"] {
            assert!(answer["outcome"][lang].as_str().is_some_and(|text| text.len() > 5), "{answer}");
        }
        let awards = answer["awards"].as_array().unwrap().iter();
        let told = |award: &Value| {
            let [rule, unit] = ["rule", "unit"].map(|key| award[key].as_str().unwrap());
            format!("{rule} {} {unit}", award["points"])
        };
        let refusals = answer["refusals"].as_array().unwrap().iter();
        awards.map(told).chain(refusals.map(|refusal| refusal["code"].as_str().unwrap().to_owned())).collect()
    }

    /// Puts a member into a tier.
    async fn tier(&self, member: &str, tier: &str) {
        let body = json!({"tier": tier, "reason": "to begin with"});
        self.world
            .ask("PUT", &format!("/v1/members/{member}/tier"))
            .text(body.to_string())
            .header("content-type", "application/json")
            .send()
            .await
            .expect(200);
    }
}

// rows BEHV-03, BEHV-04
#[tokio::test]
async fn reviews_bring_what_each_document_says() {
    let all = Doings::of(World::new());
    let review = |kind: &str, stars: i64| json!({"product": "p-1", "kind": kind, "stars": stars, "text": "好用"});
    assert_eq!(all.brings("review.posted", review("picture", 5)).await, ["review-picture 30 points"]);
    assert_eq!(all.brings("review.posted", review("video", 1)).await, ["review-video 50 points"]);
    assert!(all.brings("review.posted", review("text", 5)).await.is_empty());
    assert_eq!(all.brings("review.featured", json!({"content": "c-1"})).await, ["review-featured 100 points"]);
    let three = Doings::of(World::of("retention"));
    for (stars, brings) in [(2, 0), (3, 1), (5, 1)] {
        assert_eq!(
            three.brings("review.posted", review("text", stars)).await,
            vec!["review 10 points"; brings],
            "{stars}"
        );
    }
    let quality = Doings::of(World::of("operations"));
    assert_eq!(quality.brings("review.featured", json!({})).await, ["review-featured 50 points"]);
}

// rows BEHV-05, BEHV-18
#[tokio::test]
async fn what_more_than_twenty_people_like_brings_points_once() {
    let all = Doings::of(World::new());
    let liked = |content: &str, likes: i64| json!({"content": content, "likes": likes});
    assert!(all.brings("content.liked", liked("c-1", 20)).await.is_empty());
    assert_eq!(all.brings("content.liked", liked("c-1", 21)).await, ["content-liked 50 points"]);
    // Likes that go down take nothing away, and up again they bring nothing more.
    assert!(all.brings("content.liked", liked("c-1", 3)).await.is_empty());
    assert_eq!(all.brings("content.liked", liked("c-1", 400)).await, ["earned-already"]);
    assert_eq!(all.brings("content.liked", liked("c-2", 400)).await, ["content-liked 50 points"]);
    assert_eq!(all.world.available("lin").await, 100);
    let story = |content: &str| json!({"content": content, "likes": 21, "kind": "story"});
    assert_eq!(all.brings("content.liked", story("s-1")).await, ["content-liked 50 points"]);
    all.tier("lin", "gold").await;
    let mut now = event("gold", "content.liked", "lin", story("s-2"));
    now["time"] = json!(null);
    now.as_object_mut().unwrap().remove("time");
    let answer = all.world.post("/v1/events", now).send().await.expect(200).body;
    assert_eq!((&answer["awards"][0]["rule"], &answer["awards"][0]["points"]), (&json!("story-liked"), &json!(100)));
    assert_eq!(answer["awards"][0]["source"], "social");
    let excellent = Doings::of(World::of("ecosystem"));
    assert_eq!(excellent.brings("story.featured", json!({})).await, ["story-featured 100 points"]);
}

// rows BEHV-06, BEHV-07, BEHV-08, BEHV-09
#[tokio::test]
async fn profiles_accounts_shares_and_topics_bring_points() {
    let all = Doings::of(World::of("operations"));
    for (kind, brings) in
        [("member.profile_completed", "profile 50 points"), ("member.social_bound", "social-bound 20 points")]
    {
        assert_eq!(all.brings(kind, json!({})).await, [brings]);
        assert_eq!(all.brings(kind, json!({})).await, ["earned-already"], "{kind} counts once");
    }
    for _ in 0..3 {
        assert_eq!(all.brings("content.shared", json!({"content": "c-1"})).await, ["share 5 points"]);
    }
    assert_eq!(all.brings("content.shared", json!({"content": "c-1"})).await, ["cap-reached"]);
    assert_eq!(all.brings("topic.joined", json!({"topic": "t-1"})).await, ["topic 5 points"]);
    assert_eq!(all.brings("topic.joined", json!({"topic": "t-2"})).await, ["earned-already"]);
    let second = Doings::of(World::of("innovation"));
    let brought = second.brings("content.shared", json!({})).await;
    assert_eq!(brought, ["share 5 points", "first-days-share 50 points"], "the task of the day pays nothing besides");
}

// row BEHV-10
#[tokio::test]
async fn learning_brings_ten_an_answer_and_fifty_an_event() {
    let all = Doings::of(World::new());
    let quiz = |correct: Value| json!({"activity": "a-1", "correct": correct, "questions": 5});
    assert_eq!(all.brings("quiz.answered", quiz(json!(4))).await, ["quiz-answered 40 points"]);
    assert_eq!(all.brings("quiz.answered", quiz(json!(true))).await, ["quiz-answered 10 points"]);
    assert!(all.brings("quiz.answered", quiz(json!(false))).await.is_empty());
    assert_eq!(all.brings("session.attended", json!({"activity": "a-1"})).await, ["session-attended 50 points"]);
}

// row BEHV-15
#[tokio::test]
async fn steps_count_by_the_highest_of_the_day() {
    let all = Doings::of(World::new());
    let steps = |steps: i64| json!({"steps": steps});
    assert_eq!(all.brings("steps.recorded", steps(3_999)).await, ["steps 3 points"]);
    assert_eq!(all.brings("steps.recorded", steps(3_999)).await, ["earned-already"]);
    assert_eq!(all.brings("steps.recorded", steps(1_000)).await, ["earned-already"]);
    assert_eq!(all.brings("steps.recorded", steps(8_200)).await, ["steps 5 points"]);
    assert_eq!(all.brings("steps.recorded", steps(99_000)).await, ["steps 12 points", "cap-reached"]);
    assert_eq!(all.world.available("lin").await, 20);
}

// row BEHV-16
#[tokio::test]
async fn a_log_in_after_a_year_brings_fifty() {
    let all = Doings::of(World::of("operations"));
    assert!(all.brings("member.logged_in", json!({})).await.is_empty());
    all.world.post("/v1/sandbox/clock", json!({"now": "2027-06-10T12:00:00+08:00"})).send().await.expect(200);
    let back = |id: &str| {
        let mut event = event(id, "member.logged_in", "lin", json!({}));
        event["time"] = json!("2027-06-10T10:00:00+08:00");
        all.world.post("/v1/events", event).send()
    };
    assert_eq!(back("b-1").await.expect(200).body["awards"][0]["points"], 50);
    assert_eq!(back("b-2").await.expect(200).body["awards"], json!([]));
}

// row BEHV-17
#[tokio::test]
async fn registration_and_first_orders_bring_what_each_document_says() {
    let all = Doings::of(World::new());
    assert_eq!(all.brings("member.registered", json!({})).await, ["registration 100 points"]);
    assert_eq!(all.brings("member.registered", json!({})).await, ["earned-already"]);
    let page = all.world.get("/v1/program/rules").send().await.expect(200).text;
    assert!(page.contains("guide"), "whoever registers finds the first steps");
    let large = Doings::of(World::of("ecosystem"));
    crate::gifts::coupon(&large.world, "free-shipping", 10).await;
    assert_eq!(large.brings("member.registered", json!({})).await, ["registration 500 points"]);
    let welcome = World::of("retention");
    let first = welcome.post("/v1/events", order("1", "lin", 10_000)).send().await.expect(200).body;
    assert_eq!((&first["awards"][1]["rule"], &first["awards"][1]["points"]), (&json!("welcome"), &json!(200)));
    let second = welcome.post("/v1/events", order("2", "lin", 10_000)).send().await.expect(200).body;
    assert_eq!(second["awards"].as_array().unwrap().len(), 1);
}

// row BEHV-21
#[tokio::test]
async fn every_interaction_has_a_visible_outcome() {
    let all = Doings::of(World::new());
    let told = |answer: &Value| answer["outcome"]["zh"].as_str().unwrap().to_owned();
    let seen = all.answer("page.viewed", "lin", json!({"page": "p-1"})).await;
    assert_eq!(told(&seen), "已记录。当前规则未对此奖励积分。");
    let joined = all.answer("stream.joined", "lin", json!({})).await;
    assert_eq!(told(&joined), "获得：直播秒杀互动 10 积分。");
    assert_eq!(joined["outcome"]["en"], "You get 10 points (Flash sale in a live stream).");
    let again = all.answer("stream.joined", "lin", json!({})).await;
    assert!(told(&again).starts_with("本次未获得积分。"), "{again}");
    let chance = World::new();
    for n in 0..40 {
        let drawn = chance.post("/v1/events", event(&format!("c-{n}"), "test.chance", "lin", json!({}))).send().await;
        let drawn = drawn.expect(200).body;
        let expected = if drawn["awards"] == json!([]) {
            "这次没有抽中随机奖励。"
        } else {
            "获得：随机奖励 10 积分。"
        };
        assert_eq!(drawn["outcome"]["zh"], expected);
    }
    // A purchase explains each award itself.
    let paid = chance.post("/v1/events", order("1", "lin", 100)).send().await.expect(200).body;
    assert_eq!(paid["outcome"], Value::Null);
}

// row EARN-12
#[tokio::test]
async fn flash_sales_in_live_streams_bring_interaction_points() {
    let all = Doings::of(World::new());
    let answer = all.answer("stream.joined", "lin", json!({"channel": "live"})).await;
    assert_eq!((&answer["awards"][0]["points"], &answer["awards"][0]["source"]), (&json!(10), &json!("interaction")));
}

// row EARN-14
#[tokio::test]
async fn new_members_earn_faster_where_an_operator_says_so() {
    let off = "    when: member.days < 30\n    enabled: false";
    let world = World::edited("innovation", "earning.yaml", off, "    when: member.days < 30");
    let paid = |id: &str| world.post("/v1/events", order(id, "lin", 10_000)).send();
    assert_eq!(paid("1").await.expect(200).body["awards"][0]["points"], 300, "the first order doubles as well");
    assert_eq!(paid("2").await.expect(200).body["awards"][0]["points"], 150);
    world.post("/v1/sandbox/clock", json!({"now": "2026-07-10T12:00:00+08:00"})).send().await.expect(200);
    let mut later = order("3", "lin", 10_000);
    later["time"] = json!("2026-07-10T11:00:00+08:00");
    let later = world.post("/v1/events", later).send().await.expect(200).body;
    assert_eq!(later["awards"][0]["points"], 100);
}

// row EARN-15
#[tokio::test]
async fn high_value_members_earn_faster_and_have_rewards_of_their_own() {
    let all = Doings::of(World::of("innovation"));
    all.world.member("lin").await;
    all.world.member("wei").await;
    all.tier("lin", "high-value").await;
    for member in ["lin", "wei"] {
        all.world.post("/v1/events", order(&format!("first-{member}"), member, 100)).send().await.expect(200);
    }
    for (member, points) in [("lin", 150), ("wei", 100)] {
        let mut now = order(&format!("second-{member}"), member, 10_000);
        now.as_object_mut().unwrap().remove("time");
        let paid = all.world.post("/v1/events", now).send().await.expect(200);
        assert_eq!(paid.body["awards"][0]["points"], points, "{member}");
    }
    let reward = json!({"id": "salon", "name": {"zh": "私享沙龙", "en": "Private salon"}, "kind": "service",
        "category": "experience", "points": 50, "unlock": {"when": "tier.id == \"high-value\"",
        "terms": {"zh": "高价值会员专享", "en": "for high-value members"}}});
    all.world.post("/v1/rewards", reward).send().await.expect(201);
    let quote = |member: &str| all.world.post("/v1/quotes", json!({"member": member, "reward": "salon"})).send();
    quote("lin").await.expect(200);
    quote("wei").await.problem("reward-unavailable");
}

// row EARN-16
#[tokio::test]
async fn a_purchase_with_a_partner_earns_twice() {
    let world = World::of("ecosystem");
    for (channel, unit) in [("airline", "airline-miles"), ("hotel", "hotel-points"), ("gym", "gym-points")] {
        let mut paid = order(channel, "lin", 10_000);
        paid["data"]["channel"] = json!(channel);
        let answer = world.post("/v1/events", paid).send().await.expect(200).body;
        let units: Vec<&Value> = answer["awards"].as_array().unwrap().iter().map(|award| &award["unit"]).collect();
        assert_eq!(units, ["points", unit]);
        assert_eq!(answer["awards"][1]["points"], 100);
    }
    let own = world.post("/v1/events", order("own", "lin", 10_000)).send().await.expect(200).body;
    assert_eq!(own["awards"].as_array().unwrap().len(), 1);
}

// row PROG-06
#[tokio::test]
async fn signing_in_sharing_and_reviewing_bring_task_points() {
    let all = Doings::of(World::of("ecosystem"));
    assert_eq!(all.brings("member.signed_in", json!({})).await, ["quest-sign-in 1 task-points"]);
    assert!(all.brings("member.signed_in", json!({})).await.is_empty(), "once a day");
    assert_eq!(all.brings("content.shared", json!({})).await, ["quest-share 2 task-points"]);
    let reviewed = all.brings("review.posted", json!({"kind": "text", "stars": 4})).await;
    assert_eq!(reviewed, ["quest-review 3 task-points", "quest-round 4 task-points"]);
}

#[tokio::test]
async fn what_makes_no_sense_is_refused_and_changes_nothing() {
    let world = World::new();
    world.member("lin").await;
    let bad = [
        ("steps.recorded", json!({"steps": -5}), "/data/steps"),
        ("steps.recorded", json!({"steps": "many"}), "/data/steps"),
        ("steps.recorded", json!({}), "/data/steps"),
        ("quiz.answered", json!({"correct": 6, "questions": 5}), "/data/correct"),
        ("quiz.answered", json!({"correct": -1}), "/data/correct"),
        ("quiz.answered", json!({"correct": "all"}), "/data/correct"),
        ("content.liked", json!({"content": "c 1", "likes": 5}), "/data/content"),
        ("content.liked", json!({"content": "c-1", "likes": -5}), "/data/likes"),
        ("content.liked", json!({"likes": 5}), "/data/content"),
        ("review.posted", json!({"kind": "song"}), "/data/kind"),
        ("review.posted", json!({"kind": "text", "stars": 6}), "/data/stars"),
    ];
    for (kind, data, pointer) in bad {
        let heard = world.post("/v1/events", event("bad", kind, "lin", data)).send().await;
        let heard = heard.expect(422).problem("invalid-field");
        assert_eq!(heard.body["errors"][0]["pointer"], pointer, "{}", heard.text);
    }
    let far = world.post("/v1/events", event("bad", "steps.recorded", "lin", json!({"steps": 1_000_000_000_000_i64})));
    far.send().await.problem("amount-out-of-range");
    assert_eq!(world.available("lin").await, 0);
    // Fields that nobody knows are let through: the same id may come again, corrected.
    let good = event("bad", "steps.recorded", "lin", json!({"steps": 2_000, "watch": {"model": "x"}}));
    let good = world.post("/v1/events", good).send().await.expect(200).body;
    assert_eq!(good["awards"][0]["points"], 2);
}
