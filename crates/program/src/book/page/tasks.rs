//! Tasks, badges and cards, as members read them.

use super::super::leaderboards::{BoardPeriod, Leaderboard};
use super::super::tasks::{
    Badge, BadgeKind, Card, CardSet, Field, Goal, Span, SumOf, Task, TaskAward, TaskStep, Trigger,
};
use super::writer::Writer;
use super::{Section, SectionId, key};

impl Writer<'_> {
    pub(in crate::book) fn tasks(&self) -> Section {
        let terms = &self.book.tasks;
        let tasks = terms.tasks.iter().filter(|task| task.enabled).map(|task| self.task(task));
        let sets = terms.sets.iter().filter(|set| set.enabled).map(|set| self.card_set(set));
        // What a hidden badge is stays a secret; that there is one does not.
        let badges = terms.badges.iter().map(|badge| self.badge(badge));
        let boards = self.book.leaderboards.boards.iter().filter(|board| board.enabled);
        let boards = boards.map(|board| self.leaderboard(board));
        let mut sentences: Vec<String> = tasks.chain(sets).chain(badges).chain(boards).collect();
        if terms.tasks.iter().any(|task| task.enabled) {
            sentences.push(
                self.word(
                    "退款会扣减相应的任务进度；因此不再达标的，已发的任务奖励一并收回。",
                    "A refund takes its part out of a task; where the goal is no longer reached, what the task gave is \
                     taken back.",
                )
                .to_owned(),
            );
        }
        self.section(SectionId::Tasks, sentences)
    }

    fn task(&self, task: &Task) -> String {
        let name = self.name(&task.name);
        let steps: Vec<String> = task.steps.iter().map(|step| self.step(step)).collect();
        let joined = match task.ordered {
            true => steps.join(self.word("，再", ", then ")),
            false => steps.join(self.word("，并", " and ")),
        };
        let mut parts = vec![key(format!("{}{joined}", self.task_window(task.span)))];
        let (tags, tiers) = (&task.members, &task.tiers);
        parts.extend((!tags.is_empty()).then(|| {
            let list = tags.join(self.word("、", ", "));
            self.say(|| format!("限标签为{list}的会员"), || format!("for members tagged {list}"))
        }));
        parts.extend((!tiers.is_empty()).then(|| {
            let names: Vec<&str> = tiers.iter().map(|tier| self.name(&self.book.tier(tier.as_str()).name)).collect();
            let list = names.join(self.word("、", ", "));
            self.say(|| format!("限{list}"), || format!("for {list}"))
        }));
        parts.extend(self.window(&task.window));
        parts.extend((task.times > 1).then(|| {
            let times = task.times;
            self.say(|| format!("最多 {times} 次"), || format!("up to {times} times"))
        }));
        let awards: Vec<String> = task.awards.iter().map(|award| self.task_award(award)).collect();
        parts.extend((!awards.is_empty()).then(|| {
            let list = awards.join(self.word("、", " and "));
            key(self.say(|| format!("可得{list}"), || format!("gives {list}")))
        }));
        self.say(|| format!("{name}：{}。", parts.join("，")), || format!("{name}: {}.", parts.join(", ")))
    }

    fn task_window(&self, span: Span) -> String {
        match span {
            Span::Day => self.word("当日", "in a day, ").to_owned(),
            Span::Week => self.word("一周内", "in a week, ").to_owned(),
            Span::Month => self.word("一个月内", "in a month, ").to_owned(),
            Span::Quarter => self.word("一个季度内", "in a quarter, ").to_owned(),
            Span::Year => self.word("一年内", "in a year, ").to_owned(),
            Span::Ever => String::new(),
            Span::Rolling(days) => self.say(|| format!("任意 {days} 天内"), || format!("within any {days} days, ")),
            Span::SinceJoining(days) => {
                self.say(|| format!("入会 {days} 天内"), || format!("within {days} days of joining, "))
            }
        }
    }

    fn step(&self, step: &TaskStep) -> String {
        let name = match &step.on {
            Trigger::Task(place) => self.name(&self.book.tasks.tasks[usize::from(*place)].name),
            Trigger::Events(_) => self.name(&step.name),
        };
        let target = step.goal.target();
        match &step.goal {
            Goal::Times(1) => name.to_owned(),
            Goal::Times(_) => self.say(|| format!("{name} {target} 次"), || format!("{name} {target} times")),
            Goal::Sum(SumOf::OrderAmount | SumOf::LineAmount, _) => {
                let money = self.money(target);
                self.say(|| format!("{name}满 {money}"), || format!("{name} of {money}"))
            }
            Goal::Sum(SumOf::Data(_), _) => {
                self.say(|| format!("{name}达 {target}"), || format!("{name} up to {target}"))
            }
            Goal::Different(Field::Day, _) => {
                self.say(|| format!("{name} {target} 天"), || format!("{name} on {target} days"))
            }
            Goal::Different(..) => {
                self.say(|| format!("{name} {target} 种"), || format!("{name}, {target} different ones"))
            }
            Goal::InARow(_) => {
                self.say(|| format!("连续 {target} 天{name}"), || format!("{name} on {target} days in a row"))
            }
        }
    }

    /// What a task or a place on a leaderboard gives.
    fn task_award(&self, award: &TaskAward) -> String {
        match award {
            TaskAward::Points { unit, points, .. } => format!("{points} {}", self.unit_name(unit.as_str())),
            TaskAward::Badge(id) => {
                let Some(badge) = self.book.tasks.badge(id) else { return id.to_string() };
                let kind = self.badge_kind(badge.kind);
                match &badge.riddle {
                    Some(_) => self.say(|| format!("隐藏{kind}"), || format!("a hidden {kind}")),
                    None => {
                        let name = self.name(&badge.name);
                        self.say(|| format!("{kind}“{name}”"), || format!("the {kind} {name}"))
                    }
                }
            }
            TaskAward::Gift(_) | TaskAward::Tier(_) => self.name(&award.told(self.book)).to_owned(),
        }
    }

    /// What people call a badge.
    pub(super) fn badge_name(&self, id: &str) -> &str {
        self.book.tasks.badge(id).map_or("", |badge| self.name(&badge.name))
    }

    fn badge_kind(&self, kind: BadgeKind) -> &str {
        match kind {
            BadgeKind::Badge => self.word("徽章", "badge"),
            BadgeKind::Frame => self.word("头像框", "frame"),
            BadgeKind::Title => self.word("称号", "title"),
        }
    }

    fn badge(&self, badge: &Badge) -> String {
        let kind = self.badge_kind(badge.kind);
        if let Some(riddle) = &badge.riddle {
            let riddle = self.name(riddle);
            return self.say(|| format!("隐藏{kind}：{riddle}"), || format!("A hidden {kind}: {riddle}"));
        }
        let name = self.name(&badge.name);
        let mut parts = vec![self.say(|| format!("{kind}“{name}”"), || format!("The {kind} {name}"))];
        parts.extend(badge.about.as_ref().map(|about| self.name(about).to_owned()));
        parts.extend(
            badge.days.map(|days| self.say(|| format!("有效期 {days} 天"), || format!("held for {days} days"))),
        );
        self.say(|| format!("{}。", parts.join("，")), || format!("{}.", parts.join(", ")))
    }

    fn leaderboard(&self, board: &Leaderboard) -> String {
        let name = self.name(&board.name);
        let period = match board.period {
            BoardPeriod::Day => self.word("每日一榜", "anew each day"),
            BoardPeriod::Week => self.word("每周一榜", "anew each week"),
            BoardPeriod::Month => self.word("每月一榜", "anew each month"),
            BoardPeriod::Season => self.word("每季一榜", "anew each quarter"),
        };
        let mut parts = vec![period.to_owned()];
        parts.extend(board.by_store.then(|| self.word("各门店分别统计", "a board of each shop").to_owned()));
        parts.push(self.word("同分先到者在前", "of equal scores whoever was there first is in front").to_owned());
        parts.extend(board.prizes.iter().map(|prize| {
            let awards: Vec<String> = prize.awards.iter().map(|award| self.task_award(award)).collect();
            let list = awards.join(self.word("、", " and "));
            let (from, to) = (prize.from, prize.to);
            key(self.say(|| format!("第 {from} 至 {to} 名得{list}"), || format!("places {from} to {to} get {list}")))
        }));
        self.say(|| format!("{name}：{}。", parts.join("，")), || format!("{name}: {}.", parts.join(", ")))
    }

    fn card_set(&self, set: &CardSet) -> String {
        let name = self.name(&set.name);
        let odds: Vec<String> = set.cards.iter().map(|card| self.odds(card)).collect();
        let mut parts = vec![key(odds.join(self.word("、", ", ")))];
        parts.extend((set.day_max < u16::MAX).then(|| {
            let most = set.day_max;
            self.say(|| format!("每天最多抽 {most} 次"), || format!("at most {most} draws a day"))
        }));
        parts.extend(self.window(&set.window));
        self.say(
            || format!("{name}每次抽取的概率：{}。", parts.join("，")),
            || format!("{name}, chances of each draw: {}.", parts.join(", ")),
        )
    }

    fn odds(&self, card: &Card) -> String {
        let name = self.name(&card.name);
        format!("{name} {}", super::writer::percent(card.chance_ppm))
    }
}
