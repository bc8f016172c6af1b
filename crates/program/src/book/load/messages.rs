//! `messages.yaml`: what members are told, when, and by which way. Templates are checked here: what is published has
//! every blank filled.

use compact_str::CompactString;
use jifen_rules::cel::{Condition, Scope};
use jifen_rules::document::{MapReader, Node, Problem, Problems, closest};
use jifen_vocab::MessageChannel;

use super::values::{maps, unique};
use super::{limits, values};
use crate::book::messages::{
    BothTemplates, Ceiling, CeilingPer, Copy, LATE_BLANKS, MessageKind, MessageTerms, PROGRAM_BLANK, Purpose,
    QuietHours, Retry, Route, Segment, Shown, Sort, Trigger, Variant,
};
use crate::book::template::Template;
use crate::book::{Name, Tier};

/// Kinds of messages; beyond it nobody keeps an overview.
const KINDS_MAX: usize = 200;
/// Segments or variants of a kind.
const COPIES_MAX: usize = 20;
/// Ceilings.
const CEILINGS_MAX: usize = 50;
/// The most that a ceiling may allow, and days for which a message is shown.
const MOST_MAX: i64 = 1_000;
/// Characters of a title and of a text.
const TITLE_CHARS_MAX: usize = 100;
const TEXT_CHARS_MAX: usize = 2_000;
/// Characters of a text where there is little room.
const SHORT_CHARS_MAX: usize = 200;
/// Milliseconds after which a message comes too late for what it is about: 31 days.
const AFTER_MS_MAX: i64 = 31 * 86_400_000;
/// Tries at most, and hours for which something may wait to be sent: a month.
const TRIES_MAX: i64 = 20;
const STALE_HOURS_MAX: i64 = 31 * 24;

/// Reads the file.
pub(super) fn read(root: Node<'_>, tiers: &[Tier], problems: &mut Problems) -> MessageTerms {
    let Some(mut map) = root.map(problems) else { return MessageTerms::default() };
    let quiet = map.take("quiet").and_then(|node| quiet(node, problems));
    let ceilings = maps(map.take("ceilings"), CEILINGS_MAX, problems).into_iter();
    let ceilings = ceilings.filter_map(|map| ceiling(map, problems)).collect();
    let retry = map.take("retry").and_then(|node| retry(node, problems));
    let stale = map.take("stale_hours").and_then(|node| values::count(node, 1..=STALE_HOURS_MAX, problems));
    let marketing = map.take("marketing_by_default").and_then(|node| node.boolean(problems));
    let kinds = map.take("messages");
    map.finish(problems);
    let scope = Scope { streaks: Vec::new(), tiers: tiers.iter().map(|tier| tier.id.as_str().into()).collect() };
    let mut seen = Vec::new();
    let kinds = maps(kinds, KINDS_MAX, problems).into_iter();
    let mut terms = MessageTerms::new(kinds.filter_map(|map| kind(map, &scope, &mut seen, problems)).collect());
    terms.quiet = quiet;
    terms.ceilings = ceilings;
    terms.retry = retry.unwrap_or(terms.retry);
    terms.stale_hours = stale.unwrap_or(terms.stale_hours);
    terms.marketing_by_default = marketing.unwrap_or(terms.marketing_by_default);
    terms
}

fn quiet(node: Node<'_>, problems: &mut Problems) -> Option<QuietHours> {
    let mut map = node.map(problems)?;
    let from = map.require("from", problems).and_then(|node| minute(node, problems));
    let until = map.require("until", problems).and_then(|node| minute(node, problems));
    map.finish(problems);
    let (from, until) = (from?, until?);
    node.or_problem((from != until).then_some(QuietHours { from, until }), "must end at another time", problems)
}

/// A time of day, such as 22:00, in minutes.
fn minute(node: Node<'_>, problems: &mut Problems) -> Option<u16> {
    let text = node.text(problems)?;
    let number = |part: &str, most: u16| {
        let plain = part.len() == 2 && part.bytes().all(|byte| byte.is_ascii_digit());
        part.parse::<u16>().ok().filter(|number| plain && *number <= most)
    };
    let parts = text.split_once(':').and_then(|(hour, minute)| Some((number(hour, 23)?, number(minute, 59)?)));
    let parts = parts.map(|(hour, minute)| hour * 60 + minute);
    node.or_problem(parts, "must be a time of day, such as \"22:00\"", problems)
}

fn ceiling(mut map: MapReader<'_>, problems: &mut Problems) -> Option<Ceiling> {
    let channel = map.require("channel", problems).and_then(|node| channel(node, problems));
    let per = map.require("per", problems).and_then(|node| node.choice(CeilingPer::WORDS, problems));
    let most = map.require("most", problems).and_then(|node| values::count(node, 1..=MOST_MAX, problems));
    map.finish(problems);
    Some(Ceiling { channel: channel?, per: per?, most: most? })
}

fn channel(node: Node<'_>, problems: &mut Problems) -> Option<MessageChannel> {
    let words = MessageChannel::ALL.map(|channel| (channel.as_str(), channel));
    node.choice(&words, problems)
}

fn retry(node: Node<'_>, problems: &mut Problems) -> Option<Retry> {
    let mut map = node.map(problems)?;
    let times = map.require("times", problems).and_then(|node| node.integer_in(1..=TRIES_MAX, problems));
    let pause = map.require("pause", problems).and_then(|node| span(node, problems));
    map.finish(problems);
    Some(Retry { times: u8::try_from(times?).ok()?, pause_ms: pause? })
}

/// A span of time, such as 3s, 10min, 24h or 2d, in milliseconds.
fn span(node: Node<'_>, problems: &mut Problems) -> Option<i64> {
    const UNITS: [(&str, i64); 4] = [("min", 60_000), ("s", 1_000), ("h", 3_600_000), ("d", 86_400_000)];
    let text = node.text(problems)?;
    let read = UNITS.iter().find_map(|(suffix, factor)| {
        let digits = text.strip_suffix(suffix)?;
        let plain = !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
        digits.parse::<i64>().ok().filter(|_| plain)?.checked_mul(*factor)
    });
    let read = read.filter(|span| (0..=AFTER_MS_MAX).contains(span));
    node.or_problem(read, "must be a span of time up to 31 days, such as 3s, 10min, 24h or 2d", problems)
}

fn id(node: Node<'_>, problems: &mut Problems) -> Option<CompactString> {
    values::id(node, |text| jifen_vocab::id::check(text).map(|()| CompactString::new(text)), problems)
}

fn kind(
    mut map: MapReader<'_>,
    scope: &Scope,
    seen: &mut Vec<(String, u32)>,
    problems: &mut Problems,
) -> Option<MessageKind> {
    let place = map.require("id", problems);
    let kind_id = place.and_then(|node| id(node, problems));
    let name = values::name(&mut map, problems);
    let on = map.require("on", problems).and_then(|node| node.choice(Trigger::WORDS, problems));
    let when = map.take("when").and_then(|node| condition(node, scope, problems));
    let terms = map.take("terms");
    if let Some(stray) = terms.filter(|_| when.is_none()) {
        problems.push(stray.problem("goes only with `when`: it is that condition in words"));
    }
    let terms = terms.and_then(|node| values::both(node, limits::TERMS_CHARS_MAX, problems));
    let purpose = map.require("purpose", problems).and_then(|node| node.choice(Purpose::WORDS, problems));
    let urgent = map.take("urgent").and_then(|node| node.boolean(problems)).unwrap_or(false);
    let shown = map.take("show").and_then(|node| node.choice(Shown::WORDS, problems)).unwrap_or(Shown::Inbox);
    let after_ms = map.take("after").and_then(|node| span(node, problems)).unwrap_or(0);
    let keep = map.take("keep_days").and_then(|node| values::count(node, 1..=MOST_MAX, problems)).unwrap_or(180);
    let link = map.take("link").and_then(|node| link(node, problems));
    let words_at = map.take("words");
    let words = words_at.map(|node| words(node, on, problems)).unwrap_or_default();
    let send = map.take("send").map(|node| routes(node, problems)).unwrap_or_default();
    let blanks = Blanks { on, words: &words };
    let copy = blanks.copy(&mut map, problems);
    for (key, missing) in [("title", copy.title.is_none()), ("text", copy.text.is_none())] {
        if missing && !map.keys().any(|there| there == key) {
            problems.push(map.node().problem(format!("needs `{key}`")));
        }
    }
    let segments = maps(map.take("segments"), COPIES_MAX, problems).into_iter();
    let segments = segments.filter_map(|map| blanks.segment(map, scope, problems)).collect();
    let variants_at = map.take("variants");
    let variants = maps(variants_at, COPIES_MAX, problems).into_iter();
    let variants: Vec<Variant> = variants.filter_map(|map| blanks.variant(map, problems)).collect();
    map.finish(problems);
    if let Some(node) = variants_at.filter(|_| variants.iter().map(|one| u32::from(one.share)).sum::<u32>() != 100) {
        problems.push(node.problem("must have shares that make 100% together"));
    }
    unique(seen, kind_id.as_deref()?, place?, problems);
    Some(MessageKind {
        id: kind_id?,
        name,
        on: on?,
        when,
        terms,
        purpose: purpose?,
        urgent,
        shown,
        after_ms,
        keep_days: keep,
        link,
        words,
        send,
        copy,
        segments,
        variants,
    })
}

/// A condition about a member and nothing else.
pub(super) fn condition(node: Node<'_>, scope: &Scope, problems: &mut Problems) -> Option<Condition> {
    let text = node.text(problems)?;
    match Condition::compile(text, scope) {
        Ok(condition) if condition.mentions_line() || condition.mentions_lines() => {
            node.or_problem(None, "must look at the member only: there is no order here", problems)
        }
        Ok(condition) => Some(condition),
        Err(error) => node.or_problem(None, &format!("is no condition: {error}"), problems),
    }
}

/// A page of the member app: a path and nothing else, so that no message leads elsewhere.
fn link(node: Node<'_>, problems: &mut Problems) -> Option<CompactString> {
    let text = node.text(problems)?;
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"/-_?=&".contains(&byte);
    let is_path = text.starts_with('/') && !text.starts_with("//") && text.len() <= 200 && text.bytes().all(plain);
    node.or_problem(is_path.then(|| text.into()), "must be a page of the member app, such as /rewards", problems)
}

fn words(node: Node<'_>, on: Option<Trigger>, problems: &mut Problems) -> Vec<CompactString> {
    if on.is_some_and(|on| on != Trigger::Hand) {
        problems.push(node.problem("goes only with `on: hand`: nobody writes words into the others"));
    }
    let word = |node: &Node<'_>, problems: &mut Problems| {
        let text = node.text(problems)?;
        let plain = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'_');
        let is_free = text != PROGRAM_BLANK && !LATE_BLANKS.contains(&text);
        node.or_problem((plain && is_free).then(|| text.into()), "must be a word such as `reason`", problems)
    };
    let mut words: Vec<CompactString> = Vec::new();
    for item in node.one_or_many() {
        let Some(found) = word(&item, problems) else { continue };
        if words.contains(&found) {
            problems.push(item.problem("is there already"));
        }
        words.push(found);
    }
    words
}

/// `[push, [sms, email]]`: each is sent; of channels in brackets the first that works.
fn routes(node: Node<'_>, problems: &mut Problems) -> Vec<Route> {
    let mut routes: Vec<Route> = Vec::new();
    for item in node.one_or_many() {
        let nodes = item.one_or_many();
        let route: Route = nodes.into_iter().filter_map(|node| channel(node, problems)).collect();
        let is_new = |channel: &MessageChannel| !routes.iter().any(|other| other.contains(channel));
        if !route.iter().all(is_new) {
            problems.push(item.problem("names a channel a second time: members get a message once"));
        }
        if !route.is_empty() {
            routes.push(route);
        }
    }
    routes
}

/// The blanks that templates of a kind may have.
struct Blanks<'w> {
    on: Option<Trigger>,
    words: &'w [CompactString],
}

impl Blanks<'_> {
    fn names(&self) -> Vec<String> {
        let mut names: Vec<String> =
            LATE_BLANKS.iter().chain([&PROGRAM_BLANK]).map(|name| (*name).to_owned()).collect();
        for (name, sort) in self.on.map(Trigger::blanks).unwrap_or_default() {
            names.push((*name).to_owned());
            if *sort == Sort::Points {
                names.push(format!("{name}_worth"));
            }
        }
        names.extend(self.words.iter().map(ToString::to_string));
        names
    }

    fn copy(&self, map: &mut MapReader<'_>, problems: &mut Problems) -> Copy {
        let mut both = |key: &'static str, most: usize, problems: &mut Problems| {
            map.take(key).and_then(|node| self.both(node, most, problems))
        };
        let title = both("title", TITLE_CHARS_MAX, problems);
        let text = both("text", TEXT_CHARS_MAX, problems);
        let short = both("short", SHORT_CHARS_MAX, problems);
        Copy { title, text, short }
    }

    fn both(&self, node: Node<'_>, most: usize, problems: &mut Problems) -> Option<BothTemplates> {
        if !node.is_map() {
            problems.push(node.problem("needs both languages: { zh: …, en: … }"));
            return None;
        }
        let Name { zh, en } = values::both(node, most, problems)?;
        let (zh, en) = (self.template(node, "zh", &zh, problems)?, self.template(node, "en", &en, problems)?);
        Some(BothTemplates { zh, en })
    }

    fn template(&self, node: Node<'_>, lang: &str, text: &str, problems: &mut Problems) -> Option<Template> {
        // The language's own line, where it has one.
        let entries = node.entries(&mut Problems::default()).unwrap_or_default();
        let at = entries.into_iter().find(|(key, _)| *key == lang).map_or(node, |(_, value)| value);
        let template = match Template::read(text) {
            Ok(template) => template,
            Err(message) => return at.or_problem(None, &message, problems),
        };
        let names = self.names();
        for blank in template.blanks() {
            if self.on.is_some() && !names.iter().any(|name| name == blank) {
                let known = names.iter().map(String::as_str);
                let known: Vec<&str> = known.collect();
                let message = format!("has the blank {{{blank}}}, which nothing fills; there are {}", known.join(", "));
                let suggestion = closest(blank, known.iter().copied());
                problems.push(Problem::suggest(at.problem(message), suggestion));
            }
        }
        Some(template)
    }

    fn segment(&self, mut map: MapReader<'_>, scope: &Scope, problems: &mut Problems) -> Option<Segment> {
        let segment = map.require("id", problems).and_then(|node| id(node, problems));
        let when = map.require("when", problems).and_then(|node| condition(node, scope, problems));
        let copy = self.copy(&mut map, problems);
        map.finish(problems);
        Some(Segment { id: segment?, when: when?, copy })
    }

    fn variant(&self, mut map: MapReader<'_>, problems: &mut Problems) -> Option<Variant> {
        let variant = map.require("id", problems).and_then(|node| id(node, problems));
        let share = map.require("share", problems).and_then(|node| whole_percent(node, problems));
        let after_ms = map.take("after").and_then(|node| span(node, problems));
        let copy = self.copy(&mut map, problems);
        map.finish(problems);
        Some(Variant { id: variant?, share: share?, after_ms, copy })
    }
}

/// A share in whole per cent.
fn whole_percent(node: Node<'_>, problems: &mut Problems) -> Option<u8> {
    let text = node.text(problems)?;
    let share = text.strip_suffix('%').and_then(|digits| digits.parse::<u8>().ok());
    node.or_problem(share.filter(|share| (1..=100).contains(share)), "must be a whole share, such as 50%", problems)
}
