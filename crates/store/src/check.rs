//! The port's rules for a batch, checked before an engine touches anything.

use ahash::AHashMap;

use crate::{Append, Batch, Kind, Put, StoreError};

/// The longest id, in bytes.
const ID_BYTES_MAX: usize = 512;

/// Checks a batch by itself and says, for each of its entries, which of its puts is the entry's chain.
pub(crate) fn check(batch: &Batch) -> Result<Vec<u32>, StoreError> {
    let mut places: AHashMap<(&str, &str), u32> = AHashMap::with_capacity(batch.puts.len());
    for (place, put) in batch.puts.iter().enumerate() {
        check_put(put)?;
        if places.insert((put.key.kind.name, &put.key.id), place as u32).is_some() {
            return broken(format!("{:?} is put twice by one batch", put.key));
        }
    }
    let mut newest: AHashMap<u32, u64> = AHashMap::new();
    let mut chains = Vec::with_capacity(batch.entries.len());
    for entry in &batch.entries {
        let Some(&place) = places.get(&(entry.chain.kind.name, entry.chain.id.as_str())) else {
            return broken(format!("an entry of {:?} comes without its record", entry.chain));
        };
        check_entry(entry, newest.insert(place, entry.seq))?;
        chains.push(place);
    }
    Ok(chains)
}

fn check_put(put: &Put) -> Result<(), StoreError> {
    let kind = put.key.kind;
    let fault = if put.columns.len() != kind.columns.len() {
        "has other columns than its kind"
    } else if put.due_at.is_some() && !kind.alarmed {
        "wants to be woken, but its kind is not alarmed"
    } else if put.base != 0 && kind.immutable {
        "is written again, but its kind is immutable"
    } else if put.key.id.is_empty() || put.key.id.len() > ID_BYTES_MAX {
        "has an id that is empty or too long"
    } else {
        return Ok(());
    };
    broken(format!("{:?} {fault}", put.key))
}

fn check_entry(entry: &Append, before: Option<u64>) -> Result<(), StoreError> {
    if !entry.chain.kind.chained {
        return broken(format!("{:?} has an entry, but its kind has no chains", entry.chain));
    }
    if entry.seq == 0 || before.is_some_and(|before| before + 1 != entry.seq) {
        return broken(format!("entries of {:?} do not follow each other", entry.chain));
    }
    Ok(())
}

/// Checks what engines rely on: names that can be tables and columns, each once, and one chained kind at most.
pub(crate) fn check_schema(schema: &[&'static Kind]) -> Result<(), StoreError> {
    const TAKEN: [&str; 13] = [
        "journal", "counters", "meta", "log", "streams", "writers", "sk", "place", "id", "version", "due_at", "tail",
        "body",
    ];
    let plain = |name: &str| {
        name.starts_with(|c: char| c.is_ascii_lowercase())
            && name.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_')
            && !TAKEN.contains(&name)
    };
    for (place, kind) in schema.iter().enumerate() {
        let repeated = schema[..place].iter().any(|other| other.name == kind.name);
        let bad_column = kind.columns.iter().any(|column| !plain(column.name));
        if !plain(kind.name) || repeated || bad_column || kind.columns.len() > 16 {
            return broken(format!("the kind {} cannot be a table", kind.name));
        }
        if kind.immutable && (kind.alarmed || kind.chained) {
            return broken(format!("the kind {} is immutable and yet would change", kind.name));
        }
    }
    if schema.iter().filter(|kind| kind.chained).count() > 1 {
        return broken("only one kind can have chains".to_owned());
    }
    Ok(())
}

fn broken<T>(what: String) -> Result<T, StoreError> {
    Err(StoreError::Broken(what))
}
