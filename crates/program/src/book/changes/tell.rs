//! Changes in plain words, in both languages.

use std::collections::BTreeMap;

use jifen_rules::document::{Node, Problems, Source};

use super::super::Name;
use super::super::diff::{Change, entries, identity, items};

/// A place in a bundle, taken apart: `earning.yaml:rules[daily].award.percent`.
pub(super) struct Place<'a> {
    /// The file.
    pub(super) file: &'a str,
    /// The list, where it lies in one whose entries have names.
    pub(super) list: Option<&'a str>,
    /// The name of the entry.
    pub(super) entry: Option<&'a str>,
    /// What follows.
    pub(super) rest: Option<&'a str>,
}

impl<'a> Place<'a> {
    pub(super) fn of(path: &'a str) -> Self {
        let (file, rest) = path.split_once(':').unwrap_or((path, ""));
        let listed = rest.split_once('[').filter(|(list, _)| !list.contains('.'));
        let Some((list, rest)) = listed else {
            return Place { file, list: None, entry: None, rest: Some(rest).filter(|rest| !rest.is_empty()) };
        };
        let (entry, rest) = rest.split_once(']').unwrap_or((rest, ""));
        let rest = rest.trim_start_matches('.');
        Place { file, list: Some(list), entry: Some(entry), rest: Some(rest).filter(|rest| !rest.is_empty()) }
    }
}

struct Entry {
    name: Option<Name>,
    off: bool,
}

/// The entries of a bundle's lists by name, with what people call them.
pub(super) struct Named(BTreeMap<(String, String), Entry>);

impl Named {
    pub(super) fn of(source: &Source) -> Self {
        let mut named = BTreeMap::new();
        for file in source.names() {
            let Some(document) = source.document(file, &mut Problems::new()) else { continue };
            if !document.root().is_map() {
                continue;
            }
            for (list, node) in entries(document.root()) {
                if !node.is_list() {
                    continue;
                }
                for item in items(node) {
                    let Some(id) = Some(item).filter(|item| item.is_map()).and_then(identity) else { continue };
                    named.insert((list.to_owned(), id), Entry::of(item));
                }
            }
        }
        Named(named)
    }

    fn entry(&self, place: &Place<'_>) -> Option<&Entry> {
        self.0.get(&(place.list?.to_owned(), place.entry?.to_owned()))
    }

    /// Whether the entry is there and switched off, or not there at all.
    pub(super) fn is_off(&self, place: &Place<'_>) -> bool {
        self.entry(place).is_none_or(|entry| entry.off)
    }

    fn name(&self, place: &Place<'_>) -> Option<&Name> {
        self.entry(place)?.name.as_ref()
    }
}

impl Entry {
    fn of(item: Node<'_>) -> Self {
        let keys = entries(item);
        let find = |key: &str| keys.iter().find(|(other, _)| *other == key).map(|(_, node)| *node);
        let off = find("enabled").and_then(Node::scalar) == Some("false");
        let name = find("name").map(|node| match node.scalar() {
            Some(text) => Name { zh: text.to_owned(), en: text.to_owned() },
            None => {
                let parts = entries(node);
                let part = |lang: &str| parts.iter().find(|(key, _)| *key == lang).and_then(|(_, node)| node.scalar());
                Name { zh: part("zh").unwrap_or_default().to_owned(), en: part("en").unwrap_or_default().to_owned() }
            }
        });
        Entry { name, off }
    }
}

/// What people call a list's entries.
const LISTS: [(&str, &str, &str); 14] = [
    ("caps", "上限", "cap"),
    ("channels", "渠道", "channel"),
    ("conversions", "沉睡积分转换", "conversion of sleeping points"),
    ("coupons", "积分优惠", "coupon"),
    ("deductions", "抵扣", "deduction"),
    ("examples", "示例", "example"),
    ("gifts", "赠礼", "gift"),
    ("multipliers", "倍率活动", "multiplier"),
    ("rules", "规则", "rule"),
    ("sources", "来源", "source"),
    ("surveys", "问卷", "survey"),
    ("tickets", "申诉与意见", "kind of ticket"),
    ("tiers", "等级", "tier"),
    ("units", "积分类型", "unit"),
];

/// What people call the keys that change most often.
const KEYS: [(&str, &str, &str); 42] = [
    ("announce", "公告方式", "ways of announcing"),
    ("award.each", "计算单位", "counting step"),
    ("award.every", "满额步长", "full step"),
    ("award.percent", "返积分比例", "rate"),
    ("award.points", "积分数", "points"),
    ("budget", "预算", "budget"),
    ("budget.points", "预算", "budget"),
    ("by", "倍率", "factor"),
    ("cap", "会员上限", "cap"),
    ("categories.known", "品类", "kinds of goods"),
    ("confirmation", "变更确认", "confirmation of changes"),
    ("debt", "欠分处理", "debt"),
    ("dormancy", "沉睡规则", "falling asleep"),
    ("dormancy.after", "沉睡前的时长", "time until points fall asleep"),
    ("dormancy.notice", "沉睡提醒", "notice before points fall asleep"),
    ("dormancy.shrink", "沉睡期间的减少", "shrinking of sleeping points"),
    ("during", "每年日期", "days of the year"),
    ("earning_multiplier", "获取倍率", "earning multiplier"),
    ("enabled", "启用状态", "in use"),
    ("event_max", "单次上限", "maximum of one event"),
    ("exclusive", "互斥分组", "exclusive group"),
    ("extension", "延期规则", "putting dates off"),
    ("from", "开始时间", "beginning"),
    ("gift", "赠礼", "gift"),
    ("grace_days", "宽限天数", "days of grace"),
    ("least", "最低账单", "least bill"),
    ("most", "最高比例", "largest part"),
    ("multiply", "倍率", "multipliers"),
    ("name", "名称", "name"),
    ("notice_days", "变更公告天数", "days of notice before changes"),
    ("off", "抵扣金额", "money they stand for"),
    ("once", "奖励频次", "how often"),
    ("pending", "到账时间", "when points can be used"),
    ("points", "积分数", "points"),
    ("priority", "先后顺序", "priority"),
    ("reward", "权益", "reward"),
    ("terms", "适用范围", "terms"),
    ("unit", "积分类型", "unit"),
    ("until", "结束时间", "end"),
    ("validity", "有效期", "validity"),
    ("value", "价值", "worth"),
    ("when", "条件", "condition"),
];

pub(super) fn text(change: &Change, before: &Named, after: &Named) -> Name {
    let place = Place::of(&change.path);
    let (zh, en) = subject(&place, before, after);
    let (old, new) = (change.old.as_deref(), change.new.as_deref());
    let whole = place.rest.is_none() && place.list.is_some();
    let (zh, en) = match (old, new) {
        (None, Some(_)) if whole => (format!("新增{zh}"), format!("{en} is new")),
        (Some(_), None) if whole => (format!("取消{zh}"), format!("{en} is dropped")),
        (Some(old), Some(new)) => (
            format!("{zh}由 {} 改为 {}", value(old, true), value(new, true)),
            format!("{en} changes from {} to {}", value(old, false), value(new, false)),
        ),
        (None, Some(new)) => {
            (format!("{zh}设为 {}", value(new, true)), format!("{en} is set to {}", value(new, false)))
        }
        (Some(old), None) => (
            format!("{zh}不再设定（原为 {}）", value(old, true)),
            format!("{en} is no longer set (was {})", value(old, false)),
        ),
        (None, None) => (zh, en),
    };
    Name { zh, en }
}

fn subject(place: &Place<'_>, before: &Named, after: &Named) -> (String, String) {
    let key = place.rest.map(key_name);
    let Some(list) = place.list else {
        let (zh, en) = key.unwrap_or_else(|| (place.file.to_owned(), place.file.to_owned()));
        return (zh, capitalized(&en));
    };
    let known = LISTS.iter().find(|(word, ..)| *word == list);
    let (list_zh, list_en) = known.map_or((list, list), |(_, zh, en)| (*zh, *en));
    let id = place.entry.unwrap_or_default();
    let name = before.name(place).or_else(|| after.name(place));
    let (name_zh, name_en) = name.map_or((id, id), |name| (name.zh.as_str(), name.en.as_str()));
    match key {
        Some((zh, en)) => (format!("{list_zh}“{name_zh}”的{zh}"), format!("The {en} of {list_en} “{name_en}”")),
        None => (format!("{list_zh}“{name_zh}”"), capitalized(&format!("{list_en} “{name_en}”"))),
    }
}

/// A key by the longest end of its place that has a name.
fn key_name(rest: &str) -> (String, String) {
    let plain = rest.trim_end_matches(" (order)");
    if plain != rest || rest == "(order)" {
        return ("顺序".to_owned(), "order".to_owned());
    }
    let known = |end: &str| KEYS.iter().find(|(word, ..)| *word == end);
    let ends = std::iter::once(plain).chain(plain.match_indices('.').map(|(at, _)| &plain[at + 1..]));
    let first = plain.split(['.', '[']).next().unwrap_or_default();
    let found = ends.into_iter().find_map(known).or_else(|| known(first));
    found.map_or_else(|| (rest.to_owned(), rest.to_owned()), |(_, zh, en)| ((*zh).to_owned(), (*en).to_owned()))
}

/// Characters of a value that are told; more is cut.
const VALUE_CHARS_MAX: usize = 120;

fn value(text: &str, chinese: bool) -> String {
    let told = match (text, chinese) {
        ("true", true) => "是",
        ("true", false) => "yes",
        ("false", true) => "否",
        ("false", false) => "no",
        ("forever", true) => "永久有效",
        ("natural_year", true) => "当年有效",
        ("natural_year", false) => "the calendar year",
        ("yearly_sweep", true) => "每年清理",
        ("yearly_sweep", false) => "the yearly sweep",
        (text, _) => text,
    };
    if told.chars().count() <= VALUE_CHARS_MAX {
        return told.to_owned();
    }
    told.chars().take(VALUE_CHARS_MAX).chain(['…']).collect()
}

fn capitalized(text: &str) -> String {
    let mut chars = text.chars();
    chars.next().map_or_else(String::new, |first| first.to_uppercase().chain(chars).collect())
}
