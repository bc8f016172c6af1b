//! OAuth 2.0: a client gets a short-lived token for its secret.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::json;

use crate::world::{Heard, World, event};

async fn ask(world: &World, form: &str, basic: Option<(&str, &str)>) -> Heard {
    let asked = world.ask("POST", "/oauth/token").token(None).text(form.to_owned());
    let asked = asked.header("content-type", "application/x-www-form-urlencoded");
    match basic {
        Some((id, secret)) => {
            let encoded = STANDARD.encode(format!("{id}:{secret}"));
            asked.header("authorization", &format!("Basic {encoded}")).send().await
        }
        None => asked.send().await,
    }
}

// row INTG-08
#[tokio::test]
async fn a_client_gets_a_token_for_its_secret() {
    let world = World::new();
    let secret = world.client("till", &["events:write", "wallets:read"], Some(&["/shop"])).await;
    let form = format!("grant_type=client_credentials&client_id=till&client_secret={secret}");
    let whole = ask(&world, &form, None).await.expect(200).body;
    assert_eq!((&whole["token_type"], &whole["expires_in"]), (&json!("Bearer"), &json!(3600)));
    assert_eq!(whole["scope"], "events:write wallets:read");
    let narrow = "grant_type=client_credentials&scope=wallets%3Aread";
    let narrow = ask(&world, narrow, Some(("till", &secret))).await.expect(200).body;
    let (whole, narrow) = (whole["access_token"].as_str().unwrap(), narrow["access_token"].as_str().unwrap());
    let send =
        |token| world.post("/v1/events", event("e-1", "page.viewed", "lin", json!({}))).token(Some(token)).send();
    send(whole).await.expect(200);
    send(narrow).await.problem("forbidden");
    world.get("/v1/members/lin/wallet").token(Some(narrow)).send().await.expect(200);
    // Sources hold as they do for the client itself, and so does its end.
    let mut elsewhere = event("e-2", "page.viewed", "lin", json!({}));
    elsewhere["source"] = json!("/elsewhere");
    world.post("/v1/events", elsewhere).token(Some(whole)).send().await.problem("source-not-allowed");
    world.ask("DELETE", "/v1/clients/till").send().await.expect(200);
    send(whole).await.problem("unauthorized");
    ask(&world, &form, None).await.problem("invalid-client");
}

// row INTG-08
#[tokio::test]
async fn what_is_wrong_is_told_as_the_standard_names_it() {
    let world = World::new();
    let secret = world.client("till", &["events:write"], None).await;
    let other = world.client("other", &["events:write"], None).await;
    let right = format!("grant_type=client_credentials&client_id=till&client_secret={secret}");
    for (form, basic, error) in [
        (String::new(), None, "invalid_request"),
        (format!("{right}&grant_type=x"), None, "invalid_request"),
        (right.replace("client_credentials", "password"), None, "unsupported_grant_type"),
        (right.replace("till", "nobody"), None, "invalid_client"),
        (format!("grant_type=client_credentials&client_id=till&client_secret={other}"), None, "invalid_client"),
        ("grant_type=client_credentials".to_owned(), None, "invalid_client"),
        ("grant_type=client_credentials".to_owned(), Some(("till", "wrong")), "invalid_client"),
        (format!("{right}&scope=points:adjust"), None, "invalid_scope"),
        (format!("{right}&scope=no:such"), None, "invalid_scope"),
    ] {
        let heard = ask(&world, &form, basic).await;
        assert_eq!(heard.body["error"], error, "{form}");
        assert_eq!(heard.status.as_u16(), if error == "invalid_client" { 401 } else { 400 }, "{form}");
    }
}

// row INTG-08
#[tokio::test]
async fn libraries_find_out_how() {
    let world = World::new();
    let asked = world.get("/.well-known/oauth-authorization-server").token(None).header("host", "localhost:8080");
    let found = asked.send().await.expect(200).body;
    assert_eq!(found["issuer"], "http://localhost:8080");
    assert_eq!(found["token_endpoint"], "http://localhost:8080/oauth/token");
    assert_eq!(found["grant_types_supported"], json!(["client_credentials"]));
    let named = World::with(|options| options.public_url = Some("https://points.example/".to_owned()));
    let found = named.get("/.well-known/oauth-authorization-server").token(None).send().await.expect(200).body;
    assert_eq!(found["issuer"], "https://points.example");
}
