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
    jifen_program::members::Profile { v: 1, key, cipher: None, sealed }
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
    let enroll = jifen_program::members::Enroll {
        request: None,
        id: Some(id),
        joined_at: None,
        tags: Vec::new(),
        referrer: None,
        tier: None,
        profile: Some(profile),
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
