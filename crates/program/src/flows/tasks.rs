//! What an event brings in tasks: progress, cards that are drawn, and what completed tasks give; and how a refund takes
//! it back.
//!
//! It happens in the same decision as the awards of earning rules, so an event counts in tasks exactly as often as it
//! counts at all. What a task gives is not bound by caps: how often it is completed is.

use std::sync::Arc;

use compact_str::{CompactString, format_compact};
use jifen_rules::Facts;
use jifen_vocab::{Day, Points};
use serde_json::json;

use super::case::Case;
use super::give::{Gave, Giver};
use super::outcome::{CardDrawn, TaskDone};
use super::redeem::gift;
use crate::book::messages::Trigger;
use crate::book::tasks::{CARD_COLLECTED, Task, TaskAward};
use crate::book::{Books, RuleBook};
use crate::desk::{Desk, Keys, Loaded, Stop, Touch};
use crate::earning::LineView;
use crate::events::{Event, EventBody, OrderPaid};
use crate::member::Member;
use crate::messages::{self, notify_at};
use crate::orders::{OrderAward, OrderFact, Refunded};
use crate::tasks::{self, Advanced, Completion, Doer, PointsGiven, Progress};
use crate::wallets::{lapsed_keys, lot_is_whole};

/// Asks for the member's progress where a task in use looks at such an event, or a refund may take some of it back. What
/// no task looks at costs a look-up.
pub(super) fn want_progress(event: &Event, books: &Books, keys: &mut Keys) {
    let (kind, store) = (event.kind.as_str(), event.store.as_deref());
    let takes_back = matches!(event.body, EventBody::OrderRefunded { .. } | EventBody::OrderUndone { .. });
    let looked_at = |book: &RuleBook| {
        if takes_back {
            return !book.tasks.tasks.is_empty();
        }
        let Some(time) = event.time else { return book.tasks.has_any_on(kind) };
        // An event of the near future is judged as of now, which is that much earlier.
        let now_at_least = time.plus_millis(-i64::from(book.ahead_minutes) * 60_000);
        book.tasks.has_any_on(kind)
            && [time, now_at_least].iter().any(|at| book.tasks.looks_at(kind, *at, &book.zone, store))
    };
    if books.versions().iter().any(|version| looked_at(&version.book)) {
        keys.want::<Progress>(event.member.as_str());
    }
}

/// Asks for what lapsed of the points that tasks gave, where a refund may take them back.
pub(super) fn want_lapsed(event: &Event, fact: &OrderFact, loaded: &Loaded<'_>, keys: &mut Keys) -> Touch {
    let mut touch = Touch::Done;
    if fact.tasks.is_empty() {
        return touch;
    }
    let Some(progress) = loaded.peek::<Progress>(event.member.as_str()) else { return touch };
    let member = loaded.peek::<Member>(event.member.as_str());
    let given = progress.runs.iter().flat_map(|run| &run.done).filter(|done| done.at >= fact.at);
    given.clone().flat_map(|done| &done.gifts).for_each(|given| gift::want_back(given, keys));
    for points in given.flat_map(|done| &done.points) {
        let (unit, lot) = (&points.unit, points.piece.lot);
        if member.as_ref().is_some_and(|member| lot_is_whole(member, unit, lot)) {
            continue;
        }
        let (lapsed, again) = lapsed_keys(loaded, &event.member, unit, lot);
        lapsed.into_iter().for_each(|key| keys.want_key(key));
        if again {
            touch = Touch::Again;
        }
    }
    touch
}

/// The progress of a member while an event is judged.
struct Work {
    book: Arc<RuleBook>,
    progress: Progress,
    tags: Vec<CompactString>,
    joined: Day,
}

impl Case<'_> {
    /// Counts the event in tasks, draws cards, and gives what is completed.
    pub(super) fn tasks(
        &mut self,
        paid: Option<&OrderPaid>,
        lines: &LineView<'_>,
        desk: &mut Desk<'_>,
    ) -> Result<(), Stop> {
        let book = Arc::clone(&self.book);
        if !book.tasks.looks_at(&self.event.kind, self.at, &book.zone, self.event.store.as_deref()) {
            return Ok(());
        }
        let mut work = self.work(desk)?;
        let before = work.progress.clone();
        let advanced = self.with_facts(&book, paid, lines, |facts| self.advance(&mut work, facts));
        self.complete(&mut work, advanced, paid, lines, true, desk)?;
        if self.event.kind == CARD_COLLECTED {
            self.keep_card(&mut work);
        }
        self.draw_cards(&mut work, paid, lines, desk)?;
        if work.progress != before {
            desk.write(self.event.member.as_str(), work.progress);
        }
        Ok(())
    }

    fn work(&self, desk: &Desk<'_>) -> Result<Work, Stop> {
        let book = Arc::clone(&self.book);
        let body = &self.sitting.member.body;
        let found = desk.read::<Progress>(self.event.member.as_str())?;
        let mut progress = found.map_or_else(Progress::new, |progress| Progress::clone(&progress));
        progress.forget(book.zone.day_of(desk.now()));
        Ok(Work { progress, tags: body.tags.clone(), joined: book.zone.day_of(body.joined), book })
    }

    fn advance(&self, work: &mut Work, facts: &Facts<'_>) -> Advanced {
        let doer = Doer { tags: &work.tags, tier: &self.tier, joined: work.joined, day: self.day };
        tasks::advance(&work.book.tasks, &mut work.progress, facts, &doer)
    }

    /// Gives what completed tasks award, and counts them in the tasks that are made of them. What comes of an order is
    /// kept for its refund.
    fn complete(
        &mut self,
        work: &mut Work,
        first: Advanced,
        paid: Option<&OrderPaid>,
        lines: &LineView<'_>,
        keep: bool,
        desk: &mut Desk<'_>,
    ) -> Result<(), Stop> {
        let book = Arc::clone(&work.book);
        let mut waiting = first.completed;
        self.count_tasks(&book, first.started.iter().copied(), "started", desk);
        if keep && self.event.order().is_some() {
            self.shares.extend(first.shares);
        }
        // A pack stands behind its tasks, so this ends with the last of them.
        while let Some((place, from)) = waiting.pop() {
            let task = &book.tasks.tasks[usize::from(place)];
            let completion = self.give(&book, task, desk)?;
            let done = TaskDone { task: task.id.clone(), badges: completion.badges.clone() };
            self.outcome.tasks.push(done);
            self.tell_done(&book, task, &completion, desk);
            self.count_tasks(&book, [place], "completed", desk);
            let run = work.progress.runs.iter_mut().find(|run| run.task == task.id && run.from == from.number());
            if let Some(run) = run {
                run.done.push(completion);
            }
            let doer = Doer { tags: &work.tags, tier: &self.tier, joined: work.joined, day: self.day };
            let progress = &mut work.progress;
            let next =
                self.with_facts(&book, paid, lines, |facts| tasks::signal(&book.tasks, progress, place, facts, &doer));
            self.count_tasks(&book, next.started.iter().copied(), "started", desk);
            waiting.extend(next.completed);
        }
        Ok(())
    }

    /// Tells the member that a task is done, and what it gave.
    fn tell_done(&self, book: &RuleBook, task: &Task, completion: &Completion, desk: &mut Desk<'_>) {
        if task.awards.is_empty() || !book.messages.tells(Trigger::TaskDone) {
            return;
        }
        let unit = completion.points.first().map_or(&book.default_unit, |given| &given.unit).clone();
        let of_unit = completion.points.iter().filter(|given| given.unit == unit);
        let points = of_unit.fold(0_i64, |sum, given| sum.saturating_add(given.points.get()));
        let (task, award) = (task.name.clone(), task.gives(book));
        notify_at(desk, &self.sitting.member.body, messages::Cause::TaskDone { task, award, points, unit }, self.at);
    }

    fn give(&mut self, book: &RuleBook, task: &Task, desk: &mut Desk<'_>) -> Result<Completion, Stop> {
        let mut completion = Completion::new(self.at);
        for award in &task.awards {
            if let TaskAward::Gift(gift) = award {
                completion.gifts.extend(self.give_gift(book, gift, &task.id, desk)?);
                continue;
            }
            let giver = Giver { book, by: &task.id, tier: &self.tier, at: self.at, cause: &self.cause };
            match giver.give(award, &mut self.sitting, desk)? {
                Gave::Points(award, piece) => {
                    let (unit, points, version) = (award.unit.clone(), award.points, award.version);
                    completion.points.push(PointsGiven { unit, points, version, piece });
                    self.outcome.awards.push(*award);
                }
                Gave::Badge(badge) => completion.badges.push(badge),
                Gave::Nothing => {}
            }
        }
        Ok(completion)
    }

    fn count_tasks(&self, book: &RuleBook, places: impl IntoIterator<Item = u16>, what: &str, desk: &mut Desk<'_>) {
        for place in places {
            let id = &book.tasks.tasks[usize::from(place)].id;
            desk.count("task", self.day, format_compact!("{id}|{what}"), 1);
        }
    }

    /// A card that a shop's own game drew.
    fn keep_card(&self, work: &mut Work) {
        let data: serde_json::Value = serde_json::from_slice(&self.event.data).unwrap_or_default();
        let (set, card) = (data["set"].as_str().unwrap_or_default(), data["card"].as_str().unwrap_or_default());
        let known = work.book.tasks.sets.iter().find(|known| known.id == set);
        if known.is_some_and(|known| known.cards.iter().any(|known| known.id == card)) {
            work.progress.collect(set, card);
        }
    }

    /// Draws a card of each set that such an event may drop one of. A dry run draws nothing.
    fn draw_cards(
        &mut self,
        work: &mut Work,
        paid: Option<&OrderPaid>,
        lines: &LineView<'_>,
        desk: &mut Desk<'_>,
    ) -> Result<(), Stop> {
        let book = Arc::clone(&work.book);
        for &place in book.tasks.drops_on(&self.event.kind) {
            let set = &book.tasks.sets[usize::from(place)];
            let may = self.with_facts(&book, paid, lines, |facts| {
                let holds = set.when.as_ref().is_none_or(|when| when.holds(facts, None).unwrap_or(false));
                holds && set.is_open(facts.at, &facts.local, facts.store)
            });
            if !may || work.progress.draws_on(&set.id, self.day) >= set.day_max {
                continue;
            }
            let Some(drawn) = desk.draw() else { continue };
            work.progress.count_draw(&set.id, self.day);
            let card = set.drawn(drawn);
            let (id, card_id) = (set.id.clone(), card.map(|card| card.id.clone()));
            desk.count("card", self.day, format_compact!("{id}|{}", card_id.as_deref().unwrap_or("")), 1);
            self.outcome.cards.push(CardDrawn { set: id, card: card_id, drawn });
            let Some(card) = card else { continue };
            work.progress.collect(&set.id, &card.id);
            let data = json!({ "set": set.id.as_str(), "card": card.id.as_str() });
            let advanced = self.with_facts(&book, paid, lines, |facts| {
                self.advance(work, &Facts { event_type: CARD_COLLECTED, data: &data, ..*facts })
            });
            self.complete(work, advanced, paid, lines, false, desk)?;
        }
        Ok(())
    }

    /// Takes back what an order brought in tasks, and what tasks gave that are no longer complete without it.
    pub(super) fn take_tasks_back(
        &mut self,
        fact: &mut OrderFact,
        after: &Refunded,
        desk: &mut Desk<'_>,
    ) -> Result<(), Stop> {
        if fact.tasks.is_empty() {
            return Ok(());
        }
        let mut work = self.work(desk)?;
        let before = work.progress.clone();
        let parts = (fact.refunded_amount(after), fact.amount);
        let mut undone = Vec::new();
        for share in &mut fact.tasks {
            undone.extend(tasks::take_back(&work.book.tasks, &mut work.progress, share, parts, after.whole));
        }
        let book = Arc::clone(&work.book);
        while let Some((place, completion)) = undone.pop() {
            let task = &book.tasks.tasks[usize::from(place)];
            let day = book.zone.day_of(completion.at);
            self.take_completion_back(task, completion, desk)?;
            self.count_tasks(&book, [place], "taken_back", desk);
            undone.extend(tasks::unsignal(&book.tasks, &mut work.progress, place, day, work.joined));
        }
        if work.progress != before {
            desk.write(self.event.member.as_str(), work.progress);
        }
        Ok(())
    }

    fn take_completion_back(&mut self, task: &Task, completion: Completion, desk: &mut Desk<'_>) -> Result<(), Stop> {
        for given in completion.points {
            let points = given.points;
            let mut award = OrderAward {
                unit: given.unit,
                rule: task.id.clone(),
                version: given.version,
                points,
                lines: Vec::new(),
                piece: given.piece,
                taken: Points::ZERO,
                lapsed: Points::ZERO,
                budget: None,
                gift: None,
            };
            self.take_award_back(&mut award, points, desk)?;
        }
        for given in &completion.gifts {
            self.take_gift_back(given, desk)?;
        }
        let body = &mut self.sitting.member.body;
        body.badges.retain(|held| !completion.badges.contains(&held.badge));
        self.sitting.unsay(&task.id, completion.at);
        Ok(())
    }
}
