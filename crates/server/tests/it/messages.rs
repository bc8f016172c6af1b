//! Messages: an inbox that fills with what happens, and ways out of the house that fail, hang and come back.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::mpsc::{Receiver, channel};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::Duration;

use jifen_connect::{Channel, Gateway, ID_HEADER, Mail, SIGNATURE_HEADER, Secrets, Signed, TIMESTAMP_HEADER};
use serde_json::{Value, json};

use crate::world::{Heard, World, event, order};

const SECRET: &str = "a secret of the gateway";

/// Asks again until it is so, for some seconds.
pub(crate) async fn until<T>(mut ask: impl AsyncFnMut() -> Option<T>) -> T {
    for _ in 0..200 {
        if let Some(found) = ask().await {
            return found;
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    panic!("it did not come about");
}

async fn deliveries(world: &World, state: &str) -> Vec<Value> {
    let path = format!("/v1/deliveries?state={state}");
    world.get(&path).send().await.expect(200).body["data"].as_array().unwrap().clone()
}

async fn delivery(world: &World, state: &str, channel: &str) -> Value {
    until(async || deliveries(world, state).await.into_iter().find(|delivery| delivery["channel"] == channel)).await
}

async fn inbox(world: &World, member: &str) -> Vec<Value> {
    let path = format!("/v1/members/{member}/messages");
    world.get(&path).send().await.expect(200).body["data"].as_array().unwrap().clone()
}

async fn freeze(world: &World, member: &str, key: &str) -> Heard {
    let body = json!({"reason": "too many reviews", "until": "2026-06-11T12:00:00+08:00"});
    world.post(&format!("/v1/members/{member}/freeze"), body).key(key).send().await
}

async fn lin(world: &World) {
    let lin = json!({"id": "lin", "name": "林黛玉", "phone": "138 1234 5678", "email": "lin@example.com"});
    world.post("/v1/members", lin).send().await.expect(201);
}

/// What a gateway heard: head and body.
type Call = (String, String);

/// A gateway that answers with these statuses, then with 204.
fn gateway(statuses: &[&'static str]) -> (String, Receiver<Call>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}/send", listener.local_addr().unwrap());
    let (tell, told) = channel();
    let mut statuses: Vec<&'static str> = statuses.iter().rev().copied().collect();
    thread::spawn(move || {
        for stream in listener.incoming() {
            let mut stream = stream.unwrap();
            let mut reader = BufReader::new(stream.try_clone().unwrap());
            let mut head = String::new();
            while !head.ends_with("\r\n\r\n") {
                if reader.read_line(&mut head).unwrap_or(0) == 0 {
                    break;
                }
            }
            let length = header(&head, "content-length").and_then(|length| length.parse().ok()).unwrap_or(0);
            let mut body = vec![0; length];
            reader.read_exact(&mut body).unwrap();
            let status = statuses.pop().unwrap_or("204 No Content");
            let answer = format!("HTTP/1.1 {status}\r\ncontent-length: 0\r\nconnection: close\r\n\r\n");
            stream.write_all(answer.as_bytes()).unwrap();
            if tell.send((head, String::from_utf8_lossy(&body).into_owned())).is_err() {
                return;
            }
        }
    });
    (url, told)
}

fn header<'h>(head: &'h str, name: &str) -> Option<&'h str> {
    let find = |line: &'h str| line.split_once(": ").filter(|(known, _)| known.eq_ignore_ascii_case(name));
    head.lines().find_map(find).map(|(_, value)| value.trim())
}

/// A mail server that takes every letter, once it is told to speak at all.
fn mail_server(speaks: &Arc<Mutex<bool>>) -> (String, Receiver<Vec<String>>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("smtp://{}", listener.local_addr().unwrap());
    let (tell, told) = channel();
    let speaks = Arc::clone(speaks);
    thread::spawn(move || {
        let mut silent = Vec::new();
        for stream in listener.incoming() {
            let stream = stream.unwrap();
            if !*speaks.lock().unwrap() {
                // It hangs: the connection stays open, and nothing is said.
                silent.push(stream);
                continue;
            }
            if tell.send(converse(stream)).is_err() {
                return;
            }
        }
    });
    (url, told)
}

fn converse(stream: TcpStream) -> Vec<String> {
    let mut out = stream.try_clone().unwrap();
    let mut lines = BufReader::new(stream).lines();
    let mut say = |text: &str| out.write_all(format!("{text}\r\n").as_bytes()).unwrap();
    let mut heard = Vec::new();
    say("220 mail.test");
    while let Some(Ok(line)) = lines.next() {
        let verb = line.split([' ', ':']).next().unwrap().to_ascii_uppercase();
        heard.push(line);
        match verb.as_str() {
            "EHLO" => say("250 mail.test"),
            "DATA" => {
                say("354 go on");
                heard.extend(lines.by_ref().map_while(Result::ok).take_while(|line| line != "."));
                say("250 taken");
            }
            "QUIT" => {
                say("221 bye");
                break;
            }
            _ => say("250 well"),
        }
    }
    heard
}

fn with_gateway(statuses: &[&'static str], channels: &[Channel]) -> (World, Receiver<Call>) {
    let (url, told) = gateway(statuses);
    let gateway = Gateway::new(&url, Secrets::read(SECRET).unwrap(), channels.to_vec()).unwrap();
    (World::with(|options| options.gateway = Some(gateway)), told)
}

// row NOTE-07
#[tokio::test]
async fn a_new_member_is_welcomed_in_the_inbox_and_reads_it_once() {
    let world = World::new();
    lin(&world).await;
    let messages = inbox(&world, "lin").await;
    assert_eq!(messages.len(), 1, "hints for the first redemption come later: {messages:?}");
    let welcome = &messages[0];
    assert_eq!((&welcome["kind"], &welcome["show"]), (&json!("welcome-guide"), &json!("popup")));
    assert_eq!(welcome["text"]["zh"], "林黛玉您好，一分钟了解如何获得和使用积分。");
    assert_eq!(welcome["link"], "/guide");
    let count = async || world.get("/v1/members/lin/messages/count").send().await.expect(200).body;
    assert_eq!(count().await, json!({"unread": 1, "more": false}));
    let read = async |body: Value| world.post("/v1/members/lin/messages/read", body).send().await;
    world.member("ada").await;
    let others = inbox(&world, "ada").await[0]["id"].clone();
    assert_eq!(read(json!({"messages": [others, "nothing"]})).await.expect(200).body["read"], 0);
    assert_eq!(read(json!({"messages": [welcome["id"]]})).await.expect(200).body["read"], 1);
    assert_eq!(read(json!({"all": true})).await.expect(200).body["read"], 0);
    assert_eq!(count().await["unread"], 0);
    assert!(inbox(&world, "lin").await[0]["read_at"].is_string());
    let unread = world.get("/v1/members/lin/messages?unread=true").send().await.expect(200);
    assert_eq!(unread.body, json!({"data": [], "next_cursor": null}));
    // Three days later the hints are there.
    let later = json!({"now": "2026-06-13T12:05:00+08:00"});
    world.post("/v1/sandbox/clock", later).send().await.expect(200);
    assert!(inbox(&world, "lin").await.iter().any(|message| message["kind"] == "first-redemption"));
    read(json!({})).await.problem("invalid-field");
    read(json!({"messages": vec!["x"; 201]})).await.problem("invalid-field");
    for path in ["messages", "messages/count", "message-settings"] {
        world.get(&format!("/v1/members/nobody/{path}")).send().await.problem("member-unknown");
    }
    world.post("/v1/members/nobody/messages/read", json!({"all": true})).send().await.problem("member-unknown");
}

// row NOTE-02
#[tokio::test]
async fn the_first_order_is_told_of_at_once_and_the_second_is_not() {
    let world = World::of("operations");
    let goods = |id: &str| {
        let mut order = order(id, "lin", 4_600);
        order["data"]["lines"][0]["category"] = json!("goods");
        order
    };
    world.post("/v1/events", goods("o-1")).send().await.expect(200);
    let arrived = async || {
        let messages = inbox(&world, "lin").await;
        messages.into_iter().filter(|message| message["kind"] == "first-order").collect::<Vec<_>>()
    };
    let first = arrived().await;
    assert_eq!(first.len(), 1);
    assert!(first[0]["title"]["en"].as_str().unwrap().ends_with(" have arrived"), "{first:?}");
    let sent = delivery(&world, "sent", "push").await;
    assert_eq!((&sent["kind"], &sent["member"]), (&json!("first-order"), &json!("lin")));
    world.post("/v1/events", goods("o-2")).send().await.expect(200);
    world.post("/v1/events", goods("o-1")).send().await.expect(200);
    assert_eq!(arrived().await.len(), 1);
}

// rows NOTE-05, LIM-09
#[tokio::test]
async fn a_freeze_is_told_by_gateway_and_text_message_whatever_the_hour() {
    let (world, told) = with_gateway(&["503 Busy"], &[Channel::Push]);
    lin(&world).await;
    let night = json!({"now": "2026-06-10T23:30:00+08:00"});
    world.post("/v1/sandbox/clock", night).send().await.expect(200);
    freeze(&world, "lin", "f-1").await.expect(200);
    freeze(&world, "lin", "f-1").await.expect(200);
    let (head, body) = told.recv_timeout(Duration::from_secs(10)).unwrap();
    let signed = Signed {
        id: header(&head, ID_HEADER).unwrap(),
        timestamp: header(&head, TIMESTAMP_HEADER).unwrap(),
        signatures: header(&head, SIGNATURE_HEADER).unwrap(),
        body: body.as_bytes(),
    };
    let second = signed.timestamp.parse().unwrap();
    assert_eq!(Secrets::read(SECRET).unwrap().verify(&signed, second), Ok(()));
    assert_eq!(header(&head, "idempotency-key"), Some(signed.id));
    let heard: Value = serde_json::from_str(&body).unwrap();
    assert_eq!((&heard["channel"], &heard["to"]), (&json!("push"), &json!("lin")));
    assert_eq!(heard["text"], "您的积分已冻结至 2026年6月11日，如有异议请申诉。");
    // The sandbox keeps what has no gateway.
    let sent = delivery(&world, "sent", "sms").await;
    assert_eq!(sent["to"], "138****5678");
    // What the gateway did not take comes again a minute later, under the same name.
    let waiting = delivery(&world, "waiting", "push").await;
    assert_eq!((&waiting["tries"], &waiting["due_at"]), (&json!(1), &json!(waiting["due_at"].as_str().unwrap())));
    world.post("/v1/sandbox/clock", json!({"now": "2026-06-10T23:32:00+08:00"})).send().await.expect(200);
    let (again, _) = told.recv_timeout(Duration::from_secs(10)).unwrap();
    assert_eq!(header(&again, "idempotency-key"), header(&head, "idempotency-key"));
    delivery(&world, "sent", "push").await;
    assert!(told.recv_timeout(Duration::from_millis(700)).is_err(), "once");
    let titles: Vec<Value> = inbox(&world, "lin").await.iter().map(|message| message["kind"].clone()).collect();
    assert_eq!(titles.iter().filter(|kind| **kind == "frozen").count(), 1);
}

#[tokio::test]
async fn what_no_channel_takes_is_a_dead_letter_until_a_person_has_it_tried_again() {
    let (world, told) = with_gateway(&["400 No", "400 No"], &[Channel::Push, Channel::Sms]);
    lin(&world).await;
    freeze(&world, "lin", "f-1").await.expect(200);
    let by_push = json!(["push", "web_push"]);
    let failed =
        until(async || deliveries(&world, "failed").await.into_iter().find(|failed| failed["route"] == by_push)).await;
    let skipped = json!([{"channel": "push", "why": "failed"}, {"channel": "web_push", "why": "no-address"}]);
    assert_eq!((&failed["channel"], &failed["skipped"]), (&Value::Null, &skipped));
    assert!(failed["error"].as_str().unwrap().contains("400"), "{failed}");
    let id = failed["id"].as_str().unwrap().to_owned();
    let retry = async |id: &str| world.post(&format!("/v1/deliveries/{id}/retry"), json!({})).text("").send().await;
    assert_eq!(retry(&id).await.expect(200).body["state"], "ready");
    until(async || deliveries(&world, "sent").await.into_iter().find(|sent| sent["id"] == id)).await;
    retry(&id).await.problem("delivery-not-failed");
    retry("nothing").await.problem("unknown");
    let of_lin = world.get("/v1/deliveries?member=lin&limit=1").send().await.expect(200).body;
    let next = of_lin["next_cursor"].as_str().unwrap();
    let page = world.get(&format!("/v1/deliveries?member=lin&cursor={next}")).send().await.expect(200).body;
    assert_eq!((of_lin["data"].as_array().unwrap().len(), page["data"].as_array().unwrap().len()), (1, 1));
    world.get("/v1/deliveries?state=lost").send().await.problem("invalid-parameter");
    world.get("/v1/deliveries?state=sent&member=lin").send().await.problem("invalid-parameter");
    drop(told);
}

// rows NOTE-01, EXP-05, EXP-06, EXP-07
#[tokio::test]
async fn points_that_lapse_are_told_of_by_three_channels_with_balance_and_rewards() {
    let speaks = Arc::new(Mutex::new(true));
    let (smtp, letters) = mail_server(&speaks);
    let (url, told) = gateway(&[]);
    let world = World::with(|options| {
        let channels = vec![Channel::Push, Channel::Sms];
        options.gateway = Some(Gateway::new(&url, Secrets::read(SECRET).unwrap(), channels).unwrap());
        options.mail = Some(Mail::new(&smtp, "points@example.com").unwrap());
    });
    lin(&world).await;
    let reward = json!({"id": "mug", "name": {"zh": "马克杯", "en": "Mug"}, "kind": "goods", "category": "daily",
        "points": 100, "stock": 10, "cost": 500});
    // What costs more than there is, and what is sold out, is not recommended.
    let other = |id: &str, points: i64, stock: i64| {
        let mut other = reward.clone();
        for (field, value) in
            [("id", json!(id)), ("name", json!(id)), ("points", json!(points)), ("stock", json!(stock))]
        {
            other[field] = value;
        }
        world.post("/v1/rewards", other).send()
    };
    other("piano", 100_000, 10).await.expect(201);
    other("lamp", 90, 0).await.expect(201);
    world.post("/v1/rewards", reward.clone()).send().await.expect(201);
    world.post("/v1/events", order("o-1", "lin", 50_000)).send().await.expect(200);
    let points = world.available("lin").await;
    // The first of October, when the night is over.
    world.post("/v1/sandbox/clock", json!({"now": "2026-10-01T09:00:00+08:00"})).send().await.expect(200);
    let messages = inbox(&world, "lin").await;
    let lapsing = messages.iter().find(|message| message["kind"] == "points-lapsing").unwrap();
    assert_eq!(lapsing["at"], "2026-10-01T00:00:00+08:00");
    let text = lapsing["text"]["en"].as_str().unwrap();
    let expected = format!("Dear 林黛玉, you have {points} points. {points} points of them");
    assert!(text.starts_with(&expected), "{text}");
    assert!(text.contains("lapse on 2027-01-01. You could have: Mug."), "{text}");
    let letter = letters.recv_timeout(Duration::from_secs(10)).unwrap();
    assert!(letter.iter().any(|line| line == "RCPT TO:<lin@example.com>"), "{letter:?}");
    let name = format!("Message-ID: <{}-2@example.com>", lapsing["id"].as_str().unwrap());
    assert!(letter.contains(&name), "{letter:?}");
    let mut channels: Vec<String> = Vec::new();
    for _ in 0..2 {
        let (_, body) = told.recv_timeout(Duration::from_secs(10)).unwrap();
        let body: Value = serde_json::from_str(&body).unwrap();
        channels.push(body["channel"].as_str().unwrap().to_owned());
    }
    channels.sort();
    assert_eq!(channels, ["push", "sms"]);
    let sent = delivery(&world, "sent", "email").await;
    assert_eq!(sent["to"], "l****@example.com");
    // And again thirty days before.
    world.post("/v1/sandbox/clock", json!({"now": "2026-12-02T09:00:00+08:00"})).send().await.expect(200);
    let messages = inbox(&world, "lin").await;
    assert_eq!(messages.iter().filter(|message| message["kind"] == "points-lapsing").count(), 2);
}

#[tokio::test]
async fn a_mail_server_that_hangs_stands_in_nobodys_way() {
    let speaks = Arc::new(Mutex::new(false));
    let (smtp, letters) = mail_server(&speaks);
    let (url, told) = gateway(&[]);
    let world = World::with(|options| {
        options.gateway = Some(Gateway::new(&url, Secrets::read(SECRET).unwrap(), vec![Channel::Push]).unwrap());
        options.mail = Some(Mail::new(&smtp, "points@example.com").unwrap());
    });
    lin(&world).await;
    world.post("/v1/events", order("o-1", "lin", 50_000)).send().await.expect(200);
    world.post("/v1/sandbox/clock", json!({"now": "2026-10-01T09:00:00+08:00"})).send().await.expect(200);
    told.recv_timeout(Duration::from_secs(10)).unwrap();
    delivery(&world, "sent", "push").await;
    delivery(&world, "sending", "email").await;
    let reason = json!({"reason": "too many reviews"});
    world.post("/v1/members/lin/freeze", reason).send().await.expect(200);
    told.recv_timeout(Duration::from_secs(10)).unwrap();
    assert!(letters.try_recv().is_err());
}

#[tokio::test]
async fn however_many_letters_wait_for_a_server_that_hangs_the_other_ways_are_open() {
    const MEMBERS: usize = 700;
    let (smtp, letters) = mail_server(&Arc::new(Mutex::new(false)));
    let (url, told) = gateway(&[]);
    let world = World::with(|options| {
        options.gateway = Some(Gateway::new(&url, Secrets::read(SECRET).unwrap(), vec![Channel::Sms]).unwrap());
        options.mail = Some(Mail::new(&smtp, "points@example.com").unwrap());
    });
    let mut orders = Vec::new();
    for place in 0..MEMBERS {
        let member = format!("m{place:04}");
        let contacts =
            json!({"id": member, "phone": format!("1381234{place:04}"), "email": format!("{member}@example.com")});
        world.post("/v1/members", contacts).send().await.expect(201);
        orders.push(order(&format!("o-{place}"), &member, 50_000));
    }
    let batch = world.post("/v1/events", Value::Array(orders));
    batch.header("content-type", "application/cloudevents-batch+json").send().await.expect(200);
    world.post("/v1/sandbox/clock", json!({"now": "2026-10-01T09:00:00+08:00"})).send().await.expect(200);
    for _ in 0..MEMBERS {
        told.recv_timeout(Duration::from_secs(30)).expect("a text message for every member");
    }
    assert!(letters.try_recv().is_err());
}

/// A mailing at its end.
async fn ended(world: &World, path: &str) -> Value {
    until(async || {
        let mailing = world.get(path).send().await.expect(200).body;
        Some(mailing).filter(|mailing| mailing["state"] == "done")
    })
    .await
}

// A mailing to a whole tier goes on in slices: it stops, survives a restart, goes on, and tells nobody twice.
#[tokio::test]
async fn a_mailing_to_a_tier_stops_and_goes_on_where_it_was() {
    let world = World::new();
    for number in 0..450 {
        world.member(&format!("m-{number:03}")).await;
    }
    let words = json!({"wish": {"zh": "端午安康", "en": "a good summer"}});
    let body = json!({"kind": "greeting", "tiers": ["ordinary"], "words": words});
    let begun = world.post("/v1/mailings", body).key("m-1").send().await.expect(201).body;
    let id = begun["id"].as_str().unwrap().to_owned();
    let path = format!("/v1/mailings/{id}");
    world.ask("POST", &format!("{path}/stop")).send().await.expect(200);
    world.ask("POST", &format!("{path}/stop")).send().await.problem("plan-decided");
    let before = world.get(&path).send().await.expect(200).body;
    assert_eq!((&before["state"], before["told"].as_i64().unwrap() % 200), (&json!("stopped"), 0));
    let world = World::in_folder(world.stop());
    tokio::time::sleep(Duration::from_millis(700)).await;
    assert_eq!(world.get(&path).send().await.expect(200).body["told"], before["told"], "it stays stopped");
    world.ask("POST", &format!("{path}/resume")).send().await.expect(200);
    let ended = ended(&world, &path).await;
    assert_eq!((&ended["told"], &ended["left_out"]), (&json!(450), &json!(0)));
    for member in ["m-000", "m-199", "m-200", "m-449"] {
        let greetings = inbox(&world, member).await;
        assert_eq!(greetings.iter().filter(|message| message["kind"] == "greeting").count(), 1, "{member}");
    }
    world.ask("POST", &format!("{path}/resume")).send().await.problem("plan-decided");
    let listed = world.get("/v1/mailings").send().await.expect(200).body;
    assert_eq!(listed["data"][0]["id"], id.as_str());
    world.get("/v1/mailings/none").send().await.problem("unknown");
    world.ask("POST", "/v1/mailings/none/stop").send().await.problem("unknown");
}

// A mailing to several tiers goes through everybody once and tells those of the tiers.
#[tokio::test]
async fn a_mailing_to_several_tiers_tells_each_of_them_once() {
    let world = World::new();
    for number in 0..230 {
        world.member(&format!("m-{number:03}")).await;
    }
    for (member, tier) in [("m-007", "silver"), ("m-210", "gold")] {
        let body = json!({"tier": tier, "reason": "service recovery"});
        world.put(&format!("/v1/members/{member}/tier"), body).send().await.expect(200);
    }
    let words = json!({"wish": {"zh": "端午安康", "en": "a good summer"}});
    let body = json!({"kind": "greeting", "tiers": ["silver", "ordinary"], "words": words});
    let begun = world.post("/v1/mailings", body).key("m-1").send().await.expect(201).body;
    let ended = ended(&world, &format!("/v1/mailings/{}", begun["id"].as_str().unwrap())).await;
    assert_eq!((&ended["told"], &ended["left_out"]), (&json!(229), &json!(0)));
    for (member, greetings) in [("m-000", 1), ("m-007", 1), ("m-210", 0), ("m-229", 1)] {
        let inbox = inbox(&world, member).await;
        let told = inbox.iter().filter(|message| message["kind"] == "greeting").count();
        assert_eq!(told, greetings, "{member}");
    }
}

// rows NOTE-04, NOTE-06, NOTE-09
#[tokio::test]
async fn a_person_writes_to_tiers_and_offers_need_consent() {
    let world = World::new();
    for (id, tier) in [("lin", "ordinary"), ("ada", "gold"), ("wei", "diamond")] {
        world.post("/v1/members", json!({"id": id, "phone": "138 1234 5678"})).send().await.expect(201);
        let assign = json!({"tier": tier, "reason": "to begin with"});
        world.put(&format!("/v1/members/{id}/tier"), assign).key(&format!("t-{id}")).send().await.expect(200);
    }
    let words = json!({"item": {"zh": "新茶具", "en": "The tea set"}, "day": {"zh": "6月18日", "en": "18 June"}});
    let mailing = |tiers: Value| json!({"kind": "early-access", "tiers": tiers, "words": words});
    let all = mailing(json!(["ordinary", "gold", "diamond"]));
    let send = async |key: &str, body: Value| world.post("/v1/mailings", body).key(key).send().await;
    let begun = send("m-1", all.clone()).await.expect(201);
    let ended = ended(&world, begun.header("location")).await;
    assert_eq!((&ended["told"], &ended["left_out"], &ended["state"]), (&json!(2), &json!(1), &json!("done")));
    let again = send("m-1", all).await.expect(201);
    assert!(again.is_replay() && again.body["id"] == begun.body["id"]);
    let early = async |member: &str| {
        let messages = inbox(&world, member).await;
        messages.into_iter().filter(|message| message["kind"] == "early-access").collect::<Vec<_>>()
    };
    assert_eq!(early("lin").await.len(), 0);
    assert_eq!(early("ada").await[0]["text"]["zh"], "新茶具将于6月18日上架，您可优先兑换。");
    assert_eq!(early("wei").await[0]["text"]["zh"], "新茶具将于6月18日上架，已为您预留名额。");
    assert_eq!((early("ada").await.len(), early("wei").await.len()), (1, 1));
    // Nobody agreed to offers, so none left the house.
    let dropped = until(async || Some(deliveries(&world, "dropped").await).filter(|dropped| dropped.len() == 4)).await;
    assert!(dropped.iter().all(|one| one["skipped"][0]["why"] == "no-consent"), "{dropped:?}");
    let agree = json!({"channels": [{"channel": "sms", "marketing": true, "service": true}], "language": "en"});
    let agreed = world.put("/v1/members/ada/message-settings", agree).send().await.expect(200).body;
    let sms = agreed["channels"].as_array().unwrap().iter().find(|channel| channel["channel"] == "sms").unwrap();
    assert_eq!((&sms["marketing"], &agreed["language"]), (&json!(true), &json!("en")));
    send("m-2", mailing(json!(["gold"]))).await.expect(201);
    let sent = delivery(&world, "sent", "sms").await;
    assert_eq!(sent["member"], "ada");
    let outbox = world.get("/v1/sandbox/messages").send().await.expect(200).body;
    assert_eq!(outbox["data"][0]["text"], "The tea set comes on 18 June. You may have it before others.");
    let apology = json!({"kind": "apology", "members": ["lin"], "words": {"reason": "系统升级"}});
    assert_eq!(send("m-3", apology).await.expect(201).body["told"], 1);
    let text = inbox(&world, "lin").await[0]["text"]["zh"].clone();
    assert!(text.as_str().unwrap().contains("系统升级给您添麻烦了，我们深表歉意"), "{text}");
    for (body, code) in [
        (json!({"kind": "frozen", "members": ["lin"]}), "unknown"),
        (json!({"kind": "apology", "members": ["nobody"], "words": {"reason": "x"}}), "member-unknown"),
        (json!({"kind": "apology", "members": ["lin"]}), "invalid-field"),
        (json!({"kind": "apology", "members": ["lin"], "tiers": ["gold"]}), "invalid-field"),
        (json!({"kind": "apology", "tiers": ["golden"], "words": {"reason": "x"}}), "invalid-field"),
        (json!({"kind": "apology", "members": ["lin"], "words": {"reason": ""}}), "invalid-field"),
    ] {
        send("m-4", body).await.problem(code);
    }
    let settings = |body: Value| world.put("/v1/members/ada/message-settings", body).send();
    settings(json!({"channels": [{"channel": "pigeon", "marketing": true, "service": true}]}))
        .await
        .problem("invalid-field");
    settings(json!({"language": "fr"})).await.problem("invalid-field");
}

#[tokio::test]
async fn browsers_show_messages_until_they_take_their_permission_back() {
    let (url, told) = gateway(&["201 Created", "410 Gone"]);
    let world = World::new();
    lin(&world).await;
    let browser = json!({"endpoint": url, "expirationTime": null, "keys": {
        "p256dh": "BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4",
        "auth": "BTBZMqHH6r4Tts7J_aSIgg"}});
    let subscribe = async |body: Value| world.post("/v1/members/lin/browsers", body).send().await;
    let settings = subscribe(browser.clone()).await.expect(201).body;
    assert_eq!(settings["browsers"], 1);
    assert_eq!(subscribe(browser.clone()).await.expect(201).body["browsers"], 1, "the same one");
    assert_eq!(settings["push_key"].as_str().unwrap().len(), 87);
    let decline = json!({"channels": [{"channel": "push", "marketing": false, "service": false}]});
    world.put("/v1/members/lin/message-settings", decline).send().await.expect(200);
    freeze(&world, "lin", "f-1").await.expect(200);
    let (head, _) = told.recv_timeout(Duration::from_secs(10)).unwrap();
    assert_eq!(header(&head, "content-encoding"), Some("aes128gcm"));
    assert!(header(&head, "authorization").unwrap().starts_with("vapid t="), "{head}");
    assert_eq!(header(&head, "urgency"), Some("high"));
    delivery(&world, "sent", "web_push").await;
    freeze(&world, "lin", "f-2").await.expect(200);
    told.recv_timeout(Duration::from_secs(10)).unwrap();
    let browsers =
        async || world.get("/v1/members/lin/message-settings").send().await.expect(200).body["browsers"].clone();
    until(async || (browsers().await == 0).then_some(())).await;
    subscribe(browser).await.expect(201);
    let forget = json!({"endpoint": url});
    assert_eq!(world.post("/v1/members/lin/browsers/forget", forget).send().await.expect(200).body["browsers"], 0);
    let inside = json!({"endpoint": "https://10.0.0.1/x", "keys": {"p256dh": "A", "auth": "A"}});
    subscribe(inside).await.problem("invalid-field");
}

#[tokio::test]
async fn who_was_erased_gets_nothing_and_leaves_nothing_that_tells_who_they_were() {
    let world = World::new();
    lin(&world).await;
    let apology = json!({"kind": "apology", "members": ["lin"], "words": {"reason": "林黛玉的包裹"}});
    world.post("/v1/mailings", apology).key("m-1").send().await.expect(201);
    delivery(&world, "sent", "push").await;
    let erase = json!({"reason": "asked for it"});
    world.post("/v1/members/lin/erase", erase).key("e-1").send().await.expect(200);
    let inbox = inbox(&world, "lin").await;
    assert!(inbox.iter().all(|message| message["kind"] != "apology"), "{inbox:?}");
    let all = world.get("/v1/deliveries?member=lin").send().await.expect(200).text;
    assert!(!all.contains("林") && !all.contains("138"), "{all}");
    world.post("/v1/events", event("e-9", "member.signed_in", "lin", json!({}))).send().await;
    freeze(&world, "lin", "f-1").await.expect(200);
    until(async || Some(deliveries(&world, "dropped").await).filter(|dropped| dropped.len() == 2)).await;
    let browser = json!({"endpoint": "https://push.example/1", "keys": {
        "p256dh": "BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4",
        "auth": "BTBZMqHH6r4Tts7J_aSIgg"}});
    world.post("/v1/members/lin/browsers", browser).send().await.problem("member-erased");
}

#[tokio::test]
async fn kinds_are_shown_with_what_they_would_say() {
    let world = World::new();
    let kinds = world.get("/v1/message-kinds").send().await.expect(200).body;
    let find = |id: &str| kinds["data"].as_array().unwrap().iter().find(|kind| kind["id"] == id).unwrap().clone();
    let lapsing = find("points-lapsing");
    assert_eq!(lapsing["send"], json!([["push", "web_push"], ["sms"], ["email"]]));
    assert_eq!(
        lapsing["texts"]["short"]["en"], "1,200 points lapse on 2026-07-10. Use them in time.",
        "thirty days from now"
    );
    assert!(lapsing["texts"]["text"]["zh"].as_str().unwrap().contains("（值 12.00 元）"));
    let early = find("early-access");
    assert_eq!(early["segments"][0]["when"], "tier.rank >= 3");
    assert_eq!(early["words"], json!(["item", "day"]));
}
