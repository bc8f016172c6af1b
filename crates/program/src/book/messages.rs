//! What members are told, when and by which way: the kinds of messages of a rule book (NOTE-01 to NOTE-09).

use compact_str::CompactString;
use jifen_rules::cel::Condition;
use jifen_vocab::MessageChannel;
use smallvec::SmallVec;

use super::name::Name;
use super::template::Template;

crate::words::words! {
    /// What a message is sent on.
    Trigger {
        /// A year of membership is full.
        Anniversary = "anniversary",
        /// An appeal was decided.
        Appeal = "appeal",
        /// A badge was earned.
        BadgeEarned = "badge_earned",
        /// It is the member's birthday.
        Birthday = "birthday",
        /// Points came for the trouble with a return.
        Care = "care",
        /// Points fall asleep.
        Dormant = "dormant",
        /// A festival.
        Festival = "festival",
        /// The first order was paid.
        FirstOrder = "first_order",
        /// A friend joined.
        FriendJoined = "friend_joined",
        /// A friend bought something.
        FriendOrdered = "friend_ordered",
        /// The wallet was frozen.
        Frozen = "frozen",
        /// A reward of the shelf was given.
        GiftGiven = "gift_given",
        /// A person sends it.
        Hand = "hand",
        /// What was redeemed was handed over.
        HandedOver = "handed_over",
        /// Points will lapse.
        Lapsing = "lapsing",
        /// An order was paid.
        Paid = "paid",
        /// Points were taken as a penalty.
        Penalty = "penalty",
        /// The membership began.
        Registered = "registered",
        /// A streak ends unless something is done.
        StreakAtRisk = "streak_at_risk",
        /// The next day of a streak brings more than the day before.
        StreakNear = "streak_near",
        /// A task is done.
        TaskDone = "task_done",
        /// A ticket was answered.
        TicketAnswered = "ticket_answered",
        /// The tier will be lost unless something is done.
        TierAtRisk = "tier_at_risk",
        /// The tier was lost.
        TierDown = "tier_down",
        /// The next tier comes near.
        TierProgress = "tier_progress",
        /// A higher tier was reached.
        TierUp = "tier_up",
        /// A freeze has ended.
        Unfrozen = "unfrozen",
        /// Reasons to come back, for members whose points sleep.
        WakeUp = "wake_up",
        /// Points that slept are back.
        Woken = "woken",
    }
}

/// What stands in a blank of a template.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sort {
    /// Points of a unit. A blank `{x}` of this sort brings `{x_worth}` along: what they are worth in money.
    Points,
    /// An amount of money.
    Money,
    /// A day.
    Date,
    /// A whole number.
    Number,
    /// A name or a few words in both languages.
    Name,
}

/// Blanks that are filled when the message is read or sent, because nobody who decides knows them: the person's name,
/// and rewards that they could have now.
pub const LATE_BLANKS: [&str; 2] = ["name", "rewards"];

/// The blank that every message has: the program's name.
pub const PROGRAM_BLANK: &str = "program";

impl Trigger {
    /// The blanks that templates on it may have, besides those every message has.
    pub const fn blanks(self) -> &'static [(&'static str, Sort)] {
        use Sort::{Date, Money, Name, Number, Points};
        match self {
            Trigger::Anniversary => &[("years", Number), ("points", Points)],
            Trigger::Appeal => &[("result", Name)],
            Trigger::BadgeEarned => &[("badge", Name)],
            Trigger::Festival => &[("festival", Name), ("points", Points)],
            Trigger::Dormant => &[("points", Points), ("date", Date)],
            Trigger::Birthday
            | Trigger::Care
            | Trigger::FirstOrder
            | Trigger::FriendJoined
            | Trigger::FriendOrdered
            | Trigger::Woken => &[("points", Points)],
            Trigger::Frozen => &[("until", Date)],
            Trigger::GiftGiven => &[("gift", Name), ("until", Date)],
            Trigger::Hand | Trigger::Registered | Trigger::Unfrozen => &[],
            Trigger::HandedOver => &[("reward", Name)],
            Trigger::Lapsing => &[("points", Points), ("date", Date), ("balance", Points)],
            Trigger::Paid => &[("amount", Money), ("points", Points)],
            Trigger::Penalty => &[("reason", Name), ("points", Points)],
            Trigger::StreakAtRisk => &[("days", Number)],
            Trigger::StreakNear => &[("days", Number), ("points", Points)],
            Trigger::TaskDone => &[("task", Name), ("award", Name), ("points", Points)],
            Trigger::TicketAnswered => &[("ticket", Name)],
            Trigger::TierAtRisk => &[("tier", Name), ("date", Date), ("missing", Number)],
            Trigger::TierDown | Trigger::TierUp => &[("tier", Name)],
            Trigger::TierProgress => &[("tier", Name), ("missing", Number)],
            Trigger::WakeUp => &[("points", Points), ("until", Date)],
        }
    }

    const fn bit(self) -> u32 {
        1 << self as u32
    }
}

crate::words::words! {
    /// Where the member app shows a message.
    Shown {
        /// In the inbox.
        Inbox = "inbox",
        /// In the inbox, and over whatever page is open next.
        Popup = "popup",
    }
}

crate::words::words! {
    /// What the law makes of a message.
    Purpose {
        /// It sells something: it needs the member's consent before it leaves the house.
        Marketing = "marketing",
        /// It tells what the member must know about their points.
        Service = "service",
    }
}

crate::words::words! {
    /// For how long a ceiling counts.
    CeilingPer {
        /// A day of the program.
        Day = "day",
        /// That day and the six before.
        Week = "week",
    }
}

/// The texts of a message. Those of a copy that are not there are those of the kind.
#[derive(Debug, Clone, Default)]
pub struct Copy {
    /// The subject.
    pub title: Option<BothTemplates>,
    /// What it says.
    pub text: Option<BothTemplates>,
    /// The same in a few words, for channels with little room.
    pub short: Option<BothTemplates>,
}

/// A template in both languages.
#[derive(Debug, Clone)]
pub struct BothTemplates {
    /// Chinese.
    pub zh: Template,
    /// English.
    pub en: Template,
}

impl BothTemplates {
    /// Fills the blanks: `value` gives what stands there in Chinese (true) or English.
    pub fn fill(&self, mut value: impl FnMut(&str, bool) -> Option<String>) -> Name {
        Name { zh: self.zh.fill(|blank| value(blank, true)), en: self.en.fill(|blank| value(blank, false)) }
    }
}

/// Members of a segment get other texts (NOTE-09).
#[derive(Debug)]
pub struct Segment {
    /// Its identifier, which is noted with the message.
    pub id: CompactString,
    /// Who is meant.
    pub when: Condition,
    /// Their texts.
    pub copy: Copy,
}

/// One of several ways of sending the same message, tried out on a share of the members (NOTE-08).
#[derive(Debug, Clone)]
pub struct Variant {
    /// Its identifier, which is noted with the message.
    pub id: CompactString,
    /// The share of the members in per cent; all shares together make 100.
    pub share: u8,
    /// When it is sent, where that differs: milliseconds after what happened.
    pub after_ms: Option<i64>,
    /// Texts that differ.
    pub copy: Copy,
}

/// Ways of which the first that works is taken.
pub type Route = SmallVec<[MessageChannel; 3]>;

/// A kind of message.
#[derive(Debug)]
pub struct MessageKind {
    /// Its identifier.
    pub id: CompactString,
    /// What operators call it.
    pub name: Name,
    /// What it is sent on.
    pub on: Trigger,
    /// Only where this holds of the member.
    pub when: Option<Condition>,
    /// That condition as members read it.
    pub terms: Option<Name>,
    /// What the law makes of it.
    pub purpose: Purpose,
    /// Whether neither quiet hours nor ceilings hold it back.
    pub urgent: bool,
    /// Where the member app shows it.
    pub shown: Shown,
    /// Milliseconds after what happened.
    pub after_ms: i64,
    /// Days for which the inbox shows it.
    pub keep_days: u16,
    /// Which page of the member app it leads to.
    pub link: Option<CompactString>,
    /// Words that a person who sends it by hand writes into it.
    pub words: Vec<CompactString>,
    /// How it leaves the house: each route once.
    pub send: Vec<Route>,
    /// Its texts: title and text are there.
    pub copy: Copy,
    /// Other texts for segments; the first that holds.
    pub segments: Vec<Segment>,
    /// Ways that are tried out.
    pub variants: Vec<Variant>,
}

impl MessageKind {
    /// The blanks its templates may have, with their sorts.
    pub fn blanks(&self) -> Vec<(&str, Sort)> {
        let words = self.words.iter().map(|word| (word.as_str(), Sort::Name));
        self.on.blanks().iter().copied().chain(words).collect()
    }
}

/// How many messages a channel carries to one member.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Ceiling {
    /// The channel.
    pub channel: MessageChannel,
    /// For how long it counts.
    pub per: CeilingPer,
    /// The most.
    pub most: u16,
}

/// Hours in which nothing that can wait leaves the house, as minutes of the program's day; `until` may lie on the next.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct QuietHours {
    /// From.
    pub from: u16,
    /// To, which is not quiet any more.
    pub until: u16,
}

impl QuietHours {
    /// How many minutes are left of them at that minute of the day; none outside.
    pub fn left(self, minute: u16) -> Option<u16> {
        const DAY: u16 = 24 * 60;
        let length = (self.until + DAY - self.from) % DAY;
        let passed = (minute + DAY - self.from) % DAY;
        (passed < length).then(|| length - passed)
    }
}

/// How often something is tried.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Retry {
    /// Tries on each channel.
    pub times: u8,
    /// Milliseconds before the second; they double.
    pub pause_ms: i64,
}

/// What `messages.yaml` says.
#[derive(Debug)]
pub struct MessageTerms {
    /// When nothing that can wait is sent.
    pub quiet: Option<QuietHours>,
    /// The most that a member gets.
    pub ceilings: Vec<Ceiling>,
    /// How often sending is tried.
    pub retry: Retry,
    /// Hours after which what could not be sent is not sent any more.
    pub stale_hours: u16,
    /// Whether marketing goes to members who never said anything. The law wants no.
    pub marketing_by_default: bool,
    /// The kinds.
    pub kinds: Vec<MessageKind>,
    triggers: u32,
}

impl Default for MessageTerms {
    fn default() -> Self {
        MessageTerms::new(Vec::new())
    }
}

impl MessageTerms {
    /// Terms with these kinds, and otherwise what holds where nothing is said.
    pub fn new(kinds: Vec<MessageKind>) -> MessageTerms {
        let triggers = kinds.iter().fold(0, |bits, kind| bits | kind.on.bit());
        MessageTerms {
            quiet: None,
            ceilings: Vec::new(),
            retry: Retry { times: 5, pause_ms: 60_000 },
            stale_hours: 72,
            marketing_by_default: false,
            kinds,
            triggers,
        }
    }

    /// Whether anything is sent on that.
    pub const fn tells(&self, trigger: Trigger) -> bool {
        self.triggers & trigger.bit() != 0
    }

    /// The kind of that id.
    pub fn kind(&self, id: &str) -> Option<&MessageKind> {
        self.kinds.iter().find(|kind| kind.id == id)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quiet_hours_may_span_midnight() {
        let night = QuietHours { from: 22 * 60, until: 8 * 60 };
        assert_eq!(night.left(21 * 60 + 59), None);
        assert_eq!(night.left(22 * 60), Some(600));
        assert_eq!(night.left(0), Some(480));
        assert_eq!(night.left(7 * 60 + 59), Some(1));
        assert_eq!(night.left(8 * 60), None);
        let noon = QuietHours { from: 12 * 60, until: 14 * 60 };
        assert_eq!((noon.left(13 * 60), noon.left(11 * 60)), (Some(60), None));
    }
}
