//! Each policy at its boundary, in zones that skip and repeat hours.

use super::*;

const SHANGHAI: &str = "Asia/Shanghai";
const NEW_YORK: &str = "America/New_York";
const BERLIN: &str = "Europe/Berlin";
const SAO_PAULO: &str = "America/Sao_Paulo";

fn instant(text: &str) -> Timestamp {
    Timestamp::parse_rfc3339(text).unwrap()
}

/// Each line: earned → lapses, both with offset.
fn check(validity: &Validity, zone: &str, table: &str) {
    let zone = Zone::named(zone).unwrap();
    for line in table.lines().map(str::trim).filter(|line| !line.is_empty()) {
        let (earned, lapses) = line.split_once(" -> ").unwrap();
        let found = validity.expires_at(instant(earned), &zone).unwrap();
        assert_eq!(zone.rfc3339(found), lapses, "{validity:?} earned {earned}");
    }
}

fn months(months: u16, round: Round) -> Validity {
    Validity::Months { months, round }
}

fn days(days: u16, round: Round) -> Validity {
    Validity::Days { days, round }
}

fn date(month: i8, day: i8) -> MonthDay {
    MonthDay::new(month, day).unwrap()
}

#[test]
fn a_natural_year_is_cleared_when_the_next_begins() {
    // row EXP-01
    check(
        &Validity::NaturalYear,
        SHANGHAI,
        "2023-01-01T00:00:00+08:00 -> 2024-01-01T00:00:00+08:00
         2023-12-31T23:59:59.999+08:00 -> 2024-01-01T00:00:00+08:00
         2024-01-01T00:00:00+08:00 -> 2025-01-01T00:00:00+08:00
         2023-12-31T16:00:00Z -> 2025-01-01T00:00:00+08:00
         2023-12-31T15:59:59.999Z -> 2024-01-01T00:00:00+08:00
         2024-02-29T12:00:00+08:00 -> 2025-01-01T00:00:00+08:00",
    );
    check(&Validity::NaturalYear, NEW_YORK, "2023-12-31T23:00:00-05:00 -> 2024-01-01T00:00:00-05:00");
    check(&Validity::NaturalYear, NEW_YORK, "2024-01-01T04:59:59Z -> 2024-01-01T00:00:00-05:00");
}

#[test]
fn rolling_months_end_with_the_month() {
    // row EXP-02
    check(
        &months(6, Round::EndOfMonth),
        SHANGHAI,
        "2024-01-01T00:00:00+08:00 -> 2024-08-01T00:00:00+08:00
         2024-01-31T23:59:59.999+08:00 -> 2024-08-01T00:00:00+08:00
         2024-02-01T00:00:00+08:00 -> 2024-09-01T00:00:00+08:00
         2023-08-31T10:00:00+08:00 -> 2024-03-01T00:00:00+08:00
         2022-08-31T10:00:00+08:00 -> 2023-03-01T00:00:00+08:00
         2024-06-30T10:00:00+08:00 -> 2025-01-01T00:00:00+08:00",
    );
    check(&months(6, Round::EndOfMonth), NEW_YORK, "2024-04-30T23:59:59-04:00 -> 2024-11-01T00:00:00-04:00");
    check(&months(6, Round::EndOfMonth), BERLIN, "2024-04-30T23:59:59+02:00 -> 2024-11-01T00:00:00+01:00");
}

#[test]
fn the_yearly_sweep_clears_what_is_more_than_a_year_old() {
    // row EXP-03
    check(
        &Validity::YearlySweep,
        SHANGHAI,
        "2024-01-01T00:00:00+08:00 -> 2026-01-01T00:00:00+08:00
         2024-12-31T23:59:59.999+08:00 -> 2026-01-01T00:00:00+08:00
         2025-01-01T00:00:00+08:00 -> 2027-01-01T00:00:00+08:00",
    );
}

#[test]
fn validity_may_differ_by_tier() {
    // row EXP-04
    let by_tier = |tier: &str| match tier {
        "ordinary" => Validity::NaturalYear,
        "silver" => months(18, Round::None),
        _ => Validity::Forever,
    };
    let zone = Zone::named(SHANGHAI).unwrap();
    let earned = instant("2024-08-31T20:15:00+08:00");
    let lapses = |tier| by_tier(tier).expires_at(earned, &zone);
    assert_eq!(lapses("ordinary"), Some(instant("2025-01-01T00:00:00+08:00")));
    assert_eq!(lapses("silver"), Some(instant("2026-02-28T20:15:00+08:00")));
    assert_eq!(lapses("gold"), None);
    assert_eq!(better(lapses("ordinary"), lapses("silver")), lapses("silver"));
    assert_eq!(better(lapses("silver"), lapses("gold")), None);
    assert_eq!(better(lapses("gold"), lapses("ordinary")), None);
}

#[test]
fn days_keep_the_time_of_day_over_leap_days_and_clock_changes() {
    check(
        &days(1, Round::None),
        NEW_YORK,
        // 02:30 does not exist on 10 March 2024 and comes twice on 3 November: then the first is meant.
        "2024-03-09T02:30:00-05:00 -> 2024-03-10T03:30:00-04:00
         2024-03-09T12:00:00-05:00 -> 2024-03-10T12:00:00-04:00
         2024-11-02T01:30:00-04:00 -> 2024-11-03T01:30:00-04:00
         2024-11-02T12:00:00-04:00 -> 2024-11-03T12:00:00-05:00
         2024-02-28T12:00:00-05:00 -> 2024-02-29T12:00:00-05:00
         2023-02-28T12:00:00-05:00 -> 2023-03-01T12:00:00-05:00",
    );
    check(&days(365, Round::None), SHANGHAI, "2024-02-29T08:00:00+08:00 -> 2025-02-28T08:00:00+08:00");
    check(&days(366, Round::None), SHANGHAI, "2024-02-29T08:00:00+08:00 -> 2025-03-01T08:00:00+08:00");
    check(&days(90, Round::EndOfDay), BERLIN, "2024-01-01T00:00:00+01:00 -> 2024-04-01T00:00:00+02:00");
    check(&days(90, Round::EndOfDay), BERLIN, "2024-01-01T23:59:59.999+01:00 -> 2024-04-01T00:00:00+02:00");
}

#[test]
fn a_day_may_begin_after_midnight() {
    // São Paulo skipped midnight on 4 November 2018: the 3rd ends, and the 4th begins, at 01:00.
    check(&days(2, Round::EndOfDay), SAO_PAULO, "2018-11-01T15:00:00-03:00 -> 2018-11-04T01:00:00-02:00");
    check(&days(3, Round::None), SAO_PAULO, "2018-11-01T00:30:00-03:00 -> 2018-11-04T01:30:00-02:00");
    let third = Validity::OnDate(Day::parse("2018-11-03").unwrap());
    check(&third, SAO_PAULO, "2018-01-01T00:00:00-02:00 -> 2018-11-04T01:00:00-02:00");
}

#[test]
fn months_end_where_the_month_ends() {
    check(
        &months(1, Round::None),
        SHANGHAI,
        "2024-01-31T09:00:00+08:00 -> 2024-02-29T09:00:00+08:00
         2023-01-31T09:00:00+08:00 -> 2023-02-28T09:00:00+08:00
         2024-02-29T09:00:00+08:00 -> 2024-03-29T09:00:00+08:00
         2024-12-31T09:00:00+08:00 -> 2025-01-31T09:00:00+08:00",
    );
    check(&months(12, Round::None), SHANGHAI, "2024-02-29T09:00:00+08:00 -> 2025-02-28T09:00:00+08:00");
}

#[test]
fn results_round_up_to_the_end_of_a_period() {
    let earned = "2024-01-15T09:00:00+08:00 -> ";
    for (round, lapses) in [
        (Round::None, "2024-02-15T09:00:00+08:00"),
        (Round::EndOfDay, "2024-02-16T00:00:00+08:00"),
        (Round::EndOfMonth, "2024-03-01T00:00:00+08:00"),
        (Round::EndOfQuarter, "2024-04-01T00:00:00+08:00"),
        (Round::EndOfYear, "2025-01-01T00:00:00+08:00"),
    ] {
        check(&months(1, round), SHANGHAI, &format!("{earned}{lapses}"));
        check(&days(31, round), SHANGHAI, &format!("{earned}{lapses}"));
    }
    check(&months(1, Round::EndOfQuarter), SHANGHAI, "2024-02-29T09:00:00+08:00 -> 2024-04-01T00:00:00+08:00");
    check(&months(1, Round::EndOfQuarter), SHANGHAI, "2024-03-01T00:00:00+08:00 -> 2024-07-01T00:00:00+08:00");
}

#[test]
fn fixed_dates_clear_at_the_end_of_the_next_one() {
    let dates = Validity::FixedDates(vec![date(12, 31), date(6, 30)]);
    check(
        &dates,
        SHANGHAI,
        "2024-01-01T00:00:00+08:00 -> 2024-07-01T00:00:00+08:00
         2024-06-30T23:59:59.999+08:00 -> 2024-07-01T00:00:00+08:00
         2024-07-01T00:00:00+08:00 -> 2025-01-01T00:00:00+08:00
         2024-12-31T12:00:00+08:00 -> 2025-01-01T00:00:00+08:00",
    );
    let leap_day = Validity::FixedDates(vec![date(2, 29)]);
    check(
        &leap_day,
        SHANGHAI,
        "2023-02-28T12:00:00+08:00 -> 2023-03-01T00:00:00+08:00
         2023-03-01T00:00:00+08:00 -> 2024-03-01T00:00:00+08:00
         2024-02-28T12:00:00+08:00 -> 2024-03-01T00:00:00+08:00",
    );
    let zone = Zone::named(SHANGHAI).unwrap();
    let year_end = Validity::FixedDates(vec![date(12, 31)]);
    for earned in ["2024-01-01T00:00:00+08:00", "2024-12-31T23:59:59+08:00", "2025-01-01T00:00:00+08:00"] {
        let earned = instant(earned);
        assert_eq!(year_end.expires_at(earned, &zone), Validity::NaturalYear.expires_at(earned, &zone));
    }
    assert_eq!(Validity::FixedDates(Vec::new()).expires_at(instant("2024-01-01T00:00:00Z"), &zone), None);
    assert_eq!(MonthDay::new(2, 30), None);
    assert_eq!(MonthDay::new(13, 1), None);
}

#[test]
fn very_short_validities_are_worth_a_warning() {
    // row EXP-10
    assert!(months(3, Round::EndOfMonth).is_short());
    assert!(days(92, Round::None).is_short());
    assert!(Validity::FixedDates(vec![date(3, 31), date(6, 30), date(9, 30), date(12, 31)]).is_short());
    assert!(!months(4, Round::None).is_short());
    assert!(!days(93, Round::None).is_short());
    assert!(!Validity::NaturalYear.is_short());
    assert!(!Validity::YearlySweep.is_short());
    assert!(!Validity::Forever.is_short());
    assert!(!Validity::FixedDates(vec![date(6, 30), date(12, 31)]).is_short());
}

#[test]
fn a_lead_counts_back_in_the_calendar() {
    // row EXP-05
    let zone = Zone::named(SHANGHAI).unwrap();
    let new_year = instant("2025-01-01T00:00:00+08:00");
    assert_eq!(crate::Lead::Months(3).before(new_year, &zone), instant("2024-10-01T00:00:00+08:00"));
    assert_eq!(crate::Lead::Days(90).before(new_year, &zone), instant("2024-10-03T00:00:00+08:00"));
    assert_eq!(crate::Lead::Days(30).before(new_year, &zone), instant("2024-12-02T00:00:00+08:00"));
    let new_york = Zone::named(NEW_YORK).unwrap();
    let after_change = instant("2024-03-11T00:00:00-04:00");
    assert_eq!(crate::Lead::Days(2).before(after_change, &new_york), instant("2024-03-09T00:00:00-05:00"));
    for lead in [crate::Lead::Days(0), crate::Lead::Days(90), crate::Lead::Months(3), crate::Lead::Months(40)] {
        assert!(lead.not_before(after_change) <= lead.before(after_change, &new_york));
    }
}

#[test]
fn validities_read_back() {
    for validity in [
        Validity::Forever,
        Validity::NaturalYear,
        days(30, Round::EndOfDay),
        months(18, Round::None),
        Validity::YearlySweep,
        Validity::OnDate(Day::parse("2026-06-18").unwrap()),
        Validity::FixedDates(vec![date(2, 29)]),
    ] {
        let json = serde_json::to_string(&validity).unwrap();
        assert_eq!(serde_json::from_str::<Validity>(&json).unwrap(), validity, "{json}");
    }
    assert!(serde_json::from_str::<Validity>(r#"{"fixed_dates":[[2,30]]}"#).is_err());
}
