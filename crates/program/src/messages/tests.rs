use std::sync::Arc;

use jifen_rules::document::Source;
use jifen_vocab::{MemberId, MessageChannel, TierId, UnitId};

use super::*;
use crate::audit::By;
use crate::book::RuleBook;
use crate::desk::{Draws, Records};
use crate::member::Member;

const MESSAGES: &str = r#"
quiet: { from: "22:00", until: "08:00" }
ceilings: [{ channel: sms, per: day, most: 1 }, { channel: push, per: week, most: 2 }]
retry: { times: 2, pause: 1min }
stale_hours: 48
messages:
  - id: arrived
    name: 到账
    on: first_order
    purpose: service
    send: [[push, sms], email]
    title: { zh: "{points}到账", en: "{points} have arrived" }
    text: { zh: "{name}，值 {points_worth}", en: "{name}, worth {points_worth}" }
    segments:
      - { id: gold, when: tier.id == "gold", title: { zh: 尊贵的您, en: Honored member } }
  - id: frozen
    name: 冻结
    on: frozen
    purpose: service
    urgent: true
    show: popup
    send: [sms]
    title: { zh: "冻结至{until}", en: "Frozen until {until}" }
    text: { zh: 请申诉, en: Please appeal }
  - id: offer
    name: 优惠
    on: hand
    purpose: marketing
    words: [item]
    send: [sms]
    title: { zh: "{item}", en: "{item}" }
    text: { zh: "{program}：{item}", en: "{program}: {item}" }
  - id: timed
    name: 时机
    on: paid
    purpose: service
    send: [push]
    title: { zh: "{amount}", en: "{amount}" }
    text: { zh: 甲, en: A }
    variants: [{ id: now, share: 50%, after: 3s }, { id: later, share: 50%, after: 24h }]
"#;

fn book() -> Arc<RuleBook> {
    let bundle = Source::new()
        .with("program.yaml", "id: small\nname: { zh: 小铺, en: Small }\n")
        .with(
            "units.yaml",
            "units:\n  - { id: points, name: { zh: 积分, en: points }, value: 0.01, validity: forever }\n",
        )
        .with("tiers.yaml", "tiers:\n  - { id: ordinary, name: O }\n  - { id: gold, name: G }\n")
        .with("sources.yaml", "sources:\n  - { id: purchase, name: P, events: order.paid }\n")
        .with("earning.yaml", "rules:\n  - { id: base, on: order.paid, award: { per: order.amount, points: 1 } }\n")
        .with("messages.yaml", MESSAGES);
    Arc::new(RuleBook::load(1, &bundle).unwrap().0)
}

struct World {
    records: Records,
    books: Books,
    now: Timestamp,
    seed: u64,
}

impl World {
    /// At ten in the morning.
    fn new() -> World {
        let now = Timestamp::parse_rfc3339("2026-06-10T10:00:00+08:00").unwrap();
        World { records: Records::new(), books: Books::first(book()), now, seed: 1 }
    }

    fn tell(&mut self, member: &Member, cause: Cause) -> (CompactString, Message) {
        self.seed += 1_000;
        let mut desk = Desk::new(&mut self.records, &self.books, self.now, Draws::Seed(self.seed));
        notify(&mut desk, &member.body, cause);
        desk.leave().unwrap();
        // It has the name of the instant it is shown at, which the kind or a way of sending puts off.
        let kinds = &self.books.at(self.now).messages.kinds;
        let afters = kinds
            .iter()
            .flat_map(|kind| kind.variants.iter().filter_map(|variant| variant.after_ms).chain([kind.after_ms]));
        let id = |after| {
            let mut nothing = Records::new();
            let mut desk = Desk::new(&mut nothing, &self.books, self.now, Draws::Seed(self.seed));
            desk.new_id_at("msg", self.now.plus_millis(after))
        };
        let found = afters.map(id).find_map(|id| Some((self.records.peek::<Message>(&id)?, id)));
        let (message, id) = found.unwrap();
        (id, Message::clone(&message))
    }

    fn run<C: Command>(&mut self, command: &C) -> Result<C::Outcome, Stop> {
        let mut keys = Keys::default();
        command.touches(&self.books, &Loaded::new(&self.records), &mut keys);
        for key in keys.drain().collect::<Vec<_>>() {
            if !self.records.holds(&key) {
                self.records.insert(key, None);
            }
        }
        let mut desk = Desk::new(&mut self.records, &self.books, self.now, Draws::Seed(7));
        let outcome = command.decide(&mut desk)?;
        desk.leave().unwrap();
        Ok(outcome)
    }

    fn delivery(&self, id: &str) -> Delivery {
        Delivery::clone(&self.records.peek::<Delivery>(id).unwrap())
    }

    /// Somebody takes a delivery for its channel.
    fn claim(&mut self, id: &str, is_reachable: bool) -> Claimed {
        let delivery = self.delivery(id);
        let claim = Claim {
            delivery: id.into(),
            member: delivery.member.clone(),
            channel: delivery.channel().unwrap(),
            holder: "me".into(),
            is_reachable,
        };
        self.run(&claim).unwrap()
    }

    fn settle(&mut self, id: &str, carried: Carried) -> bool {
        self.run(&Settle { delivery: id.into(), holder: "me".into(), carried }).unwrap()
    }

    fn wake(&mut self, id: &str) {
        let mut desk = Desk::new(&mut self.records, &self.books, self.now, Draws::Seed(7));
        wake(&mut desk, id).unwrap();
        desk.leave().unwrap();
    }
}

fn member(id: &str, tier: &str) -> Member {
    Member::new(MemberId::new(id).unwrap(), Timestamp::default(), TierId::new(tier).unwrap())
}

fn arrived() -> Cause {
    Cause::FirstOrder { points: 12_345, unit: UnitId::new("points").unwrap() }
}

fn not_yet() -> Carried {
    Carried::NotYet("busy".into())
}

// rows NOTE-06, NOTE-09
#[test]
fn texts_are_filled_in_both_languages_and_segments_have_their_own() {
    let mut world = World::new();
    let (_, message) = world.tell(&member("lin", "ordinary"), arrived());
    assert_eq!(
        (message.title.zh.as_str(), message.title.en.as_str()),
        ("12,345 积分到账", "12,345 points have arrived")
    );
    // Who it is for is written in when it is read: nothing personal is kept.
    assert_eq!(
        (message.text.zh.as_str(), message.text.en.as_str()),
        ("{name}，值 123.45 元", "{name}, worth 123.45 yuan")
    );
    assert_eq!(message.segment, None);
    let (_, gold) = world.tell(&member("ada", "gold"), arrived());
    assert_eq!((gold.title.zh.as_str(), gold.segment.as_deref()), ("尊贵的您", Some("gold")));
    assert_eq!(gold.text, message.text);
}

// row NOTE-08
#[test]
fn ways_of_sending_are_tried_on_the_same_members_for_ever() {
    let mut world = World::new();
    let (mut at_once, mut ways) = (0, Vec::new());
    for round in 0..2 {
        for n in 0..200 {
            let cause = Cause::Paid { amount: 4_600, points: 46, unit: UnitId::new("points").unwrap() };
            let (id, message) = world.tell(&member(&format!("m{n}"), "ordinary"), cause);
            let way = message.variant.clone().unwrap();
            let after = message.at.as_millis() - world.now.as_millis();
            assert_eq!(after, if way == "now" { 3_000 } else { 86_400_000 });
            assert_eq!(world.delivery(&format!("{id}-0")).due, Some(message.at));
            if round == 0 {
                at_once += u32::from(way == "now");
                ways.push(way);
            } else {
                assert_eq!(ways[n], way);
            }
        }
    }
    assert!((70..=130).contains(&at_once), "{at_once} of 200");
}

#[test]
fn of_a_route_the_first_channel_that_works_is_taken() {
    let mut world = World::new();
    let (id, _) = world.tell(&member("lin", "ordinary"), arrived());
    let (first, second) = (format!("{id}-0"), format!("{id}-1"));
    assert_eq!(world.delivery(&first).state, DeliveryState::Ready);
    assert_eq!(world.claim(&first, false), Claimed::No);
    assert_eq!(
        (world.delivery(&first).channel(), world.delivery(&first).state),
        (Some(MessageChannel::Sms), DeliveryState::Ready)
    );
    assert_eq!(world.claim(&first, true), Claimed::Yours);
    assert_eq!(world.claim(&first, true), Claimed::No, "one carries it");
    assert!(
        !world.run(&Settle { delivery: first.clone().into(), holder: "other".into(), carried: not_yet() }).unwrap()
    );
    assert!(world.settle(&first, Carried::Sent("138****5678".into())));
    assert!(!world.settle(&first, Carried::Sent("138****5678".into())), "once");
    let sent = world.delivery(&first);
    assert_eq!((sent.state, sent.to.as_deref(), sent.due), (DeliveryState::Sent, Some("138****5678"), None));
    // The other route goes its own way: nobody can be reached there.
    world.claim(&second, false);
    let dropped = world.delivery(&second);
    assert_eq!((dropped.state, dropped.skipped[0].why.as_str()), (DeliveryState::Dropped, "no-address"));
}

#[test]
fn what_fails_is_tried_again_then_by_the_next_channel_and_then_by_a_person() {
    let mut world = World::new();
    let (id, _) = world.tell(&member("lin", "ordinary"), arrived());
    let first = format!("{id}-0");
    world.claim(&first, true);
    world.settle(&first, not_yet());
    let waiting = world.delivery(&first);
    assert_eq!((waiting.state, waiting.due), (DeliveryState::Waiting, Some(world.now.plus_millis(60_000))));
    world.now = world.now.plus_millis(60_000);
    world.wake(&first);
    world.claim(&first, true);
    world.settle(&first, not_yet());
    assert_eq!(world.delivery(&first).channel(), Some(MessageChannel::Sms));
    world.claim(&first, true);
    // Whoever carried it says nothing any more: another one carries it.
    world.now = world.now.plus_millis(LEASE_MS);
    world.wake(&first);
    assert_eq!(world.claim(&first, true), Claimed::Yours);
    world.settle(&first, Carried::Never("no such number".into()));
    let failed = world.delivery(&first);
    assert_eq!((failed.state, failed.error.as_deref()), (DeliveryState::Failed, Some("no such number")));
    let retry = |id: &str| ResendDelivery { request: None, delivery: id.into(), by: By::system() };
    let again = world.run(&retry(&first)).unwrap();
    assert_eq!((again.state, again.channel(), again.tries), (DeliveryState::Ready, Some(MessageChannel::Push), 0));
    assert!(
        matches!(world.run(&retry(&first)), Err(Stop::Refused(refusal)) if refusal.code.as_str() == "delivery-not-failed")
    );
    assert!(matches!(world.run(&retry("nothing")), Err(Stop::Refused(refusal)) if refusal.code.as_str() == "unknown"));
}

#[test]
fn nights_are_quiet_except_for_what_is_urgent() {
    let mut world = World::new();
    world.now = Timestamp::parse_rfc3339("2026-06-10T23:30:10+08:00").unwrap();
    let (id, _) = world.tell(&member("lin", "ordinary"), arrived());
    let morning = Timestamp::parse_rfc3339("2026-06-11T08:00:00+08:00");
    assert_eq!(world.delivery(&format!("{id}-0")).due, morning);
    let (id, message) = world.tell(&member("lin", "ordinary"), Cause::Frozen { until: None });
    assert!(message.popup && message.title.zh == "冻结至另行通知");
    assert_eq!(world.claim(&format!("{id}-0"), true), Claimed::Yours);
}

#[test]
fn ceilings_hold_back_what_is_not_urgent() {
    let mut world = World::new();
    let lin = member("lin", "ordinary");
    for day in 0..3 {
        let (id, _) = world.tell(&lin, arrived());
        let claimed = world.claim(&format!("{id}-0"), true);
        if day < 2 {
            assert_eq!(claimed, Claimed::Yours, "two a week");
        } else {
            assert_eq!(claimed, Claimed::No);
            let next = Timestamp::parse_rfc3339("2026-06-13T08:00:00+08:00");
            assert_eq!(world.delivery(&format!("{id}-0")).due, next, "when the night after is over");
        }
        world.now = world.now.plus_days(1);
    }
    // A week later there is room again.
    world.now = world.now.plus_days(5);
    let (id, _) = world.tell(&lin, arrived());
    assert_eq!(world.claim(&format!("{id}-0"), true), Claimed::Yours);
}

#[test]
fn marketing_needs_consent_and_service_can_be_declined() {
    let mut world = World::new();
    let lin = member("lin", "ordinary");
    world.records.insert(jifen_vocab::Key::new(&crate::member::MEMBER, "lin"), None);
    let mut desk = Desk::new(&mut world.records, &world.books, world.now, Draws::Seed(3));
    desk.write("lin", lin.clone());
    desk.leave().unwrap();
    let words = vec![("item".into(), Name { zh: "新茶".into(), en: "new tea".into() })];
    let to = Audience::Members(vec![lin.body.id.clone()]);
    let offer = BeginMailing { request: None, kind: "offer".into(), to, words, by: By::system() };
    let id = |world: &World| {
        let mut records = Records::new();
        let mut desk = Desk::new(&mut records, &world.books, world.now, Draws::Seed(7));
        // The mailing's own comes first.
        desk.new_id("mail");
        desk.new_id("msg")
    };
    let sent = world.run(&offer).unwrap();
    assert_eq!((sent.told, sent.left_out, sent.state, sent.words.len()), (1, 0, MailingState::Done, 0));
    let first = format!("{}-0", id(&world));
    world.claim(&first, true);
    assert_eq!(world.delivery(&first).skipped[0].why, "no-consent");
    assert_eq!(world.delivery(&first).state, DeliveryState::Dropped);
    let consents = vec![(MessageChannel::Sms, true, false)];
    let said =
        SetConsents { request: None, member: lin.body.id.clone(), consents, english: Some(true), by: By::system() };
    world.run(&said).unwrap();
    world.now = world.now.plus_millis(1);
    world.run(&offer).unwrap();
    let second = format!("{}-0", id(&world));
    assert_eq!(world.claim(&second, true), Claimed::Yours);
    let (arrived, _) = world.tell(&lin, arrived());
    let arrived = format!("{arrived}-0");
    world.claim(&arrived, false);
    world.claim(&arrived, true);
    assert_eq!(world.delivery(&arrived).skipped[1].why, "no-consent");
    for (words, at) in [(Vec::new(), "/words/item"), (vec![("thing".into(), Name::default())], "/words/thing")] {
        let refused = world.run(&BeginMailing { words, ..offer.clone() });
        assert!(matches!(refused, Err(Stop::Refused(refusal)) if refusal.pointer.as_deref() == Some(at)));
    }
    let unknown = world.run(&BeginMailing { kind: "frozen".into(), ..offer.clone() });
    assert!(matches!(unknown, Err(Stop::Refused(refusal)) if refusal.code.as_str() == "unknown"));
}

#[test]
fn what_could_not_be_sent_for_too_long_is_not_sent() {
    let mut world = World::new();
    let (id, _) = world.tell(&member("lin", "ordinary"), arrived());
    world.now = world.now.plus_days(2);
    let first = format!("{id}-0");
    assert_eq!(world.claim(&first, true), Claimed::No);
    assert_eq!(world.delivery(&first).state, DeliveryState::Dropped);
}

#[test]
fn reading_counts_once_and_only_for_oneself() {
    let mut world = World::new();
    let lin = member("lin", "ordinary");
    let (id, message) = world.tell(&lin, arrived());
    assert_eq!(message.columns()[1], Value::Text("lin".into()));
    let read =
        |member: &str| MarkRead { member: MemberId::new(member).unwrap(), messages: vec![id.clone(), "no".into()] };
    assert_eq!(world.run(&read("ada")).unwrap(), 0);
    assert_eq!(world.run(&read("lin")).unwrap(), 1);
    assert_eq!(world.run(&read("lin")).unwrap(), 0);
    let message = world.records.peek::<Message>(&id).unwrap();
    assert_eq!((message.columns()[1].clone(), message.read), (Value::Null, Some(world.now)));
}

#[test]
fn facts_are_those_that_templates_may_name() {
    use crate::book::messages::Trigger;
    let unit = UnitId::new("points").unwrap();
    let (name, at) = (Name::default(), Timestamp::default());
    let causes = [
        Cause::Anniversary { years: 1, points: 1, unit: unit.clone() },
        Cause::Appeal { result: name.clone() },
        Cause::BadgeEarned { badge: name.clone() },
        Cause::Birthday { points: 1, unit: unit.clone() },
        Cause::Care { points: 1, unit: unit.clone() },
        Cause::Dormant { points: 1, unit: unit.clone(), date: at },
        Cause::Festival { festival: name.clone(), points: 1, unit: unit.clone() },
        Cause::FirstOrder { points: 1, unit: unit.clone() },
        Cause::FriendJoined { points: 1, unit: unit.clone() },
        Cause::FriendOrdered { points: 1, unit: unit.clone() },
        Cause::Frozen { until: None },
        Cause::GiftGiven { gift: name.clone(), until: None },
        Cause::Hand { words: SmallVec::new() },
        Cause::HandedOver { reward: name.clone() },
        Cause::Lapsing { points: 1, unit: unit.clone(), date: at, balance: 2 },
        Cause::Paid { amount: 1, points: 1, unit: unit.clone() },
        Cause::Penalty { reason: name.clone(), points: 1, unit: unit.clone() },
        Cause::Registered,
        Cause::StreakAtRisk { days: 1 },
        Cause::StreakNear { days: 2, points: 1, unit: unit.clone() },
        Cause::TaskDone { task: name.clone(), award: name.clone(), points: 1, unit: unit.clone() },
        Cause::TicketAnswered { ticket: name.clone() },
        Cause::TierAtRisk { tier: name.clone(), date: at, missing: 1 },
        Cause::TierDown { tier: name.clone() },
        Cause::TierProgress { tier: name.clone(), missing: 1 },
        Cause::TierUp { tier: name },
        Cause::Unfrozen,
        Cause::WakeUp { points: 1, unit: unit.clone(), until: at },
        Cause::Woken { points: 1, unit },
    ];
    assert_eq!(causes.len(), Trigger::WORDS.len());
    for (cause, (word, trigger)) in causes.into_iter().zip(Trigger::WORDS) {
        assert_eq!(cause.trigger(), *trigger, "{word}");
        let facts: Vec<_> = cause.facts().into_iter().map(|(name, fact)| (name.to_string(), fact.sort())).collect();
        let blanks: Vec<_> = trigger.blanks().iter().map(|(name, sort)| ((*name).to_owned(), *sort)).collect();
        assert_eq!(facts, blanks, "{word}");
    }
}

// row NOTE-04
#[test]
fn who_changes_tier_during_a_mailing_to_several_tiers_is_told_once() {
    let mut world = World::new();
    let put = |world: &mut World, id: &str, tier: &str| {
        world.records.insert(jifen_vocab::Key::new(&crate::member::MEMBER, id), None);
        let mut desk = Desk::new(&mut world.records, &world.books, world.now, Draws::Seed(3));
        desk.write(id, member(id, tier));
        desk.leave().unwrap();
    };
    put(&mut world, "a", "ordinary");
    put(&mut world, "b", "gold");
    let words = vec![("item".into(), Name { zh: "新茶".into(), en: "new tea".into() })];
    let tier = |id: &str| TierId::new(id).unwrap();
    let to = Audience::Tiers(vec![tier("ordinary"), tier("gold")]);
    let begun = world.run(&BeginMailing { request: None, kind: "offer".into(), to, words, by: By::system() }).unwrap();
    assert!(begun.whole);
    let slice = |after: Option<&str>, member: &str, is_last| MailSlice {
        mailing: begun.id.clone(),
        place: 0,
        after: after.map(CompactString::new),
        members: vec![MemberId::new(member).unwrap()],
        until: Some(member.into()),
        is_last,
    };
    world.run(&slice(None, "a", false)).unwrap();
    // She was told as an ordinary member; now she is where the mailing has not been, and he where it has.
    put(&mut world, "a", "gold");
    put(&mut world, "b", "ordinary");
    world.run(&slice(None, "a", false)).unwrap();
    world.run(&slice(Some("a"), "b", true)).unwrap();
    let ended = world.records.peek::<Mailing>(&begun.id).unwrap();
    assert_eq!((ended.told, ended.left_out, ended.state), (2, 0, MailingState::Done));
}

#[test]
fn who_left_the_tiers_of_a_mailing_before_it_came_is_not_told() {
    let mut world = World::new();
    world.records.insert(jifen_vocab::Key::new(&crate::member::MEMBER, "a"), None);
    let mut desk = Desk::new(&mut world.records, &world.books, world.now, Draws::Seed(3));
    desk.write("a", member("a", "platinum"));
    desk.leave().unwrap();
    let words = vec![("item".into(), Name { zh: "新茶".into(), en: "new tea".into() })];
    let tiers = ["ordinary", "gold"].map(|id| TierId::new(id).unwrap());
    let to = Audience::Tiers(tiers.to_vec());
    let begun = world.run(&BeginMailing { request: None, kind: "offer".into(), to, words, by: By::system() }).unwrap();
    let members = vec![MemberId::new("a").unwrap()];
    let until = Some("a".into());
    let slice = MailSlice { mailing: begun.id.clone(), place: 0, after: None, members, until, is_last: true };
    world.run(&slice).unwrap();
    let ended = world.records.peek::<Mailing>(&begun.id).unwrap();
    assert_eq!((ended.told, ended.left_out, ended.state), (0, 0, MailingState::Done));
}
