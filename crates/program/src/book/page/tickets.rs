//! What members may turn to people with, what they are asked, and until when somebody answers.

use super::super::surveys::Survey;
use super::super::tickets::{AboutKind, TicketKind};
use super::writer::Writer;
use super::{Section, SectionId, key};

impl Writer<'_> {
    pub(super) fn service(&self) -> Section {
        let sentences = self.tickets().into_iter().chain(self.surveys()).collect();
        self.section(SectionId::Service, sentences)
    }

    fn tickets(&self) -> Vec<String> {
        let terms = &self.book.tickets;
        if terms.kinds.is_empty() {
            return Vec::new();
        }
        let (most, chars) = (terms.most_open, terms.text_chars);
        let last = self.say(
            || format!("每位会员最多同时有 {most} 件待处理，每件不超过 {chars} 字；答复可在会员端查看。"),
            || {
                format!(
                    "A member may have {most} waiting at the same time, of {chars} characters at most; the answer is \
                     shown in the member app."
                )
            },
        );
        terms.kinds.iter().map(|kind| self.ticket(kind)).chain([last]).collect()
    }

    fn ticket(&self, kind: &TicketKind) -> String {
        let (name, resolve) = (self.name(&kind.name), kind.resolve_hours);
        let about: Vec<&str> = kind.about.iter().map(|about| self.about(*about)).collect();
        let about = (!about.is_empty()).then(|| {
            let list = about.join(self.word("、", ", "));
            self.say(|| format!("针对{list}"), || format!("about {list}"))
        });
        let respond = kind
            .respond_hours
            .map(|hours| key(self.say(|| format!("{hours} 小时内答复"), || format!("answered within {hours} hours"))));
        let resolve = key(self.say(|| format!("{resolve} 小时内办结"), || format!("settled within {resolve} hours")));
        let parts: Vec<String> = about.into_iter().chain(respond).chain([resolve]).collect();
        self.say(|| format!("{name}：{}。", parts.join("，")), || format!("{name}: {}.", parts.join(", ")))
    }

    fn about(&self, about: AboutKind) -> &'static str {
        match about {
            AboutKind::Entry => self.word("积分明细", "a movement of points"),
            AboutKind::Freeze => self.word("账户冻结", "a freeze"),
            AboutKind::Order => self.word("订单", "an order"),
            AboutKind::Redemption => self.word("兑换", "a redemption"),
        }
    }

    fn surveys(&self) -> Vec<String> {
        self.book.surveys.iter().map(|survey| self.survey(survey)).collect()
    }

    fn survey(&self, survey: &Survey) -> String {
        let (name, count) = (self.name(&survey.name), survey.questions.len());
        let (from, until) = (survey.from, survey.until);
        let days = key(self.say(|| format!("{from} 至 {until}"), || format!("{from} to {until}")));
        let asked = match (&survey.terms, &survey.when) {
            (Some(terms), _) => Some(self.say(|| format!("面向{}", terms.zh), || format!("for {}", terms.en))),
            (None, Some(when)) => Some(self.condition(when.text())),
            (None, None) => None,
        };
        let asked = asked.map(|asked| self.say(|| format!("，{asked}"), || format!(", {asked}"))).unwrap_or_default();
        self.say(
            || format!("问卷“{name}”：{days}{asked}，共 {count} 题，每人一次。"),
            || format!("Survey {name}: {days}{asked}, {count} questions, once a member."),
        )
    }
}
