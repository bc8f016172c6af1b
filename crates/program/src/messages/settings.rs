//! What a member agreed to, channel by channel, and how many messages each channel brought them lately.

use jifen_vocab::{Code, Day, Kind, MemberId, MessageChannel, Refusal, Timestamp};
use serde::{Deserialize, Serialize};

use crate::audit::{self, By, Line};
use crate::book::Books;
use crate::book::messages::{CeilingPer, MessageTerms, Purpose};
use crate::desk::{Command, Desk, Identity, Keys, Loaded, RequestKey, Stop, Touch, json_record};
use crate::member::Member;

/// Days for which what was brought is counted: a ceiling of a week looks back that far.
const COUNTED_DAYS: i32 = 7;

/// What a member agreed to on a channel.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct ChannelConsent {
    /// The channel.
    pub channel: MessageChannel,
    /// Whether it may sell something.
    pub marketing: bool,
    /// Whether it may tell what concerns their points.
    pub service: bool,
    /// When they said so.
    pub at: Timestamp,
}

/// A member's settings.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct MessageSettings {
    /// Schema version.
    pub v: u8,
    /// What they said; a channel that is not named has what the rule book says.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub consents: Vec<ChannelConsent>,
    /// Whether what leaves the house is in English; Chinese otherwise.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub english: bool,
    /// Messages by channel and day (since 1970-01-01) of the last week.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub brought: Vec<(MessageChannel, i32, u16)>,
}

/// Settings, by member.
pub static MESSAGE_SETTINGS: Kind = Kind::records("message_settings");

json_record!(MessageSettings, MESSAGE_SETTINGS);

impl MessageSettings {
    /// Whether a message of that purpose may go out by that channel.
    pub fn allows(&self, channel: MessageChannel, purpose: Purpose, terms: &MessageTerms) -> bool {
        let said = self.consents.iter().find(|consent| consent.channel == channel);
        match (purpose, said) {
            (Purpose::Marketing, Some(said)) => said.marketing,
            (Purpose::Marketing, None) => terms.marketing_by_default,
            (Purpose::Service, Some(said)) => said.service,
            (Purpose::Service, None) => true,
        }
    }

    /// Whether a ceiling keeps the channel from bringing another one that day.
    pub(super) fn is_full(&self, channel: MessageChannel, today: Day, terms: &MessageTerms) -> bool {
        terms.ceilings.iter().filter(|ceiling| ceiling.channel == channel).any(|ceiling| {
            let since = match ceiling.per {
                CeilingPer::Day => today.number(),
                CeilingPer::Week => today.number() - COUNTED_DAYS + 1,
            };
            let counted = self.brought.iter().filter(|(of, day, _)| *of == channel && *day >= since);
            counted.map(|(_, _, count)| u32::from(*count)).sum::<u32>() >= u32::from(ceiling.most)
        })
    }

    /// Counts one more, and forgets what is older than a week.
    pub(super) fn count(&mut self, channel: MessageChannel, today: Day) {
        self.brought.retain(|(_, day, _)| *day > today.number() - COUNTED_DAYS);
        let place = self.brought.iter_mut().find(|(of, day, _)| *of == channel && *day == today.number());
        match place {
            Some((_, _, count)) => *count = count.saturating_add(1),
            None => self.brought.push((channel, today.number(), 1)),
        }
    }
}

/// A member says what they agree to; channels that are not named stay.
#[derive(Debug, Clone)]
pub struct SetConsents {
    /// The key it came with.
    pub request: Option<RequestKey>,
    /// Who.
    pub member: MemberId,
    /// Channel, marketing, service.
    pub consents: Vec<(MessageChannel, bool, bool)>,
    /// Whether what leaves the house is in English, where that changes.
    pub english: Option<bool>,
    /// Who says so.
    pub by: By,
}

impl Command for SetConsents {
    type Outcome = MessageSettings;

    fn identity(&self) -> Option<Identity> {
        self.request.as_ref().map(RequestKey::identity)
    }

    fn touches(&self, _: &Books, _: &Loaded<'_>, keys: &mut Keys) -> Touch {
        keys.want::<Member>(self.member.as_str());
        keys.want::<MessageSettings>(self.member.as_str());
        audit::want(keys);
        Touch::Done
    }

    fn decide(&self, desk: &mut Desk<'_>) -> Result<MessageSettings, Stop> {
        let id = self.member.as_str();
        if desk.read::<Member>(id)?.is_none() {
            return Err(Refusal::new(Code::MemberUnknown).word("member", id).into());
        }
        let before = desk.read::<MessageSettings>(id)?.map(|settings| MessageSettings::clone(&settings));
        let mut settings = MessageSettings { v: 1, ..before.unwrap_or_default() };
        let mut line = Line::new("messages.consent", "member", id);
        for (channel, marketing, service) in &self.consents {
            settings.consents.retain(|consent| consent.channel != *channel);
            let (marketing, service) = (*marketing, *service);
            settings.consents.push(ChannelConsent { channel: *channel, marketing, service, at: desk.now() });
            let said = match (marketing, service) {
                (true, true) => "marketing, service",
                (true, false) => "marketing",
                (false, true) => "service",
                (false, false) => "none",
            };
            line = line.after(channel.as_str(), said);
        }
        if let Some(english) = self.english {
            settings.english = english;
            line = line.after("language", if english { "en" } else { "zh" });
        }
        desk.write(id, settings.clone());
        // A consent is a promise that somebody may ask for later.
        audit::write(desk, &self.by, line)?;
        Ok(settings)
    }
}
