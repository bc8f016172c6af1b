//! A payment provider: orders are created, asked for, closed and refunded over HTTP, each call signed; its call-backs
//! are signed the same way (see [`crate::Secrets`]). Providers differ in the names of their fields; a small adapter in
//! front of one of another form is a few lines.
//!
//! | call | body | answer |
//! |---|---|---|
//! | `POST /payments` | order, amount, currency, merchant, notify_url, return_url | the payment, with where to pay |
//! | `POST /payments/query` | order, merchant | the payment, or 404 |
//! | `POST /payments/close` | order, merchant | the payment, closed unless it was paid, or 404 |
//! | `POST /payments/refund` | order, merchant, refund, amount | the payment, with what went back in all |
//!
//! Each of them may be sent twice: an order and a refund are known by the names that we give.

use std::time::Duration;

use serde::{Deserialize, Serialize};
use ureq::Agent;

use crate::signature::{ID_HEADER, SIGNATURE_HEADER, Secrets, TIMESTAMP_HEADER};

/// How long a provider may take.
const PATIENCE: Duration = Duration::from_secs(10);

/// Why a provider cannot be used or did not answer.
#[derive(Debug, thiserror::Error)]
pub enum PayError {
    /// The setting is not an address.
    #[error("payments need the address of a provider, such as https://pay.example/v1")]
    Url,
    /// It did not answer, or not as it should.
    #[error("the payment provider did not answer as it should: {0}")]
    Refused(String),
}

/// A payment provider, and who we are to it.
#[derive(Debug)]
pub struct PayProvider {
    agent: Agent,
    url: String,
    merchant: String,
    secrets: Secrets,
    notify_url: String,
    return_url: String,
}

/// Money.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PayAmount {
    /// Minor units.
    pub amount: i64,
    /// ISO 4217.
    pub currency: String,
}

/// Where a payment stands with its provider.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PayState {
    /// No money is taken any more, and none came.
    Closed,
    /// It failed.
    Failed,
    /// It waits for the member.
    Open,
    /// The money came.
    Paid,
}

/// A payment as its provider tells it, in answers and in call-backs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Told {
    /// Our name for it.
    pub order: String,
    /// The provider's name for it.
    pub payment: String,
    /// Where it stands.
    pub state: PayState,
    /// How much.
    pub amount: PayAmount,
    /// Minor units that went back in all.
    #[serde(default)]
    pub refunded: i64,
    /// Where the member pays.
    #[serde(default)]
    pub url: Option<String>,
}

/// A call to a provider.
#[derive(Debug, Serialize, Deserialize)]
pub struct PayCall {
    /// Our name for the payment.
    pub order: String,
    /// Who we are.
    pub merchant: String,
    /// How much, of a new payment or a refund.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub amount: Option<PayAmount>,
    /// Where call-backs go.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub notify_url: Option<String>,
    /// Where the member goes afterwards.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub return_url: Option<String>,
    /// Our name for a refund.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub refund: Option<String>,
}

impl PayProvider {
    /// A provider by its address. `ours` is the address under which it, and the member, reach us.
    ///
    /// # Errors
    /// [`PayError::Url`]
    pub fn new(url: &str, merchant: &str, secrets: Secrets, ours: &str) -> Result<PayProvider, PayError> {
        if !url.starts_with("https://") && !url.starts_with("http://") {
            return Err(PayError::Url);
        }
        let config = Agent::config_builder().timeout_global(Some(PATIENCE)).http_status_as_error(false).build();
        let ours = ours.trim_end_matches('/');
        Ok(PayProvider {
            agent: config.into(),
            url: url.trim_end_matches('/').to_owned(),
            merchant: merchant.to_owned(),
            secrets,
            notify_url: format!("{ours}/v1/payments/callback"),
            return_url: format!("{ours}/"),
        })
    }

    /// The secrets that call-backs are signed with.
    pub fn secrets(&self) -> &Secrets {
        &self.secrets
    }

    /// Tells of a payment; the member pays where the answer says.
    ///
    /// # Errors
    /// [`PayError::Refused`]
    pub fn create(&self, order: &str, amount: PayAmount, second: i64) -> Result<Told, PayError> {
        let call = PayCall {
            amount: Some(amount),
            notify_url: Some(self.notify_url.clone()),
            return_url: Some(self.return_url.clone()),
            ..self.call(order)
        };
        self.send("", "create", &call, second)?.ok_or_else(|| PayError::Refused("404".to_owned()))
    }

    /// Asks what became of a payment; nothing where the provider does not know it.
    ///
    /// # Errors
    /// [`PayError::Refused`]
    pub fn ask(&self, order: &str, second: i64) -> Result<Option<Told>, PayError> {
        self.send("/query", "query", &self.call(order), second)
    }

    /// Tells that no money is wanted any more; nothing where the provider never knew the payment.
    ///
    /// # Errors
    /// [`PayError::Refused`]
    pub fn close(&self, order: &str, second: i64) -> Result<Option<Told>, PayError> {
        self.send("/close", "close", &self.call(order), second)
    }

    /// Sends money back. `refund` names it, so that it goes back once.
    ///
    /// # Errors
    /// [`PayError::Refused`]
    pub fn refund(&self, order: &str, refund: &str, amount: PayAmount, second: i64) -> Result<Told, PayError> {
        let call = PayCall { amount: Some(amount), refund: Some(refund.to_owned()), ..self.call(order) };
        self.send("/refund", refund, &call, second)?.ok_or_else(|| PayError::Refused("404".to_owned()))
    }

    fn call(&self, order: &str) -> PayCall {
        PayCall {
            order: order.to_owned(),
            merchant: self.merchant.clone(),
            amount: None,
            notify_url: None,
            return_url: None,
            refund: None,
        }
    }

    fn send(&self, path: &str, what: &str, call: &PayCall, second: i64) -> Result<Option<Told>, PayError> {
        let refused = |error: &dyn std::fmt::Display| PayError::Refused(error.to_string());
        let body = serde_json::to_string(call).map_err(|error| refused(&error))?;
        let id = format!("{what}-{}", call.order);
        let sent = self
            .agent
            .post(format!("{}/payments{path}", self.url))
            .header("content-type", "application/json")
            .header(ID_HEADER, &id)
            .header(TIMESTAMP_HEADER, second.to_string())
            .header(SIGNATURE_HEADER, self.secrets.sign(&id, second, body.as_bytes()))
            .send(body);
        let mut answer = sent.map_err(|error| refused(&error))?;
        match answer.status().as_u16() {
            404 => Ok(None),
            200..=299 => {
                let text = answer.body_mut().read_to_string().map_err(|error| refused(&error))?;
                let told: Told = serde_json::from_str(&text).map_err(|error| refused(&error))?;
                let is_ours = told.order == call.order;
                if is_ours { Ok(Some(told)) } else { Err(PayError::Refused("it speaks of another order".to_owned())) }
            }
            status => Err(refused(&status)),
        }
    }
}
