//! From the files of a bundle to a [`RuleBook`]: everything is checked, nothing stops at the first mistake.
//!
//! | file | holds |
//! |---|---|
//! | `program.yaml` | name, zone, currency, channels, kinds of goods, how late events may come |
//! | `units.yaml` | kinds of points: worth, validity, notices, debt; the first is meant where a rule names none |
//! | `tiers.yaml` | tiers of members, lowest first; how members rise and fall; what each tier gets |
//! | `sources.yaml` | labels under which points are reported |
//! | `earning.yaml` | earning rules and campaign multipliers |
//! | `caps.yaml` | the most a member may earn (optional) |
//! | `abuse.yaml` | what is done too often in too short a time, and what follows (optional) |
//! | `streaks.yaml` | what counts as days in a row (optional) |
//! | `roles.yaml` | what staff may do; the default rule book's roles where there is none (optional) |
//! | `organization.yaml` | the tree of places that staff belong to (optional) |
//! | `boards.yaml` | what is watched and aimed for (optional) |
//! | `rights.yaml` | ceilings of grants by hand, and what takes a second person (optional) |
//! | `changes.yaml` | what is promised about changes of the rules (optional) |
//! | `local.yaml` | what places may do on their own (optional) |
//! | `messages.yaml` | what members are told, when and by which way (optional) |
//! | `conversions.yaml` | what sleeping points may become (optional) |
//! | `deductions.yaml` | how points pay a part of a bill (optional) |
//! | `prices.yaml` | how the price of a reward is made (optional) |
//! | `leaderboards.yaml` | who did the most in a period, and what the first places get (optional) |
//! | `tasks.yaml` | tasks, badges and cards (optional) |
//! | `rewards.yaml` | how points become rewards: limits, deadlines, vouchers (optional) |
//! | `occasions.yaml` | birthdays, and days that have a name (optional) |
//! | `referrals.yaml` | what makes an invitation of a friend count (optional) |
//! | `surveys.yaml` | what members are asked, and when (optional) |
//! | `tickets.yaml` | what members may turn to people with, and deadlines (optional) |
//! | `wake_up.yaml` | when members whose points sleep are woken, and with what (optional) |
//! | `stages.yaml` | stages of a membership, by how lately and how often a member came (optional) |
//! | `examples.yaml` | what the rules should give; read by [`super::examples`], not by the law (optional) |

mod abuse;
mod ascent;
mod assortment;
mod awards;
mod boards;
mod changes;
mod conversions;
mod deductions;
mod earning;
mod findings;
mod gifts;
mod leaderboards;
pub mod limits;
mod local;
mod mentions;
mod messages;
mod occasions;
mod organization;
mod plan;
mod prices;
mod program;
mod referrals;
mod reservations;
mod rewards;
mod rights;
mod sources;
mod stages;
mod streaks;
mod surveys;
mod tasks;
mod tickets;
mod tiers;
mod units;
pub(super) mod values;
mod wake_ups;

use jifen_rules::document::{Document, Problem, Problems, Source, closest};
use jifen_rules::{NamedDay, Names, PlaceName, UnitName};
use jifen_vocab::Currency;

use super::RuleBook;
use super::gifts::GiftTerms;
use findings::Findings;

pub use gifts::rewards_named;

/// Files that a bundle may have.
pub(super) const FILES: &[&str] = &[
    "program.yaml",
    "units.yaml",
    "tiers.yaml",
    "sources.yaml",
    "earning.yaml",
    // optional, sorted
    "abuse.yaml",
    "boards.yaml",
    "caps.yaml",
    "changes.yaml",
    "conversions.yaml",
    "deductions.yaml",
    "examples.yaml",
    "leaderboards.yaml",
    "local.yaml",
    "messages.yaml",
    "occasions.yaml",
    "organization.yaml",
    "prices.yaml",
    "referrals.yaml",
    "rewards.yaml",
    "rights.yaml",
    "roles.yaml",
    "streaks.yaml",
    "stages.yaml",
    "surveys.yaml",
    "tasks.yaml",
    "tickets.yaml",
    "wake_up.yaml",
];
/// How many of [`FILES`] every bundle has.
const REQUIRED: usize = 5;

/// The files of the law, as far as they could be read.
struct Documents {
    program: Option<Document>,
    units: Option<Document>,
    tiers: Option<Document>,
    sources: Option<Document>,
    earning: Option<Document>,
    caps: Option<Document>,
    organization: organization::Files,
    changes: Option<Document>,
    local: Option<Document>,
    messages: Option<Document>,
    boards: Option<Document>,
    rights: Option<Document>,
    conversions: Option<Document>,
    deductions: Option<Document>,
    prices: Option<Document>,
    rewards: Option<Document>,
    occasions: Option<Document>,
    referrals: Option<Document>,
    streaks: Option<Document>,
    abuse: Option<Document>,
    stages: Option<Document>,
    surveys: Option<Document>,
    tasks: Option<Document>,
    tickets: Option<Document>,
    wake_up: Option<Document>,
    leaderboards: Option<Document>,
}

impl RuleBook {
    /// Reads, checks and compiles a bundle as the version of that number.
    ///
    /// # Errors
    /// Everything that is wrong with it, by file, line and column. What is only unwise (a very short validity, EXP-10)
    /// comes beside the book as warnings.
    pub fn load(version: u32, source: &Source) -> Result<(RuleBook, Vec<Problem>), Vec<Problem>> {
        let mut findings = Findings::default();
        let documents = Documents::read(source, &mut findings.problems);
        reservations::check(source, &mut findings.problems);
        let book = documents.book(version, source, &mut findings);
        match book.filter(|_| findings.problems.is_empty()) {
            Some(book) => Ok((book, findings.warnings.into_vec())),
            None => Err(findings.problems.into_vec()),
        }
    }
}

impl Documents {
    fn read(source: &Source, problems: &mut Problems) -> Self {
        for (n, file) in FILES.iter().enumerate() {
            if n < REQUIRED && source.text(file).is_none() {
                problems.push(of_file(file, "this file is missing: every rule book has it"));
            }
        }
        for name in source.names() {
            if !FILES.contains(&name) {
                let suggestion = closest(name, FILES.iter().copied());
                problems.push(of_file(name, "is not a file of a bundle").suggest(suggestion));
            }
        }
        let organization = organization::Files::read(source, problems);
        let rights = rights::document(source, problems);
        let mut document = |name| source.document(name, problems);
        Documents {
            program: document("program.yaml"),
            units: document("units.yaml"),
            tiers: document("tiers.yaml"),
            sources: document("sources.yaml"),
            earning: document("earning.yaml"),
            caps: document("caps.yaml"),
            organization,
            changes: document("changes.yaml"),
            local: document("local.yaml"),
            messages: document("messages.yaml"),
            boards: document("boards.yaml"),
            rights,
            conversions: document("conversions.yaml"),
            deductions: document("deductions.yaml"),
            prices: document("prices.yaml"),
            rewards: document("rewards.yaml"),
            occasions: document("occasions.yaml"),
            referrals: document("referrals.yaml"),
            streaks: document("streaks.yaml"),
            abuse: document("abuse.yaml"),
            stages: document("stages.yaml"),
            surveys: document("surveys.yaml"),
            tasks: document("tasks.yaml"),
            tickets: document("tickets.yaml"),
            wake_up: document("wake_up.yaml"),
            leaderboards: document("leaderboards.yaml"),
        }
    }

    /// Nothing where something is missing so that the rest cannot be checked, or where rules do not compile.
    fn book(&self, version: u32, source: &Source, findings: &mut Findings) -> Option<RuleBook> {
        let settings = self.program.as_ref().and_then(|file| program::read(file.root(), &mut findings.problems));
        let sources = self.sources.as_ref().map(|file| sources::read(file.root(), &mut findings.problems));
        let debt = settings.as_ref().map(|settings| settings.debt).unwrap_or_default();
        let units = self.units.as_ref().map(|file| units::read(file.root(), debt, findings));
        let known = units.as_deref().unwrap_or_default();
        let currency = settings.as_ref().map_or(Currency::CNY, |settings| settings.currency);
        let zone = settings.as_ref().map(|settings| &settings.zone);
        let occasions = self.occasions.as_ref();
        let occasions = occasions.map(|file| occasions::read(file.root(), zone, &mut findings.problems));
        let occasions = occasions.unwrap_or_default();
        let days: Vec<NamedDay> =
            occasions.days.iter().map(|day| NamedDay { id: day.id.clone(), on: day.on.clone() }).collect();
        let terms = self.tiers.as_ref().map(|file| tiers::read(file.root(), known, currency, &days, findings));
        let organization = self.organization.organization(&mut findings.problems);
        let changes =
            self.changes.as_ref().map(|file| changes::read(file.root(), version, known, &mut findings.problems));
        let boards = self.boards.as_ref().map(|file| boards::read(file.root(), &mut findings.problems));
        let rights = self.rights.as_ref();
        let rights = rights.map(|file| rights::read(file.root(), &organization, &mut findings.problems));
        let local = self.local.as_ref().and_then(|file| local::read(file.root(), &mut findings.problems));
        // Without the names that rules refer to, complaints about rules would only mislead.
        let (settings, sources, mut units, terms) = (settings?, sources?, units?, terms?);
        let tiers::Terms { tiers, ascent, growth, benefits } = terms;
        let stages = self.stages.as_ref();
        let stages = stages.map(|file| stages::read(file.root(), settings.currency, &mut findings.problems));
        let prices = self
            .prices
            .as_ref()
            .map(|file| prices::read(file.root(), &tiers, settings.currency, &days, &mut findings.problems));
        let shelf = self.rewards.as_ref();
        let shelf =
            shelf.map(|file| rewards::read(file.root(), &tiers, settings.currency, &days, &mut findings.problems));
        let (shelf, gifts) = shelf.unwrap_or_default();
        let messages = self.messages.as_ref();
        let messages = messages.map(|file| messages::read(file.root(), &tiers, &mut findings.problems));
        let referrals = self.referrals.as_ref();
        let referrals =
            referrals.and_then(|file| referrals::read(file.root(), settings.currency, &mut findings.problems));
        let streaks = self.streaks.as_ref();
        let streaks = streaks.map(|file| streaks::read(file.root(), &mut findings.problems)).unwrap_or_default();
        let abuse = self.abuse.as_ref().map(|file| abuse::read(file.root(), &units, &mut findings.problems));
        let names = Names {
            zone: settings.zone.clone(),
            currency: settings.currency,
            units: units.iter().map(|unit| UnitName { id: unit.id.clone(), value: unit.value }).collect(),
            default_unit: units.first()?.id.clone(),
            tiers: tiers.iter().map(|tier| tier.id.clone()).collect(),
            sources: sources.labels.iter().map(|label| label.id.clone()).collect(),
            source_of: sources.of_events,
            streaks: streaks.iter().map(|streak| streak.id.clone()).collect(),
            places: organization.places.iter().map(|place| place_name(place, &organization)).collect(),
            days,
        };
        let (rules, earning) =
            earning::read((self.earning.as_ref()?, self.caps.as_ref()), &names, &settings, &gifts, findings)?;
        let known: Vec<&str> = rules.rules().iter().map(|rule| rule.id.as_str()).collect();
        let tasks = self.tasks.as_ref();
        let tasks =
            tasks.map(|file| tasks::read(file.root(), &names, ascent.as_ref(), &gifts, &known, &mut findings.problems));
        let tasks = tasks.unwrap_or_default();
        // What only holders of a badge have comes after the badges.
        let (badges, problems) = (&tasks.badges, &mut findings.problems);
        let conversions = self.conversions.as_ref();
        let conversions =
            conversions.map(|file| conversions::read(file.root(), settings.currency, &units, badges, problems));
        let deductions = self.deductions.as_ref();
        let deductions = deductions.map(|file| deductions::read(file.root(), &settings, &units, badges, problems));
        let wake_up = self.wake_up.as_ref();
        let wake_up = wake_up.and_then(|file| wake_ups::read(file.root(), &units, badges, problems));
        let gives = awards::Awards { names: &names, badges: &tasks.badges, gifts: &gifts, ascent: ascent.as_ref() };
        let boards_of = self.leaderboards.as_ref();
        let leaderboards = boards_of.map(|file| leaderboards::read(file.root(), &gives, &mut findings.problems));
        let surveys = self.surveys.as_ref().map(|file| surveys::read(file.root(), &tiers, &mut findings.problems));
        let tickets = self.tickets.as_ref().map(|file| tickets::read(file.root(), &mut findings.problems));
        let (default_unit, _) = (names.default_unit, tiers.first()?);
        units.sort_by(|a, b| a.id.cmp(&b.id));
        Some(RuleBook {
            version,
            id: settings.id,
            name: settings.name,
            industry: settings.industry,
            zone: settings.zone,
            currency: settings.currency,
            enroll_unknown: settings.enroll_unknown,
            late_days: settings.late_days,
            ahead_minutes: settings.ahead_minutes,
            kept_days: settings.kept_days,
            hold_hours: settings.hold_hours,
            history_years: settings.history_years,
            terms: units.iter().map(|unit| unit.terms.clone()).collect(),
            units,
            default_unit,
            tiers,
            ascent,
            growth,
            benefits,
            looks_at_stage: rules.rules().iter().any(looks_at_stage),
            stages: stages.unwrap_or_default(),
            sources: sources.labels,
            channels: settings.channels,
            categories: settings.categories,
            default_category: settings.default_category,
            organization,
            gifts: GiftTerms::of(gifts, &rules, &earning, &tasks),
            rules,
            earning,
            changes: changes.unwrap_or_default(),
            local,
            source: source.clone(),
            boards: boards.unwrap_or_default(),
            rights: rights.unwrap_or_default(),
            messages: messages.unwrap_or_default(),
            conversions: conversions.unwrap_or_default(),
            deductions: deductions.unwrap_or_default(),
            prices: prices.unwrap_or_default(),
            shelf,
            occasions,
            referrals,
            streaks,
            abuse: abuse.unwrap_or_default(),
            leaderboards: leaderboards.unwrap_or_default(),
            surveys: surveys.unwrap_or_default(),
            tasks,
            tickets: tickets.unwrap_or_default(),
            wake_up,
        })
    }
}

/// Whether a rule asks for the stage of the member's membership.
fn looks_at_stage(rule: &jifen_rules::Rule) -> bool {
    let asks = |when: &jifen_rules::cel::Condition| when.text().contains("member.stage");
    rule.when.as_ref().is_some_and(asks) || rule.factors().iter().any(|factor| factor.when.as_ref().is_some_and(asks))
}

/// A place with everything that belongs to it.
fn place_name(place: &super::Place, organization: &super::Organization) -> PlaceName {
    let inner = organization.places.iter().filter(|inner| organization.is_within(Some(&inner.id), Some(&place.id)));
    let mut within: Vec<_> = inner.map(|inner| inner.id.clone()).collect();
    within.sort_unstable();
    PlaceName { id: place.id.clone(), within }
}

/// A problem of a file as a whole.
fn of_file(file: &str, message: &str) -> Problem {
    Problem {
        file: file.to_owned(),
        line: 1,
        column: 1,
        path: format!("{file}:"),
        message: message.to_owned(),
        suggestion: None,
    }
}
