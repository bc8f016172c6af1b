//! The kinds as tables of PostgreSQL: their shapes and their SQL.
//!
//! A table's key is the record's id, ordered by bytes. Columns that a kind cannot use are left out and read as
//! constants. Statements take a whole batch as arrays.

use std::fmt::Write;

use crate::check::check_schema;
use crate::{Find, Kind, Order, Schema, StoreError};

/// Adds to counters. Parameters: metrics, days, dimensions, what is added, the shard. A sum that does not fit stays at
/// the limit.
pub(super) const COUNT: &str = "INSERT INTO counters AS c (metric, day, dimensions, shard, value)
    SELECT i.metric, i.day, i.dimensions, $5::smallint, i.value
    FROM unnest($1::text[], $2::integer[], $3::text[], $4::bigint[]) AS i (metric, day, dimensions, value)
    ON CONFLICT (metric, day, dimensions, shard) DO UPDATE
    SET value = greatest(least(c.value::numeric + excluded.value, 9223372036854775807), -9223372036854775808)::bigint";

/// The number of the newest entry.
pub(super) const NEWEST: &str = "SELECT last_entry FROM streams WHERE stream = 0";

/// The same, with the row locked: those who compare what they read come one after the other.
pub(super) const TURN: &str = "SELECT last_entry FROM streams WHERE stream = 0 FOR UPDATE";

/// Takes as many numbers as there are entries and notes the newest for the writer. Parameters: how many, the writer.
pub(super) const NUMBER: &str = "WITH numbered AS (
        UPDATE streams SET last_entry = last_entry + $1 WHERE stream = 0 RETURNING last_entry
    ), noted AS (
        UPDATE writers SET last_entry = numbered.last_entry FROM numbered WHERE id = $2
    ) SELECT last_entry FROM numbered";

/// Renews, takes and gives up shares of what falls due, and says which are held. Parameters: the worker, for how many
/// milliseconds.
pub(super) const SHARES: &str = "SELECT jifen_hold_shares($1, $2::bigint * interval '1 millisecond')";

/// Entries of a stream after a number. Parameters: stream, number, how many at most.
pub(super) const ENTRIES: &str = "SELECT number, chain, seq, previous, hash, body FROM journal
    WHERE stream = $1 AND number > $2 ORDER BY number LIMIT $3";

/// A chain from an entry backwards. Parameters: stream, number, how many at most.
pub(super) const HISTORY: &str = "WITH RECURSIVE back AS (
        SELECT number, chain, seq, previous, hash, body, 1::bigint AS depth FROM journal
        WHERE stream = $1 AND number = $2
        UNION ALL
        SELECT j.number, j.chain, j.seq, j.previous, j.hash, j.body, back.depth + 1 FROM back
        JOIN journal j ON j.stream = $1 AND j.number = back.previous WHERE back.depth < $3
    ) SELECT number, chain, seq, previous, hash, body FROM back ORDER BY depth";

/// Counters of a metric between two days, their shards added up.
pub(super) const COUNTERS: &str = "SELECT day, dimensions,
        greatest(least(sum(value), 9223372036854775807), -9223372036854775808)::bigint FROM counters
    WHERE metric = $1 AND day BETWEEN $2 AND $3 GROUP BY day, dimensions ORDER BY day, dimensions";

/// Counters of a metric on a day from some dimensions on and before others.
pub(super) const COUNTERS_OF: &str = "SELECT day, dimensions,
        greatest(least(sum(value), 9223372036854775807), -9223372036854775808)::bigint FROM counters
    WHERE metric = $1 AND day = $2 AND dimensions >= $3 AND ($4::text IS NULL OR dimensions < $4)
    GROUP BY day, dimensions ORDER BY day, dimensions";

/// A kind and the statements for its table.
pub(super) struct Table {
    pub(super) kind: &'static Kind,
    /// The records of an array of ids: id, version, due_at, tail, body.
    pub(super) load: String,
    /// Raises a conflict unless each record has its version, 0 where it is not there. Parameters: ids, versions, how
    /// many.
    pub(super) compare: String,
    /// New records; the key's own index objects where one is there, which is a conflict. Parameters: for chained kinds
    /// the entries of the batch and the place of each record's newest among them, then ids, due_at, columns, bodies.
    pub(super) insert: String,
    /// Records that are there, locked in the order of their ids; raises a conflict unless each has its version.
    /// Parameters as for new ones, with the versions they had after the ids, and how many before all.
    pub(super) update: String,
    /// Which records are due: kind, id, due_at. Parameters: the instant, how many at most.
    pub(super) due: String,
    /// The same of shares alone, which are the third parameter.
    pub(super) due_in: String,
    row_terms: String,
}

/// Every kind, in the schema's order, which is the order in which they are locked.
pub(super) struct Tables {
    tables: Vec<Table>,
    chained: Option<usize>,
}

impl Tables {
    pub(super) fn new(schema: Schema) -> Result<Tables, StoreError> {
        check_schema(schema)?;
        let tables = schema.iter().map(|kind| Table::new(kind)).collect();
        Ok(Tables { tables, chained: schema.iter().position(|kind| kind.chained) })
    }

    pub(super) fn len(&self) -> usize {
        self.tables.len()
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = &Table> {
        self.tables.iter()
    }

    pub(super) fn at(&self, place: usize) -> &Table {
        &self.tables[place]
    }

    /// Writes entries, whose numbers have been taken. Parameters: how many, chains, seqs, for each the place in the batch
    /// of the entry before it or 0, hashes, bodies. An entry's chain is locked and not written yet, so its tail is
    /// still the one before.
    pub(super) fn journal(&self) -> Option<String> {
        let chained = self.at(self.chained?).kind.name;
        Some(format!(
            "INSERT INTO journal (stream, number, chain, seq, previous, hash, body)
             SELECT 0, s.before + i.place, i.chain, i.seq,
                 CASE WHEN i.before > 0 THEN s.before + i.before ELSE coalesce(t.tail, 0) END, i.hash, i.body
             FROM unnest($2::text[], $3::bigint[], $4::bigint[], $5::bytea[], $6::bytea[]) WITH ORDINALITY
                 AS i (chain, seq, before, hash, body, place)
             CROSS JOIN (SELECT last_entry - $1::bigint AS before FROM streams WHERE stream = 0) AS s
             LEFT JOIN \"{chained}\" t ON t.id = i.chain AND i.before = 0"
        ))
    }

    /// The place of a kind; a kind that is not in the schema is a bug of the caller.
    pub(super) fn place(&self, kind: &'static Kind) -> Result<usize, StoreError> {
        let same = self.tables.iter().position(|table| std::ptr::eq(table.kind, kind));
        same.or_else(|| self.tables.iter().position(|table| table.kind == kind))
            .ok_or_else(|| StoreError::Broken(format!("the kind {} is not in the schema", kind.name)))
    }

    /// What brings the tables to this schema, whichever of it is there: kinds may be declared with more later, and
    /// records from before have no value there.
    pub(super) fn create(&self) -> String {
        self.tables.iter().map(Table::create).collect()
    }

    /// Which records of all kinds are due, earliest first: kind, id, due_at. Parameters: the instant, how many at most.
    pub(super) fn due(&self) -> Option<String> {
        self.earliest(|table| &table.due)
    }

    /// The same of some shares. Parameters: the instant, how many at most, the shares.
    pub(super) fn due_in(&self) -> Option<String> {
        self.earliest(|table| &table.due_in)
    }

    fn earliest(&self, part: impl Fn(&Table) -> &str) -> Option<String> {
        let parts: Vec<_> = self.tables.iter().filter(|table| table.kind.alarmed).map(part).collect();
        let all = parts.iter().map(|part| format!("({part})")).collect::<Vec<_>>().join(" UNION ALL ");
        (!parts.is_empty()).then(|| format!("{all} ORDER BY due_at LIMIT $2::bigint"))
    }

    /// The earliest instant of all.
    pub(super) fn next_due(&self) -> Option<String> {
        let least =
            |table: &Table| format!("(SELECT min(due_at) FROM \"{}\" WHERE due_at IS NOT NULL)", table.kind.name);
        let parts: Vec<_> = self.tables.iter().filter(|table| table.kind.alarmed).map(least).collect();
        (!parts.is_empty()).then(|| format!("SELECT least({})", parts.join(", ")))
    }
}

impl Table {
    fn new(kind: &'static Kind) -> Table {
        let name = kind.name;
        let version = if kind.immutable { "1::bigint" } else { "t.version" };
        let due_at = if kind.alarmed { "t.due_at" } else { "NULL::bigint" };
        let tail = if kind.chained { "t.tail" } else { "0::bigint" };
        let row_terms = format!("t.id, {version}, {due_at}, {tail}, t.body");
        Table {
            kind,
            load: format!("SELECT {row_terms} FROM \"{name}\" t WHERE t.id = ANY($1::text[])"),
            compare: format!(
                "SELECT jifen_expect(count(*), $3) FROM unnest($1::text[], $2::bigint[]) AS i (id, base)
                 LEFT JOIN \"{name}\" t ON t.id = i.id
                 WHERE i.base = CASE WHEN t.id IS NULL THEN 0 ELSE {version} END"
            ),
            insert: insert(kind),
            update: update(kind),
            due: due(name, ""),
            due_in: due(name, " AND (hashtext(id) & 63)::smallint = ANY($3::smallint[])"),
            row_terms,
        }
    }

    /// The statement for a question: id, version, due_at, tail, body, value of the column asked for. Parameters in
    /// this order, each where it is wanted: how many at most, what the column equals, the column's value and the id
    /// after which the page begins.
    pub(super) fn find(&self, query: &Find, after: bool) -> Result<String, StoreError> {
        let kind = self.kind;
        let column = query.column.map(|place| kind.columns.get(place).map(|column| format!("t.\"{}\"", column.name)));
        let column = match column {
            Some(None) => return Err(StoreError::Broken(format!("{} has no such column", kind.name))),
            Some(Some(column)) => Some(column),
            None => None,
        };
        let (beyond, falling) = if query.order == Order::Ascending { (">", "") } else { ("<", " DESC") };
        let asked = column.as_deref().unwrap_or("t.id");
        let mut sql = format!(
            "SELECT {}, {}::text FROM \"{}\" t WHERE {asked} IS NOT NULL",
            self.row_terms,
            column.as_deref().unwrap_or("NULL"),
            kind.name
        );
        let mut next = 2..;
        let mut slot = || next.next().unwrap_or_default();
        if query.equals.is_some() {
            let _ = write!(sql, " AND {asked} = ${}::text", slot());
        }
        if after {
            let _ = match &column {
                Some(column) => write!(sql, " AND ({column}, t.id) {beyond} (${}::text, ${}::text)", slot(), slot()),
                None => write!(sql, " AND t.id {beyond} ${}::text", slot()),
            };
        }
        if let Some(column) = &column {
            let _ = write!(sql, " ORDER BY {column}{falling}, t.id{falling}");
        } else {
            let _ = write!(sql, " ORDER BY t.id{falling}");
        }
        sql.push_str(" LIMIT $1::bigint");
        Ok(sql)
    }

    fn create(&self) -> String {
        let (kind, name) = (self.kind, self.kind.name);
        let mut sql = format!("CREATE TABLE IF NOT EXISTS \"{name}\" (id text COLLATE \"C\" PRIMARY KEY);\n");
        let mut add = |column: &str| {
            let _ = writeln!(sql, "ALTER TABLE \"{name}\" ADD COLUMN IF NOT EXISTS {column};");
        };
        if !kind.immutable {
            add("version bigint NOT NULL DEFAULT 1");
        }
        if kind.alarmed {
            add("due_at bigint");
        }
        if kind.chained {
            add("tail bigint NOT NULL DEFAULT 0");
        }
        for column in kind.columns {
            add(&format!("\"{}\" text COLLATE \"C\"", column.name));
        }
        add("body bytea NOT NULL");
        if kind.alarmed {
            let _ = writeln!(
                sql,
                "CREATE INDEX IF NOT EXISTS \"{name}:due\" ON \"{name}\" (due_at) WHERE due_at IS NOT NULL;"
            );
        }
        for column in kind.columns.iter().map(|column| column.name) {
            let _ = writeln!(
                sql,
                "CREATE INDEX IF NOT EXISTS \"{name}:{column}\" ON \"{name}\" (\"{column}\", id) WHERE \"{column}\" IS NOT NULL;"
            );
        }
        // What is written again and again needs room on its page to stay there.
        if !kind.immutable {
            let _ = writeln!(sql, "ALTER TABLE \"{name}\" SET (fillfactor = 80);");
        }
        sql
    }
}

/// The number of the entry at a place of the batch, or what was there. The batch's entries, as many as the slot's
/// parameter says, were numbered last.
fn tail(slot: usize, before: &str) -> String {
    format!(
        "CASE WHEN i.place > 0 THEN (SELECT last_entry FROM streams WHERE stream = 0) - ${slot} + i.place ELSE {before} END"
    )
}

/// The columns that every write has as arrays: name, type.
fn written(kind: &'static Kind) -> Vec<(String, &'static str)> {
    let due = kind.alarmed.then(|| ("due_at".to_owned(), "bigint"));
    let declared = kind.columns.iter().map(|column| (format!("\"{}\"", column.name), "text"));
    due.into_iter().chain(declared).chain([("body".to_owned(), "bytea")]).collect()
}

/// `unnest` of the arrays from a slot on, under their names.
fn arrays(columns: &[(String, &'static str)], first: usize) -> String {
    let slots = columns.iter().enumerate().map(|(place, (_, of))| format!("${}::{of}[]", first + place));
    let slots = slots.collect::<Vec<_>>().join(", ");
    let names = columns.iter().map(|(name, _)| name.as_str()).collect::<Vec<_>>().join(", ");
    format!("unnest({slots}) AS i ({names})")
}

fn due(name: &str, and: &str) -> String {
    format!(
        "SELECT '{name}'::text, id, due_at FROM \"{name}\" WHERE due_at <= $1::bigint{and}
         ORDER BY due_at LIMIT $2::bigint"
    )
}

fn insert(kind: &'static Kind) -> String {
    let mut given = vec![("id".to_owned(), "text")];
    given.extend(written(kind));
    let mut into: Vec<String> = given.iter().map(|(name, _)| name.clone()).collect();
    let mut from: Vec<String> = into.iter().map(|name| format!("i.{name}")).collect();
    if !kind.immutable {
        into.push("version".to_owned());
        from.push("1".to_owned());
    }
    let mut first = 1;
    if kind.chained {
        into.push("tail".to_owned());
        from.push(tail(1, "0"));
        given.insert(0, ("place".to_owned(), "bigint"));
        first = 2;
    }
    format!(
        "INSERT INTO \"{}\" ({}) SELECT {} FROM {}",
        kind.name,
        into.join(", "),
        from.join(", "),
        arrays(&given, first)
    )
}

fn update(kind: &'static Kind) -> String {
    let columns = written(kind);
    let mut given = vec![("id".to_owned(), "text"), ("base".to_owned(), "bigint")];
    let mut set: Vec<String> = columns.iter().map(|(name, _)| format!("{name} = i.{name}")).collect();
    set.push("version = i.base + 1".to_owned());
    given.extend(columns);
    let mut first = 2;
    if kind.chained {
        set.push(format!("tail = {}", tail(2, "t.tail")));
        given.insert(0, ("place".to_owned(), "bigint"));
        first = 3;
    }
    format!(
        "WITH done AS (UPDATE \"{}\" t SET {} FROM {} WHERE t.id = i.id AND t.version = i.base RETURNING 1)
         SELECT jifen_expect(count(*), $1) FROM done",
        kind.name,
        set.join(", "),
        arrays(&given, first)
    )
}
