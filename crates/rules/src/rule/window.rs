//! When and where a rule applies: from, until, days that come every year, festivals and the days around them, a place of
//! the organization.

use compact_str::CompactString;
use jifen_vocab::{Day, Timestamp, Zone};

use super::season::Season;
use crate::document::{MapReader, Node, Problems, closest};
use crate::facts::LocalTime;
use crate::names::{Names, PlaceName};

/// When a rule or a campaign applies. Without bounds: always.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Window {
    /// From this instant on.
    pub from: Option<Timestamp>,
    /// Before this instant.
    pub until: Option<Timestamp>,
    /// Only on these days.
    season: Season,
    /// Only at this place and what belongs to it.
    pub place: Option<CompactString>,
    /// The stores of that place, sorted.
    stores: Box<[CompactString]>,
}

impl Window {
    /// Whether it is open at that instant, which is that time on the program's calendar.
    /// An event without a store is at no place.
    pub fn is_open(&self, at: Timestamp, local: &LocalTime, store: Option<&str>) -> bool {
        if self.place.is_some() && !store.is_some_and(|store| self.is_of(store)) {
            return false;
        }
        if self.from.is_some_and(|from| at < from) || self.until.is_some_and(|until| at >= until) {
            return false;
        }
        self.season.has(local.day)
    }

    fn is_of(&self, store: &str) -> bool {
        self.stores.binary_search_by(|known| known.as_str().cmp(store)).is_ok()
    }

    /// The days it is open on.
    pub fn season(&self) -> &Season {
        &self.season
    }

    /// Takes `from`, `until` and `during`. A day in `from` means its beginning, a day in `until` its end; instants
    /// mean themselves, and a time without offset is in the zone.
    pub fn read(map: &mut MapReader<'_>, names: &Names, problems: &mut Problems) -> Option<Window> {
        let zone = &names.zone;
        let place = map.take("place").map(|node| read_place(node, names, problems));
        let place = place.map_or(Some(None), |place| place.map(Some))?;
        let from = map.take("from").map(|node| read_instant(node, zone, 0, problems));
        let until = map.take("until").map(|node| read_instant(node, zone, 1, problems));
        let during = map.take("during").map(Node::one_or_many).unwrap_or_default();
        let season = Season::read(during, &names.days, problems)?;
        let from = from.map_or(Some(None), |from| from.map(Some))?;
        let until = until.map_or(Some(None), |until| until.map(Some))?;
        let empty = from.zip(until).is_some_and(|(from, until)| from >= until);
        map.node().or_problem((!empty).then_some(()), "ends before it begins", problems)?;
        let stores = place.map_or_else(Box::default, |place| place.within.clone().into_boxed_slice());
        let place = place.map(|place| place.id.clone());
        Some(Window { from, until, season, place, stores })
    }
}

fn read_place<'n>(node: Node<'_>, names: &'n Names, problems: &mut Problems) -> Option<&'n PlaceName> {
    let text = node.text(problems)?;
    let found = names.places.iter().find(|place| place.id == text);
    if found.is_none() {
        let suggestion = closest(text, names.places.iter().map(|place| place.id.as_str()));
        problems.push(node.problem(format!("there is no place `{text}` in organization.yaml")).suggest(suggestion));
    }
    found
}

fn read_instant(node: Node<'_>, zone: &Zone, days: i32, problems: &mut Problems) -> Option<Timestamp> {
    let text = node.text(problems)?;
    let instant = match Day::parse(text) {
        Some(day) => Some(zone.start_of(day.plus_days(days))),
        None => Timestamp::parse_rfc3339(text).or_else(|| zone.parse_local(text)),
    };
    node.or_problem(instant, "must be a day or an instant, such as 2026-06-18 or 2026-06-18T20:00:00+08:00", problems)
}
