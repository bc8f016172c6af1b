//! The company's own gateway to channels of its own: a native app's push service, an official account, a community, a
//! screen in a shop. One call for all: JSON over HTTP, signed by the Standard Webhooks scheme, safe to be repeated.

use std::time::Duration;

use serde::Serialize;
use ureq::Agent;

use crate::{Channel, ID_HEADER, SIGNATURE_HEADER, Secrets, TIMESTAMP_HEADER, Undelivered};

/// How long a gateway may take.
const PATIENCE: Duration = Duration::from_secs(10);

/// The setting is not the address of a gateway.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("messages need the address of a gateway, such as https://messages.example/send")]
pub struct GatewayUrlError;

/// A message as a gateway gets it.
#[derive(Debug, Clone, Serialize)]
pub struct Handed<'m> {
    /// Its name: the same one is the same message.
    pub id: &'m str,
    /// By which channel it goes on.
    pub channel: Channel,
    /// To whom: the member's identifier, or a telephone number as E.164.
    pub to: &'m str,
    /// What it is about.
    pub title: &'m str,
    /// What it says.
    pub text: &'m str,
    /// Which page of the member app it leads to.
    pub link: Option<&'m str>,
    /// Its language, as BCP 47.
    pub language: &'m str,
}

/// A gateway: `POST` of a [`Handed`]; any 2xx means taken. 408, 425, 429 and 5xx mean later, any other never.
pub struct Gateway {
    agent: Agent,
    url: String,
    secrets: Secrets,
    channels: Vec<Channel>,
}

impl Gateway {
    /// A gateway by its address, for these channels.
    ///
    /// # Errors
    /// [`GatewayUrlError`]
    pub fn new(url: &str, secrets: Secrets, channels: Vec<Channel>) -> Result<Gateway, GatewayUrlError> {
        if !url.starts_with("https://") && !url.starts_with("http://") {
            return Err(GatewayUrlError);
        }
        let config = Agent::config_builder().timeout_global(Some(PATIENCE)).build();
        Ok(Gateway { agent: config.into(), url: url.to_owned(), secrets, channels })
    }

    /// Whether it carries that channel.
    pub fn carries(&self, channel: Channel) -> bool {
        self.channels.contains(&channel)
    }

    /// Hands a message over; waits until the gateway has it. `second` since 1970.
    ///
    /// # Errors
    /// [`Undelivered`]
    pub fn send(&self, message: &Handed<'_>, second: i64) -> Result<(), Undelivered> {
        let body = serde_json::to_string(message).map_err(|error| Undelivered::Never(error.to_string()))?;
        let signature = self.secrets.sign(message.id, second, body.as_bytes());
        let sent = self
            .agent
            .post(&self.url)
            .header("content-type", "application/json")
            .header("idempotency-key", message.id)
            .header(ID_HEADER, message.id)
            .header(TIMESTAMP_HEADER, &second.to_string())
            .header(SIGNATURE_HEADER, &signature)
            .send(body);
        sent.map(drop).map_err(|error| Undelivered::of(&error))
    }
}
