//! Wake-ups: too many points sleep, and the members they belong to are told and given reasons to come back (EXP-14).
//!
//! A [`WakeUp`] is a plan that goes through all members in slices. Whoever has points that sleep gets a badge until it is
//! over, which rules, ways of converting and deductions may ask for, and the messages on `wake_up`. It starts by itself
//! when the share of sleeping points is above what the rule book says, or by hand; both are in the audit trail. Who comes
//! back meanwhile is counted. Refusals of starting, in order: unknown plan; wake-up-open. Of stopping: unknown;
//! plan-decided.

use compact_str::CompactString;
use jifen_vocab::{Code, Day, Decimal, Kind, Ratio, Refusal, Rounding, Timestamp, UnitId};
use serde::{Deserialize, Serialize};

use crate::audit::{self, By, Line};
use crate::book::{Books, RuleBook};
use crate::desk::{Command, Desk, Identity, Keys, Loaded, RequestKey, Stop, Touch, json_record};
use crate::member::{Called, Member};
use crate::messages::{self, Cause};
use crate::wallets::Sitting;

/// Where a wake-up stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum WakeUpState {
    /// Everybody was looked at.
    Done,
    /// Members are being looked at.
    Running,
    /// Somebody stopped it. Who was told keeps what they were given.
    Stopped,
}

impl WakeUpState {
    /// The word it is written with.
    pub const fn as_str(self) -> &'static str {
        match self {
            WakeUpState::Done => "done",
            WakeUpState::Running => "running",
            WakeUpState::Stopped => "stopped",
        }
    }
}

/// A wake-up.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct WakeUp {
    /// Schema version.
    pub v: u8,
    /// Its identifier.
    pub id: CompactString,
    /// When it started.
    pub at: Timestamp,
    /// Until when members have what it switched on.
    pub until: Timestamp,
    /// Whose points sleep.
    pub unit: UnitId,
    /// What members got.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub badge: Option<CompactString>,
    /// The share of the points that slept then, in hundredths of a percent; nothing where there were no points.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub share: Option<i64>,
    /// Who started it; nobody where it started by itself.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub by: Option<CompactString>,
    /// Where it stands.
    pub state: WakeUpState,
    /// The last member who was looked at.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub after: Option<CompactString>,
    /// How many were looked at.
    pub seen: i64,
    /// How many have points that sleep, and were told.
    pub addressed: i64,
    /// When it was over.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ended: Option<Timestamp>,
}

/// Wake-ups, by identifier: later ones sort later.
pub static WAKE_UP: Kind = Kind::records("wake_up");

json_record!(WakeUp, WAKE_UP);

/// What is open, and when it was last looked.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct WakeUpDocket {
    /// Schema version.
    pub v: u8,
    /// The day on which the share was last looked at.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub looked: Option<Day>,
    /// When the last one started.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub started: Option<Timestamp>,
    /// The one that is running.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub open: Option<CompactString>,
}

/// The one docket.
pub static WAKE_UP_DOCKET: Kind = Kind::records("wake_up_docket");

json_record!(WakeUpDocket, WAKE_UP_DOCKET);

/// The id of the one docket.
pub const DOCKET: &str = "wake-ups";

fn docket(desk: &Desk<'_>) -> Result<WakeUpDocket, Stop> {
    let docket = desk.read::<WakeUpDocket>(DOCKET)?;
    Ok(docket.map_or_else(|| WakeUpDocket { v: 1, ..WakeUpDocket::default() }, |docket| WakeUpDocket::clone(&docket)))
}

/// The unit whose sleeping points are watched.
pub fn watched(book: &RuleBook) -> Option<&UnitId> {
    let terms = book.wake_up.as_ref()?;
    Some(terms.unit.as_ref().unwrap_or(&book.default_unit))
}

/// Whether so many hundredths of a percent are more than a share.
fn is_above(share: i64, above: Decimal) -> bool {
    let hundredths = above.ratio().checked_mul(Ratio::whole(10_000)).and_then(|it| it.round(Rounding::Floor));
    hundredths.is_some_and(|above| share > above)
}

/// Notes the share of sleeping points of a day, and starts a wake-up where it is time for one.
#[derive(Debug, Clone)]
pub struct LookAtShare {
    /// The program's day.
    pub day: Day,
    /// The share of the points that sleep, in hundredths of a percent; nothing where there are no points.
    pub share: Option<i64>,
}

impl Command for LookAtShare {
    type Outcome = ();

    fn touches(&self, _: &Books, _: &Loaded<'_>, keys: &mut Keys) -> Touch {
        keys.want::<WakeUpDocket>(DOCKET);
        audit::want(keys);
        Touch::Done
    }

    fn decide(&self, desk: &mut Desk<'_>) -> Result<(), Stop> {
        let mut docket = docket(desk)?;
        // Of several processes, one was first.
        if docket.looked.is_some_and(|looked| looked >= self.day) {
            return Ok(());
        }
        docket.looked = Some(self.day);
        let book = desk.books().at(desk.now()).clone();
        let Some(terms) = &book.wake_up else { return Ok(()) };
        let rests = docket.started.is_some_and(|at| desk.now() < at.plus_days(i64::from(terms.rest_days)));
        let is_time = self.share.is_some_and(|share| is_above(share, terms.above));
        if docket.open.is_none() && !rests && is_time {
            begin(desk, &book, &mut docket, self.share, &By::system())?;
        }
        desk.write(DOCKET, docket);
        Ok(())
    }
}

/// Starts a wake-up by hand, whatever the share.
#[derive(Debug, Clone)]
pub struct BeginWakeUp {
    /// The key it came with.
    pub request: Option<RequestKey>,
    /// The share of the points that sleep, in hundredths of a percent.
    pub share: Option<i64>,
    /// Who starts it.
    pub by: By,
}

impl Command for BeginWakeUp {
    type Outcome = WakeUp;

    fn identity(&self) -> Option<Identity> {
        self.request.as_ref().map(RequestKey::identity)
    }

    fn touches(&self, _: &Books, _: &Loaded<'_>, keys: &mut Keys) -> Touch {
        keys.want::<WakeUpDocket>(DOCKET);
        audit::want(keys);
        Touch::Done
    }

    fn decide(&self, desk: &mut Desk<'_>) -> Result<WakeUp, Stop> {
        let mut docket = docket(desk)?;
        let book = desk.books().at(desk.now()).clone();
        if book.wake_up.is_none() {
            return Err(Refusal::new(Code::Unknown).word("plan", "wake_up.yaml").into());
        }
        if let Some(open) = &docket.open {
            return Err(Refusal::new(Code::WakeUpOpen).word("wake_up", open).into());
        }
        let wake_up = begin(desk, &book, &mut docket, self.share, &self.by)?;
        desk.write(DOCKET, docket);
        Ok(wake_up)
    }
}

fn begin(
    desk: &mut Desk<'_>,
    book: &RuleBook,
    docket: &mut WakeUpDocket,
    share: Option<i64>,
    by: &By,
) -> Result<WakeUp, Stop> {
    let unknown = || Refusal::new(Code::Unknown).word("plan", "wake_up.yaml");
    let terms = book.wake_up.as_ref().ok_or_else(unknown)?;
    let (now, id) = (desk.now(), desk.new_id("wake"));
    let wake_up = WakeUp {
        v: 1,
        id: id.clone(),
        at: now,
        until: now.plus_days(i64::from(terms.days)),
        unit: terms.unit.clone().unwrap_or_else(|| book.default_unit.clone()),
        badge: terms.badge.clone(),
        share,
        by: (*by != By::system()).then(|| by.id().clone()),
        state: WakeUpState::Running,
        after: None,
        seen: 0,
        addressed: 0,
        ended: None,
    };
    docket.open = Some(id.clone());
    docket.started = Some(now);
    let line = Line::new("wake_ups.begin", "wake_up", &id).after("share", share);
    audit::write(desk, by, line.after("until", wake_up.until.as_millis()))?;
    desk.write_new(&id, wake_up.clone());
    Ok(wake_up)
}

/// Wakes the next members.
#[derive(Debug, Clone)]
pub struct WakeSlice {
    /// Which wake-up.
    pub wake_up: CompactString,
    /// The last member who was looked at before these.
    pub after: Option<CompactString>,
    /// The last of these.
    pub until: Option<CompactString>,
    /// How many were looked at.
    pub seen: i64,
    /// Those who seemed to have points that sleep.
    pub sleepers: Vec<CompactString>,
    /// Whether there are no more.
    pub is_last: bool,
}

impl Command for WakeSlice {
    type Outcome = ();

    fn touches(&self, _: &Books, _: &Loaded<'_>, keys: &mut Keys) -> Touch {
        keys.want::<WakeUp>(&self.wake_up);
        keys.want::<WakeUpDocket>(DOCKET);
        self.sleepers.iter().for_each(|member| keys.want::<Member>(member));
        Touch::Done
    }

    fn decide(&self, desk: &mut Desk<'_>) -> Result<(), Stop> {
        let Some(wake_up) = desk.read::<WakeUp>(&self.wake_up)? else { return Ok(()) };
        // Another process has woken them, or somebody has stopped it.
        if wake_up.state != WakeUpState::Running || wake_up.after != self.after {
            return Ok(());
        }
        let mut wake_up = WakeUp::clone(&wake_up);
        let is_over = desk.now() >= wake_up.until;
        if !is_over {
            for member in &self.sleepers {
                wake_up.addressed += i64::from(address(desk, &wake_up, member)?);
            }
            wake_up.seen += self.seen;
            wake_up.after.clone_from(&self.until);
        }
        if self.is_last || is_over {
            wake_up.state = WakeUpState::Done;
            wake_up.ended = Some(desk.now());
            let docket = docket(desk)?;
            desk.write(DOCKET, WakeUpDocket { open: None, ..docket });
        }
        desk.write(&self.wake_up, wake_up);
        Ok(())
    }
}

/// Tells a member whose points sleep, and gives them what the plan switches on. Whether their points sleep still.
fn address(desk: &mut Desk<'_>, wake_up: &WakeUp, member: &str) -> Result<bool, Stop> {
    let mut sitting = Sitting::open(desk, member)?;
    let points = sitting.ledger().wallet().dormant(&wake_up.unit).get();
    if points > 0 {
        if let Some(badge) = &wake_up.badge {
            sitting.member.give_badge(badge, desk.now(), Some(wake_up.until));
        }
        sitting.member.body.called = Some(Box::new(Called { wake_up: wake_up.id.clone(), until: wake_up.until }));
        let cause = Cause::WakeUp { points, unit: wake_up.unit.clone(), until: wake_up.until };
        messages::notify(desk, &sitting.member.body, cause);
    }
    sitting.close(desk);
    Ok(points > 0)
}

/// Stops a wake-up: nobody more is told.
#[derive(Debug, Clone)]
pub struct StopWakeUp {
    /// The key it came with.
    pub request: Option<RequestKey>,
    /// Which.
    pub wake_up: CompactString,
    /// Who stops it.
    pub by: By,
}

impl Command for StopWakeUp {
    type Outcome = WakeUp;

    fn identity(&self) -> Option<Identity> {
        self.request.as_ref().map(RequestKey::identity)
    }

    fn touches(&self, _: &Books, _: &Loaded<'_>, keys: &mut Keys) -> Touch {
        keys.want::<WakeUp>(&self.wake_up);
        keys.want::<WakeUpDocket>(DOCKET);
        audit::want(keys);
        Touch::Done
    }

    fn decide(&self, desk: &mut Desk<'_>) -> Result<WakeUp, Stop> {
        let unknown = || Refusal::new(Code::Unknown).word("wake_up", &self.wake_up);
        let mut wake_up = WakeUp::clone(&*desk.read::<WakeUp>(&self.wake_up)?.ok_or_else(unknown)?);
        if wake_up.state != WakeUpState::Running {
            return Err(Refusal::new(Code::PlanDecided).word("state", wake_up.state.as_str()).into());
        }
        wake_up.state = WakeUpState::Stopped;
        wake_up.ended = Some(desk.now());
        let docket = docket(desk)?;
        desk.write(DOCKET, WakeUpDocket { open: None, ..docket });
        let line = Line::new("wake_ups.stop", "wake_up", &self.wake_up).after("addressed", wake_up.addressed);
        audit::write(desk, &self.by, line)?;
        desk.write(&self.wake_up, wake_up.clone());
        Ok(wake_up)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_share_is_above_another_only_where_it_is_larger() {
        let third: Decimal = "0.3".parse().unwrap();
        assert_eq!([2_999, 3_000, 3_001].map(|share| is_above(share, third)), [false, false, true]);
    }
}
