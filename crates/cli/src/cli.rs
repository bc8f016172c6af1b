//! What the program can be asked to do.

use std::path::PathBuf;

use clap::{Args, CommandFactory, Parser, Subcommand};
use clap_complete::Shell;

use crate::backup::{Backup, Restore};
use crate::bench::Bench;
use crate::client::ClientCommand;
use crate::drill::Drill;
use crate::failure::Result;
use crate::import::Import;
use crate::keys::KeysCommand;
use crate::member::MemberCommand;
use crate::pay_provider::PayProviderCommand;
use crate::program::ProgramCommand;
use crate::replay::Replay;
use crate::serve::{Serve, Stop};
use crate::staff::StaffCommand;
use crate::terminal;
use crate::verify::Verify;

/// Jifen 积分: an open platform for member points
#[derive(Parser, Debug)]
#[command(name = "jifen", version, propagate_version = true, max_term_width = 120)]
#[command(after_long_help = "\
Start:
  jifen serve --data data --listen 127.0.0.1:8080 --program programs/rulebook --sandbox

Settings come from flags, then JIFEN_* variables (JIFEN_DATA for --data, and so on), then jifen.toml in this folder or
where --config says:
  data = \"data\"
  listen = \"127.0.0.1:8080\"
  program = \"programs/rulebook\"

Exit codes: 0 done, 1 refused or failed, 2 wrong use. `jifen COMMAND --help` has examples of each command.")]
pub(crate) struct Cli {
    /// The file of settings, instead of jifen.toml in this folder
    #[arg(long, global = true, env = "JIFEN_CONFIG", value_name = "FILE")]
    config: Option<PathBuf>,
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand, Debug)]
enum Command {
    Backup(Backup),
    Bench(Box<Bench>),
    Client(ClientCommand),
    Completions(Completions),
    Drill(Drill),
    Import(Import),
    Keys(KeysCommand),
    Member(MemberCommand),
    Openapi(Openapi),
    PayProvider(PayProviderCommand),
    Program(ProgramCommand),
    Replay(Replay),
    Restore(Restore),
    Serve(Box<Serve>),
    Staff(StaffCommand),
    Stop(Stop),
    Verify(Verify),
}

/// Prints the script that lets a shell complete commands and flags.
#[derive(Args, Debug)]
#[command(after_long_help = "\
Examples:
  jifen completions bash > /etc/bash_completion.d/jifen
  jifen completions zsh > ~/.zfunc/_jifen")]
struct Completions {
    /// Which shell
    shell: Shell,
}

/// Prints the OpenAPI 3.1 document of the API.
#[derive(Args, Debug)]
#[command(after_long_help = "\
A running server has it at /openapi.json, and readable pages at /docs.

Examples:
  jifen openapi > openapi.json
  jifen openapi | jq '.paths | keys'")]
struct Openapi {}

impl Cli {
    pub(crate) fn run(self) -> Result {
        match self.command {
            Command::Backup(command) => command.run(),
            Command::Bench(command) => command.run(),
            Command::Client(command) => command.run(),
            Command::Completions(command) => command.run(),
            Command::Drill(command) => command.run(),
            Command::Import(command) => command.run(),
            Command::Keys(command) => command.run(),
            Command::Member(command) => command.run(),
            Command::Openapi(command) => command.run(),
            Command::PayProvider(command) => command.run(),
            Command::Program(command) => command.run(),
            Command::Replay(command) => command.run(),
            Command::Restore(command) => command.run(),
            Command::Serve(command) => command.run(),
            Command::Staff(command) => command.run(),
            Command::Stop(command) => command.run(),
            Command::Verify(command) => command.run(),
        }
    }
}

impl Completions {
    fn run(&self) -> Result {
        clap_complete::generate(self.shell, &mut Cli::command(), "jifen", &mut std::io::stdout());
        Ok(())
    }
}

impl Openapi {
    #[expect(clippy::unused_self, reason = "a command like the others")]
    fn run(&self) -> Result {
        terminal::line(jifen_server::openapi().trim_end());
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_command_line_is_consistent() {
        Cli::command().debug_assert();
    }

    #[test]
    fn every_command_teaches_by_examples() {
        let mut command = Cli::command();
        command.build();
        for mut inner in command.get_subcommands().filter(|inner| inner.get_name() != "help").cloned() {
            let help = inner.render_long_help().to_string();
            assert!(help.contains("Examples:"), "{}:\n{help}", inner.get_name());
        }
    }
}
