//! The outside world. Only this crate talks to strangers: mail over SMTP, text messages through a gateway, payments
//! through a provider.
//!
//! Codes and links are short-lived, so they are not kept: they wait in a bounded line in memory, are tried a few
//! times, and what cannot be sent is logged without saying to whom or what. In a sandbox without a mail server they go
//! into an outbox that can be read. Staff may prove who they are at their company's own
//! sign-in. What members are told is kept by the program, and goes out by [`Mail`], [`Sms`], [`WebPush`] or a [`Gateway`]
//! of the company.

mod gateway;
mod mail;
mod oidc;
mod outbox;
mod payment;
mod signature;
mod sms;
mod undelivered;
mod web_push;
mod worker;

pub use gateway::{Gateway, GatewayUrlError, Handed};
pub use jifen_vocab::MessageChannel as Channel;
pub use mail::{Mail, MailError};
pub use oidc::{Departure, Proven, Provider, ProviderError, ProviderSetup};
pub use outbox::{Outbox, Sent};
pub use payment::{PayAmount, PayCall, PayError, PayProvider, PayState, Told};
pub use signature::{ID_HEADER, SIGNATURE_HEADER, SecretError, Secrets, SignatureError, Signed, TIMESTAMP_HEADER};
pub use sms::{Sms, SmsError};
pub use undelivered::Undelivered;
pub use web_push::{PUSHED_BYTES_MAX, Subscription, WebPush};
pub use worker::Post;

/// A message to one person.
#[derive(Clone, PartialEq, Eq)]
pub struct Message {
    /// How it goes out.
    pub channel: Channel,
    /// To whom: an address, or a number as E.164.
    pub to: String,
    /// What it is about, of mail.
    pub subject: String,
    /// What it says.
    pub text: String,
}

impl std::fmt::Debug for Message {
    /// Says neither to whom nor what: this must not end up in a log.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Message {{ {} … }}", self.channel.as_str())
    }
}
