//! The ways in which a message leaves the house.

use serde::{Deserialize, Serialize};

/// A way in which a message leaves the house (NOTE-01). What is shown inside the member app is not one: the inbox is a
/// record.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MessageChannel {
    /// A community or chat group, through the company's gateway.
    Community,
    /// Electronic mail.
    Email,
    /// A screen in a shop, through the company's gateway.
    InStore,
    /// An official account of a messenger, through the company's gateway.
    OfficialAccount,
    /// A native app, through the company's gateway.
    Push,
    /// A text message to a telephone.
    Sms,
    /// A browser that the member allowed to show messages.
    WebPush,
}

impl MessageChannel {
    /// Every one, by its word.
    pub const ALL: [MessageChannel; 7] = [
        MessageChannel::Community,
        MessageChannel::Email,
        MessageChannel::InStore,
        MessageChannel::OfficialAccount,
        MessageChannel::Push,
        MessageChannel::Sms,
        MessageChannel::WebPush,
    ];

    /// The word it is written with.
    pub const fn as_str(self) -> &'static str {
        match self {
            MessageChannel::Community => "community",
            MessageChannel::Email => "email",
            MessageChannel::InStore => "in_store",
            MessageChannel::OfficialAccount => "official_account",
            MessageChannel::Push => "push",
            MessageChannel::Sms => "sms",
            MessageChannel::WebPush => "web_push",
        }
    }

    /// The one of that word.
    pub fn named(word: &str) -> Option<MessageChannel> {
        MessageChannel::ALL.into_iter().find(|channel| channel.as_str() == word)
    }

    /// Whether there is room for a few words only, and no subject.
    pub const fn is_short(self) -> bool {
        matches!(self, MessageChannel::Push | MessageChannel::Sms | MessageChannel::WebPush)
    }
}
