//! What the server says while it works: lines for people, or JSON for collectors.

use clap::ValueEnum;
use tracing_subscriber::filter::Targets;
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::util::SubscriberInitExt;
use tracing_subscriber::{Layer, fmt, registry};

use crate::failure::{Failure, Result};

/// The form of log lines.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Form {
    /// One JSON object a line
    Json,
    /// Lines for people
    Text,
}

/// Starts the log on standard error. `level` is like `info` or `warn,jifen_engine=debug`.
pub(crate) fn start(form: Form, level: &str) -> Result {
    let filter = targets(level).ok_or_else(|| {
        Failure::usage(format!("--log-level {level} is no level"))
            .hint("one of off, error, warn, info, debug, trace, or such as warn,jifen_engine=debug")
    })?;
    let lines = fmt::layer().with_writer(std::io::stderr);
    let layer = match form {
        Form::Json => lines.json().flatten_event(true).boxed(),
        Form::Text => lines.with_ansi(std::io::IsTerminal::is_terminal(&std::io::stderr())).boxed(),
    };
    let started = registry().with(layer.with_filter(filter)).try_init();
    started.map_err(|error| Failure::new(format!("starting the log: {error}")))
}

/// A word by itself must be a level: it would be taken for the name of a part that says everything.
fn targets(text: &str) -> Option<Targets> {
    let is_level = |word: &str| word.trim().parse::<tracing_subscriber::filter::LevelFilter>().is_ok();
    let alone = |word: &str| !word.contains('=');
    if text.split(',').any(|word| alone(word) && !is_level(word)) {
        return None;
    }
    text.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_level_is_one_of_few_words() {
        let known = |text| targets(text).is_some();
        assert!(known("info") && known("warn,jifen_engine=debug") && known("OFF"));
        assert!(!known("loud") && !known("warn,loud") && !known("warn,jifen_engine=loud"));
    }
}
