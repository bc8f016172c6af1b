//! Fields of a record that this build does not know: a newer build wrote them, so they survive rewriting.

use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};

/// What a newer build left in a record, kept as it was found.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Extra(Option<Box<Map<String, Value>>>);

#[derive(serde::Deserialize)]
struct VersionOnly {
    v: u8,
}

impl Extra {
    /// Reads a body. Only one whose version is above `ours` is looked through for unknown fields, so that the common
    /// case costs one pass.
    pub fn read<T: DeserializeOwned + Serialize>(body: &[u8], ours: u8) -> Result<(T, Extra), serde_json::Error> {
        let known: T = serde_json::from_slice(body)?;
        let has_newer = !body.starts_with(b"{\"v\":1,") && serde_json::from_slice::<VersionOnly>(body)?.v > ours;
        if !has_newer {
            return Ok((known, Extra(None)));
        }
        let mut all: Map<String, Value> = serde_json::from_slice(body)?;
        if let Value::Object(understood) = serde_json::to_value(&known)? {
            all.retain(|name, _| !understood.contains_key(name));
        }
        Ok((known, Extra(Some(Box::new(all)))))
    }

    /// Writes a record and what was kept.
    pub fn write<T: Serialize>(&self, known: &T, out: &mut Vec<u8>) -> Result<(), serde_json::Error> {
        let Some(kept) = &self.0 else { return serde_json::to_writer(out, known) };
        let mut all = serde_json::to_value(known)?;
        if let Value::Object(fields) = &mut all {
            for (name, value) in kept.iter() {
                fields.entry(name.clone()).or_insert_with(|| value.clone());
            }
        }
        serde_json::to_writer(out, &all)
    }
}
