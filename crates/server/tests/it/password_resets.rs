//! Staff who forgot their password get a letter.

use jifen_vocab::limits::RESET_MINUTES;
use serde_json::{Value, json};

use crate::browser::Browser;
use crate::member_sign_in::message;
use crate::world::World;

async fn ask(world: &World, login: &str) {
    let asked = world.post("/v1/password-resets", json!({"login": login})).token(None).header("host", "localhost");
    asked.send().await.expect(202);
}

async fn he(world: &World) -> Browser {
    let browser = world.staff("he", "customer-service", None).await;
    let details = json!({"name": "He", "email": "He@example.com", "roles": [{"role": "customer-service"}]});
    world.put("/v1/staff/he", details).send().await.expect(200);
    browser
}

fn token_in(letter: &Value) -> String {
    let text = letter["text"].as_str().unwrap();
    text.split("/console/reset/").nth(1).unwrap().trim().to_owned()
}

#[tokio::test]
async fn a_letter_leads_to_a_new_password_once() {
    let world = World::new();
    let mut browser = he(&world).await;
    ask(&world, "he@example.com").await;
    let letter = message(&world, 1).await;
    assert_eq!((&letter["channel"], &letter["to"]), (&json!("email"), &json!("he@example.com")));
    let path = format!("/v1/password-resets/{}", token_in(&letter));
    let reset = |password: &str| world.post(&path, json!({"password": password})).token(None).send();
    reset("short").await.expect(422);
    reset("another long password").await.expect(204);
    reset("yet another password").await.problem("reset-ended");
    browser.get(&world, "/v1/session").send().await.problem("unauthorized");
    // The second factor stays: a letter alone lets nobody in.
    browser.password = "another long password".to_owned();
    browser.sign_in(&world).await;
}

#[tokio::test]
async fn a_letter_counts_for_half_an_hour_and_only_the_newest_does() {
    let world = World::new();
    he(&world).await;
    ask(&world, "he").await;
    let path = format!("/v1/password-resets/{}", token_in(&message(&world, 1).await));
    let wrong = format!("{}x", path);
    let body = json!({"password": "another long password"});
    world.post(&wrong, body.clone()).token(None).send().await.problem("reset-ended");
    world.post("/v1/password-resets/nonsense", body.clone()).token(None).send().await.problem("reset-ended");
    let late = World::over_same(world, |options| {
        options.wall = jifen_engine::Clock::new((RESET_MINUTES * 60 + 1) * 1_000);
    });
    late.post(&path, body).token(None).send().await.problem("reset-ended");
}

#[tokio::test]
async fn nobody_learns_who_is_there_nor_is_led_elsewhere() {
    let world = World::new();
    he(&world).await;
    ask(&world, "nobody").await;
    ask(&world, "nobody@example.com").await;
    // A link must not lead to where the request says that it reached us.
    let elsewhere =
        world.post("/v1/password-resets", json!({"login": "he"})).token(None).header("host", "evil.example");
    elsewhere.send().await.expect(202);
    ask(&world, "he").await;
    let letter = message(&world, 1).await;
    assert!(letter["text"].as_str().unwrap().contains("http://localhost/console/reset/"));
    tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    let messages = world.get("/v1/sandbox/messages").send().await.expect(200).body;
    assert_eq!(messages["data"].as_array().unwrap().len(), 1);
}
