//! `units.yaml`: kinds of points, what they are worth, how long they live.

use jifen_ledger::{DebtPolicy, DormancyTerms, Lead, NoticeTerms, Shrink, ShrinkOf, UnitTerms, Validity};
use jifen_rules::document::{MapReader, Node, Problems};
use jifen_vocab::limits::AMOUNT_MAX;
use jifen_vocab::{Decimal, Ratio, Rounding, Timestamp, UnitId};
use smallvec::SmallVec;

use super::findings::Findings;
use super::program::DEBTS;
use super::values::{only_list, unique};
use super::{limits, values};
use crate::book::{ExtensionTerms, MemberExtension, StaffExtension, Unit};

/// What a point is worth, and the band it promises to stay within.
type Worth = (Decimal, Option<(Decimal, Decimal)>);

/// Reads the file, in the order written. `debt` is the program's policy, for units that have none of their own.
pub(super) fn read(root: Node<'_>, debt: DebtPolicy, findings: &mut Findings) -> Vec<Unit> {
    let mut units: Vec<Unit> = Vec::new();
    let mut seen = Vec::new();
    let maps = only_list(root, "units", limits::UNITS_MAX, &mut findings.problems);
    for mut map in maps {
        let place = map.require("id", &mut findings.problems);
        let id = place.and_then(|node| values::id(node, UnitId::new, &mut findings.problems));
        let unit = unit(&mut map, id.clone(), debt, findings);
        map.finish(&mut findings.problems);
        let (Some(place), Some(unit)) = (place, unit) else { continue };
        unique(&mut seen, unit.id.as_str(), place, &mut findings.problems);
        units.push(unit);
    }
    if units.is_empty() && findings.problems.is_empty() {
        findings.problems.push(root.problem("needs a unit"));
    }
    units
}

fn unit(map: &mut MapReader<'_>, id: Option<UnitId>, debt: DebtPolicy, findings: &mut Findings) -> Option<Unit> {
    let problems = &mut findings.problems;
    let name = values::name(map, problems);
    let worth = map.take("value").map(|node| worth(node, problems));
    let foreign = map.take("foreign").and_then(|node| node.boolean(problems)).unwrap_or(false);
    let spendable_at = map.take("spendable");
    let spendable = spendable_at.and_then(|node| node.boolean(problems)).unwrap_or(!foreign);
    if let Some(node) = spendable_at.filter(|_| foreign && spendable) {
        problems.push(node.problem("cannot be true: a foreign unit is spent where it is at home"));
    }
    let debt = map.take("debt").map_or(Some(debt), |node| node.choice(&DEBTS, problems));
    let grace = map.take("grace_days").map(|node| values::count(node, 0..=366, problems));
    let notice_at = map.take("notice");
    let notice = notice_at.and_then(|node| notice(node, problems));
    let extension = map.take("extension").and_then(|node| extension(node, problems));
    let dormancy = map.take("dormancy").and_then(|node| dormancy(node, problems));
    let validity = map.require("validity", problems).and_then(|node| values::validity(node, findings));
    let validity = validity.unwrap_or(Validity::Forever);
    if spendable && validity != Validity::Forever && notice_at.is_none() {
        findings.warnings.push(map.node().problem("lapses without notice: `notice` tells members before"));
    }
    let id = id?;
    let mut terms = UnitTerms::new(id.clone());
    terms.debt = debt.unwrap_or_default();
    terms.grace_days = grace.flatten().unwrap_or(terms.grace_days);
    terms.notice = notice;
    terms.dormancy = dormancy;
    // A worth that cannot be read is a problem already; one stands in for it, so that percentages are checked on.
    let worth = worth.map(|worth| worth.unwrap_or((Decimal::ONE, None)));
    let (value, band) = worth.map_or((None, None), |(value, band)| (Some(value), band));
    Some(Unit { id, name, value, band, spendable, foreign, terms, validity, extension })
}

/// `0.01`, or `{ usual: 0.01, from: 0.008, to: 0.015 }` for a worth that floats within a band (PROG-02).
fn worth(node: Node<'_>, problems: &mut Problems) -> Option<Worth> {
    if !node.is_map() {
        return positive(node, problems).map(|value| (value, None));
    }
    let mut map = node.map(problems)?;
    let mut part = |key, problems: &mut Problems| map.require(key, problems).and_then(|node| positive(node, problems));
    let (usual, from, to) = (part("usual", problems), part("from", problems), part("to", problems));
    map.finish(problems);
    let (usual, from, to) = (usual?, from?, to?);
    let within = (from <= usual && usual <= to).then_some((usual, Some((from, to))));
    node.or_problem(within, "must go from the lowest to the highest, with the usual worth between them", problems)
}

fn positive(node: Node<'_>, problems: &mut Problems) -> Option<Decimal> {
    let value = node.decimal(problems)?;
    let message = "must be more than 0: leave it out for a unit without a worth in money";
    node.or_problem(Some(value).filter(|value| !value.is_negative() && !value.is_zero()), message, problems)
}

fn notice(node: Node<'_>, problems: &mut Problems) -> Option<NoticeTerms> {
    let mut map = node.map(problems)?;
    let list = map.require("leads", problems);
    let required = map.take("required").map_or(Some(true), |node| node.boolean(problems));
    map.finish(problems);
    let list = list?;
    let items = list.one_or_many();
    let few = (1..=limits::LEADS_MAX).contains(&items.len()).then_some(());
    list.or_problem(few, &format!("must hold 1 to {} spans, such as 90d", limits::LEADS_MAX), problems)?;
    let mut leads = SmallVec::new();
    for item in items {
        let lead = values::lead(item, problems)?;
        if leads.contains(&lead) {
            problems.push(item.problem("is there already"));
        }
        leads.push(lead);
    }
    Some(NoticeTerms { leads, required: required?, since: Timestamp::MIN })
}

/// Days before a sleep that members are told, unless the book says otherwise.
const LEAD_DAYS: u16 = 30;

/// `{ after: { months: 12 }, notice: 30d, shrink: { by: 10%, every: { months: 1 } } }` (EXP-11, EXP-12).
fn dormancy(node: Node<'_>, problems: &mut Problems) -> Option<DormancyTerms> {
    let mut map = node.map(problems)?;
    let after = map.require("after", problems).and_then(|node| values::span(node, problems));
    let lead = map.take("notice").map(|node| lead_days(node, problems));
    let shrink = map.take("shrink").map(|node| shrink(node, problems));
    map.finish(problems);
    let (after, lead_days) = (after?, lead.map_or(Some(LEAD_DAYS), |lead| lead)?);
    let longer = after.nominal_days().is_some_and(|days| u32::from(lead_days) < days);
    node.or_problem(
        longer.then_some(()),
        "must let points stay awake for longer than the notice is given before",
        problems,
    )?;
    Some(DormancyTerms {
        after,
        lead_days,
        shrink: shrink.map_or(Some(None), |shrink| shrink.map(Some))?,
        since: Timestamp::MIN,
    })
}

fn lead_days(node: Node<'_>, problems: &mut Problems) -> Option<u16> {
    match values::lead(node, problems)? {
        Lead::Days(days) => Some(days),
        Lead::Months(_) => node.or_problem(None, "must be a number of days, such as 30d", problems),
    }
}

fn shrink(node: Node<'_>, problems: &mut Problems) -> Option<Shrink> {
    let mut map = node.map(problems)?;
    let by = map.require("by", problems).and_then(|node| {
        let share = node.percent(problems)?.ratio().checked_mul(Ratio::whole(1000));
        let per_mille =
            share.and_then(|share| share.round(Rounding::HalfUp)).and_then(|share| u16::try_from(share).ok());
        let per_mille = per_mille.unwrap_or(u16::MAX);
        node.or_problem((1..=1000).contains(&per_mille).then_some(per_mille), "must be 0.1% to 100%", problems)
    });
    let every = map.require("every", problems).and_then(|node| values::span(node, problems));
    let of = map.take("of").map_or(Some(ShrinkOf::default()), |node| {
        node.choice(&[("rest", ShrinkOf::Rest), ("whole", ShrinkOf::Whole)], problems)
    });
    map.finish(problems);
    Some(Shrink { every: every?, per_mille: by?, of: of? })
}

/// Days by which a date is put off beyond which a slip is more likely: ten years.
const EXTENSION_DAYS_MAX: i64 = 3_660;

/// `{ days: 30, member: { within: 90d, fee: 0% }, staff: { days: 90, lapsed: 30d, most: 5000 } }` (EXP-08, EXP-17).
fn extension(node: Node<'_>, problems: &mut Problems) -> Option<ExtensionTerms> {
    let mut map = node.map(problems)?;
    let days = map.require("days", problems);
    let days = days.and_then(|node| values::count(node, 1..=EXTENSION_DAYS_MAX, problems));
    let member = map.take("member").map(|node| member_extension(node, problems));
    let staff = map.take("staff").map(|node| staff_extension(node, problems));
    map.finish(problems);
    let member = member.map_or(Some(None), |member| member.map(Some))?;
    let staff = staff.map_or(Some(None), |staff| staff.map(Some))?;
    Some(ExtensionTerms { days: days?, member, staff })
}

fn member_extension(node: Node<'_>, problems: &mut Problems) -> Option<MemberExtension> {
    let mut map = node.map(problems)?;
    let within = map.require("within", problems).and_then(|node| lead_days(node, problems));
    let fee = map.take("fee").map_or(Some(Decimal::ZERO), |node| {
        let share = values::share(node, problems);
        node.or_problem(share.filter(|share| *share < Decimal::ONE), "must be below 100%", problems)
    });
    map.finish(problems);
    Some(MemberExtension { within_days: within?, fee: fee? })
}

fn staff_extension(node: Node<'_>, problems: &mut Problems) -> Option<StaffExtension> {
    let mut map = node.map(problems)?;
    let days = map.require("days", problems);
    let days = days.and_then(|node| values::count(node, 1..=EXTENSION_DAYS_MAX, problems));
    let lapsed = map.take("lapsed").map_or(Some(0), |node| lead_days(node, problems));
    let most = map.require("most", problems).and_then(|node| node.integer_in(1..=AMOUNT_MAX, problems));
    map.finish(problems);
    Some(StaffExtension { days: days?, lapsed_days: lapsed?, most: most? })
}
