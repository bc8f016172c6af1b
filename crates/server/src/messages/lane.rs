//! A lane: carries deliveries by one channel, one after another.

use std::sync::{Arc, Weak};

use compact_str::CompactString;
use jifen_connect::{
    Channel, Gateway, Handed, Mail, Message as Letter, Outbox, PUSHED_BYTES_MAX, Sms, Subscription, Undelivered,
    WebPush,
};
use jifen_program::member::Member;
use jifen_program::members::Profile;
use jifen_program::messages::{Carried, Claim, Claimed, Delivery, DeliveryState, Message, MessageSettings, Settle};
use jifen_vocab::Timestamp;

use super::{Filled, fill};
use crate::app::App;
use crate::personal::{Contact, Personal};
use crate::problems::Problem;

/// What carries a channel's messages.
enum Carrier {
    Gateway(Arc<Gateway>),
    Mail(Arc<Mail>),
    /// A sandbox without anything set up: they can be read, and go nowhere.
    Outbox(Arc<Outbox>),
    Sms(Arc<Sms>),
    WebPush(Arc<WebPush>),
}

/// Where a message goes.
enum Address {
    /// One text that says it: an address, a number, a member.
    One(String),
    /// Browsers.
    Browsers(Vec<Subscription>),
}

/// Carries deliveries by one channel.
pub(super) struct Lane {
    app: Weak<App>,
    channel: Channel,
    holder: CompactString,
    carrier: Option<Carrier>,
    /// Where pages are, for links in mail.
    pages: Option<String>,
}

/// A delivery that was taken, with all that carrying it needs.
struct Load {
    id: CompactString,
    address: Address,
    filled: Filled,
    english: bool,
    link: Option<CompactString>,
    urgent: bool,
    now: Timestamp,
}

impl Lane {
    pub(super) fn new(app: &Arc<App>, channel: Channel, holder: CompactString) -> Lane {
        let by_gateway = app.carriers.gateway.clone().filter(|gateway| gateway.carries(channel)).map(Carrier::Gateway);
        let own = match channel {
            Channel::Email => app.post.mail().map(Carrier::Mail),
            Channel::Sms => app.post.sms().map(Carrier::Sms),
            Channel::WebPush => app.carriers.web_push.clone().map(Carrier::WebPush),
            _ => None,
        };
        let outbox = || app.post.shared_outbox().map(Carrier::Outbox);
        let carrier = by_gateway.or(own).or_else(outbox);
        Lane { app: Arc::downgrade(app), channel, holder, carrier, pages: app.public_address() }
    }

    /// Carries one, if it is still to be carried, and says what came of it.
    pub(super) fn carry(&self, id: &CompactString) {
        let load = match self.take(id) {
            Ok(Some(load)) => load,
            Ok(None) => return,
            Err(error) => {
                // Who took it and says nothing loses it after a while; the next one tries again.
                tracing::warn!(delivery = %id, error = error.inner.as_deref().unwrap_or(error.row.code), "a message waits");
                return;
            }
        };
        let (carried, gone) = self.send(&load);
        let Some(app) = self.app.upgrade() else { return };
        let settle = Settle { delivery: id.clone(), holder: self.holder.clone(), carried };
        if let Err(error) = app.engine.submit_blocking(settle, None) {
            tracing::warn!(delivery = %id, %error, "what came of a message is not written down; it may be carried again");
        }
        if !gone.is_empty() {
            forget(&app, id, &gone);
        }
    }

    /// Takes a delivery in the store; nothing where it is not to be carried now, or not by this channel.
    fn take(&self, id: &CompactString) -> Result<Option<Load>, Problem> {
        let Some(app) = self.app.upgrade() else { return Ok(None) };
        let Some(delivery) = app.engine.read::<Delivery>(id)? else { return Ok(None) };
        if delivery.state != DeliveryState::Ready || delivery.channel() != Some(self.channel) {
            return Ok(None);
        }
        let member = delivery.member.as_str();
        let personal = personal(&app, member)?;
        let address = personal.as_ref().and_then(|personal| self.address(personal, member));
        let claim = Claim {
            delivery: id.clone(),
            member: delivery.member.clone(),
            channel: self.channel,
            holder: self.holder.clone(),
            is_reachable: address.is_some(),
        };
        let claimed = app.engine.submit_blocking(claim, None)?.result.map_err(Problem::from)?;
        let (Some(address), Some(personal), Claimed::Yours) = (address, personal, claimed) else { return Ok(None) };
        let message = app.engine.read::<Message>(&delivery.message)?;
        let body = app.engine.read::<Member>(member)?;
        let (Some(message), Some(body)) = (message, body) else { return Ok(None) };
        let settings = app.engine.read::<MessageSettings>(member)?.unwrap_or_default();
        Ok(Some(Load {
            id: id.clone(),
            address,
            filled: fill(&app, &body, &personal, &message)?,
            english: settings.english,
            link: message.link,
            urgent: delivery.urgent,
            now: app.wall.now(),
        }))
    }

    /// Where a member is reached by this channel, if anything carries it.
    fn address(&self, personal: &Personal, member: &str) -> Option<Address> {
        let carrier = self.carrier.as_ref()?;
        match self.channel {
            Channel::Email => personal.email.clone().map(Address::One),
            Channel::Sms => {
                let contact = Contact::phone(personal.phone.as_deref()?).ok()?;
                Some(Address::One(contact.as_str().to_owned()))
            }
            Channel::WebPush => match carrier {
                Carrier::WebPush(_) if personal.browsers.is_empty() => None,
                Carrier::WebPush(_) => Some(Address::Browsers(personal.browsers.clone())),
                _ => None,
            },
            _ => Some(Address::One(member.to_owned())),
        }
    }

    /// Sends it and says what came of it, with the browsers that are gone.
    fn send(&self, load: &Load) -> (Carried, Vec<Subscription>) {
        let text = |name: &jifen_program::book::Name| if load.english { name.en.clone() } else { name.zh.clone() };
        let (title, text) = match self.channel.is_short() {
            true => (text(&load.filled.title), text(&load.filled.short)),
            false => (text(&load.filled.title), text(&load.filled.text)),
        };
        match &load.address {
            Address::One(to) => (self.send_one(load, to, &title, text), Vec::new()),
            Address::Browsers(browsers) => self.push(load, browsers, &title, &text),
        }
    }

    fn send_one(&self, load: &Load, to: &str, title: &str, text: String) -> Carried {
        let second = load.now.as_millis() / 1_000;
        let letter =
            |text: String| Letter { channel: self.channel, to: to.to_owned(), subject: title.to_owned(), text };
        let sent = match &self.carrier {
            Some(Carrier::Mail(mail)) => mail.deliver(&letter(self.with_link(&text, load)), &load.id),
            Some(Carrier::Sms(sms)) => sms.deliver(&letter(text), &load.id),
            Some(Carrier::Outbox(outbox)) => {
                outbox.put(letter(text), load.now);
                Ok(())
            }
            Some(Carrier::Gateway(gateway)) => {
                let handed = Handed {
                    id: &load.id,
                    channel: self.channel,
                    to,
                    title,
                    text: &text,
                    link: load.link.as_deref(),
                    language: if load.english { "en" } else { "zh" },
                };
                gateway.send(&handed, second)
            }
            Some(Carrier::WebPush(_)) | None => Err(Undelivered::Never("nothing is set up for it".to_owned())),
        };
        // Mail servers like to repeat an address in what they say.
        let hidden = |error: &Undelivered| CompactString::from(error.to_string().replace(to, "…"));
        match sent {
            Ok(()) => Carried::Sent(masked(self.channel, to)),
            Err(error @ Undelivered::Later(_)) => Carried::NotYet(hidden(&error)),
            Err(error) => Carried::Never(hidden(&error)),
        }
    }

    fn with_link(&self, text: &str, load: &Load) -> String {
        match (&self.pages, &load.link) {
            (Some(pages), Some(link)) => format!("{text}\n\n{pages}{link}\n"),
            _ => format!("{text}\n"),
        }
    }

    /// Pushes to every browser; one that takes it is enough.
    fn push(&self, load: &Load, browsers: &[Subscription], title: &str, text: &str) -> (Carried, Vec<Subscription>) {
        let Some(Carrier::WebPush(push)) = &self.carrier else {
            return (Carried::Never("nothing is set up for it".into()), Vec::new());
        };
        let body = pushed(load, title, text);
        let (mut sent, mut gone, mut error) = (0_u32, Vec::new(), Undelivered::Gone);
        for browser in browsers {
            let mut random = [0; 48];
            if getrandom::fill(&mut random).is_err() {
                error = Undelivered::Later("the operating system gives no random numbers".to_owned());
                break;
            }
            match push.send(browser, &body, load.urgent, load.now.as_millis() / 1_000, &random) {
                Ok(()) => sent += 1,
                Err(Undelivered::Gone) => gone.push(browser.clone()),
                Err(other) => error = other,
            }
        }
        let carried = match (sent, error) {
            (0, Undelivered::Later(error)) => Carried::NotYet(error.into()),
            (0, error) => Carried::Never(error.to_string().into()),
            (sent, _) => Carried::Sent(compact_str::format_compact!("{sent} ×")),
        };
        (carried, gone)
    }
}

/// What a browser shows; a text that is too long for a push is cut.
fn pushed(load: &Load, title: &str, text: &str) -> Vec<u8> {
    let body = |text: &str| {
        let link = load.link.as_deref().unwrap_or("/inbox");
        serde_json::json!({"id": load.id, "title": title, "text": text, "link": link}).to_string().into_bytes()
    };
    let whole = body(text);
    if whole.len() <= PUSHED_BYTES_MAX {
        return whole;
    }
    let short: String = text.chars().take(300).collect();
    body(&format!("{short}…"))
}

/// An address with its middle hidden. A member's identifier is none.
fn masked(channel: Channel, to: &str) -> CompactString {
    let text = || Some(to.to_owned());
    let masked = match channel {
        Channel::Email => Personal { email: text(), ..Personal::default() }.masked().email,
        Channel::Sms => Personal { phone: text(), ..Personal::default() }.masked().phone,
        _ => text(),
    };
    masked.unwrap_or_default().into()
}

/// What is known about a person; nothing where they were erased.
fn personal(app: &App, member: &str) -> Result<Option<Personal>, Problem> {
    let profile = app.engine.read::<Profile>(member)?;
    if profile.is_some_and(|profile| profile.erased.is_some()) {
        return Ok(None);
    }
    crate::routes::members::personal_of(app, member).map(Some)
}

/// Forgets browsers that took their permission back. The next push finds out again where that fails.
fn forget(app: &Arc<App>, id: &str, gone: &[Subscription]) {
    let _turn = app.amending.blocking_lock();
    let forgotten = (|| {
        let Some(delivery) = app.engine.read::<Delivery>(id)? else { return Ok(()) };
        crate::routes::messages::change_browsers(app, delivery.member.as_str(), None, |browsers| {
            browsers.retain(|browser| !gone.contains(browser));
        })
    })();
    if let Err(error) = forgotten {
        let error: Problem = error;
        tracing::warn!(
            error = error.inner.as_deref().unwrap_or(error.row.code),
            "a browser that is gone is still known"
        );
    }
}
