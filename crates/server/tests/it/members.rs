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
