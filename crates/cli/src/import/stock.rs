//! Pieces of rewards from a supplier's or a warehouse's table.

use std::collections::HashSet;

use jifen_engine::Engine;
use jifen_program::audit::By;
use jifen_program::flows::{Supply, SupplyChange};
use jifen_vocab::{Day, RewardId};

use super::rewards::{number, request, tried};
use super::table::{Column, Row, RowFault, Table};

pub(super) const COLUMNS: &[Column] = &[
    Column { name: "reward", required: true },
    Column { name: "add", required: false },
    Column { name: "stock", required: false },
    Column { name: "best_before", required: false },
];

/// Reads every row, and gives the commands or all that is wrong. Each is tried before any is carried out.
pub(super) fn check(engine: &Engine, table: &Table) -> Result<Vec<(u64, Supply)>, Vec<RowFault>> {
    let (mut commands, mut faults, mut seen) = (Vec::new(), Vec::new(), HashSet::new());
    for row in table.rows() {
        let command = supply(row, table.fingerprint).and_then(|command| {
            let fresh = seen.insert(row.required("reward")?);
            if fresh { tried(engine, command) } else { Err("the reward comes twice".to_owned()) }
        });
        match command {
            Ok(command) => commands.push((row.line, command)),
            Err(what) => faults.push(RowFault { line: row.line, what }),
        }
    }
    if faults.is_empty() { Ok(commands) } else { Err(faults) }
}

fn supply(row: Row<'_>, fingerprint: u128) -> Result<Supply, String> {
    let reward = RewardId::new(row.required("reward")?).map_err(|error| format!("`reward` {error}"))?;
    let change = match (number(row, "add")?, number(row, "stock")?) {
        (Some(pieces), None) => SupplyChange::Add(pieces),
        (None, Some(pieces)) => SupplyChange::Set(pieces),
        _ => return Err("either `add` or `stock` must be there".to_owned()),
    };
    let day = |text: &str| Day::parse(text).ok_or("`best_before` must be a day such as 2027-03-31");
    let best_before = row.field("best_before").map(day).transpose()?;
    let request = Some(request("import-stock", fingerprint, row.line));
    Ok(Supply { request, reward, change, best_before, by: By::command_line() })
}
