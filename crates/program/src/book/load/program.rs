//! `program.yaml`: what the program is, where its days begin, what it accepts.

use jifen_ledger::DebtPolicy;
use jifen_rules::document::{MapReader, Node, Problems, closest};
use jifen_vocab::{ChannelId, Currency, Zone, limits as bounds};

use super::values::{maps, unique};
use super::{limits, values};
use crate::book::{Channel, ChannelKind, Industry, Name};

/// Days for which events may come late unless it says otherwise (decision 10).
const LATE_DAYS_DEFAULT: u16 = 30;
/// Minutes by which events may be ahead of the clock unless it says otherwise.
const AHEAD_MINUTES_DEFAULT: u16 = 5;
/// Days for which events may be kept for trying rules on them: they are there to look back a week or two.
const KEPT_DAYS_MAX: i64 = 31;
/// Years of a member's history beyond which a slip is more likely.
const HISTORY_YEARS_MAX: i64 = 100;
/// Hours a hold lasts unless it says otherwise.
const HOLD_HOURS_DEFAULT: u16 = 24;

/// Words for what refunds do beyond the balance (decision 4).
pub(super) const DEBTS: [(&str, DebtPolicy); 3] = [
    ("allow_negative", DebtPolicy::AllowNegative),
    ("within_balance", DebtPolicy::WithinBalance),
    ("pending_only", DebtPolicy::PendingOnly),
];

/// The settings of a program.
pub(super) struct Settings {
    pub(super) id: String,
    pub(super) name: Name,
    pub(super) industry: Vec<Industry>,
    pub(super) zone: Zone,
    pub(super) currency: Currency,
    pub(super) enroll_unknown: bool,
    pub(super) late_days: u16,
    pub(super) ahead_minutes: u16,
    pub(super) kept_days: u16,
    pub(super) hold_hours: u16,
    pub(super) history_years: Option<u16>,
    pub(super) debt: DebtPolicy,
    pub(super) channels: Vec<Channel>,
    pub(super) categories: Vec<String>,
    pub(super) default_category: String,
}

/// Reads the file. What cannot be read is a problem and stands there with its default, so that the rest is checked too.
pub(super) fn read(root: Node<'_>, problems: &mut Problems) -> Option<Settings> {
    let mut map = root.map(problems)?;
    let id = map.require("id", problems).and_then(|node| plain_id(node, problems)).unwrap_or_default();
    let name = values::name(&mut map, problems);
    let zone = map.take("zone").and_then(|node| zone(node, problems));
    let currency = map.take("currency").and_then(|node| values::id(node, Currency::new, problems));
    let enroll = map.take("enroll_unknown").and_then(|node| node.boolean(problems));
    let debt = map.take("debt").and_then(|node| node.choice(&DEBTS, problems));
    let (late_days, ahead_minutes, kept_days) = events(map.take("events"), problems);
    let hold_hours = holds(map.take("holds"), problems);
    let history_years = history(map.take("history"), problems);
    let (categories, default_category) = categories(map.take("categories"), problems);
    let channels = channels(map.take("channels"), problems);
    let industry = industry(map.take("industry"), problems);
    map.finish(problems);
    Some(Settings {
        id,
        name,
        industry,
        zone: zone.or_else(|| Zone::named("Asia/Shanghai")).unwrap_or_else(Zone::utc),
        currency: currency.unwrap_or(Currency::CNY),
        enroll_unknown: enroll.unwrap_or(false),
        late_days,
        ahead_minutes,
        kept_days,
        hold_hours,
        history_years,
        debt: debt.unwrap_or_default(),
        channels,
        categories,
        default_category,
    })
}

fn plain_id(node: Node<'_>, problems: &mut Problems) -> Option<String> {
    values::id(node, |text| jifen_vocab::id::check(text).map(|()| text.to_owned()), problems)
}

fn zone(node: Node<'_>, problems: &mut Problems) -> Option<Zone> {
    let zone = Zone::named(node.text(problems)?);
    node.or_problem(zone, "must be an IANA time zone, such as Asia/Shanghai", problems)
}

fn events(node: Option<Node<'_>>, problems: &mut Problems) -> (u16, u16, u16) {
    let mut map = node.and_then(|node| node.map(problems));
    let late = map.as_mut().and_then(|map| map.take("late_days"));
    let ahead = map.as_mut().and_then(|map| map.take("ahead_minutes"));
    let kept = map.as_mut().and_then(|map| map.take("kept_days"));
    // Members remember their counters and tiers for these days; what is older cannot be judged by its own day.
    let most = i64::from(bounds::HISTORY_DAYS) - 1;
    let late = late.and_then(|node| values::count(node, 0..=most, problems));
    let ahead = ahead.and_then(|node| values::count(node, 0..=1_440, problems));
    let kept = kept.and_then(|node| values::count(node, 0..=KEPT_DAYS_MAX, problems));
    finish(map, problems);
    (late.unwrap_or(LATE_DAYS_DEFAULT), ahead.unwrap_or(AHEAD_MINUTES_DEFAULT), kept.unwrap_or(0))
}

fn holds(node: Option<Node<'_>>, problems: &mut Problems) -> u16 {
    let mut map = node.and_then(|node| node.map(problems));
    let hours = map.as_mut().and_then(|map| map.take("hours"));
    let hours = hours.and_then(|node| values::count(node, 1..=8_784, problems));
    finish(map, problems);
    hours.unwrap_or(HOLD_HOURS_DEFAULT)
}

fn history(node: Option<Node<'_>>, problems: &mut Problems) -> Option<u16> {
    let mut map = node?.map(problems);
    let years = map.as_mut().and_then(|map| map.require("years", problems));
    let years = years.and_then(|node| values::count(node, 1..=HISTORY_YEARS_MAX, problems));
    finish(map, problems);
    years
}

/// `categories: { known: […], default: … }`; without it there is one kind of goods, called `other`.
fn categories(node: Option<Node<'_>>, problems: &mut Problems) -> (Vec<String>, String) {
    let Some(mut map) = node.and_then(|node| node.map(problems)) else { return (Vec::new(), "other".to_owned()) };
    let mut known = Vec::new();
    let mut seen = Vec::new();
    if let Some(list) = map.require("known", problems) {
        let items = list.list(problems).unwrap_or_default();
        let fits = (items.len() <= limits::CATEGORIES_MAX).then_some(());
        list.or_problem(fits, &format!("holds more than {} kinds of goods", limits::CATEGORIES_MAX), problems);
        for item in items.into_iter().take(limits::CATEGORIES_MAX) {
            let Some(text) = item.text(problems) else { continue };
            unique(&mut seen, text, item, problems);
            known.push(text.to_owned());
        }
    }
    let default = map.require("default", problems).and_then(|node| Some((node, node.text(problems)?)));
    if let Some((node, text)) = default.filter(|(_, text)| !known.iter().any(|category| category == text)) {
        let suggestion = closest(text, known.iter().map(String::as_str));
        problems.push(node.problem(format!("`{text}` is not among the known kinds of goods")).suggest(suggestion));
    }
    map.finish(problems);
    (known, default.map_or_else(String::new, |(_, text)| text.to_owned()))
}

fn channels(node: Option<Node<'_>>, problems: &mut Problems) -> Vec<Channel> {
    let mut channels = Vec::new();
    let mut seen = Vec::new();
    for mut map in maps(node, limits::CHANNELS_MAX, problems) {
        let place = map.require("id", problems);
        let id = place.and_then(|node| values::id(node, ChannelId::new, problems));
        let name = values::name(&mut map, problems);
        let kind = map.require("kind", problems).and_then(|node| node.choice(ChannelKind::WORDS, problems));
        map.finish(problems);
        let (Some(place), Some(id), Some(kind)) = (place, id, kind) else { continue };
        unique(&mut seen, id.as_str(), place, problems);
        channels.push(Channel { id, name, kind });
    }
    channels
}

fn industry(node: Option<Node<'_>>, problems: &mut Problems) -> Vec<Industry> {
    let items = node.map(Node::one_or_many).unwrap_or_default();
    items.into_iter().filter_map(|item| item.choice(Industry::WORDS, problems)).collect()
}

fn finish(map: Option<MapReader<'_>>, problems: &mut Problems) {
    if let Some(map) = map {
        map.finish(problems);
    }
}
