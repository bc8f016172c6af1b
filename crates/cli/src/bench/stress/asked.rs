//! What is to be played: one scene from the command line, or the checks of a file, one after another.

use std::path::Path;

use clap::ValueEnum;
use serde::Deserialize;

use crate::failure::{self, Failure, Result};

use super::Bench;
use super::limits::{Limits, Rate, Within};
use super::scene::Scene;

/// A scene with its load, and what is asked of the installation meanwhile.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Asked {
    /// What it is to prove, where it has a name.
    pub(super) name: Option<String>,
    pub(super) scene: Scene,
    pub(super) connections: u32,
    pub(super) seconds: u64,
    pub(super) members: u32,
    /// Events of a batch.
    pub(super) batch: u32,
    pub(super) limits: Limits,
}

/// The file of checks.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    checks: Vec<Check>,
}

/// One of them. What is left out is as it is on the command line.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Check {
    name: String,
    scenario: String,
    connections: Option<u32>,
    seconds: Option<u64>,
    members: Option<u32>,
    batch: Option<u32>,
    at_least: Option<Rate>,
    p99: Option<Within>,
}

impl Asked {
    /// What the command line asks for.
    pub(super) fn of(bench: &Bench) -> Result<Vec<Asked>> {
        let asked = |scene| Asked {
            name: None,
            scene,
            connections: bench.connections,
            seconds: bench.seconds,
            members: bench.members,
            batch: bench.batch,
            limits: Limits { at_least: bench.at_least, p99: bench.p99 },
        };
        match (&bench.checks, bench.scene) {
            (Some(file), _) => read(file, &asked(Scene::Mixed)),
            (None, Some(scene)) => Ok(vec![asked(scene)]),
            (None, None) => Err(Failure::usage("what is to be played? give --scenario or --checks")),
        }
    }
}

/// The checks of a file.
fn read(file: &Path, usual: &Asked) -> Result<Vec<Asked>> {
    let text = std::fs::read_to_string(file).map_err(failure::io(format!("reading {}", file.display())))?;
    parse(&text, usual).map_err(|what| Failure::usage(format!("{}: {what}", file.display())))
}

fn parse(text: &str, usual: &Asked) -> std::result::Result<Vec<Asked>, String> {
    let File { checks } = serde_json::from_str(text).map_err(|error| error.to_string())?;
    if checks.is_empty() {
        return Err("there is no check in it".to_owned());
    }
    checks.into_iter().map(|check| check.asked(usual)).collect()
}

impl Check {
    fn asked(self, usual: &Asked) -> std::result::Result<Asked, String> {
        let Check { name, scenario, connections, seconds, members, batch, at_least, p99 } = self;
        let scene =
            Scene::from_str(&scenario, false).map_err(|_| format!("{name}: there is no scenario {scenario}"))?;
        let asked = Asked {
            scene,
            connections: connections.unwrap_or(usual.connections),
            seconds: seconds.unwrap_or(usual.seconds),
            members: members.unwrap_or(usual.members),
            batch: batch.unwrap_or(usual.batch),
            limits: Limits { at_least, p99 },
            name: Some(name.clone()),
        };
        let wrong = if asked.limits.is_none() {
            "it asks for nothing: give at_least or p99"
        } else if !(1..=10_000).contains(&asked.connections) {
            "connections must be from 1 to 10000"
        } else if !(1..=3_600).contains(&asked.seconds) {
            "seconds must be from 1 to 3600"
        } else if !(1..=10_000_000).contains(&asked.members) {
            "members must be from 1 to 10000000"
        } else if !(1..=1_000).contains(&asked.batch) {
            "batch must be from 1 to 1000"
        } else {
            return Ok(asked);
        };
        Err(format!("{name}: {wrong}"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn usual() -> Asked {
        let limits = Limits::default();
        Asked { name: None, scene: Scene::Mixed, connections: 64, seconds: 10, members: 100, batch: 500, limits }
    }

    #[test]
    fn the_figures_of_the_reference_installation_are_a_file_that_can_be_read() {
        let text = include_str!("../../../../../scripts/bench/reference.json");
        let asked = parse(text, &usual()).unwrap();
        let of = |scene| asked.iter().find(|asked| asked.scene == scene).unwrap();
        assert_eq!(of(Scene::Reads).limits.at_least, Some("30000/s".parse().unwrap()));
        assert_eq!(of(Scene::Stream).limits.at_least, Some("100000/s".parse().unwrap()));
        assert!(asked.iter().all(|asked| asked.name.is_some() && !asked.limits.is_none()));
    }

    #[test]
    fn what_is_wrong_in_a_file_is_said() {
        let wrong = |text: &str| parse(text, &usual()).unwrap_err();
        let check = |more: &str| format!("{{\"checks\": [{{\"name\": \"peak\", \"scenario\": \"mixed\"{more}}}]}}");
        assert!(wrong("").contains("line 1"));
        assert!(wrong("{}").contains("missing field `checks`"));
        assert_eq!(wrong("{\"checks\": []}"), "there is no check in it");
        assert!(wrong(&check("")).contains("peak: it asks for nothing"));
        assert!(wrong(&check(", \"at_least\": \"many\"")).contains("must be like 30000/s"));
        assert!(wrong(&check(", \"p99\": 50")).contains("invalid type"));
        assert!(wrong(&check(", \"p90\": \"50ms\"")).contains("unknown field `p90`"));
        assert!(wrong(&check(", \"p99\": \"50ms\", \"seconds\": 0")).contains("seconds must be from 1"));
        assert!(wrong(&check(", \"p99\": \"50ms\", \"connections\": 20000")).contains("to 10000"));
        assert!(wrong(&check(", \"p99\": \"50ms\"").replace("mixed", "party")).contains("no scenario party"));
    }
}
