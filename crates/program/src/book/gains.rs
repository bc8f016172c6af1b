//! What tasks give, in words, and who gives what.

use jifen_vocab::RuleId;

use super::RuleBook;
use super::gifts::Gift;
use super::name::Name;
use super::tasks::{MeritKind, Task, TaskAward};

impl Task {
    /// What it gives, in words; nothing where it gives nothing.
    pub fn gives(&self, book: &RuleBook) -> Name {
        let told: Vec<Name> = self.awards.iter().map(|award| award.told(book)).collect();
        let joined = |pick: fn(&Name) -> &str, by: &str| told.iter().map(pick).collect::<Vec<_>>().join(by);
        Name { zh: joined(|name| &name.zh, "、"), en: joined(|name| &name.en, " and ") }
    }
}

impl TaskAward {
    /// What it is, in words.
    pub fn told(&self, book: &RuleBook) -> Name {
        let said = |zh: &str, en: &str| Name { zh: zh.to_owned(), en: en.to_owned() };
        match self {
            TaskAward::Points { unit, points, .. } => {
                let name = book.unit(unit.as_str()).map(|unit| unit.name.clone()).unwrap_or_default();
                Name { zh: format!("{points} {}", name.zh), en: format!("{points} {}", name.en) }
            }
            TaskAward::Badge(id) => match book.tasks.badge(id) {
                Some(badge) => Name { zh: format!("“{}”", badge.name.zh), en: badge.name.en.clone() },
                None => said(id, id),
            },
            TaskAward::Gift(id) => match book.gifts.get(id) {
                Some(gift) => Name { zh: format!("“{}”", gift.name.zh), en: gift.name.en.clone() },
                None => said(id, id),
            },
            TaskAward::Tier(MeritKind::Keep) => said("保级一次", "a term more in the tier"),
            TaskAward::Tier(MeritKind::Upgrade) => said("升一级", "the next tier"),
        }
    }
}

/// By whom each gift is given, for whoever looks at gifts: rules first, then tasks.
pub fn givers<'b>(book: &'b RuleBook, gift: &'b Gift) -> impl Iterator<Item = (&'b RuleId, Name)> + 'b {
    let rules = book.rules.rules().iter().zip(&book.earning);
    let rules = rules.filter(|(rule, terms)| rule.enabled && terms.gift.as_ref() == Some(&gift.id));
    let rules = rules.map(|(rule, _)| (&rule.id, Name { zh: rule.name.zh.clone(), en: rule.name.en.clone() }));
    let gives = |task: &&Task| task.awards.iter().any(|award| award.gift() == Some(&gift.id));
    let tasks = book.tasks.tasks.iter().filter(|task| task.enabled).filter(gives);
    rules.chain(tasks.map(|task| (&task.id, task.name.clone())))
}
