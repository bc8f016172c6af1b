//! A lane: carries deliveries by one channel, one after another.

use std::iter;
use std::sync::mpsc::Receiver;
use std::sync::{Arc, Weak};

use compact_str::CompactString;
use jifen_connect::{
    Channel, Gateway, Handed, Mail, Message as Letter, Outbox, PUSHED_BYTES_MAX, Sms, Subscription, Undelivered,
    WebPush,
};
use jifen_engine::{Answered, EngineError, Receipt};
use jifen_program::member::Member;
use jifen_program::members::Profile;
use jifen_program::messages::{Carried, Claim, Claimed, Delivery, DeliveryState, Message, MessageSettings, Settle};
use jifen_vocab::Timestamp;

use super::{Filled, fill};
use crate::app::App;
use crate::personal::{Contact, Personal, opened};
use crate::problems::Problem;

/// Deliveries looked at together.
const LOOKED_AT_ONCE: usize = 256;

/// Deliveries taken together where a server may let each of them wait: the last must still be held then.
const HELD_AT_ONCE: usize = 4;

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

/// A delivery that may be taken.
struct Found {
    id: CompactString,
    delivery: Delivery,
    personal: Personal,
    /// Where it goes; nowhere when the member cannot be reached by this channel.
    address: Option<Address>,
}

/// A record that may not be there, or not be readable.
type Read<R> = Result<Option<R>, EngineError>;

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

    /// Carries what comes, several together: each word to the store is one that others can share. The app is held for
    /// moments only, never while something is sent: a server that stops waits for nobody.
    pub(super) fn run(&self, waiting: &Receiver<CompactString>) {
        while let Ok(first) = waiting.recv() {
            let ids = iter::once(first).chain(waiting.try_iter()).take(LOOKED_AT_ONCE);
            let Some(reachable) = self.look(ids) else { return };
            let mut reachable = reachable.into_iter();
            loop {
                let some: Vec<Found> = reachable.by_ref().take(self.held_at_once()).collect();
                if some.is_empty() {
                    break;
                }
                if self.carry(some).is_none() {
                    return;
                }
            }
        }
    }

    /// How many deliveries are taken together: what waits for nobody takes all it looked at.
    fn held_at_once(&self) -> usize {
        if matches!(self.carrier, Some(Carrier::Outbox(_))) { LOOKED_AT_ONCE } else { HELD_AT_ONCE }
    }

    /// What of these can be carried now, as far as can be seen; what has no address is told so at once. Nothing when
    /// the server has ended.
    fn look(&self, ids: impl Iterator<Item = CompactString>) -> Option<Vec<Found>> {
        let app = self.app.upgrade()?;
        let found = self.find(&app, ids.collect());
        let (reachable, others): (Vec<Found>, Vec<Found>) = found.into_iter().partition(|one| one.address.is_some());
        self.claim(&app, others);
        Some(reachable)
    }

    /// Takes some deliveries, carries them, and says what came of each. Nothing when the server has ended.
    fn carry(&self, some: Vec<Found>) -> Option<()> {
        let loads = {
            let app = self.app.upgrade()?;
            load(&app, self.claim(&app, some))
        };
        let mut told = Vec::with_capacity(loads.len());
        for load in loads {
            let (carried, gone) = self.send(&load);
            let app = self.app.upgrade()?;
            let settle = Settle { delivery: load.id.clone(), holder: self.holder.clone(), carried };
            told.push((load.id.clone(), app.engine.enqueue_blocking(settle, None)));
            if !gone.is_empty() {
                forget(&app, &load.id, &gone);
            }
        }
        for (id, receipt) in told {
            if let Err(error) = receipt.and_then(answer) {
                tracing::warn!(delivery = %id, %error, "what came of a message is not written down; it may be carried again");
            }
        }
        Some(())
    }

    /// The deliveries that are ready for this channel, with where they go.
    fn find(&self, app: &App, ids: Vec<CompactString>) -> Vec<Found> {
        let deliveries = app.engine.read_all::<Delivery>(&ids);
        let ready = |(id, read): (CompactString, Read<Delivery>)| {
            let delivery = readable(&id, read)??;
            let is_ours = delivery.state == DeliveryState::Ready && delivery.channel() == Some(self.channel);
            is_ours.then_some((id, delivery))
        };
        let ready: Vec<(CompactString, Delivery)> = ids.into_iter().zip(deliveries).filter_map(ready).collect();
        let members: Vec<&str> = ready.iter().map(|(_, delivery)| delivery.member.as_str()).collect();
        let profiles = app.engine.read_all::<Profile>(&members);
        let addressed = |((id, delivery), profile): ((CompactString, Delivery), Read<Profile>)| {
            let member = delivery.member.as_str();
            let personal = profile.map_err(Problem::from).and_then(|profile| personal(app, member, profile));
            let personal = readable(&id, personal)?;
            let address = personal.as_ref().and_then(|personal| self.address(personal, member));
            Some(Found { id, delivery, personal: personal.unwrap_or_default(), address })
        };
        ready.into_iter().zip(profiles).filter_map(addressed).collect()
    }

    /// Takes deliveries in the store, and gives those that are this lane's to carry now.
    fn claim(&self, app: &App, found: Vec<Found>) -> Vec<Found> {
        let claim = |found: Found| {
            let claim = Claim {
                delivery: found.id.clone(),
                member: found.delivery.member.clone(),
                channel: self.channel,
                holder: self.holder.clone(),
                is_reachable: found.address.is_some(),
            };
            (found, app.engine.enqueue_blocking(claim, None))
        };
        let asked: Vec<_> = found.into_iter().map(claim).collect();
        let is_ours = |(found, receipt): (Found, Result<Receipt<Claimed>, EngineError>)| {
            match receipt.and_then(answer).map(|answered| answered.result) {
                Ok(Ok(Claimed::Yours)) => return Some(found),
                Ok(Ok(Claimed::No)) => {}
                Ok(Err(refusal)) => waits(&found.id, &Problem::from(refusal)),
                Err(error) => waits(&found.id, &Problem::from(error)),
            }
            None
        };
        asked.into_iter().filter_map(is_ours).collect()
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

/// Reads what carrying needs; what is not there any more is left out.
fn load(app: &App, found: Vec<Found>) -> Vec<Load> {
    let messages: Vec<&str> = found.iter().map(|found| found.delivery.message.as_str()).collect();
    let members: Vec<&str> = found.iter().map(|found| found.delivery.member.as_str()).collect();
    let messages = app.engine.read_all::<Message>(&messages);
    let bodies = app.engine.read_all::<Member>(&members);
    let settings = app.engine.read_all::<MessageSettings>(&members);
    let now = app.wall.now();
    let load = |found: Found, message: Read<Message>, body: Read<Member>, settings: Read<MessageSettings>| {
        let Found { id, delivery, personal, address } = found;
        let (message, body) = (readable(&id, message)??, readable(&id, body)??);
        let settings = readable(&id, settings)?.unwrap_or_default();
        let filled = readable(&id, fill(app, &body, &personal, &message))?;
        let (english, link, urgent) = (settings.english, message.link, delivery.urgent);
        Some(Load { id, address: address?, filled, english, link, urgent, now })
    };
    let read = found.into_iter().zip(messages).zip(bodies).zip(settings);
    read.filter_map(|(((found, message), body), settings)| load(found, message, body, settings)).collect()
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
fn personal(app: &App, member: &str, profile: Option<Profile>) -> Result<Option<Personal>, Problem> {
    if profile.as_ref().is_some_and(|profile| profile.erased.is_some()) {
        return Ok(None);
    }
    opened(app, member, profile).map(Some)
}

/// What was read for a delivery. Nothing where it cannot be read: then it waits.
fn readable<T>(delivery: &str, read: Result<T, impl Into<Problem>>) -> Option<T> {
    read.map_err(|error| waits(delivery, &error.into())).ok()
}

fn answer<T>(receipt: Receipt<T>) -> Result<Answered<T>, EngineError> {
    receipt.blocking_recv().unwrap_or(Err(EngineError::Stopped))
}

/// Who took a delivery and says nothing loses it after a while; the next one tries again.
fn waits(delivery: &str, error: &Problem) {
    tracing::warn!(delivery, error = error.inner.as_deref().unwrap_or(error.row.code), "a message waits");
}

/// Forgets browsers that took their permission back. The next push finds out again where that fails.
fn forget(app: &Arc<App>, id: &str, gone: &[Subscription]) {
    let _turn = app.amending.blocking_lock();
    let forgotten = (|| {
        let Some(delivery) = app.engine.read::<Delivery>(id)? else { return Ok(()) };
        crate::personal::change_browsers(app, delivery.member.as_str(), None, |browsers| {
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
