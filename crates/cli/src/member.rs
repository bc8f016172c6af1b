//! `jifen member show`: everything about one member, as JSON.

use clap::{Args, Subcommand};
use jifen_engine::Engine;
use jifen_ledger::Entry;
use jifen_program::RuleBook;
use jifen_program::desk::Record;
use jifen_program::member::Member;
use jifen_program::members::Profile;
use jifen_program::wallets::view_at;
use jifen_server::wire::Wallet;
use jifen_store::{Key, Stream};
use jifen_vocab::MemberId;
use serde_json::{Value, json};

use crate::control::{self, Request};
use crate::failure::{Failure, NOTHING_CHANGED, Result};
use crate::place::{self, StorePlace, Use};
use crate::terminal;

/// The newest entries that are shown.
const ENTRIES: usize = 50;

/// Looks at members.
#[derive(Args, Debug)]
#[command(after_long_help = "\
`show` prints one JSON object: member (tier, statistics), wallet (settled to now), entries (the newest 50) and whether
there is personal data. Personal data itself is not shown: it is for those with the scope personal:read, see
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
        let dir = self.place.dir()?;
        let asked = control::ask(&dir, &Request::Member { id: self.id.clone() }, |_, _| {})?;
        let member = match asked {
            Some(member) => member,
            None => self.look(&dir)?,
        };
        if self.json { terminal::json(&member) } else { terminal::pretty(&member) }
    }

    fn look(&self, dir: &std::path::Path) -> Result<Value> {
        let opened = place::open(dir, None, Use::Once)?;
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
    let entries: Vec<Value> = entries.iter().map(|entry| shown(&entry.body, book)).collect::<Result<_>>()?;
    Ok(json!({
        "member": stated(&member, book),
        "wallet": serde_json::to_value(wallet).map_err(|error| Failure::new(error.to_string()))?,
        "entries": entries,
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
    })
}

fn shown(body: &[u8], book: &RuleBook) -> Result<Value> {
    let entry: Entry =
        serde_json::from_slice(body).map_err(|error| Failure::new(format!("an entry is broken: {error}")))?;
    let cause = &entry.cause;
    Ok(json!({
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
    }))
}
