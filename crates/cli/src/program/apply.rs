//! `jifen program apply`: publishes a rule book as the store's next version.

use std::path::{Path, PathBuf};

use clap::Args;
use jifen_engine::{Engine, Files, PublishError};
use jifen_program::audit::By;
use jifen_program::flows::{Notice, PublishFiles};
use jifen_vocab::{Code, Refusal, Timestamp, Zone, limits};
use serde_json::{Value, json};

use super::remote::{Outcome, Remote};
use crate::bundle;
use crate::control::{Publication, Request};
use crate::failure::{Failure, NOTHING_CHANGED, Result};
use crate::place::{self, Place, StorePlace, Use};
use crate::refusal::sentence;
use crate::terminal;

/// Publishes a rule book as the next version
///
/// Versions are numbered and never change; what was judged by an earlier one stays as it was. Where a server has the
/// folder open, the command goes through it and the version takes effect without a restart; where the rule book asks for
/// a second person (publish in rights.yaml), it waits for their approval in the console.
#[derive(Args, Debug)]
pub(super) struct Apply {
    /// The rule book's folder
    dir: PathBuf,
    #[command(flatten)]
    place: StorePlace,
    /// A server elsewhere instead, over its API; where it takes a second person, it waits there for approval
    #[arg(long, env = "JIFEN_URL", value_name = "URL", conflicts_with = "without_notice")]
    url: Option<String>,
    /// The token of an API client of that server
    #[arg(long, env = "JIFEN_TOKEN", value_name = "TOKEN", hide_env_values = true, hide_default_value = true)]
    token: Option<String>,
    /// Why, in a sentence; kept with the version
    #[arg(long, default_value = "")]
    note: String,
    /// When it takes effect, such as 2026-06-01T00:00:00+08:00; now, if left out
    #[arg(long, value_name = "TIME", value_parser = instant)]
    from: Option<Timestamp>,
    /// Let a change to members' disadvantage take effect before the period of notice is over; the audit trail tells of it
    #[arg(long)]
    without_notice: bool,
    /// Print one line of JSON
    #[arg(long)]
    json: bool,
}

fn instant(text: &str) -> std::result::Result<Timestamp, String> {
    Timestamp::parse_rfc3339(text)
        .ok_or_else(|| "must be RFC 3339 with an offset, such as 2026-06-01T00:00:00+08:00".into())
}

impl Apply {
    pub(super) fn run(&self) -> Result {
        let files = bundle::read(&self.dir)?;
        bundle::compile(&files).map_err(|mistakes| bundle::mistakes(&self.dir, &mistakes).data(NOTHING_CHANGED))?;
        if self.note.chars().count() > limits::REASON_LEN_MAX {
            return Err(Failure::usage(format!("--note may have at most {} characters", limits::REASON_LEN_MAX)));
        }
        let outcome = match &self.url {
            Some(url) => self.publish_elsewhere(url, &files)?,
            None => self.publish(&self.place.place()?, files)?,
        };
        let published = match outcome {
            Outcome::Published(version) => version,
            Outcome::Waits(approval) => return self.tell_waiting(&approval),
        };
        if self.json {
            return terminal::json(&published);
        }
        let version = &published["version"];
        match published["from"].as_str() {
            Some(from) => terminal::line(format!("version {version} is published and in force from {from}")),
            None => terminal::line(format!("version {version} is published and in force")),
        }
        Ok(())
    }

    fn publish_elsewhere(&self, url: &str, files: &Files) -> Result<Outcome> {
        let from = self.from.map(|from| Zone::utc().rfc3339(from));
        Remote::new(url, self.token.as_deref())?.publish(files, from.as_deref(), &self.note)
    }

    fn tell_waiting(&self, approval: &Value) -> Result {
        if self.json {
            return terminal::json(&json!({ "approval": approval }));
        }
        let id = approval["id"].as_str().unwrap_or_default();
        terminal::line(format!("not published yet: it waits for a second person (approval {id})"));
        Ok(())
    }

    fn publish(&self, place: &Place, files: Files) -> Result<Outcome> {
        let publication =
            Publication { files, note: self.note.clone(), from: self.from, without_notice: self.without_notice };
        let request = Request::Publish(publication);
        if let Some(mut answer) = place.ask(&request, |_, _| {})? {
            return Ok(match answer["approval"].take() {
                Value::Null => Outcome::Published(answer),
                approval => Outcome::Waits(approval),
            });
        }
        let Request::Publish(publication) = request else { return Err(Failure::new("nothing to publish")) };
        let opened = place::open(place, None, Use::Once)?;
        let published = publish(&opened.engine, publication);
        opened.close();
        published.map(Outcome::Published)
    }
}

fn refused(refusal: &Refusal) -> Failure {
    let failure = Failure::new(format!("not published: {}", sentence(refusal))).data(NOTHING_CHANGED);
    match refusal.code {
        Code::NoticeTooShort => {
            failure.hint("publish it with --from at that time or later; --without-notice breaks the promise")
        }
        _ => failure,
    }
}

/// Publishes a bundle through an engine.
pub(crate) fn publish(engine: &Engine, publication: Publication) -> Result<Value> {
    let Publication { files, note, from, without_notice } = publication;
    let notice = if without_notice { Notice::Waived } else { Notice::Kept };
    let command = PublishFiles { files, from, note, by: By::command_line(), notice };
    let (version, warnings) = engine.publish(command).map_err(|error| match error {
        PublishError::Bundle(mistakes) => bundle::mistakes(Path::new(""), &mistakes).data(NOTHING_CHANGED),
        PublishError::Refused(refusal) => refused(&refusal),
        PublishError::Engine(error) => Failure::from(error),
    })?;
    let books = engine.books();
    let zone = &books.at(engine.clock().now()).zone;
    Ok(json!({
        "version": version.version,
        "from": zone.rfc3339(version.from),
        "warnings": warnings.iter().map(bundle::as_json).collect::<Vec<_>>(),
    }))
}
