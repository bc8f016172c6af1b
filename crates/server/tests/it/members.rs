//! Members and their personal data.

use serde_json::json;

use crate::show;
use crate::world::World;

#[tokio::test]
async fn enrolling_a_member() {
    let world = World::new();
    let body = json!({"id": "lin", "name": "林", "phone": "+86 10 5555 0100", "email": "lin@example.com",
        "birthday": "1990-05-01", "tags": ["vip"], "joined_at": "2025-01-01T00:00:00+08:00", "referrer": "wei"});
    let enrolled = world.post("/v1/members", body.clone()).send().await.expect(201);
    insta::assert_snapshot!(show::answer(&enrolled));
    world.post("/v1/members", body).send().await.problem("member-exists");
    assert_eq!(world.get("/v1/members/lin").send().await.expect(200).body, enrolled.body);
    assert_eq!(world.available("lin").await, 0, "rewards come from events");
}

#[tokio::test]
async fn a_member_without_an_id_gets_one() {
    let world = World::new();
    let enrolled = world.post("/v1/members", json!({})).key("k-1").send().await.expect(201);
    let id = enrolled.body["id"].as_str().unwrap();
    assert!(id.starts_with("mem_"));
    assert_eq!(enrolled.header("location"), format!("/v1/members/{id}"));
    let again = world.post("/v1/members", json!({})).key("k-1").send().await.expect(201);
    assert!(again.is_replay());
    assert_eq!(again.body["id"], id);
}

// row COMP-10
#[tokio::test]
async fn personal_data_is_shown_only_to_who_may_see_it_and_kept_sealed() {
    let world = World::new();
    let body = json!({"id": "lin", "name": "Lin Daiyu", "phone": "555-0100"});
    world.post("/v1/members", body).send().await.expect(201);
    let plain = world.client("plain", &["members:read"], None).await;
    let personal = world.client("personal", &["members:read", "personal:read"], None).await;
    let seen = world.get("/v1/members/lin").token(Some(&plain)).send().await.expect(200);
    assert!(!seen.text.contains("Daiyu") && !seen.text.contains("555"), "{}", seen.text);
    let seen = world.get("/v1/members/lin").token(Some(&personal)).send().await.expect(200);
    assert_eq!(seen.body["name"], "Lin Daiyu");
    let profile = world.app.engine.read::<jifen_program::members::Profile>("lin").unwrap().unwrap();
    let stored = serde_json::to_string(&profile).unwrap();
    assert!(!stored.contains("Lin") && !stored.contains("555"));
    // Points and identity are records of their own, and the journal knows a pseudonym only.
    world.give("lin", 10).await;
    let store = world.app.engine.store();
    let member = store.load(&[jifen_store::Key::new(&jifen_program::member::MEMBER, "lin")]).unwrap();
    let journal = store.entries(jifen_store::Stream::default(), 0, 100).unwrap();
    let bodies = member.iter().flatten().map(|row| &row.body).chain(journal.iter().map(|entry| &entry.body));
    for body in bodies {
        let text = std::str::from_utf8(body).unwrap();
        assert!(!text.contains("Daiyu") && !text.contains("555"), "{text}");
    }
}

// row SEC-01
#[tokio::test]
async fn members_are_found_by_contacts_that_nothing_kept_tells() {
    use jifen_server::personal::Contact;
    let world = World::new();
    let find = |contact: Contact| {
        let found = world.app.vault.find(&world.app.engine, &contact).unwrap();
        found.iter().map(ToString::to_string).collect::<Vec<_>>()
    };
    let lin = json!({"id": "lin", "phone": "138 0013 8000", "email": "Lin@Example.com"});
    world.post("/v1/members", lin).send().await.expect(201);
    world.post("/v1/members", json!({"id": "wei", "phone": "+86 13800138000"})).send().await.expect(201);
    assert_eq!(find(Contact::phone("13800138000").unwrap()), ["lin", "wei"]);
    assert_eq!(find(Contact::email("lin@example.com").unwrap()), ["lin"]);
    assert!(find(Contact::phone("13800138001").unwrap()).is_empty());
    // A member who exists is refused, and what was asked for them is not found.
    let other = json!({"id": "lin", "phone": "139 0013 9000"});
    world.post("/v1/members", other).send().await.problem("member-exists");
    assert!(find(Contact::phone("13900139000").unwrap()).is_empty());
    assert_eq!(world.get("/v1/members/lin").send().await.body["phone"], "138 0013 8000");
    for file in ["keys/members.db", "keys/members.db-wal"] {
        let bytes = std::fs::read(world.folder().join(file)).unwrap();
        assert!(!bytes.windows(8).any(|window| window == b"13800138" || window == b"example."), "{file}");
    }
}

/// Personal data as the first build sealed it: the member's key beside it, under the master key itself.
fn sealed_as_version_1(master: [u8; 32], member: &str, json: &str) -> jifen_program::members::Profile {
    use aes_gcm::aead::{Aead, Payload};
    use aes_gcm::{Aes256Gcm, KeyInit, Nonce};
    use base64::Engine as _;
    let seal = |key: [u8; 32], bound: &str, msg: &[u8]| {
        let payload = Payload { msg, aad: bound.as_bytes() };
        let sealed = Aes256Gcm::new(&key.into()).encrypt(&Nonce::from([9; 12]), payload).unwrap();
        base64::engine::general_purpose::STANDARD.encode([[9; 12].as_slice(), &sealed].concat())
    };
    let key = Some(seal(master, &format!("key/{member}"), &[5; 32]));
    let sealed = seal([5; 32], &format!("profile/{member}"), json.as_bytes());
    jifen_program::members::Profile { v: 1, key, cipher: None, sealed, erased: None }
}

#[tokio::test]
async fn a_store_of_an_earlier_build_gets_its_index_and_loses_its_keys() {
    use base64::Engine as _;
    use jifen_server::personal::Contact;
    let folder = tempfile::tempdir().unwrap();
    std::fs::create_dir(folder.path().join("keys")).unwrap();
    let master = base64::engine::general_purpose::STANDARD.encode([3; 32]);
    std::fs::write(folder.path().join("keys/master.key"), master).unwrap();
    let world = World::in_folder(folder);
    let profile = sealed_as_version_1([3; 32], "lin", r#"{"name":"Lin","phone":"13800138000"}"#);
    let id = jifen_vocab::MemberId::new("lin").unwrap();
    let enroll = jifen_program::flows::Enroll {
        request: None,
        id: Some(id),
        joined_at: None,
        tags: Vec::new(),
        referrer: None,
        invitation: None,
        same_person: Vec::new(),
        tier: None,
        profile: Some(profile),
        birthday: None,
    };
    world.app.engine.submit(enroll).await.unwrap().result.unwrap();
    assert_eq!(world.get("/v1/members/lin").send().await.expect(200).body["name"], "Lin");
    world.app.vault.forget_index().unwrap();
    let world = World::over_same(world, |options| options.sandbox_token = Some(crate::world::TOKEN.to_owned()));
    let profile = world.app.engine.read::<jifen_program::members::Profile>("lin").unwrap().unwrap();
    assert_eq!((profile.v, profile.key), (2, None));
    assert_eq!(world.get("/v1/members/lin").send().await.expect(200).body["name"], "Lin");
    let found = world.app.vault.find(&world.app.engine, &Contact::phone("+8613800138000").unwrap()).unwrap();
    assert_eq!(found.iter().map(ToString::to_string).collect::<Vec<_>>(), ["lin"]);
}

#[tokio::test]
async fn what_is_known_of_a_member_changes_field_by_field() {
    use jifen_server::personal::Contact;
    let world = World::new();
    let lin = json!({"id": "lin", "name": "林黛玉", "phone": "13800138000", "tags": ["vip"]});
    world.post("/v1/members", lin).send().await.expect(201);
    let change = json!({"phone": "139 0013 9000", "email": "lin@example.com", "name": null});
    let changed = world.put("/v1/members/lin", change.clone()).key("c-1").send().await.expect(200).body;
    assert_eq!((&changed["phone"], &changed["email"]), (&json!("139 0013 9000"), &json!("lin@example.com")));
    assert_eq!((&changed["name"], &changed["tags"]), (&json!(null), &json!(["vip"])));
    assert!(world.put("/v1/members/lin", change).key("c-1").send().await.expect(200).is_replay());
    let found = |phone: &str| world.app.vault.find(&world.app.engine, &Contact::phone(phone).unwrap()).unwrap().len();
    assert_eq!((found("13800138000"), found("13900139000")), (0, 1), "the number before is forgotten");
    let tags = world.put("/v1/members/lin", json!({"tags": []})).send().await.expect(200).body;
    assert_eq!((&tags["tags"], &tags["phone"]), (&json!([]), &json!("139 0013 9000")));
    // What is wrong changes nothing.
    world.put("/v1/members/lin", json!({"email": "nobody"})).send().await.problem("invalid-field");
    world.put("/v1/members/lin", json!({"tags": [""]})).send().await.problem("invalid-field");
    world.put("/v1/members/lin", json!({"points": 5})).send().await.problem("invalid-field");
    world.put("/v1/members/nobody", json!({})).send().await.problem("member-unknown");
    assert_eq!(world.get("/v1/members/lin").send().await.body, tags);
}

// row MEM-01
#[tokio::test]
async fn a_wallet_says_what_its_points_are_worth_now_and_when_they_lapse() {
    let world = World::new();
    world.member("lin").await;
    let unit = async |name: &str| {
        let wallet = world.get("/v1/members/lin/wallet").send().await.expect(200).body;
        wallet["units"].as_array().unwrap().iter().find(|unit| unit["unit"] == name).unwrap().clone()
    };
    assert_eq!(unit("points").await["worth"], json!({"amount": 0, "currency": "CNY"}));
    world.give("lin", 1_234).await;
    let points = unit("points").await;
    // 100 points are worth 1 yuan.
    assert_eq!(points["worth"], json!({"amount": 1_234, "currency": "CNY"}));
    assert_eq!(points["expiring"], json!([{"at": "2027-01-01T00:00:00+08:00", "points": 1_234}]));
    let spend = json!({"unit": "points", "points": 234, "reason": "x", "reference": "r-1"});
    world.post("/v1/members/lin/spend", spend).send().await.expect(200);
    assert_eq!(unit("points").await["worth"]["amount"], 1_000, "at once");
    assert_eq!(unit("miles").await.get("worth"), None, "a unit without a value");
    let entries = world.get("/v1/members/lin/entries").send().await.expect(200).body["data"].clone();
    assert_eq!((&entries[0]["kind"], &entries[1]["kind"]), (&json!("spend"), &json!("adjust")));
}

/// Lines of the audit trail, newest last: what was done, to which member, with which fields.
fn trail(world: &World) -> Vec<jifen_program::audit::AuditLine> {
    use jifen_program::desk::Record;
    use jifen_store::{Bound, Find, Order};
    let find = Find {
        kind: &jifen_program::audit::AUDIT,
        column: None,
        equals: None,
        order: Order::Ascending,
        from: Bound::Start,
        limit: 100,
    };
    let page = world.app.engine.store().find(&find).unwrap();
    page.rows.iter().map(|(.., row)| jifen_program::audit::AuditLine::read(&row.body).unwrap()).collect()
}

// row SEC-01
#[tokio::test]
async fn who_looks_at_personal_data_says_why_first() {
    let world = World::new();
    let lin = json!({"id": "lin", "name": "林黛玉", "phone": "13812345678", "birthday": "1990-05-01"});
    world.post("/v1/members", lin).send().await.expect(201);
    let before = trail(&world).len();
    world.post("/v1/members/lin/personal", json!({"reason": " "})).send().await.problem("invalid-field");
    world.post("/v1/members/nobody/personal", json!({"reason": "x"})).send().await.problem("member-unknown");
    assert_eq!(trail(&world).len(), before);
    let seen = world.post("/v1/members/lin/personal", json!({"reason": "parcel lost"})).send().await.expect(200);
    assert_eq!(seen.body["phone"], "13812345678");
    let lines = trail(&world);
    let line = lines.last().unwrap();
    assert_eq!((line.action.as_str(), line.object.key().as_str()), ("members.reveal", "member:lin"));
    assert_eq!(line.reason.as_deref(), Some("parcel lost"));
    world.put("/v1/members/lin", json!({"phone": "13900139000"})).send().await.expect(200);
    let told = serde_json::to_string(&trail(&world)).unwrap();
    assert!(told.contains("members.change") && told.contains("phone"));
    assert!(!told.contains("139001") && !told.contains("138123") && !told.contains('黛'), "{told}");
}

// row SEC-01
#[tokio::test]
async fn members_are_listed_masked_and_found() {
    let world = World::new();
    for (id, phone) in [("h1", "13812345678"), ("h10", "13812345678"), ("h2", "13800000000"), ("k1", "13911112222")] {
        let body = json!({"id": id, "name": "林黛玉", "phone": phone, "email": format!("{id}@example.com"),
            "joined_at": "2026-01-03T20:00:00+08:00"});
        world.post("/v1/members", body).send().await.expect(201);
    }
    world.put("/v1/members/k1/tier", json!({"tier": "gold", "reason": "x"})).send().await.expect(200);
    world.give("h1", 150).await;
    let all = world.get("/v1/members").send().await.expect(200);
    insta::assert_json_snapshot!(all.body);
    assert!(!all.text.contains("12345678") && !all.text.contains("黛玉"), "{}", all.text);
    let ids = |query: String| {
        let world = &world;
        async move {
            let heard = world.get(&format!("/v1/members?{query}")).send().await.expect(200);
            let rows = heard.body["data"].as_array().unwrap().clone();
            rows.iter().map(|row| row["id"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
        }
    };
    assert_eq!(ids("query=h1".into()).await, ["h1", "h10"]);
    assert_eq!(ids("query=h10".into()).await, ["h10"]);
    assert_eq!(ids("query=138%201234%205678".into()).await, ["h1", "h10"], "a whole number");
    assert!(ids("query=1381234".into()).await.is_empty(), "part of a number finds nobody");
    assert_eq!(ids("query=H2%40example.com".into()).await, ["h2"]);
    assert_eq!(ids("tier=gold".into()).await, ["k1"]);
    assert!(ids("tier=gold&query=h".into()).await.is_empty());
    assert!(ids("state=frozen".into()).await.is_empty());
    assert_eq!(ids("state=normal&query=k".into()).await, ["k1"]);
    assert!(ids("query=%3Cscript%3E".into()).await.is_empty());
    // Page by page.
    let first = world.get("/v1/members?limit=3").send().await.expect(200).body;
    assert_eq!(first["data"].as_array().unwrap().len(), 3);
    let cursor = first["next_cursor"].as_str().unwrap();
    assert_eq!(ids(format!("limit=3&cursor={cursor}")).await, ["k1"]);
    world.get("/v1/members?state=asleep").send().await.problem("invalid-parameter");
    world.get("/v1/members?cursor=x").send().await.problem("invalid-parameter");
    // Without the right to personal data there is none of it, nor finding by it.
    let plain = world.client("plain", &["members:read"], None).await;
    let seen = world.get("/v1/members?query=13812345678").token(Some(&plain)).send().await.expect(200).body;
    assert_eq!(seen["data"], json!([]));
    let seen = world.get("/v1/members?query=h2").token(Some(&plain)).send().await.expect(200).body;
    assert_eq!((&seen["data"][0]["name"], &seen["data"][0]["phone"]), (&json!(null), &json!(null)));
}

// row SEC-01
#[tokio::test]
async fn staff_see_personal_data_masked_until_they_say_why() {
    let world = World::new();
    let lin = json!({"id": "lin", "name": "林黛玉", "phone": "13812345678", "email": "lin@example.com"});
    world.post("/v1/members", lin).send().await.expect(201);
    let he = world.staff("he", "customer-service", None).await;
    let seen = he.get(&world, "/v1/members/lin").send().await.expect(200).body;
    assert_eq!(seen["personal"], "masked");
    assert_eq!([&seen["name"], &seen["phone"], &seen["email"]], ["林*", "138****5678", "l****@example.com"]);
    let listed = he.get(&world, "/v1/members?query=13812345678").send().await.expect(200).body;
    assert_eq!((&listed["data"][0]["id"], &listed["data"][0]["phone"]), (&json!("lin"), &json!("138****5678")));
    let why = json!({"reason": "the parcel came back"});
    let seen = he.post(&world, "/v1/members/lin/personal", why).send().await.expect(200).body;
    assert_eq!(seen["phone"], "13812345678");
    let line = world.get("/v1/audit?action=members.reveal").send().await.expect(200).body["data"][0].clone();
    assert_eq!((&line["actor"]["id"], &line["reason"]), (&json!("he"), &json!("the parcel came back")));
}
