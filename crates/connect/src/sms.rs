//! Text messages through a gateway that takes JSON over HTTPS. Gateways differ in the names of their fields; a small
//! adapter in front of one of another form is a few lines.

use std::time::Duration;

use ureq::Agent;

use crate::{Message, Undelivered};

/// How long a gateway may take.
const PATIENCE: Duration = Duration::from_secs(10);

/// Why a text message cannot be sent.
#[derive(Debug, thiserror::Error)]
pub enum SmsError {
    /// The setting is not the address of a gateway.
    #[error("text messages need the address of a gateway, such as https://sms.example/send")]
    Url,
    /// The gateway did not take it.
    #[error("the gateway did not take it: {0}")]
    Refused(String),
}

/// A gateway: `POST` of `{"to", "text"}`, with the token as a bearer where there is one; any 2xx means taken. What is not a
/// code has a name, sent as `Idempotency-Key`.
pub struct Sms {
    agent: Agent,
    url: String,
    token: Option<String>,
}

impl Sms {
    /// A gateway by its address.
    ///
    /// # Errors
    /// [`SmsError::Url`]
    pub fn new(url: &str, token: Option<&str>) -> Result<Sms, SmsError> {
        if !url.starts_with("https://") && !url.starts_with("http://") {
            return Err(SmsError::Url);
        }
        let config = Agent::config_builder().timeout_global(Some(PATIENCE)).build();
        Ok(Sms { agent: config.into(), url: url.to_owned(), token: token.map(str::to_owned) })
    }

    /// Sends a message; waits until the gateway has it.
    ///
    /// # Errors
    /// [`SmsError::Refused`]
    pub fn send(&self, message: &Message) -> Result<(), SmsError> {
        self.post(message, None).map_err(|error| SmsError::Refused(error.to_string()))
    }

    /// Sends a message under a name of its own, by which a gateway knows it where it comes twice.
    ///
    /// # Errors
    /// [`Undelivered`]
    pub fn deliver(&self, message: &Message, id: &str) -> Result<(), Undelivered> {
        self.post(message, Some(id)).map_err(|error| Undelivered::of(&error))
    }

    fn post(&self, message: &Message, id: Option<&str>) -> Result<(), ureq::Error> {
        let body = serde_json::json!({"to": message.to, "text": message.text}).to_string();
        let mut request = self.agent.post(&self.url).header("content-type", "application/json");
        if let Some(id) = id {
            request = request.header("idempotency-key", id);
        }
        if let Some(token) = &self.token {
            request = request.header("authorization", &format!("Bearer {token}"));
        }
        request.send(body).map(drop)
    }
}
