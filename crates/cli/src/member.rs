//! `jifen member show`: everything about one member, as JSON.

use std::collections::BTreeSet;

use clap::{Args, Subcommand};
use jifen_engine::Engine;
use jifen_ledger::Entry;
use jifen_program::RuleBook;
use jifen_program::desk::Record;
use jifen_program::member::Member;
use jifen_program::members::Profile;
use jifen_program::orders::OrderFact;
use jifen_program::tiers::{TIER_CHANGE, TierChange};
use jifen_program::wallets::view_at;
use jifen_server::wire::Wallet;
use jifen_store::{Bound, Find, Key, Order, Stream};
use jifen_vocab::MemberId;
use serde_json::{Value, json};

use crate::control::Request;
use crate::failure::{Failure, NOTHING_CHANGED, Result};
use crate::place::{self, Place, StorePlace, Use};
use crate::terminal;

/// The newest entries that are shown.
const ENTRIES: usize = 50;

/// Changes of tier that are shown: nobody has as many.
const LISTED_MAX: usize = 1_000;

/// Looks at members.
#[derive(Args, Debug)]
#[command(after_long_help = "\
`show` prints one JSON object: member (tier, statistics, freeze), wallet (settled to now), tier_changes, entries (the
newest 50), the orders that these name, and whether there is personal data. Personal data itself is not shown: it is for those with the scope personal:read, see
GET /v1/members/{id}. Where a server has the folder open, the command asks it.

Examples:
  jifen member show h906 --data data
  jifen member show h906 --data data | jq '.wallet.units[0].available'

Exit codes: 0 done, 1 there is no such member or it failed, 2 wrong use.")]
pub(crate) struct MemberCommand {
    #[command(subcommand)]
    what: What,
}

#[derive(Subcommand, Debug)]
enum What {
    Show(Show),
}

/// Prints everything about one member, as JSON
#[derive(Args, Debug)]
struct Show {
    /// The member
    id: String,
    #[command(flatten)]
    place: StorePlace,
    /// JSON is the only form; the flag is here for scripts that give it everywhere
    #[arg(long)]
    json: bool,
}

impl MemberCommand {
    pub(crate) fn run(&self) -> Result {
        match &self.what {
            What::Show(show) => show.run(),
        }
    }
}

impl Show {
    fn run(&self) -> Result {
        let place = self.place.place()?;
        let asked = place.ask(&Request::Member { id: self.id.clone() }, |_, _| {})?;
        let member = match asked {
            Some(member) => member,
            None => self.look(&place)?,
        };
        if self.json { terminal::json(&member) } else { terminal::pretty(&member) }
    }

    fn look(&self, place: &Place) -> Result<Value> {
        let opened = place::open(place, None, Use::Once)?;
        let described = describe(&opened.engine, &self.id);
        opened.close();
        described
    }
}

/// Everything about a member.
pub(crate) fn describe(engine: &Engine, id: &str) -> Result<Value> {
    let unknown = || Failure::new(format!("there is no member {id:?}")).data(NOTHING_CHANGED);
    let checked = MemberId::new(id).map_err(|_| unknown())?;
    let row = engine.store().load(&[Key::new(Member::KIND, checked.as_str())])?.pop().flatten().ok_or_else(unknown)?;
    let member =
        Member::read(&row.body).map_err(|error| Failure::new(format!("the record of {id} is broken: {error}")))?;
    let (books, now) = (engine.books(), engine.clock().now());
    let book = books.at(now);
    let wallet = Wallet::of(&view_at(&member, &books, now), book);
    let entries = engine.store().history(Stream(0), row.tail, ENTRIES)?;
    let entries: Vec<Entry> = entries.iter().map(|entry| read_entry(&entry.body)).collect::<Result<_>>()?;
    Ok(json!({
        "member": stated(&member, book),
        "wallet": serde_json::to_value(wallet).map_err(|error| Failure::new(error.to_string()))?,
        "tier_changes": tier_changes(engine, checked.as_str(), book)?,
        "entries": entries.iter().map(|entry| shown(entry, book)).collect::<Vec<_>>(),
        "orders": orders(engine, &entries, book)?,
        "personal_data": engine.read::<Profile>(checked.as_str())?.is_some(),
    }))
}

fn stated(member: &Member, book: &RuleBook) -> Value {
    let body = &member.body;
    json!({
        "id": body.id,
        "tier": body.tier,
        "joined_at": book.zone.rfc3339(body.joined),
        "orders": body.orders,
        "spent": { "amount": body.spent, "currency": book.currency.to_string() },
        "active_at": body.active.map(|active| book.zone.rfc3339(active)),
        "tags": body.tags,
        "referrer": body.referrer,
        "frozen": body.wallet.frozen().map(|freeze| json!({
            "until": freeze.until.map(|until| book.zone.rfc3339(until)),
        })),
    })
}

/// Changes of tier, by their identifiers.
fn tier_changes(engine: &Engine, member: &str, book: &RuleBook) -> Result<Vec<Value>> {
    let find = Find {
        kind: &TIER_CHANGE,
        column: Some(0),
        equals: Some(jifen_vocab::Value::Text(member.into())),
        order: Order::Ascending,
        from: Bound::Start,
        limit: LISTED_MAX,
    };
    let mut changes = Vec::new();
    for (id, _, row) in engine.store().find(&find)?.rows {
        let change = TierChange::read(&row.body);
        changes.push(change.map_err(|error| Failure::new(format!("the change of tier {id} is broken: {error}")))?);
    }
    changes.sort_by_key(|change| change.at);
    let stated = |change: &TierChange| {
        json!({
            "at": book.zone.rfc3339(change.at), "before": change.before, "tier": change.tier,
            "operator": change.operator,
        })
    };
    Ok(changes.iter().map(stated).collect())
}

/// The orders that entries name, in the entries' order.
fn orders(engine: &Engine, entries: &[Entry], book: &RuleBook) -> Result<Vec<Value>> {
    let mut orders = Vec::new();
    let mut seen = BTreeSet::new();
    for order in entries.iter().filter_map(|entry| entry.cause.order.as_ref()).filter(|order| seen.insert(*order)) {
        let Some(fact) = engine.read::<OrderFact>(order.as_str())? else { continue };
        orders.push(json!({
            "order": fact.order,
            "state": fact.state,
            "paid_at": book.zone.rfc3339(fact.at),
            "amount": { "amount": fact.amount, "currency": book.currency.to_string() },
            "awards": fact.awards.iter().map(|award| json!({
                "unit": award.unit, "points": award.points, "rule": award.rule, "rule_version": award.version,
            })).collect::<Vec<_>>(),
            "refunded": { "all": fact.refunded.whole, "amount": fact.refunded.amount, "lines": fact.refunded.lines },
        }));
    }
    Ok(orders)
}

fn read_entry(body: &[u8]) -> Result<Entry> {
    serde_json::from_slice(body).map_err(|error| Failure::new(format!("an entry is broken: {error}")))
}

fn shown(entry: &Entry, book: &RuleBook) -> Value {
    let cause = &entry.cause;
    json!({
        "number": entry.seq,
        "effective_at": book.zone.rfc3339(entry.effective_at),
        "recorded_at": book.zone.rfc3339(entry.recorded_at),
        "kind": entry.kind.as_str(),
        "unit": entry.unit,
        "points": entry.change(),
        "from": entry.from.as_str(),
        "to": entry.to.as_str(),
        "balance": entry.balance,
        "cause": {
            "type": cause.by, "id": cause.id, "order": cause.order, "rule": cause.rule, "rule_version": cause.version,
            "source": cause.label, "event_type": cause.event_type, "event_source": cause.event_source,
            "operator": cause.operator, "store": cause.place,
        },
    })
}
