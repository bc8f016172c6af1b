//! What completed tasks say for a member's tier (TIER-08, SOC-09).
//!
//! A task may keep a tier: the assessment of the period in which it was completed takes none away. Or it may raise one: the
//! next tier is reached, and kept in that period as well. An upgrade counts until it is carried out, a term of keeping
//! only in its own period.

use jifen_vocab::{Day, RuleId, TierId, Timestamp};

use crate::book::ascent::Every;
use crate::book::tasks::MeritKind;
use crate::book::{RuleBook, Tier};
use crate::member::{Member, Merit};

/// What tasks say for a tier at an assessment.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Said {
    /// Tiers up.
    pub upgrades: usize,
    /// The newest task that raises it.
    pub raised_by: Option<RuleId>,
    /// The newest task that keeps it.
    pub kept_by: Option<RuleId>,
}

/// The first day of the period that an assessment of that instant is about: what is assessed ends with the day before.
/// Quarters where nobody assesses by itself.
pub fn assessed_from(book: &RuleBook, as_of: Timestamp) -> Day {
    let terms = book.ascent.as_ref().and_then(|ascent| ascent.assessment);
    let every = terms.map_or(Every::Quarter, |terms| terms.every);
    every.start_of(book.zone.day_of(as_of.plus_millis(-1)))
}

/// The tier so many above one, of those that a score reaches: nobody is raised to a tier that only people assign, nor out
/// of one.
pub fn raised<'b>(book: &'b RuleBook, from: &Tier, upgrades: usize) -> Option<&'b Tier> {
    let is_assigned = from.from.is_none() && from.rank > 0;
    let above = book.tiers.iter().filter(|tier| tier.rank > from.rank && tier.from.is_some() && !is_assigned);
    above.take(upgrades).last()
}

impl Said {
    /// What tasks that were completed before an instant say, those that keep a tier from that instant on.
    pub fn of(member: &Member, keeps_from: Timestamp, as_of: Timestamp) -> Said {
        let mut said = Said::default();
        for merit in member.body.merits.iter().filter(|merit| merit.at < as_of) {
            if merit.is_open_upgrade() {
                said.upgrades += 1;
                said.raised_by = Some(merit.task.clone());
            }
            if merit.at >= keeps_from {
                said.kept_by = Some(merit.task.clone());
            }
        }
        said
    }
}

impl Merit {
    /// Whether it raises the tier and has not done so yet.
    pub fn is_open_upgrade(&self) -> bool {
        self.kind == MeritKind::Upgrade && !self.done
    }
}

impl Member {
    /// Notes that the tier has followed what tasks said before an instant: when it rose, and from which tier.
    pub fn upgrades_done(&mut self, before: Timestamp, raised: Option<&(Timestamp, TierId)>) {
        for merit in self.body.merits.iter_mut().filter(|merit| merit.at < before && merit.is_open_upgrade()) {
            (merit.done, merit.raised) = (true, raised.cloned());
        }
    }
}

#[cfg(test)]
mod tests {
    use jifen_vocab::MemberId;

    use super::*;

    fn at(text: &str) -> Timestamp {
        Timestamp::parse_rfc3339(text).unwrap()
    }

    #[test]
    fn an_upgrade_counts_until_it_is_done_and_a_term_in_its_own_period() {
        let joined = at("2026-01-01T00:00:00+08:00");
        let mut member = Member::new(MemberId::new("lin").unwrap(), joined, TierId::new("bronze").unwrap());
        for (kind, task, when) in [
            (MeritKind::Keep, "keep-tier", "2026-02-10T00:00:00+08:00"),
            (MeritKind::Upgrade, "invite-3", "2026-05-10T00:00:00+08:00"),
        ] {
            member.add_merit(Merit { kind, task: RuleId::new(task).unwrap(), at: at(when), done: false, raised: None });
        }
        let said = |member: &Member, from: &str, as_of: &str| Said::of(member, at(from), at(as_of));
        let (winter, spring, summer) =
            ("2026-01-01T00:00:00+08:00", "2026-04-01T00:00:00+08:00", "2026-07-01T00:00:00+08:00");
        let first = said(&member, winter, spring);
        assert_eq!((first.upgrades, first.kept_by.as_ref().map(RuleId::as_str)), (0, Some("keep-tier")));
        let second = said(&member, spring, summer);
        assert_eq!((second.upgrades, second.raised_by.as_ref().map(RuleId::as_str)), (1, Some("invite-3")));
        assert_eq!(second.kept_by, second.raised_by, "what was raised is kept in that period");
        let third = said(&member, summer, "2026-10-01T00:00:00+08:00");
        assert_eq!((third.upgrades, third.kept_by), (1, None));
        member.upgrades_done(at(summer), None);
        assert_eq!(said(&member, summer, "2026-10-01T00:00:00+08:00"), Said::default());
    }
}
