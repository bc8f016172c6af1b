//! Reminders, worked out from the stored journal and compared with the notices that stand in the store. It knows the
//! default rule book's promise: three months and thirty days before points lapse, thirty days before they fall asleep.

use std::collections::{BTreeMap, BTreeSet};

use jifen_program::wallets::NOTICE;
use jifen_store::{Bound, Find, Order, Store};
use jifen_vocab::{Timestamp, Zone};
use serde_json::Value;

/// Months and days before a lapse.
const LEADS: (i32, i32) = (3, 30);
/// Days before a sleep.
const SLEEP_LEAD_DAYS: i64 = 30;
/// Notices of a page.
const PAGE: usize = 1_000;

/// An entry, as far as reminders hang on it.
#[derive(Debug)]
pub(super) struct Moved {
    member: String,
    unit: String,
    kind: String,
    effective: i64,
    recorded: i64,
    noticed: Option<i64>,
    is_grant: bool,
    pieces: Vec<Piece>,
}

#[derive(Debug, Clone, Copy)]
struct Piece {
    lot: i64,
    lo: i64,
    hi: i64,
    date: Option<i64>,
}

impl Piece {
    fn touches(&self, other: &Piece) -> bool {
        self.lot == other.lot && self.lo < other.hi && other.lo < self.hi
    }
}

impl Moved {
    pub(super) fn read(body: &[u8]) -> Result<Moved, String> {
        let json: Value = serde_json::from_slice(body).map_err(|error| error.to_string())?;
        let text = |key: &str| json[key].as_str().unwrap_or_default().to_owned();
        let number = |value: &Value| value.as_i64().ok_or_else(|| format!("not a number in {json}"));
        let piece = |piece: &Value| -> Result<Piece, String> {
            let [lot, lo, hi] = ["i", "a", "z"].map(|key| number(&piece[key]));
            Ok(Piece { lot: lot?, lo: lo?, hi: hi?, date: piece["x"].as_i64() })
        };
        let pieces = json["l"].as_array().map(Vec::as_slice).unwrap_or_default();
        Ok(Moved {
            member: text("m"),
            unit: text("u"),
            kind: text("k"),
            effective: number(&json["eff"])?,
            recorded: number(&json["rec"])?,
            noticed: json["c"]["noticed"].as_i64(),
            is_grant: json["from"] == "issued",
            pieces: pieces.iter().map(piece).collect::<Result<_, _>>()?,
        })
    }
}

/// A notice that stands in the store, by member, unit, date and whether it is about sleep: when it was given.
#[derive(Debug, Default)]
pub(super) struct Told(BTreeMap<(String, String, i64, bool), BTreeSet<i64>>);

impl Told {
    /// Every notice of the store. One that was given twice at an instant would be one record: the store refuses it.
    pub(super) fn all(store: &dyn Store) -> Result<Told, String> {
        let mut told = Told::default();
        let mut from = Bound::Start;
        loop {
            let find =
                Find { kind: &NOTICE, column: Some(0), equals: None, order: Order::Ascending, from, limit: PAGE };
            let page = store.find(&find).map_err(|error| error.to_string())?;
            for (id, _, row) in page.rows {
                let json: Value = serde_json::from_slice(&row.body).map_err(|error| format!("{id}: {error}"))?;
                let text = |key: &str| json[key].as_str().unwrap_or_default().to_owned();
                let at = |key: &str| json[key].as_i64().ok_or_else(|| format!("{id} has no {key}"));
                let sleeps = json["sleeps"].as_bool().unwrap_or(false);
                let key = (text("member"), text("unit"), at("expires_at")?, sleeps);
                told.0.entry(key).or_default().insert(at("given_at")?);
            }
            match page.next {
                Some(next) => from = next,
                None => return Ok(told),
            }
        }
    }

    fn of(&self, entry: &Moved, date: i64, sleeps: bool) -> Option<&BTreeSet<i64>> {
        self.0.get(&(entry.member.clone(), entry.unit.clone(), date, sleeps))
    }
}

/// What was seen.
#[derive(Debug, Default)]
pub(super) struct Seen {
    pub(super) lapse_notices: usize,
    pub(super) sleep_notices: usize,
    pub(super) lapses: usize,
    pub(super) sleeps: usize,
    /// Notices that must have been given at an instant worked out here, and were.
    pub(super) expected: usize,
    /// Notices that came with the lapse of points which came free after their date, when those before were forgotten: by
    /// member, unit, date and instant.
    late: BTreeSet<(String, String, i64, i64)>,
}

/// Compares what lapsed and slept with what members were told.
pub(super) fn compare(entries: &[Moved], told: &Told, zone: &Zone) -> Result<Seen, String> {
    let mut seen = Seen::default();
    for ((member, unit, date, sleeps), given) in &told.0 {
        let (lapses, asleep) = if *sleeps { (0, given.len()) } else { (given.len(), 0) };
        (seen.lapse_notices, seen.sleep_notices) = (seen.lapse_notices + lapses, seen.sleep_notices + asleep);
        let (ahead, most) = if *sleeps { (given.len(), 1) } else { (given.range(..date).count(), 2) };
        if ahead > most {
            return Err(format!("{member} was told {ahead} times about {unit} and {date}: {given:?}"));
        }
    }
    let mut of_member: BTreeMap<(&str, &str), Vec<&Moved>> = BTreeMap::new();
    for entry in entries {
        of_member.entry((&entry.member, &entry.unit)).or_default().push(entry);
    }
    for chain in of_member.values() {
        for (place, entry) in chain.iter().enumerate() {
            match entry.kind.as_str() {
                "expire" => lapse(entry, &chain[..place], told, zone, &mut seen)?,
                "sleep" => sleep(entry, told, &mut seen)?,
                _ => {}
            }
        }
    }
    for ((member, unit, date, _), given) in told.0.iter().filter(|((.., sleeps), _)| !sleeps) {
        for at in given.range(date..) {
            if !seen.late.contains(&(member.clone(), unit.clone(), *date, *at)) {
                return Err(format!("{member} was told at {at} about {unit} and {date}, and nothing lapsed with it"));
            }
        }
    }
    Ok(seen)
}

fn sleep(entry: &Moved, told: &Told, seen: &mut Seen) -> Result<(), String> {
    seen.sleeps += 1;
    let given = told.of(entry, entry.effective, true).and_then(|given| given.first());
    let lead = SLEEP_LEAD_DAYS * 86_400_000;
    match given {
        Some(given) if given + lead <= entry.effective => Ok(()),
        _ => Err(format!("asleep without notice ({given:?}): {entry:?}")),
    }
}

fn lapse(entry: &Moved, before: &[&Moved], told: &Told, zone: &Zone, seen: &mut Seen) -> Result<(), String> {
    seen.lapses += 1;
    let wrong = |what: &str| Err(format!("{what}: {entry:?}"));
    for piece in &entry.pieces {
        let Some(date) = piece.date else { return wrong("points without a date lapsed") };
        let Some(given) = told.of(entry, date, false) else { return wrong("lapsed without notice") };
        let Some(noticed) = entry.noticed.filter(|noticed| given.contains(noticed) && *noticed <= entry.effective)
        else {
            return wrong("lapsed before its notice");
        };
        if noticed >= date {
            seen.late.insert((entry.member.clone(), entry.unit.clone(), date, noticed));
        } else if given.first() != Some(&noticed) {
            return wrong("lapsed by a notice that was not the first");
        }
        let Some(known_since) = untouched_since(piece, before) else { continue };
        for lead in leads(date, zone) {
            // What was there at that instant and nothing moved until it lapsed must have been told of then.
            if known_since <= lead && !given.contains(&lead) {
                return Err(format!("no reminder at {lead} of {given:?}: {entry:?}"));
            }
            seen.expected += usize::from(known_since <= lead);
        }
    }
    Ok(())
}

/// Since when all of the piece was in the wallet with its date, where nothing but time ever touched it.
fn untouched_since(piece: &Piece, before: &[&Moved]) -> Option<i64> {
    let mut since = None;
    for entry in before.iter().filter(|entry| entry.pieces.iter().any(|other| other.touches(piece))) {
        if entry.is_grant {
            since = since.max(Some(entry.recorded));
        } else if !matches!(entry.kind.as_str(), "sleep" | "shrink" | "wake" | "expire") {
            return None;
        }
    }
    since
}

fn leads(date: i64, zone: &Zone) -> [i64; 2] {
    let date = Timestamp::from_millis(date);
    let day = zone.day_of(date);
    let (months, days) = LEADS;
    [day.plus_months(-months), day.plus_days(-days)].map(|day| zone.same_time_on(day, date).as_millis())
}
