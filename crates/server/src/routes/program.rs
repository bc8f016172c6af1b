//! The program: the rule book in force, its history, and the page that members may read.

use std::collections::BTreeMap;

use axum::http::Method;
use jifen_program::RuleBook;
use jifen_program::book::changes::{self, Effect};
use jifen_program::book::{Books, Pending, Published};
use jifen_program::confirmations::CONFIRMED;
use jifen_rules::RuleIndex;
use jifen_rules::explain::Lang;
use jifen_vocab::{Day, Timestamp, Zone};
use serde::Serialize;
use utoipa::ToSchema;

use crate::call::{Call, Reply, aside};
use crate::language::Said;
use crate::operation::{Access, Answer, Answered, Key, Operation, Parameter};
use crate::problems::Problem;
use crate::scopes::Scope;
use crate::wire::Text;

/// The instant whose rules are asked for.
pub(super) static AT: Parameter = Parameter {
    name: "at",
    in_path: false,
    about: Said {
        en: "The instant (RFC 3339) or day whose rules are asked for; now unless it is given.",
        zh: "要查看哪一时刻（RFC 3339）或哪一天的规则，默认现在。",
    },
    schema: r#"{"type": "string", "minLength": 10}"#,
    example: "2026-06-18",
};

/// The rule book in force.
#[derive(Serialize, ToSchema)]
pub struct Program {
    /// The program's identifier.
    id: String,
    /// What people call it.
    name: Text,
    /// The version in force.
    version: u32,
    /// Since when; nothing for since ever.
    #[schema(format = DateTime)]
    in_force_since: Option<String>,
    /// Where its days begin.
    zone: String,
    /// The currency of its amounts, ISO 4217.
    currency: String,
    /// Whether an unknown member is enrolled by their first event.
    enrolls_unknown_members: bool,
    /// Its units of points.
    units: Vec<Unit>,
    /// Its tiers, lowest first.
    tiers: Vec<Tier>,
    /// The labels under which points are reported.
    sources: Vec<Named>,
    /// Where members meet the program.
    channels: Vec<Named>,
    /// Kinds of goods that rules name; any other counts as the default.
    categories: Vec<String>,
    /// The kind of goods that an unknown one counts as.
    default_category: String,
}

/// A unit of points.
#[derive(Serialize, ToSchema)]
pub struct Unit {
    /// Its identifier.
    id: String,
    /// What people call it.
    name: Text,
    /// What a point is worth, in major units of the currency.
    value: Option<String>,
    /// Whether members may spend it here.
    spendable: bool,
    /// Whether it is another company's.
    foreign: bool,
}

/// A tier.
#[derive(Serialize, ToSchema)]
pub struct Tier {
    /// Its identifier.
    id: String,
    /// What people call it.
    name: Text,
    /// Its place: 0 is the lowest.
    rank: u8,
    /// What purchase rules may multiply by.
    earning_multiplier: String,
}

/// Something with a name.
#[derive(Serialize, ToSchema)]
pub struct Named {
    /// Its identifier.
    id: String,
    /// What people call it.
    name: Text,
}

/// Every version of the rule book.
#[derive(Serialize, ToSchema)]
pub struct VersionList {
    /// The versions, newest first.
    data: Vec<Version>,
}

/// A version of the rule book.
#[derive(Serialize, ToSchema)]
pub struct Version {
    /// Its number, from 1.
    version: u32,
    /// Since when it is in force; nothing for since ever.
    #[schema(format = DateTime)]
    from: Option<String>,
    /// When it was published.
    #[schema(format = DateTime)]
    published_at: String,
    /// Who published it.
    author: String,
    /// Why.
    note: String,
    /// Whether it is in force now.
    in_force: bool,
    /// `in_force`, `scheduled`, `past` or `withdrawn`.
    state: &'static str,
    /// Who withdrew it before it took effect.
    withdrawn_by: Option<String>,
    /// How many members confirmed it.
    confirmations: i64,
}

/// The rules of an instant, as members may read them.
#[derive(Serialize, ToSchema)]
pub struct RulePage {
    /// The instant.
    #[schema(format = DateTime)]
    at: String,
    /// The version in force then.
    version: u32,
    /// The program's name.
    name: Text,
    /// Its units of points.
    units: Vec<Unit>,
    /// Its tiers, lowest first.
    tiers: Vec<Tier>,
    /// The rules by which points are earned.
    rules: Vec<Rule>,
    /// Limits on what is earned.
    limits: Vec<Limit>,
    /// All of it in plain sentences, to be shown to members.
    page: PageTexts,
    /// What is announced: versions that take effect later, soonest first.
    coming: Vec<ComingVersion>,
}

/// A page in both languages.
#[derive(Serialize, ToSchema)]
#[schema(as = RulePageTexts)]
pub struct PageTexts {
    /// Chinese.
    zh: PageText,
    /// English.
    en: PageText,
}

/// A page without markup.
#[derive(Serialize, ToSchema)]
#[schema(as = RulePageText)]
pub struct PageText {
    /// What it is about.
    title: String,
    /// Its parts, in order.
    sections: Vec<PageSection>,
}

/// A part of a page.
#[derive(Serialize, ToSchema)]
#[schema(as = RulePageSection)]
pub struct PageSection {
    /// Which part: `points`, `earning`, `campaigns`, `limits`, `redemption`, `validity`, `changes`, `guide`.
    id: &'static str,
    /// Its heading.
    heading: String,
    /// Its sentences.
    sentences: Vec<PageSentence>,
}

/// A sentence in pieces.
#[derive(Serialize, ToSchema)]
#[schema(as = RulePageSentence)]
pub struct PageSentence {
    /// Its pieces, in order.
    spans: Vec<PageSpan>,
}

/// A piece of a sentence.
#[derive(Serialize, ToSchema)]
#[schema(as = RulePageSpan)]
pub struct PageSpan {
    /// The text.
    text: String,
    /// Whether it is a condition that must not be overlooked.
    bold: bool,
}

/// A version that is to come.
#[derive(Serialize, ToSchema)]
pub struct ComingVersion {
    /// Its number.
    pub(super) version: u32,
    /// When it takes effect.
    #[schema(format = DateTime)]
    pub(super) from: String,
    /// Whether members are asked to confirm it.
    confirmation: bool,
    /// What it changes for members, in plain words.
    pub(super) changes: Vec<Text>,
}

/// A rule by which points are earned.
#[derive(Serialize, ToSchema)]
pub struct Rule {
    /// Its identifier.
    id: String,
    /// What people call it.
    name: Text,
    /// Its terms in words, where somebody has written them.
    #[serde(skip_serializing_if = "Option::is_none")]
    terms: Option<Text>,
    /// The types of event it judges.
    on: Vec<String>,
    /// The unit of its points.
    unit: String,
    /// The label they are reported under.
    source: String,
    /// From when it applies.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(format = DateTime)]
    from: Option<String>,
    /// Before when it applies.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(format = DateTime)]
    until: Option<String>,
    /// The period in which it gives its award once: `day`, `week`, `month`, `year`, `ever`.
    #[serde(skip_serializing_if = "Option::is_none")]
    once: Option<&'static str>,
    /// The most points of one event.
    #[serde(skip_serializing_if = "Option::is_none")]
    event_maximum: Option<i64>,
    /// When its points become usable; at once unless it says so.
    #[serde(skip_serializing_if = "Option::is_none")]
    usable: Option<Text>,
    /// The limits it is bound by, by their names.
    limits: Vec<String>,
}

/// A limit on what a member earns in a period.
#[derive(Serialize, ToSchema)]
pub struct Limit {
    /// Its name.
    name: String,
    /// The period: `day`, `week`, `month`, `year`, `ever`.
    per: &'static str,
    /// The unit.
    unit: String,
    /// For members of each tier.
    tiers: Vec<TierLimit>,
}

/// A limit for members of a tier.
#[derive(Serialize, ToSchema)]
pub struct TierLimit {
    /// The tier.
    tier: String,
    /// Points; nothing where there is no limit.
    points: Option<i64>,
}

async fn show_program(call: Call) -> Answered {
    let books = call.app.engine.books();
    let now = call.app.engine.clock().now();
    let book = books.at(now);
    let from = books.versions().iter().find(|published| published.book.version == book.version);
    let from = from.and_then(|published| since(published.from, &book.zone));
    let named = |id: &str, name: &jifen_program::book::Name| Named { id: id.to_owned(), name: name.into() };
    Reply::json(&Program {
        id: book.id.clone(),
        name: (&book.name).into(),
        version: book.version,
        in_force_since: from,
        zone: book.zone.name().to_owned(),
        currency: book.currency.as_str().to_owned(),
        enrolls_unknown_members: book.enroll_unknown,
        units: units(book),
        tiers: tiers(book),
        sources: book.sources.iter().map(|source| named(source.id.as_str(), &source.name)).collect(),
        channels: book.channels.iter().map(|channel| named(channel.id.as_str(), &channel.name)).collect(),
        categories: book.categories.clone(),
        default_category: book.default_category.clone(),
    })
}

fn since(from: Timestamp, zone: &Zone) -> Option<String> {
    (from != Timestamp::MIN).then(|| zone.rfc3339(from))
}

fn units(book: &RuleBook) -> Vec<Unit> {
    let unit = |unit: &jifen_program::book::Unit| Unit {
        id: unit.id.to_string(),
        name: (&unit.name).into(),
        value: unit.value.map(|value| value.to_string()),
        spendable: unit.spendable,
        foreign: unit.foreign,
    };
    book.units.iter().map(unit).collect()
}

fn tiers(book: &RuleBook) -> Vec<Tier> {
    let tier = |tier: &jifen_program::book::Tier| Tier {
        id: tier.id.to_string(),
        name: (&tier.name).into(),
        rank: tier.rank,
        earning_multiplier: tier.earning_multiplier.to_string(),
    };
    book.tiers.iter().map(tier).collect()
}

async fn list_versions(call: Call) -> Answered {
    let versions = call.aside(|app| {
        jifen_engine::versions(app.engine.store().as_ref()).map_err(|error| Problem::internal(error.to_string()))
    });
    let versions = versions.await?;
    let around = Around::read(&call).await?;
    Reply::json(&VersionList { data: versions.into_iter().rev().map(|version| around.told(version)).collect() })
}

/// What a version's state depends on besides itself.
struct Around {
    now: Timestamp,
    in_force: u32,
    zone: Zone,
    withdrawn: BTreeMap<u32, String>,
    confirmed: BTreeMap<String, i64>,
}

impl Around {
    async fn read(call: &Call) -> Result<Around, Problem> {
        let app = call.app.clone();
        let read = aside(move || {
            let now = app.engine.clock().now();
            let book = app.engine.books().at(now).clone();
            let store = app.engine.store().as_ref();
            let withdrawals = jifen_engine::withdrawals(store).map_err(|error| Problem::internal(error.to_string()))?;
            let first = Day::from_number(0);
            let mut confirmed = BTreeMap::new();
            for row in store.counters(CONFIRMED, first, book.zone.day_of(now))? {
                *confirmed.entry(row.dimensions.to_string()).or_default() += row.value;
            }
            Ok::<_, Problem>(Around {
                now,
                in_force: book.version,
                zone: book.zone.clone(),
                withdrawn: withdrawals.into_iter().map(|one| (one.version, one.by.to_string())).collect(),
                confirmed,
            })
        });
        read.await
    }

    fn told(&self, version: jifen_program::publishing::Version) -> Version {
        let withdrawn_by = self.withdrawn.get(&version.version).cloned();
        let in_force = version.version == self.in_force;
        let state = match () {
            () if withdrawn_by.is_some() => "withdrawn",
            () if in_force => "in_force",
            () if version.from > self.now => "scheduled",
            () => "past",
        };
        Version {
            confirmations: self.confirmed.get(&version.version.to_string()).copied().unwrap_or(0),
            version: version.version,
            from: since(version.from, &self.zone),
            published_at: self.zone.rfc3339(version.published_at),
            author: version.author.to_string(),
            note: version.note,
            in_force,
            state,
            withdrawn_by,
        }
    }
}

impl Version {
    /// A version as it is told.
    pub(super) async fn of(version: jifen_program::publishing::Version, call: &Call) -> Result<Version, Problem> {
        Ok(Around::read(call).await?.told(version))
    }
}

async fn show_rules(call: Call) -> Answered {
    let query = call.query()?;
    let books = call.app.engine.books();
    let now = call.app.engine.clock().now();
    let at = match query.get("at") {
        None => now,
        Some(text) => moment(text, &books.at(now).zone)?,
    };
    let book = books.at(at);
    let rules = book.rules.rules().iter().enumerate();
    let enabled = rules.filter(|(_, rule)| rule.enabled);
    Reply::json(&RulePage {
        at: book.zone.rfc3339(at),
        version: book.version,
        name: (&book.name).into(),
        units: units(book),
        tiers: tiers(book),
        rules: enabled.map(|(place, _)| rule(book, RuleIndex(place as u32))).collect(),
        limits: limits(book),
        page: PageTexts { zh: page(book, Lang::Zh), en: page(book, Lang::En) },
        coming: coming(&books, at),
    })
}

/// The versions that take effect after an instant, and what each changes for members.
pub(super) fn coming(books: &Books, at: Timestamp) -> Vec<ComingVersion> {
    let coming = |published: &Published| {
        let (book, zone) = (&published.book, &published.book.zone);
        let before = books.before(book.version);
        let told = before.map(|before| changes::told(&before.book.source, &book.source)).unwrap_or_default();
        let for_members = told.iter().filter(|told| told.effect != Effect::Neutral);
        ComingVersion {
            version: book.version,
            from: zone.rfc3339(published.from),
            confirmation: before.is_some_and(|before| before.book.changes.confirmation),
            changes: for_members.map(|told| Text::from(&told.text)).collect(),
        }
    };
    books.after(at).iter().map(coming).collect()
}

fn sentence(sentence: jifen_program::book::page::Sentence) -> PageSentence {
    let spans = sentence.spans.into_iter().map(|span| PageSpan { text: span.text, bold: span.bold });
    PageSentence { spans: spans.collect() }
}

fn page(book: &RuleBook, lang: Lang) -> PageText {
    let page = book.rule_page(lang);
    let section = |section: jifen_program::book::page::Section| PageSection {
        id: section.id.as_str(),
        heading: section.heading,
        sentences: section.sentences.into_iter().map(sentence).collect(),
    };
    PageText { title: page.title, sections: page.sections.into_iter().map(section).collect() }
}

/// Reads a day or an instant.
pub(super) fn moment(text: &str, zone: &Zone) -> Result<Timestamp, Problem> {
    let instant = Timestamp::parse_rfc3339(text).or_else(|| Day::parse(text).map(|day| zone.start_of(day)));
    instant.ok_or_else(|| Problem::parameter("at", "be a day such as 2026-06-18 or an instant of RFC 3339 with offset"))
}

fn rule(book: &RuleBook, index: RuleIndex) -> Rule {
    let rule = book.rules.rule(index);
    let earning = &book.earning[index.0 as usize];
    Rule {
        id: rule.id.to_string(),
        name: Text { zh: rule.name.zh.clone(), en: rule.name.en.clone() },
        terms: earning.terms.as_ref().map(Text::from),
        on: rule.on.iter().map(ToString::to_string).collect(),
        unit: rule.unit.to_string(),
        source: rule.source.to_string(),
        from: rule.window.from.map(|from| book.zone.rfc3339(from)),
        until: rule.window.until.map(|until| book.zone.rfc3339(until)),
        once: rule.once.map(jifen_rules::Period::as_str),
        event_maximum: rule.event_max,
        usable: earning.pending.as_ref().map(usable),
        limits: rule.caps().iter().map(|cap| book.rules.cap(*cap).key.to_string()).collect(),
    }
}

fn usable(pending: &Pending) -> Text {
    match pending {
        Pending::Days(days) => Text { zh: format!("{days} 天后到账"), en: format!("after {days} days") },
        Pending::On(day) => Text { zh: format!("{day} 到账"), en: format!("on {day}") },
        Pending::Until { event, within_days } => Text {
            zh: format!("{within_days} 天内发生 {event} 后到账，否则取消"),
            en: format!("after {event} within {within_days} days, else canceled"),
        },
    }
}

fn limits(book: &RuleBook) -> Vec<Limit> {
    let of_tier = |cap: &jifen_rules::rule::Cap, place: usize| TierLimit {
        tier: book.tiers[place].id.to_string(),
        points: cap.limit(Some(place)),
    };
    let limit = |cap: &jifen_rules::rule::Cap| Limit {
        name: cap.key.to_string(),
        per: cap.per.as_str(),
        unit: cap.unit.to_string(),
        tiers: (0..book.tiers.len()).map(|place| of_tier(cap, place)).collect(),
    };
    book.rules.caps().iter().map(limit).collect()
}

/// `GET /v1/program`
pub static SHOW: Operation = Operation {
    id: "show_program",
    method: Method::GET,
    path: "/v1/program",
    feature: "program",
    access: Access::ScopeOrMember(Scope::ProgramRead),
    confirm: false,
    summary: Said { en: "Show the program", zh: "查看计划" },
    about: Said {
        en: "The rule book in force: units, tiers, sources, channels.",
        zh: "当前生效的规则：积分类型、等级、来源、渠道。",
    },
    parameters: &[],
    body: None,
    key: Key::None,
    answer: Answer::json::<Program>(200, Said { en: "The program.", zh: "计划。" }, ""),
    problems: &[],
    handler: |call| Box::pin(show_program(call)),
};

/// `GET /v1/program/rules`
pub static RULES: Operation = Operation {
    id: "show_rules",
    method: Method::GET,
    path: "/v1/program/rules",
    feature: "program",
    access: Access::ScopeOrMember(Scope::ProgramRead),
    confirm: false,
    summary: Said { en: "Show the rules of a date", zh: "查看某日的规则" },
    about: Said {
        en: "What members may read: by which rules points are earned, within which limits, on any date.",
        zh: "会员可阅读的内容：任一日期的积分获取规则与上限。",
    },
    parameters: &[&AT],
    body: None,
    key: Key::None,
    answer: Answer::json::<RulePage>(200, Said { en: "The rules.", zh: "规则。" }, ""),
    problems: &[],
    handler: |call| Box::pin(show_rules(call)),
};

/// `GET /v1/program/versions`
pub static VERSIONS: Operation = Operation {
    id: "list_versions",
    method: Method::GET,
    path: "/v1/program/versions",
    feature: "program",
    access: Access::ScopeOrMember(Scope::ProgramRead),
    confirm: false,
    summary: Said { en: "List versions of the rule book", zh: "查看规则版本" },
    about: Said {
        en: "Published versions are immutable; every entry names the one that judged it.",
        zh: "已发布的版本不可更改，每条明细都注明所用版本。",
    },
    parameters: &[],
    body: None,
    key: Key::None,
    answer: Answer::json::<VersionList>(200, Said { en: "The versions, newest first.", zh: "版本，从新到旧。" }, ""),
    problems: &[],
    handler: |call| Box::pin(list_versions(call)),
};
