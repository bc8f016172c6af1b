//! Redemptions of one hot item: every member asks for its price first; what is measured is that all of them take it.

use std::net::SocketAddr;

use super::http::Connection;
use super::load::{self, Measured};
use super::scenario::Target;
use crate::failure::{self, Failure, Result};

/// Members that are asked for at once at most: a quote holds for some minutes only.
const MEMBERS_MAX: u32 = 500_000;

/// Makes the item, has every member ask for its price, and measures how they redeem it.
pub(super) fn hot_item(address: SocketAddr, target: &Target, connections: u32) -> Result<Measured> {
    if target.members > MEMBERS_MAX {
        return Err(Failure::usage(format!("--members: at most {MEMBERS_MAX} for hot-item")));
    }
    let item = format!("hot-{}", target.run);
    load::runtime()?.block_on(async {
        let mut line = open(address).await?;
        let body = format!(
            r#"{{"id":"{item}","name":"Hot","kind":"digital","category":"daily","points":1,"stock":{}}}"#,
            target.members
        );
        posted(&mut line, target, "/v1/rewards", &body, 201).await
    })?;
    // An order each, so that everybody is a member and has points.
    load::enroll(address, target, 4)?;
    load::runtime()?.block_on(async {
        let share = target.members.div_ceil(connections).max(1);
        let mut asking = Vec::new();
        for connection in 0..connections {
            let first = (connection * share).min(target.members);
            let last = (first + share).min(target.members);
            asking.push(tokio::spawn(quotes(address, target.clone(), item.clone(), first..last)));
        }
        let mut quoted = Vec::new();
        for task in asking {
            quoted.push(task.await.map_err(|error| Failure::new(error.to_string()))??);
        }
        let began = load::now();
        let mut redeeming = Vec::new();
        for (line, requests) in quoted {
            redeeming.push(tokio::spawn(redeem(line, requests)));
        }
        let mut all = Measured::default();
        for task in redeeming {
            all.add(task.await.map_err(|error| Failure::new(error.to_string()))?);
        }
        all.finish(began.elapsed());
        Ok(all)
    })
}

/// Makes rewards, so that the shelf has that many.
pub(super) fn fill_shelf(address: SocketAddr, target: &Target, count: u32) -> Result {
    load::runtime()?.block_on(async {
        let mut line = open(address).await?;
        for place in 0..count {
            let (points, value) = (100 + place % 5_000, 500 + place % 700);
            let body = format!(
                r#"{{"id":"r{}-{place:05}","name":"Reward {place}","kind":"goods","category":"daily","points":{points},"value":{value},"stock":1000,"tags":["t{}"]}}"#,
                target.run,
                place % 40
            );
            posted(&mut line, target, "/v1/rewards", &body, 201).await?;
        }
        Ok(())
    })
}

async fn open(address: SocketAddr) -> Result<Connection> {
    Connection::open(address).await.map_err(failure::io(format!("connecting to {address}")))
}

/// A request with a body of JSON, as bytes.
pub(super) fn post(target: &Target, path: &str, body: &str) -> Vec<u8> {
    let head = format!(
        "POST {path} HTTP/1.1\r\nhost: {}\r\nauthorization: Bearer {}\r\ncontent-type: application/json\r\n\
         content-length: {}\r\n\r\n",
        target.host,
        target.token,
        body.len()
    );
    [head.as_bytes(), body.as_bytes()].concat()
}

async fn posted(line: &mut Connection, target: &Target, path: &str, body: &str, expected: u16) -> Result {
    let (status, answer) = line.call(&post(target, path, body)).await.map_err(failure::io("asking the server"))?;
    if status == expected {
        return Ok(());
    }
    Err(Failure::new(format!("{path} was answered {status}: {}", String::from_utf8_lossy(answer))))
}

/// Asks for the price for each of the members; gives the requests that redeem.
async fn quotes(
    address: SocketAddr,
    target: Target,
    item: String,
    members: std::ops::Range<u32>,
) -> Result<(Connection, Vec<Vec<u8>>)> {
    let mut line = open(address).await?;
    let mut requests = Vec::with_capacity(members.len());
    for member in members {
        let body = format!(r#"{{"member":"m{member:08}","reward":"{item}"}}"#);
        let asked = line.call(&post(&target, "/v1/quotes", &body)).await;
        let (status, answer) = asked.map_err(failure::io("asking for a price"))?;
        let quote: serde_json::Value = serde_json::from_slice(answer).unwrap_or_default();
        let Some(id) = quote["id"].as_str().filter(|_| status == 200) else {
            return Err(Failure::new(format!("a price was answered {status}: {quote}")));
        };
        requests.push(post(&target, "/v1/redemptions", &format!(r#"{{"quote":"{id}"}}"#)));
    }
    Ok((line, requests))
}

async fn redeem(mut line: Connection, requests: Vec<Vec<u8>>) -> Measured {
    let mut measured = Measured::default();
    for request in &requests {
        let asked = load::now();
        match line.call(request).await {
            Ok((201, _)) => measured.took(asked.elapsed()),
            Ok((status, body)) => measured.failed(format!("{status}: {}", String::from_utf8_lossy(body))),
            Err(error) => {
                measured.failed(error.to_string());
                break;
            }
        }
    }
    measured
}
