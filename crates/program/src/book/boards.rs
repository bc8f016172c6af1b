//! What the boards watch and aim for: measures, thresholds, goals (`boards.yaml`).

use compact_str::CompactString;

use super::name::Name;

/// What the boards watch and aim for.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Boards {
    /// What is watched each day.
    pub alerts: Vec<AlertRule>,
    /// From which share of a budget on somebody must look, in hundredths of a percent; none where nobody must.
    pub budget_share: Option<i64>,
    /// What is aimed for.
    pub goals: Vec<Goal>,
    /// How what members are shown is compared with the journal.
    pub reconciliation: Reconciliation,
}

/// How what members are shown is compared with the journal, and when that is an alarm.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Reconciliation {
    /// Entries that the hourly spot check draws by chance.
    pub sample: u16,
    /// How many in a million may differ, of the members compared in the night and of the entries drawn.
    pub tolerance_ppm: u32,
}

impl Default for Reconciliation {
    /// What the rule book of the points exchange plan asks for, where another says nothing: a thousand, and 0.01 %.
    fn default() -> Self {
        Reconciliation { sample: 1_000, tolerance_ppm: 100 }
    }
}

/// A share that is computed over a window of days.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Measure {
    /// Members who did something, of all.
    ActiveShare,
    /// What the points issued are worth, of what members paid.
    CostRate,
    /// Points that sleep, of all in members' hands (EXP-14).
    DormantShare,
    /// Members who did nothing, of all.
    IdleShare,
    /// Points issued on a day, of the average of the days before.
    IssueJump,
    /// Points lapsed, of those issued.
    LapseRate,
    /// Points spent, of those issued: the consumption rate.
    RedemptionRate,
    /// Points spent on a day, of the average of the days before.
    SpendJump,
}

impl Measure {
    /// The words of a bundle.
    pub const WORDS: &[(&str, Measure)] = &[
        ("active_share", Measure::ActiveShare),
        ("cost_rate", Measure::CostRate),
        ("dormant_share", Measure::DormantShare),
        ("idle_share", Measure::IdleShare),
        ("issue_jump", Measure::IssueJump),
        ("lapse_rate", Measure::LapseRate),
        ("redemption_rate", Measure::RedemptionRate),
        ("spend_jump", Measure::SpendJump),
    ];

    /// What people call it.
    pub fn name(self) -> Name {
        let (zh, en) = match self {
            Measure::ActiveShare => ("活跃会员占比", "share of active members"),
            Measure::CostRate => ("积分成本率", "cost of points"),
            Measure::DormantShare => ("沉睡积分占比", "share of sleeping points"),
            Measure::IdleShare => ("沉睡会员占比", "share of idle members"),
            Measure::IssueJump => ("单日发放与日均之比", "points issued on the day against the average"),
            Measure::LapseRate => ("积分过期率", "share of points that lapsed"),
            Measure::RedemptionRate => ("积分使用率", "consumption rate"),
            Measure::SpendJump => ("单日使用与日均之比", "points spent on the day against the average"),
        };
        Name { zh: zh.to_owned(), en: en.to_owned() }
    }
}

/// How pressing an alert is, the least first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Level {
    /// Worth knowing.
    Info,
    /// Somebody should do something.
    Warn,
    /// Something must stop until it is understood.
    Stop,
}

impl Level {
    /// The words of a bundle.
    pub const WORDS: &[(&str, Level)] = &[("info", Level::Info), ("warn", Level::Warn), ("stop", Level::Stop)];

    /// The word.
    pub const fn as_str(self) -> &'static str {
        match self {
            Level::Info => "info",
            Level::Warn => "warn",
            Level::Stop => "stop",
        }
    }
}

/// Where a measure must not go, in hundredths of a percent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Bound {
    /// It must not be above.
    Above(i64),
    /// It must not be below.
    Below(i64),
}

impl Bound {
    /// Whether the value lies where it must not.
    pub const fn is_crossed(self, value: i64) -> bool {
        match self {
            Bound::Above(limit) => value > limit,
            Bound::Below(limit) => value < limit,
        }
    }
}

/// A measure that is watched.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AlertRule {
    /// The identifier.
    pub id: CompactString,
    /// What people call it.
    pub name: Name,
    /// What is watched.
    pub measure: Measure,
    /// Over how many days.
    pub days: u16,
    /// Where it must not go.
    pub bound: Bound,
    /// How pressing it is then.
    pub level: Level,
    /// What to do then.
    pub advice: Name,
}

/// A goal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Goal {
    /// The identifier.
    pub id: CompactString,
    /// What people call it.
    pub name: Name,
    /// What is measured.
    pub measure: Measure,
    /// Over how many days.
    pub days: u16,
    /// Where it began, in hundredths of a percent.
    pub start: i64,
    /// What is aimed for, in hundredths of a percent.
    pub target: i64,
    /// What quarters stand under.
    pub markers: Vec<Marker>,
}

/// What a quarter stands under.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Marker {
    /// The quarter, such as `2026-Q1`.
    pub quarter: CompactString,
    /// Its theme.
    pub name: Name,
}
