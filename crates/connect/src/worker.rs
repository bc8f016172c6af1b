//! The post: a short line of messages and one thread that sends them, so that nobody waits for a mail server, and how
//! long an answer takes does not tell whether there was anybody to write to.

use std::sync::Arc;
use std::sync::mpsc::{Receiver, SyncSender, TrySendError, sync_channel};
use std::thread;
use std::time::Duration;

use jifen_vocab::Timestamp;

use crate::{Channel, Mail, Message, Outbox, Sms};

/// Messages that may wait. A code that waits longer than a few minutes is worth nothing.
const WAITING_MAX: usize = 1_000;

/// How often a message is tried.
const TRIES: u32 = 3;

/// The pause before the second try; it doubles.
const PAUSE: Duration = Duration::from_secs(2);

/// Sends messages.
pub struct Post {
    mail: Option<Arc<Mail>>,
    sms: Option<Arc<Sms>>,
    outbox: Option<Arc<Outbox>>,
    line: SyncSender<Message>,
}

impl Post {
    /// A post over what is there. Where something is missing and there is an outbox, it goes there.
    ///
    /// # Errors
    /// No thread can be started.
    pub fn start(mail: Option<Mail>, sms: Option<Sms>, outbox: Option<Arc<Outbox>>) -> std::io::Result<Post> {
        let (line, waiting) = sync_channel(WAITING_MAX);
        let (mail, sms) = (mail.map(Arc::new), sms.map(Arc::new));
        let (own_mail, own_sms) = (mail.clone(), sms.clone());
        let send = move || work(&waiting, own_mail.as_deref(), own_sms.as_deref());
        thread::Builder::new().name("jifen-post".to_owned()).spawn(send)?;
        Ok(Post { mail, sms, outbox, line })
    }

    /// Whether messages can go out that way, if only into the outbox.
    pub fn reaches(&self, channel: Channel) -> bool {
        self.outbox.is_some() || self.goes_out(channel)
    }

    fn goes_out(&self, channel: Channel) -> bool {
        match channel {
            Channel::Email => self.mail.is_some(),
            Channel::Sms => self.sms.is_some(),
            _ => false,
        }
    }

    /// Takes a message; it is sent in its turn. `at` is for the outbox.
    pub fn send(&self, message: Message, at: Timestamp) {
        if !self.goes_out(message.channel) {
            match &self.outbox {
                Some(outbox) => outbox.put(message, at),
                None => {
                    tracing::warn!(channel = message.channel.as_str(), "a message cannot go out: nothing is set up")
                }
            }
            return;
        }
        match self.line.try_send(message) {
            Ok(()) => {}
            Err(TrySendError::Full(message) | TrySendError::Disconnected(message)) => {
                tracing::error!(channel = message.channel.as_str(), "too many messages wait: one was dropped");
            }
        }
    }

    /// The mail server, for messages that wait elsewhere.
    pub fn mail(&self) -> Option<Arc<Mail>> {
        self.mail.clone()
    }

    /// The gateway for text messages, for those that wait elsewhere.
    pub fn sms(&self) -> Option<Arc<Sms>> {
        self.sms.clone()
    }

    /// The outbox, for messages that wait elsewhere.
    pub fn shared_outbox(&self) -> Option<Arc<Outbox>> {
        self.outbox.clone()
    }

    /// What would have gone out, newest first; nothing where messages really go out.
    pub fn outbox(&self) -> Option<&Outbox> {
        self.outbox.as_deref()
    }
}

fn work(waiting: &Receiver<Message>, mail: Option<&Mail>, sms: Option<&Sms>) {
    for message in waiting {
        let channel = message.channel.as_str();
        for attempt in 1..=TRIES {
            let Err(error) = attempt_once(&message, mail, sms) else { break };
            // Mail servers like to repeat an address in what they say.
            let error = error.replace(&message.to, "…");
            if attempt == TRIES {
                tracing::error!(channel, error, "a message could not be sent");
                break;
            }
            tracing::warn!(channel, error, attempt, "a message was not sent yet");
            thread::sleep(PAUSE * 2_u32.pow(attempt - 1));
        }
    }
}

fn attempt_once(message: &Message, mail: Option<&Mail>, sms: Option<&Sms>) -> Result<(), String> {
    match (message.channel, mail, sms) {
        (Channel::Email, Some(mail), _) => mail.send(message).map_err(|error| error.to_string()),
        (Channel::Sms, _, Some(sms)) => sms.send(message).map_err(|error| error.to_string()),
        _ => Err("nothing is set up for it".to_owned()),
    }
}
