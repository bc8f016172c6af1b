//! Answers and their effects as text for snapshots: identifiers and instants that differ from run to run are replaced,
//! all others stay.

use std::fmt::Write;

use serde_json::Value;

use crate::world::{Heard, World};

/// An answer: the call, the status, the headers that matter, the body.
pub(crate) fn answer(heard: &Heard) -> String {
    let mut text = format!("{}\n→ {}\n", identifier(&heard.call), heard.status);
    for name in ["content-type", "idempotent-replay", "retry-after", "location"] {
        if heard.headers.contains_key(name) {
            let _ = writeln!(text, "{name}: {}", identifier(heard.header(name)));
        }
    }
    let _ = writeln!(text, "{}", serde_json::to_string_pretty(&redacted(heard.body.clone())).unwrap());
    text
}

/// Everything that happened to a member: their entries and wallet.
pub(crate) async fn effects(world: &World, member: &str) -> String {
    let mut text = format!("── {member}\n");
    let entries = world.get(&format!("/v1/members/{member}/entries")).send().await.expect(200).body;
    for entry in entries["data"].as_array().unwrap() {
        let entry = redacted(entry.clone());
        let field = |name: &str| entry[name].as_str().map_or_else(|| entry[name].to_string(), str::to_owned);
        let _ = writeln!(
            text,
            "{:>3} {:8} {:>6} {} ({} → {}) balance {} · {} · {} · {}",
            field("number"),
            field("kind"),
            field("points"),
            field("unit"),
            field("from"),
            field("to"),
            field("balance"),
            entry["cause"],
            entry["explanation"]["zh"].as_str().unwrap(),
            entry["explanation"]["en"].as_str().unwrap(),
        );
    }
    let wallet = world.get(&format!("/v1/members/{member}/wallet")).send().await.expect(200).body;
    for unit in wallet["units"].as_array().unwrap() {
        let _ = writeln!(text, "{}", redacted(unit.clone()));
    }
    text
}

fn redacted(value: Value) -> Value {
    match value {
        Value::String(text) => Value::String(instant(identifier(&text))),
        Value::Array(items) => Value::Array(items.into_iter().map(redacted).collect()),
        Value::Object(fields) => {
            Value::Object(fields.into_iter().map(|(name, value)| (name, redacted(value))).collect())
        }
        other => other,
    }
}

/// Identifiers made by the program, wherever they stand.
fn identifier(text: &str) -> String {
    let mut text = text.to_owned();
    for prefix in ["adj_", "apr_", "clr_", "hld_", "mem_", "rev_", "spd_", "req-", "jft_"] {
        while let Some(at) = text.find(prefix) {
            let end = text[at..].find([' ', '/', '.', ',']).map_or(text.len(), |length| at + length);
            text.replace_range(at..end, &format!("[{}]", &prefix[..3]));
        }
    }
    text
}

/// The clock runs while tests do; beginnings of days and instants that events name are the same in each run.
fn instant(text: String) -> String {
    let is_instant = text.len() >= 25 && text.as_bytes()[4] == b'-' && text.as_bytes()[10] == b'T';
    let is_fixed = text.ends_with("T00:00:00+08:00") || text == crate::world::BEGIN;
    if !is_instant || is_fixed { text } else { format!("{}[…]", &text[..10]) }
}
