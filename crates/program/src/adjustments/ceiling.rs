//! What one person may add or take away alone: ceilings by grant, by day and by role, and what is unusual (LIM-22).

use compact_str::{CompactString, format_compact};
use jifen_vocab::{Day, UnitId};

use super::Adjust;
use super::tally::{AdjustedAlone, UsualAdjustment};
use crate::audit::{ActorKind, By};
use crate::book::{Ceilings, Held, Unusual};
use crate::desk::{Desk, RecordFault};
use crate::member::Member;

/// A ceiling that what a person does by hand goes beyond.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Beyond {
    /// Which: `each`, `member_day`, `role_day`, `role_each`, `tier_rank`, `unusual`.
    pub rule: &'static str,
    /// What may be done alone.
    pub maximum: i64,
    /// What it would be.
    pub value: i64,
}

/// Grants from which on an average says something.
const ENOUGH: i64 = 5;

/// The name under which a member's record keeps what was adjusted by hand on a day.
fn of_member(unit: &UnitId) -> CompactString {
    format_compact!("hand|{unit}")
}

impl Adjust {
    /// The ceilings that this goes beyond for somebody with these roles; none where it may be done alone.
    ///
    /// # Errors
    /// A fault where a record is damaged.
    pub fn beyond(&self, desk: &Desk<'_>, roles: &[Held]) -> Result<Vec<Beyond>, RecordFault> {
        let book = desk.books().at(desk.now());
        let grants = &book.rights.grants;
        let today = book.zone.day_of(desk.now());
        let points = self.size();
        let mut beyond = Vec::new();
        let mut check = |rule, maximum: Option<i64>, value: i64| {
            if let Some(maximum) = maximum.filter(|maximum| value > *maximum) {
                beyond.push(Beyond { rule, maximum, value });
            }
        };
        let role = grants.of_roles(roles);
        let alone = alone(desk, &self.by, &self.unit, today)?.saturating_add(points);
        check("role_each", role.as_ref().map(|role| role.each), points);
        check("role_day", role.as_ref().map(|role| role.day), alone);
        check("each", grants.each, points);
        let member = desk.read::<Member>(self.member.as_str())?;
        let today_before = member.map_or(0, |member| member.used(&of_member(&self.unit), today));
        check("member_day", grants.member_day, today_before.saturating_add(points));
        check("unusual", self.usual_maximum(desk, grants)?, points);
        Ok(beyond)
    }

    /// Points, whether added or taken away.
    fn size(&self) -> i64 {
        self.points.saturating_abs()
    }

    fn usual_maximum(&self, desk: &Desk<'_>, grants: &Ceilings) -> Result<Option<i64>, RecordFault> {
        let Some(Unusual { times, above, .. }) = grants.unusual else { return Ok(None) };
        let usual = desk.read::<UsualAdjustment>(self.unit.as_str())?;
        let usual = usual.filter(|usual| usual.count >= ENOUGH);
        Ok(usual.map(|usual| (usual.points.saturating_mul(times) / usual.count).max(above)))
    }

    /// Notes what was done, for the ceilings of those that follow.
    pub(super) fn note(&self, desk: &mut Desk<'_>, member: &mut Member) -> Result<(), RecordFault> {
        let book = desk.books().at(desk.now()).clone();
        let today = book.zone.day_of(desk.now());
        member.use_cap(&of_member(&self.unit), today, Some(1), self.size());
        // A sandbox's token has no ceilings, and what it grants is not what people usually do.
        if self.by.actor.kind == ActorKind::Sandbox {
            return Ok(());
        }
        if self.by.approval.is_none() {
            let points = alone(desk, &self.by, &self.unit, today)?.saturating_add(self.size());
            let key = self.by.actor.key();
            let before = desk.read::<AdjustedAlone>(&key)?.filter(|before| before.day == today.number());
            let mut all = before.map(|before| before.points.clone()).unwrap_or_default();
            all.insert(self.unit.clone(), points);
            desk.write(&key, AdjustedAlone { v: 1, day: today.number(), points: all });
        }
        let of_last = book.rights.grants.unusual.map_or(0, |unusual| unusual.of_last);
        let mut usual = desk.read::<UsualAdjustment>(self.unit.as_str())?.map_or_else(Default::default, |usual| *usual);
        if of_last > 0 && usual.count >= of_last {
            usual.points -= usual.points / usual.count;
            usual.count -= 1;
        }
        usual = UsualAdjustment { v: 1, count: usual.count + 1, points: usual.points.saturating_add(self.size()) };
        desk.write(self.unit.as_str(), usual);
        Ok(())
    }
}

/// What somebody adjusted alone today.
fn alone(desk: &Desk<'_>, by: &By, unit: &UnitId, today: Day) -> Result<i64, RecordFault> {
    let alone = desk.read::<AdjustedAlone>(&by.actor.key())?.filter(|alone| alone.day == today.number());
    Ok(alone.and_then(|alone| alone.points.get(unit).copied()).unwrap_or(0))
}
