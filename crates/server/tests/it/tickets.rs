//! What members turn to people with, and what they are asked.

use jifen_program::tickets::Ticket;
use serde_json::{Value, json};

use crate::world::{Heard, World, order};

async fn inbox(world: &World, member: &str, kind: &str) -> Vec<Value> {
    let page = world.get(&format!("/v1/members/{member}/messages")).send().await.expect(200).body;
    page["data"].as_array().unwrap().iter().filter(|message| message["kind"] == kind).cloned().collect()
}

pub(crate) async fn open(world: &World, member: &str, body: Value) -> Heard {
    world.post(&format!("/v1/members/{member}/tickets"), body).send().await
}

pub(crate) fn suggestion(text: &str) -> Value {
    json!({"kind": "suggestion", "text": text})
}

pub(crate) async fn answer(world: &World, ticket: &str, body: Value) -> Heard {
    world.post(&format!("/v1/tickets/{ticket}/answers"), body).send().await
}

async fn until(world: &World, now: &str) {
    world.post("/v1/sandbox/clock", json!({"now": now})).send().await.expect(200);
}

// rows MEM-11, NOTE-05
#[tokio::test]
async fn a_member_appeals_against_a_freeze_and_is_told_the_result() {
    let world = World::new();
    world.member("lin").await;
    let why = json!({"reason": "looks odd"});
    world.post("/v1/members/lin/freeze", why).key("f-1").send().await.expect(200);
    let kinds = world.get("/v1/members/lin/tickets").send().await.expect(200).body;
    assert_eq!(
        (&kinds["kinds"][0]["id"], &kinds["kinds"][0]["about"]),
        (&json!("appeal"), &json!(["freeze", "entry"]))
    );
    let body = json!({"kind": "appeal", "about": {"of": "freeze"}, "text": "我是林黛玉，是我本人操作"});
    let opened = world.post("/v1/members/lin/tickets", body.clone()).key("t-1").send().await.expect(201);
    let again = world.post("/v1/members/lin/tickets", body).key("t-1").send().await.expect(201);
    assert!(again.is_replay() && again.body["id"] == opened.body["id"]);
    let ticket = &opened.body;
    assert_eq!((&ticket["state"], &ticket["text"]), (&json!("waiting"), &json!("我是林黛玉，是我本人操作")));
    assert!(ticket["resolve_by"].as_str().unwrap().starts_with("2026-06-12T12:0"), "within 48 hours: {ticket}");
    let id = ticket["id"].as_str().unwrap();
    // What was written is nowhere as it was.
    let stored = world.app.engine.read::<Ticket>(id).unwrap().unwrap();
    assert!(!serde_json::to_string(&stored).unwrap().contains('林'));
    let listed = world.get("/v1/tickets").send().await.expect(200).body;
    assert_eq!((&listed["data"][0]["id"], listed["data"].as_array().unwrap().len()), (&ticket["id"], 1));
    until(&world, "2026-06-12T12:30:00+08:00").await;
    assert_eq!(world.get(&format!("/v1/tickets/{id}")).send().await.expect(200).body["overdue"], true);
    let closed =
        answer(&world, id, json!({"text": "已核实，冻结解除，向您致歉", "result": "upheld"})).await.expect(200).body;
    assert_eq!(
        (&closed["state"], &closed["result"], &closed["overdue"]),
        (&json!("closed"), &json!("upheld"), &json!(false))
    );
    let told = inbox(&world, "lin", "appeal-result").await;
    assert_eq!(told[0]["text"]["zh"], "您的申诉已处理：成立。");
    let seen = world.get("/v1/members/lin/tickets").send().await.expect(200).body["data"][0].clone();
    assert_eq!(seen["answers"][0]["text"], "已核实，冻结解除，向您致歉");
    assert_eq!(seen["answers"][0].get("by"), None, "members are not told who");
    answer(&world, id, json!({"text": "more"})).await.problem("ticket-closed");
    let trail = world.get("/v1/audit?action=tickets.answer").send().await.expect(200);
    assert_eq!(trail.body["data"][0]["after"]["result"], "upheld");
    assert!(!trail.text.contains("致歉"), "{}", trail.text);
}

// row MEM-11
#[tokio::test]
async fn a_member_adds_to_an_open_ticket_and_staff_see_the_thread() {
    let world = World::new();
    world.member("lin").await;
    world.member("wei").await;
    let id = open(&world, "lin", suggestion("茶具快缺货了")).await.expect(201).body["id"].as_str().unwrap().to_owned();
    let add = |member: &str, text: &str| {
        world.post(&format!("/v1/members/{member}/tickets/{id}/texts"), json!({"text": text}))
    };
    let first = add("lin", "杭州店也缺").key("a-1").send().await.expect(200);
    assert_eq!((&first.body["state"], &first.body["added"][0]["text"]), (&json!("waiting"), &json!("杭州店也缺")));
    assert!(add("lin", "杭州店也缺").key("a-1").send().await.expect(200).is_replay());
    answer(&world, &id, json!({"text": "已补货"})).await.expect(200);
    assert_eq!(world.get(&format!("/v1/tickets/{id}")).send().await.body["state"], "answered");
    // After an answer it waits again, and whoever answers sees it in its place.
    let again = add("lin", "还没到货").send().await.expect(200).body;
    assert_eq!((&again["state"], &again["added"][1]["after"]), (&json!("waiting"), &json!(1)));
    let seen = world.get("/v1/tickets").send().await.expect(200).body["data"][0].clone();
    assert_eq!((&seen["text"], &seen["added"][1]["text"]), (&json!("茶具快缺货了"), &json!("还没到货")));
    let stored = world.app.engine.read::<Ticket>(&id).unwrap().unwrap();
    assert!(!serde_json::to_string(&stored).unwrap().contains('店'), "kept sealed");
    // Nobody adds to somebody else's, adds nothing, or adds for ever.
    add("wei", "我也是").send().await.problem("unknown");
    add("a%2Cb", "我也是").send().await.problem("member-unknown");
    add("lin", "  ").send().await.problem("invalid-field");
    for number in 2..20 {
        add("lin", &format!("第 {number} 次")).send().await.expect(200);
    }
    assert_eq!(add("lin", "再说").send().await.problem("limit-exceeded").body["maximum"], 20);
    answer(&world, &id, json!({"text": "已到货", "result": "settled"})).await.expect(200);
    add("lin", "谢谢").send().await.problem("ticket-closed");
    assert_eq!(
        world.get("/v1/members/lin/tickets").send().await.body["data"][0]["added"].as_array().unwrap().len(),
        20
    );
}

// row MEM-11
#[tokio::test]
async fn a_survey_asks_those_it_is_meant_for() {
    let when = "    when: member.orders > 0\n    terms: { zh: 买过的会员, en: members who bought }\n    questions:\n      - id: overall";
    let world = World::edited("rulebook", "surveys.yaml", "    questions:\n      - id: overall", when);
    world.member("lin").await;
    let surveys = async || world.get("/v1/members/lin/surveys").send().await.expect(200).body["data"].clone();
    assert_eq!(surveys().await, json!([]));
    fill_in(&world, "lin", json!({"overall": 5, "clear": 5})).await.problem("unknown");
    assert_eq!(world.get("/v1/surveys").send().await.body["data"][0]["terms"]["en"], "members who bought");
    world.post("/v1/events", order("o-1", "lin", 1_000)).send().await.expect(200);
    assert_eq!(surveys().await[0]["answered"], false);
    fill_in(&world, "lin", json!({"overall": 5, "clear": 5})).await.expect(201);
}

// row MEM-11
#[tokio::test]
async fn disputes_and_suggestions_are_answered_and_bad_ones_change_nothing() {
    let world = World::new();
    for member in ["lin", "wei"] {
        world.member(member).await;
    }
    world.post("/v1/events", order("o-1", "lin", 4_600)).send().await.expect(200);
    let dispute = |about: Value| json!({"kind": "dispute", "about": about, "text": "积分未到账"});
    let opened = open(&world, "lin", dispute(json!({"of": "order", "id": "o-1"}))).await.expect(201).body;
    for (deadline, at) in [("respond_by", "2026-06-12T12:0"), ("resolve_by", "2026-06-13T12:0")] {
        assert!(opened[deadline].as_str().unwrap().starts_with(at), "{opened}");
    }
    open(&world, "lin", dispute(json!({"of": "entry", "id": "1"}))).await.expect(201);
    let id = opened["id"].as_str().unwrap();
    let answered = answer(&world, id, json!({"text": "正在核实"})).await.expect(200).body;
    assert_eq!((&answered["state"], answered.get("result")), (&json!("answered"), None));
    assert_eq!(inbox(&world, "lin", "ticket-answered").await[0]["title"]["zh"], "您的争议有了答复");
    // Nothing of somebody else's, nothing that is not there, nothing that the kind is not about.
    open(&world, "wei", dispute(json!({"of": "order", "id": "o-1"}))).await.problem("unknown");
    open(&world, "lin", dispute(json!({"of": "entry", "id": "99"}))).await.problem("unknown");
    open(&world, "lin", dispute(json!({"of": "redemption", "id": "none"}))).await.problem("unknown");
    for about in [json!({"of": "freeze"}), json!({"of": "order"}), json!({"of": "moon", "id": "1"}), Value::Null] {
        open(&world, "lin", dispute(about)).await.problem("invalid-field");
    }
    open(&world, "lin", dispute(json!({"of": "entry", "id": "one"}))).await.problem("invalid-field");
    for text in ["", " ", &"长".repeat(1_001), "a\u{7}"] {
        open(&world, "lin", suggestion(text)).await.problem("invalid-field");
    }
    open(&world, "lin", json!({"kind": "wish", "text": "x"})).await.problem("unknown");
    open(&world, "nobody", suggestion("x")).await.problem("member-unknown");
    // Five wait at the same time.
    for _ in 0..3 {
        open(&world, "lin", suggestion("多一些咖啡")).await.expect(201);
    }
    let full = open(&world, "lin", suggestion("再多一些")).await.problem("limit-exceeded");
    assert_eq!(full.body["maximum"], 5);
    answer(&world, id, json!({"text": "已补发", "result": "settled"})).await.expect(200);
    open(&world, "lin", suggestion("再多一些")).await.expect(201);
    answer(&world, "none", json!({"text": "x"})).await.problem("unknown");
    let other = world.get("/v1/tickets").send().await.expect(200).body["data"][0]["id"].clone();
    let other = other.as_str().unwrap();
    answer(&world, other, json!({"text": "x", "result": "won"})).await.problem("invalid-field");
    answer(&world, other, json!({"text": ""})).await.problem("invalid-field");
    world.get("/v1/tickets?state=lost").send().await.problem("invalid-parameter");
    world.get("/v1/tickets/none").send().await.problem("unknown");
    world.get("/v1/members/nobody/tickets").send().await.problem("member-unknown");
    let closed = world.get("/v1/tickets?state=closed&limit=1").send().await.expect(200).body;
    assert_eq!(closed["data"][0]["result"], "settled");
    let waiting = world.get("/v1/tickets?limit=2").send().await.expect(200).body;
    let next = format!("/v1/tickets?limit=9&cursor={}", waiting["next_cursor"].as_str().unwrap());
    assert_eq!(world.get(&next).send().await.expect(200).body["data"].as_array().unwrap().len(), 3);
    let page = world.get("/v1/program/rules").send().await.expect(200).text;
    for told in ["answered within 48 hours", "settled within 168 hours", "5 waiting at the same time"] {
        assert!(page.contains(told), "{told} is not in {page}");
    }
}

pub(crate) async fn fill_in(world: &World, member: &str, answers: Value) -> Heard {
    let body = json!({"survey": "satisfaction-2026-2", "answers": answers});
    world.post(&format!("/v1/members/{member}/survey-answers"), body).send().await
}

// row MEM-11
#[tokio::test]
async fn members_answer_a_survey_once_and_people_see_what_was_said() {
    let world = World::new();
    for member in ["lin", "wei"] {
        world.member(member).await;
    }
    let surveys = world.get("/v1/members/lin/surveys").send().await.expect(200).body;
    let survey = &surveys["data"][0];
    assert_eq!((&survey["answered"], &survey["questions"][0]["most"]), (&json!(false), &json!(5)));
    assert_eq!((survey["questions"][0].get("counts"), survey.get("answers")), (None, None));
    for (answers, field) in [
        (json!({"clear": 5}), "/answers/overall"),
        (json!({"overall": 6, "clear": 5}), "/answers/overall"),
        (json!({"overall": 0, "clear": 5}), "/answers/overall"),
        (json!({"overall": "good", "clear": 5}), "/answers/overall"),
        (json!({"overall": 5, "clear": 5, "channel": "moon"}), "/answers/channel"),
        (json!({"overall": 5, "clear": 5, "wish": ["coffee", "coffee"]}), "/answers/wish"),
        (json!({"overall": 5, "clear": 5, "wish": "coffee"}), "/answers/wish"),
        (json!({"overall": 5, "clear": 5, "say": " "}), "/answers/say"),
        (json!({"overall": 5, "clear": 5, "say": "长".repeat(501)}), "/answers/say"),
        (json!({"overall": 5, "clear": 5, "say": 4}), "/answers/say"),
        (json!({"overall": 5, "clear": 5, "more": 4}), "/answers/more"),
    ] {
        let refused = fill_in(&world, "lin", answers.clone()).await.problem("invalid-field");
        assert_eq!(refused.body["errors"][0]["pointer"], field, "{answers}");
    }
    let said = json!({"overall": 5, "clear": 4, "wish": ["coffee", "travel"], "say": "我是林黛玉"});
    let answered = fill_in(&world, "lin", said.clone()).await.expect(201).body;
    assert_eq!(answered["answers"], said);
    fill_in(&world, "lin", said).await.problem("survey-answered");
    fill_in(&world, "wei", json!({"overall": 5, "clear": 1, "channel": "app"})).await.expect(201);
    fill_in(&world, "nobody", json!({"overall": 5, "clear": 1})).await.problem("member-unknown");
    let other = json!({"survey": "moon", "answers": {}});
    world.post("/v1/members/lin/survey-answers", other).send().await.problem("unknown");
    assert_eq!(world.get("/v1/members/lin/surveys").send().await.body["data"][0]["answered"], true);
    let seen = world.get("/v1/surveys").send().await.expect(200).body["data"][0].clone();
    let counts = |place: usize| seen["questions"][place]["counts"].clone();
    assert_eq!((&seen["answers"], counts(0), counts(1)), (&json!(2), json!({"5": 2}), json!({"1": 1, "4": 1})));
    assert_eq!((counts(2), counts(3)), (json!({"app": 1}), json!({"coffee": 1, "travel": 1})));
    let page = world.get("/v1/surveys/satisfaction-2026-2/answers?limit=1").send().await.expect(200).body;
    assert_eq!(page["data"][0]["answers"]["say"], "我是林黛玉");
    let next = format!("/v1/surveys/satisfaction-2026-2/answers?cursor={}", page["next_cursor"].as_str().unwrap());
    assert_eq!(world.get(&next).send().await.expect(200).body["data"][0]["member"], "wei");
    world.get("/v1/surveys/moon/answers").send().await.problem("unknown");
    world.get("/v1/members/nobody/surveys").send().await.problem("member-unknown");
    until(&world, "2026-07-01T00:00:00+08:00").await;
    world.member("ada").await;
    fill_in(&world, "ada", json!({"overall": 5, "clear": 1})).await.problem("survey-closed");
    assert_eq!(world.get("/v1/members/ada/surveys").send().await.body["data"], json!([]));
}

// row MEM-11
#[tokio::test]
async fn a_rule_may_give_points_for_an_answer() {
    let rule = "rules:\n  - id: survey\n    name: S\n    on: survey.answered\n    when: data.survey == \"satisfaction-2026-2\"\n    \
                award: { points: 20 }\n    source: interaction\n";
    let world = World::edited("rulebook", "earning.yaml", "rules:\n", rule);
    world.member("lin").await;
    fill_in(&world, "lin", json!({"overall": 5, "clear": 4})).await.expect(201);
    assert_eq!(world.available("lin").await, 20);
    let outside = crate::world::event("e-1", "survey.answered", "lin", json!({"survey": "satisfaction-2026-2"}));
    world.post("/v1/events", outside).send().await.problem("invalid-field");
}

// The process stopped when the erasure was in the store and nothing else had been done.
#[tokio::test]
async fn an_erasure_that_was_interrupted_is_completed_by_the_next_start() {
    let world = World::new();
    world.post("/v1/members", json!({"id": "lin", "name": "林黛玉"})).send().await.expect(201);
    let apology = json!({"kind": "apology", "members": ["lin"], "words": {"reason": "林黛玉的包裹"}});
    world.post("/v1/mailings", apology).key("m-1").send().await;
    let ticket = open(&world, "lin", suggestion("我是林黛玉")).await.expect(201).body;
    fill_in(&world, "lin", json!({"overall": 5, "clear": 4, "say": "我是林黛玉"})).await.expect(201);
    let by = jifen_program::audit::By::system();
    let erase = jifen_program::members::Erase { request: None, member: "lin".into(), reason: "asked".into(), by };
    world.app.engine.submit(erase).await.unwrap().result.unwrap();
    assert!(inbox(&world, "lin", "apology").await[0]["text"]["zh"].as_str().unwrap().contains("林黛玉"));
    let world = World::in_folder(world.stop());
    assert_eq!(inbox(&world, "lin", "apology").await, Vec::<Value>::new());
    let id = ticket["id"].as_str().unwrap();
    let seen = world.get(&format!("/v1/tickets/{id}")).send().await.expect(200).body;
    assert_eq!((&seen["text"], &seen["state"]), (&Value::Null, &json!("closed")));
    let stored = world.app.engine.read::<Ticket>(id).unwrap().unwrap();
    assert_eq!(stored.text.sealed, "");
    let said = world.get("/v1/surveys/satisfaction-2026-2/answers").send().await.expect(200).body;
    assert_eq!(said["data"][0]["answers"], json!({"overall": 5, "clear": 4}));
    let erasure = world.app.engine.read::<jifen_program::members::Erasure>("lin").unwrap().unwrap();
    assert!(erasure.forgotten, "and it is not done a third time");
    open(&world, "lin", suggestion("again")).await.problem("member-erased");
}
