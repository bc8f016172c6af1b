//! Mail over SMTP, encrypted wherever the server offers it or the address asks for it.

use std::time::Duration;

use lettre::message::header::ContentType;
use lettre::message::{Mailbox, Message as Letter};
use lettre::transport::smtp::SmtpTransport;
use lettre::{Address, Transport};

use crate::{Message, Undelivered};

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
        let letter = self.letter(message, None)?;
        self.transport.send(&letter).map(drop).map_err(|error| MailError::Refused(error.to_string()))
    }

    /// Sends a message under a name of its own, by which a mail server knows it where it comes twice.
    ///
    /// # Errors
    /// [`Undelivered`]
    pub fn deliver(&self, message: &Message, id: &str) -> Result<(), Undelivered> {
        let host = self.from.email.domain();
        let letter = self.letter(message, Some(format!("<{id}@{host}>")));
        let letter = letter.map_err(|error| Undelivered::Never(error.to_string()))?;
        match self.transport.send(&letter) {
            Ok(_) => Ok(()),
            Err(error) if error.is_permanent() => Err(Undelivered::Never(error.to_string())),
            Err(error) => Err(Undelivered::Later(error.to_string())),
        }
    }

    fn letter(&self, message: &Message, id: Option<String>) -> Result<Letter, MailError> {
        let written = |error: &dyn std::fmt::Display| MailError::Letter(error.to_string());
        let to: Address = message.to.parse().map_err(|error| written(&error))?;
        let builder = match id {
            Some(id) => Letter::builder().message_id(Some(id)),
            None => Letter::builder(),
        };
        builder
            .from(self.from.clone())
            .to(Mailbox::new(None, to))
            .subject(message.subject.clone())
            .header(ContentType::TEXT_PLAIN)
            .body(message.text.clone())
            .map_err(|error| written(&error))
    }
}
