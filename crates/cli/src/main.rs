//! The program `jifen`: the command line over the engine and its server.

mod access;
mod backup;
mod bench;
mod bundle;
mod cli;
mod client;
mod control;
mod drill;
mod failure;
mod follow;
mod import;
mod keys;
mod logs;
mod member;
mod pay_provider;
mod place;
mod program;
mod refusal;
mod replay;
mod seal;
mod serve;
mod settings;
mod staff;
mod swap;
mod terminal;
mod verify;

use std::ffi::OsString;
use std::process::ExitCode;

use clap::{CommandFactory, FromArgMatches};

use cli::Cli;
use failure::Result;

/// Records are made on one thread and let go on another, which the system's allocator is slow at.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    match run() {
        Ok(code) => code,
        Err(failure) => {
            terminal::remark(&failure);
            ExitCode::from(failure.code())
        }
    }
}

fn run() -> Result<ExitCode> {
    let arguments: Vec<OsString> = std::env::args_os().collect();
    let command = settings::apply(Cli::command(), &arguments)?;
    let matches = match command.try_get_matches_from(arguments) {
        Ok(matches) => matches,
        Err(error) => return Ok(told(&error)),
    };
    match Cli::from_arg_matches(&matches) {
        Ok(cli) => cli.run().map(|()| ExitCode::SUCCESS),
        Err(error) => Ok(told(&error)),
    }
}

/// Help and version are told on standard output and are no mistakes.
fn told(error: &clap::Error) -> ExitCode {
    let _ = error.print();
    ExitCode::from(u8::try_from(error.exit_code()).unwrap_or(2))
}
