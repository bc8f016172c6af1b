//! What a JSON text says, in sixteen bytes: the same for the same content, whatever the spaces and the order of fields.

use serde::de::{DeserializeSeed, Deserializer, Error, MapAccess, SeqAccess, Visitor};
use xxhash_rust::xxh3::xxh3_128;

/// The fingerprint of a JSON text. Fields of an object may come in any order; a field that comes twice counts twice.
pub fn fingerprint(json: &[u8]) -> Result<[u8; 16], serde_json::Error> {
    let mut reader = serde_json::Deserializer::from_slice(json);
    let sum = Sum.deserialize(&mut reader)?;
    reader.end()?;
    Ok(sum.to_be_bytes())
}

struct Sum;

/// Mixes a tag and two sums in order.
fn mix(tag: u8, a: u128, b: u128) -> u128 {
    let mut bytes = [0_u8; 33];
    bytes[0] = tag;
    bytes[1..17].copy_from_slice(&a.to_le_bytes());
    bytes[17..].copy_from_slice(&b.to_le_bytes());
    xxh3_128(&bytes)
}

impl<'de> DeserializeSeed<'de> for Sum {
    type Value = u128;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<u128, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Sum {
    type Value = u128;

    fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("a JSON value")
    }

    fn visit_bool<E: Error>(self, value: bool) -> Result<u128, E> {
        Ok(mix(1, u128::from(value), 0))
    }

    fn visit_i64<E: Error>(self, value: i64) -> Result<u128, E> {
        Ok(mix(2, i128::from(value) as u128, 0))
    }

    fn visit_u64<E: Error>(self, value: u64) -> Result<u128, E> {
        Ok(mix(2, u128::from(value), 0))
    }

    fn visit_f64<E: Error>(self, value: f64) -> Result<u128, E> {
        Ok(mix(3, u128::from(value.to_bits()), 0))
    }

    fn visit_str<E: Error>(self, value: &str) -> Result<u128, E> {
        Ok(mix(4, xxh3_128(value.as_bytes()), 0))
    }

    fn visit_unit<E: Error>(self) -> Result<u128, E> {
        Ok(mix(5, 0, 0))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<u128, A::Error> {
        let mut sum = mix(6, 0, 0);
        while let Some(item) = items.next_element_seed(Sum)? {
            sum = mix(6, sum, item);
        }
        Ok(sum)
    }

    fn visit_map<A: MapAccess<'de>>(self, mut fields: A) -> Result<u128, A::Error> {
        let mut sum = 0_u128;
        while let Some(name) = fields.next_key_seed(Name)? {
            let value = fields.next_value_seed(Sum)?;
            sum = sum.wrapping_add(mix(7, name, value));
        }
        Ok(mix(8, sum, 0))
    }
}

/// The sum of a field's name, taken where it stands.
struct Name;

impl<'de> DeserializeSeed<'de> for Name {
    type Value = u128;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<u128, D::Error> {
        deserializer.deserialize_str(self)
    }
}

impl Visitor<'_> for Name {
    type Value = u128;

    fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("the name of a field")
    }

    fn visit_str<E: Error>(self, name: &str) -> Result<u128, E> {
        Ok(xxh3_128(name.as_bytes()))
    }
}
