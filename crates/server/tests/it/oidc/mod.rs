//! Staff come from their company's own sign-in: a small provider on this machine, with its own keys, that can lie.

mod provider;

use jifen_connect::{Provider, ProviderSetup};
use serde_json::json;

use crate::browser::Browser;
use crate::world::{Heard, World};
use provider::{Answer, Local};

const START: &str = "/v1/sign-in/oidc";

/// A server that is set up with that provider.
async fn world(local: &Local, change: impl FnOnce(&mut ProviderSetup)) -> World {
    let mut setup = ProviderSetup {
        issuer: local.issuer(),
        client_id: provider::CLIENT.to_owned(),
        client_secret: Some(provider::SECRET.to_owned()),
        name: "Example login".to_owned(),
        login_claim: None,
        second_factors: vec!["mfa".to_owned()],
    };
    change(&mut setup);
    let world = World::with(|options| options.provider = Some(Provider::new(setup).unwrap()));
    let lin = json!({"login": "lin", "name": "Lin", "email": "Lin@example.com", "roles": [{"role": "owner"}]});
    world.post("/v1/staff", lin).send().await.expect(201);
    world
}

/// A browser that was at the provider and comes back with what it was given there.
async fn there_and_back(world: &World, local: &Local, answer: Answer, browser: &mut Browser) -> Heard {
    let sent = browser.get(world, START).send().await.expect(302);
    keep(browser, &sent);
    let address = sent.header("location").to_owned();
    let back = local.visit(&address, answer);
    browser.get(world, &back).send().await
}

/// Keeps the cookie of the way there.
fn keep(browser: &mut Browser, heard: &Heard) {
    let cookie = heard.header("set-cookie");
    assert!(cookie.contains("; Path=/v1/sign-in/oidc; HttpOnly; SameSite=Lax; Max-Age=600"), "{cookie}");
    browser.cookie = cookie.split(';').next().unwrap().to_owned();
}

/// The cookie of the session that began.
fn entered(browser: &mut Browser, heard: &Heard) {
    let mut cookies = heard.headers.get_all("set-cookie").iter().map(|cookie| cookie.to_str().unwrap());
    let cookie = cookies.find(|cookie| cookie.starts_with("jifen_session=")).unwrap();
    assert!(cookie.contains("; HttpOnly; SameSite=Strict"), "{cookie}");
    browser.cookie = cookie.split(';').next().unwrap().to_owned();
}

/// What a server answers to an answer that nobody asked for, and to somebody who is not on the staff.
pub(crate) async fn refusals() -> [Heard; 2] {
    let local = Local::start();
    let world = world(&local, |_| {}).await;
    let eve = Answer { claims: |claims| claims["email"] = json!("eve@example.com"), ..Answer::honest() };
    let forged = world.get("/v1/sign-in/oidc/callback?code=x&state=x").token(None).send().await;
    [forged, there_and_back(&world, &local, eve, &mut Browser::new("eve")).await]
}

/// What a server answers whose provider is away.
pub(crate) async fn away() -> Heard {
    let local = Local::start();
    let world = world(&local, |_| {}).await;
    local.go_away();
    world.get(START).token(None).send().await
}

// row SEC-08
#[tokio::test]
async fn whoever_proves_themselves_at_the_company_is_in() {
    for answer in [Answer::honest(), Answer { rsa: true, ..Answer::honest() }] {
        let local = Local::start();
        let world = world(&local, |_| {}).await;
        let options = world.get("/v1/sign-in/options").token(None).send().await.expect(200).body;
        assert_eq!(options["oidc"], json!({"name": "Example login", "url": START}));
        let mut lin = Browser::new("lin");
        let heard = there_and_back(&world, &local, answer, &mut lin).await.expect(302);
        assert_eq!(heard.header("location"), "/console");
        entered(&mut lin, &heard);
        let session = lin.get(&world, "/v1/session").send().await.expect(200).body;
        assert_eq!((&session["id"], &session["must_change_password"]), (&json!("lin"), &json!(false)));
        assert!(session["confirmed_until"].is_string(), "the provider's second factor counts");
        let audit = world.get("/v1/audit?action=sign_in.open").send().await.expect(200).body;
        assert_eq!(audit["data"][0]["after"]["through"], "provider");
    }
}

// row SEC-08
#[tokio::test]
async fn a_password_alone_at_the_company_is_not_enough() {
    let local = Local::start();
    let world = world(&local, |_| {}).await;
    let mut lin = Browser::new("lin");
    let alone = Answer { claims: |claims| claims["amr"] = json!(["pwd"]), ..Answer::honest() };
    let heard = there_and_back(&world, &local, alone, &mut lin).await.expect(302);
    assert_eq!(heard.header("location"), "/console?next=enroll");
    entered(&mut lin, &heard);
    lin.get(&world, "/v1/session").send().await.problem("unauthorized");
    lin.enroll(&world).await;
    let opened = lin.show_code(&world).await.expect(200).body;
    assert_eq!(opened["id"], "lin");
    let again = Answer { claims: |claims| claims["amr"] = json!(["pwd"]), ..Answer::honest() };
    let heard = there_and_back(&world, &local, again, &mut Browser::new("lin")).await.expect(302);
    assert_eq!(heard.header("location"), "/console?next=second_factor");
}

// row SEC-08
#[tokio::test]
async fn an_answer_that_proves_nothing_lets_nobody_in() {
    type Lie = (&'static str, Answer);
    let lies: [Lie; 7] = [
        ("another nonce", Answer { claims: |claims| claims["nonce"] = json!("another"), ..Answer::honest() }),
        (
            "no nonce",
            Answer { claims: |claims| drop(claims.as_object_mut().unwrap().remove("nonce")), ..Answer::honest() },
        ),
        ("expired", Answer { claims: |claims| claims["exp"] = json!(1_600_000_000), ..Answer::honest() }),
        ("another audience", Answer { claims: |claims| claims["aud"] = json!("another"), ..Answer::honest() }),
        (
            "another issuer",
            Answer { claims: |claims| claims["iss"] = json!("https://evil.example"), ..Answer::honest() },
        ),
        ("signed by another", Answer { foreign_key: true, ..Answer::honest() }),
        ("not signed", Answer { unsigned: true, ..Answer::honest() }),
    ];
    let local = Local::start();
    let world = world(&local, |_| {}).await;
    for (what, answer) in lies {
        let mut lin = Browser::new("lin");
        let heard = there_and_back(&world, &local, answer, &mut lin).await;
        assert_eq!(heard.status.as_u16(), 403, "{what}: {}", heard.text);
        heard.problem("provider-answer-invalid");
    }
    // A person in a browser is led back to where they began.
    let mut lin = Browser::new("lin");
    let sent = lin.get(&world, START).send().await;
    keep(&mut lin, &sent);
    let forged = lin.get(&world, "/v1/sign-in/oidc/callback?code=x&state=forged").header("accept", "text/html,*/*");
    assert_eq!(forged.send().await.expect(302).header("location"), "/console?problem=provider-answer-invalid");
}

// row SEC-08
#[tokio::test]
async fn an_answer_is_of_the_browser_that_asked() {
    let local = Local::start();
    let world = world(&local, |_| {}).await;
    let mut lin = Browser::new("lin");
    let sent = lin.get(&world, START).send().await.expect(302);
    let back = local.visit(sent.header("location"), Answer::honest());
    // Without the cookie, with another's, and with a forged state.
    lin.get(&world, &back).send().await.problem("provider-answer-invalid");
    let mut other = Browser::new("lin");
    let others = other.get(&world, START).send().await.expect(302);
    keep(&mut other, &others);
    other.get(&world, &back).send().await.problem("provider-answer-invalid");
    keep(&mut lin, &sent);
    lin.get(&world, &format!("{back}x")).send().await.problem("provider-answer-invalid");
    lin.get(&world, "/v1/sign-in/oidc/callback?error=access_denied").send().await.problem("provider-answer-invalid");
    lin.get(&world, &back).send().await.expect(302);
    // The code counts once, at the provider.
    lin.get(&world, &back).send().await.problem("provider-answer-invalid");
}

// row SEC-03
#[tokio::test]
async fn nobody_is_added_to_the_staff() {
    let local = Local::start();
    let world = world(&local, |_| {}).await;
    let strangers: [fn(&mut serde_json::Value); 3] = [
        |claims| claims["email"] = json!("eve@example.com"),
        |claims| claims["email_verified"] = json!(false),
        |claims| drop(claims.as_object_mut().unwrap().remove("email")),
    ];
    for claims in strangers {
        let answer = Answer { claims, ..Answer::honest() };
        let heard = there_and_back(&world, &local, answer, &mut Browser::new("x")).await;
        let heard = heard.problem("provider-person-unknown");
        assert!(
            heard.text.contains("manages staff") || heard.body["title"] == "Not on the staff here",
            "{}",
            heard.text
        );
    }
    // Nor does somebody get in who left, or an address that two share.
    let two = json!({"login": "lin2", "name": "Lin", "email": "lin@example.com", "roles": []});
    world.post("/v1/staff", two).send().await.expect(201);
    let heard = there_and_back(&world, &local, Answer::honest(), &mut Browser::new("lin")).await;
    heard.problem("provider-person-unknown");
    for login in ["lin", "lin2"] {
        let gone = json!({"name": "Lin", "email": if login == "lin" { "lin@example.com" } else { "two@example.com" },
            "roles": [], "active": false});
        world.put(&format!("/v1/staff/{login}"), gone).send().await.expect(200);
    }
    let heard = there_and_back(&world, &local, Answer::honest(), &mut Browser::new("lin")).await;
    heard.problem("provider-person-unknown");
    let audit = world.get("/v1/audit?action=sign_in.fail").send().await.expect(200).body;
    assert_eq!(audit["data"][0]["after"]["wrong"], "not active");
}

#[tokio::test]
async fn a_claim_may_hold_the_login() {
    let local = Local::start();
    let world = world(&local, |setup| setup.login_claim = Some("employee".to_owned())).await;
    let mut lin = Browser::new("lin");
    let named = Answer { claims: |claims| claims["employee"] = json!("lin"), ..Answer::honest() };
    let heard = there_and_back(&world, &local, named, &mut lin).await.expect(302);
    assert_eq!(heard.header("location"), "/console");
    for wrong in [|claims: &mut serde_json::Value| claims["employee"] = json!("no such/login"), |_: &mut _| {}] {
        let heard = there_and_back(&world, &local, Answer { claims: wrong, ..Answer::honest() }, &mut lin).await;
        heard.problem("provider-person-unknown");
    }
}

#[tokio::test]
async fn a_provider_that_is_away_harms_nobody_else() {
    let local = Local::start();
    let world = world(&local, |_| {}).await;
    local.go_away();
    let page = world.get(START).token(None).header("accept", "text/html").send().await.expect(302);
    assert_eq!(page.header("location"), "/console?problem=provider-away");
    let without = World::new();
    without.get(START).token(None).send().await.problem("not-found");
    without.get("/v1/sign-in/oidc/callback").token(None).send().await.problem("not-found");
    assert!(
        Provider::new(ProviderSetup {
            issuer: "http://login.example".to_owned(),
            client_id: "x".to_owned(),
            client_secret: None,
            name: "x".to_owned(),
            login_claim: None,
            second_factors: Vec::new(),
        })
        .is_err()
    );
}
