//! Mail over SMTP, encrypted wherever the server offers it or the address asks for it.

use std::time::Duration;

use lettre::message::header::ContentType;
use lettre::message::{Mailbox, Message as Letter};
use lettre::transport::smtp::SmtpTransport;
use lettre::{Address, Transport};

use crate::Message;

/// How long a mail server may take for one step.
const PATIENCE: Duration = Duration::from_secs(20);

/// Why mail cannot be sent.
#[derive(Debug, thiserror::Error)]
pub enum MailError {
    /// The setting is not the address of a mail server.
    #[error("mail needs an address such as smtps://user:password@mail.example:465: {0}")]
    Url(String),
    /// The sender is not an address.
    #[error("mail is sent from an address such as points@example.com, not from {0:?}")]
    From(String),
    /// The letter cannot be written: the recipient's address is none.
    #[error("the letter cannot be written: {0}")]
    Letter(String),
    /// The mail server did not take it.
    #[error("the mail server did not take it: {0}")]
    Refused(String),
}

/// A mail server, and who writes.
pub struct Mail {
    transport: SmtpTransport,
    from: Mailbox,
}

impl Mail {
    /// A mail server by its address: `smtps://` for encryption from the start, `smtp://…?tls=required` for STARTTLS,
    /// plain `smtp://` for a server on the same machine.
    ///
    /// # Errors
    /// [`MailError::Url`], [`MailError::From`]
    pub fn new(url: &str, from: &str) -> Result<Mail, MailError> {
        let builder = SmtpTransport::from_url(url).map_err(|error| MailError::Url(error.to_string()))?;
        let from = from.parse().map_err(|_| MailError::From(from.to_owned()))?;
        Ok(Mail { transport: builder.timeout(Some(PATIENCE)).build(), from })
    }

    /// Sends a message; waits until the mail server has it.
    ///
    /// # Errors
    /// [`MailError::Letter`], [`MailError::Refused`]
    pub fn send(&self, message: &Message) -> Result<(), MailError> {
        let written = |error: &dyn std::fmt::Display| MailError::Letter(error.to_string());
        let to: Address = message.to.parse().map_err(|error| written(&error))?;
        let letter = Letter::builder()
            .from(self.from.clone())
            .to(Mailbox::new(None, to))
            .subject(message.subject.clone())
            .header(ContentType::TEXT_PLAIN)
            .body(message.text.clone())
            .map_err(|error| written(&error))?;
        self.transport.send(&letter).map(drop).map_err(|error| MailError::Refused(error.to_string()))
    }
}
