//! Publishing on a server elsewhere, over its API: a draft with the folder's files, checked there, then published. Where it
//! takes a second person it waits, and says so.

use std::time::Duration;

use jifen_engine::Files;
use serde_json::{Value, json};
use ureq::Agent;

use crate::failure::{Failure, NOTHING_CHANGED, Result};

/// How long a request may take: a large rule book is compiled on the way.
const PATIENCE: Duration = Duration::from_secs(60);

/// A server elsewhere.
pub(super) struct Remote {
    agent: Agent,
    url: String,
    token: String,
}

/// What came of it.
pub(super) enum Outcome {
    /// It is a version: its number, and since when it is in force.
    Published(Value),
    /// It waits for a second person: the approval.
    Waits(Value),
}

impl Remote {
    /// A server by its address, with an API client's token.
    pub(super) fn new(url: &str, token: Option<&str>) -> Result<Remote> {
        let token = token.filter(|token| !token.trim().is_empty());
        let token = token.ok_or_else(|| {
            Failure::usage("a server elsewhere wants a token").hint(
                "give --token or JIFEN_TOKEN: of an API client with the scopes program:read, program:write and \
                 program:publish",
            )
        })?;
        if !url.starts_with("http://") && !url.starts_with("https://") {
            return Err(Failure::usage("--url must be an address such as https://points.example"));
        }
        let config = Agent::config_builder().timeout_global(Some(PATIENCE)).http_status_as_error(false);
        let agent = config.max_redirects(0).build().into();
        Ok(Remote { agent, url: url.trim_end_matches('/').to_owned(), token: token.to_owned() })
    }

    /// Publishes files as the next version. A draft that is not published is dropped again, unless it waits.
    pub(super) fn publish(&self, files: &Files, from: Option<&str>, note: &str) -> Result<Outcome> {
        let (_, draft) = self.post("/v1/program/drafts", &json!({"files": files, "note": note}))?;
        let id = draft["id"].as_str().ok_or_else(|| self.odd(&draft))?.to_owned();
        let wanted = json!({"from": from, "note": note});
        match self.post(&format!("/v1/program/drafts/{id}/publish"), &wanted) {
            Ok((202, mut waits)) => Ok(Outcome::Waits(waits["approval"].take())),
            Ok((_, version)) => Ok(Outcome::Published(version)),
            Err(failure) => {
                let path = format!("{}/v1/program/drafts/{id}", self.url);
                let dropped = self.agent.delete(&path).header("authorization", self.bearer()).call();
                Err(match dropped {
                    Ok(_) => failure.data(NOTHING_CHANGED),
                    Err(_) => failure.hint(format!("the draft {id} is still there: drop it in the console")),
                })
            }
        }
    }

    fn bearer(&self) -> String {
        format!("Bearer {}", self.token)
    }

    fn post(&self, path: &str, body: &Value) -> Result<(u16, Value)> {
        let asked = self.agent.post(format!("{}{path}", self.url)).header("authorization", self.bearer());
        let asked = asked.header("content-type", "application/json").send(body.to_string());
        let away = |error: ureq::Error| Failure::new(format!("{} cannot be asked: {error}", self.url));
        let mut answer = asked.map_err(away)?;
        let status = answer.status().as_u16();
        let text = answer.body_mut().read_to_string().map_err(away)?;
        let answer: Value = serde_json::from_str(&text).unwrap_or(Value::Null);
        if (200..300).contains(&status) {
            return Ok((status, answer));
        }
        let said = answer["detail"].as_str().or(answer["title"].as_str());
        Err(match said {
            Some(said) => Failure::new(format!("not published: {said}")).data(NOTHING_CHANGED),
            None => self.odd(&answer),
        })
    }

    fn odd(&self, answer: &Value) -> Failure {
        Failure::new(format!("{} does not answer as Jifen does: {answer}", self.url)).data(NOTHING_CHANGED)
    }
}
