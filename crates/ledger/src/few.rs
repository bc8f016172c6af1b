//! A map for the few things that a member has of each sort.
//!
//! It is one sorted piece of memory as large as it must be. A `BTreeMap` takes room for eleven at the first, and a
//! verification keeps a handful of maps for every member there is.

/// Keys and values, sorted by key.
#[derive(Debug, Clone)]
pub(crate) struct Few<K, V>(Vec<(K, V)>);

impl<K, V> Default for Few<K, V> {
    fn default() -> Self {
        Few(Vec::new())
    }
}

impl<K: Ord + Clone, V: Default> Few<K, V> {
    pub(crate) fn get(&self, key: &K) -> Option<&V> {
        self.0.binary_search_by(|(other, _)| other.cmp(key)).ok().map(|place| &self.0[place].1)
    }

    /// The value of that key, which begins with the default one.
    pub(crate) fn at(&mut self, key: &K) -> &mut V {
        let place = self.0.binary_search_by(|(other, _)| other.cmp(key)).unwrap_or_else(|place| {
            if self.0.len() < Self::EXACT_MAX {
                self.0.reserve_exact(1);
            }
            self.0.insert(place, (key.clone(), V::default()));
            place
        });
        &mut self.0[place].1
    }

    /// Up to here it grows by one, and beyond it as vectors do: not by one each time.
    const EXACT_MAX: usize = 4;

    pub(crate) fn iter(&self) -> impl Iterator<Item = (&K, &V)> {
        self.0.iter().map(|(key, value)| (key, value))
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn it_is_a_sorted_map(changes in prop::collection::vec((0_u8..40, 1_u32..100), 0..200)) {
            let (mut few, mut map) = (Few::<u8, u32>::default(), BTreeMap::<u8, u32>::new());
            for (key, add) in changes {
                *few.at(&key) += add;
                *map.entry(key).or_default() += add;
            }
            prop_assert!(few.iter().eq(map.iter()));
            prop_assert!((0..=40).all(|key| few.get(&key) == map.get(&key)));
        }
    }
}
