//! The world, run for a fixed number of steps; and proof that its alarm rings.

mod year;

use jifen_sim::{Bug, Ground, Plan, run};

const STEPS: usize = 1_000;

/// Runs seeds one after the other; the alarm says which one repeats it.
#[track_caller]
fn all_agree(seeds: std::ops::Range<u64>, ground: Option<Ground>) -> Vec<jifen_sim::Report> {
    let plan = |seed| {
        let plan = Plan::of(seed, STEPS);
        ground.map_or(plan.clone(), |ground| plan.on(ground))
    };
    seeds.map(|seed| run(&plan(seed)).unwrap_or_else(|alarm| panic!("{alarm}"))).collect()
}

// row REL-12
// row REL-17
#[test]
fn whatever_fails_everybody_ends_with_what_the_answers_say() {
    let reports = all_agree(0..28, Some(Ground::Memory));
    let sum = |of: fn(&jifen_sim::Report) -> usize| reports.iter().map(of).sum::<usize>();
    // A world in which nothing happens would prove nothing.
    assert!(sum(|report| report.compared) > 15_000, "{reports:#?}");
    assert!(sum(|report| report.yes_and_no.1) > 500, "{reports:#?}");
    assert!(sum(|report| report.lapsed) > 20, "{reports:#?}");
    for struck in [
        sum(|report| report.struck.before),
        sum(|report| report.struck.after),
        sum(|report| report.struck.conflicts),
        sum(|report| report.struck.crashes),
        sum(|report| report.struck.loads),
    ] {
        assert!(struck > 40, "{reports:#?}");
    }
    // Hardly an answer stays unjudged for want of knowing when it was given.
    assert!(sum(|report| report.loose) * 50 < sum(|report| report.compared), "{reports:#?}");
}

#[test]
fn a_folder_that_is_closed_and_opened_again_and_again_forgets_nothing() {
    all_agree(100..104, Some(Ground::Folder));
}

#[test]
fn a_seed_repeats_its_run_to_the_last_answer() {
    for seed in 200..210 {
        let plan = Plan::of(seed, STEPS).on(Ground::Memory);
        assert_eq!(run(&plan).unwrap(), run(&plan).unwrap(), "seed {seed}");
    }
}

#[test]
fn the_alarm_rings_for_every_planted_bug() {
    for bug in Bug::ALL {
        let rings = |seed| run(&Plan::of(seed, STEPS).on(Ground::Memory).with(bug)).err();
        let alarms: Vec<String> = (0..8).filter_map(rings).map(|alarm| alarm.to_string()).collect();
        assert!(alarms.len() >= 7, "{bug:?} was noticed in {} of 8 runs", alarms.len());
        let repeat = |alarm: &String| alarm.contains("make sim SEED=") && alarm.contains("STEPS=1000");
        assert!(alarms.iter().all(repeat), "{alarms:?}");
    }
}
