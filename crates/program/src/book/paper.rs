//! The white paper of a rule book (PROG-15): all of it on paper, for members, auditors and colleagues: earning, spending,
//! management, with every parameter, and the examples as an appendix. Made from the compiled book, as the rule page is.

use jifen_rules::RuleIndex;

use super::RuleBook;
use super::examples;
use super::name::Name;
use super::page::{Lang, SectionId, Sentence, Writer};

/// A white paper.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Paper {
    /// What it is called.
    pub title: String,
    /// Its chapters.
    pub chapters: Vec<Chapter>,
}

/// A chapter.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Chapter {
    /// Its heading, with its number.
    pub heading: String,
    /// Its parts.
    pub parts: Vec<Part>,
}

/// A part of a chapter.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Part {
    /// A heading.
    Heading(String),
    /// Sentences.
    Sentences(Vec<Sentence>),
    /// A table: the weights of its columns, the head, the rows.
    Table(Vec<u16>, Vec<String>, Vec<Vec<String>>),
}

impl RuleBook {
    /// The white paper of this version.
    pub fn white_paper(&self, lang: Lang) -> Paper {
        let writer = Writer { book: self, lang };
        let title = writer.say(|| format!("{}白皮书", self.name.zh), || format!("{}: the white paper", self.name.en));
        let chapters = [
            writer.overview(),
            writer.earning_chapter(),
            writer.limits_chapter(),
            writer.spending_chapter(),
            writer.management(),
            writer.appendix(),
        ];
        let numbered = |(at, (heading, parts)): (usize, (String, Vec<Part>))| Chapter {
            heading: format!("{}　{heading}", at + 1),
            parts,
        };
        Paper { title, chapters: chapters.into_iter().enumerate().map(numbered).collect() }
    }
}

type Draft = (String, Vec<Part>);

impl Writer<'_> {
    fn cell(&self, zh: &str, en: &str) -> String {
        self.word(zh, en).to_owned()
    }

    fn yes(&self, yes: bool) -> String {
        if yes { self.cell("是", "yes") } else { self.cell("否", "no") }
    }

    fn overview(&self) -> Draft {
        let book = self.book;
        let facts = vec![
            vec![self.cell("计划", "Program"), self.name(&book.name).to_owned()],
            vec![self.cell("版本", "Version"), book.version.to_string()],
            vec![self.cell("时区", "Time zone"), book.zone.name().to_owned()],
            vec![self.cell("币种", "Currency"), book.currency.as_str().to_owned()],
            vec![self.cell("渠道", "Channels"), self.names(book.channels.iter().map(|channel| &channel.name))],
        ];
        let head = vec![self.cell("项目", "What"), self.cell("内容", "Value")];
        let units = book.units.iter().map(|unit| {
            vec![
                self.name(&unit.name).to_owned(),
                unit.value.and_then(|value| self.hundred(value)).unwrap_or_else(|| "—".to_owned()),
                self.yes(unit.spendable),
                self.yes(unit.foreign),
                self.lives(&unit.validity),
            ]
        });
        let unit_head = vec![
            self.cell("积分类型", "Unit"),
            self.cell("100 个的价值", "Worth of 100"),
            self.cell("可消费", "Spendable"),
            self.cell("伙伴发行", "A partner's"),
            self.cell("有效期", "Validity"),
        ];
        let parts = vec![
            Part::Table(vec![1, 3], head, facts),
            Part::Heading(self.cell("积分类型", "Units")),
            Part::Table(vec![3, 2, 2, 2, 5], unit_head, units.collect()),
        ];
        (self.cell("概述", "Overview"), parts)
    }

    fn names<'n>(&self, names: impl Iterator<Item = &'n Name>) -> String {
        names.map(|name| self.name(name)).collect::<Vec<_>>().join(self.word("、", ", "))
    }

    fn earning_chapter(&self) -> Draft {
        let mut parts = vec![Part::Sentences(self.earning().sentences)];
        let rules = self.book.rules.rules().iter().enumerate().map(|(at, rule)| {
            let source = self.book.sources.iter().find(|source| source.id == rule.source);
            let budget = rule.budget().map(|budget| self.book.rules.budget(budget).points.to_string());
            vec![
                self.word(&rule.name.zh, &rule.name.en).to_owned(),
                rule.on.join(", "),
                source.map_or("", |source| self.name(&source.name)).to_owned(),
                self.earning_state(RuleIndex(at as u32)),
                budget.unwrap_or_else(|| "—".to_owned()),
            ]
        });
        let head = vec![
            self.cell("规则", "Rule"),
            self.cell("事件", "Event"),
            self.cell("来源", "Source"),
            self.cell("状态", "State"),
            self.cell("预算", "Budget"),
        ];
        parts.push(Part::Heading(self.cell("全部规则", "All rules")));
        parts.push(Part::Table(vec![4, 4, 3, 2, 2], head, rules.collect()));
        let campaigns = self.book.rules.multipliers();
        if !campaigns.is_empty() {
            parts.push(Part::Heading(self.cell("倍率活动", "Campaigns")));
            parts.push(Part::Sentences(self.campaigns().sentences));
            let rows = campaigns.iter().map(|campaign| {
                vec![
                    self.word(&campaign.name.zh, &campaign.name.en).to_owned(),
                    campaign.by.to_string(),
                    self.state(campaign.enabled),
                ]
            });
            let head = vec![self.cell("活动", "Campaign"), self.cell("倍率", "Times"), self.cell("状态", "State")];
            parts.push(Part::Table(vec![6, 2, 2], head, rows.collect()));
        }
        (self.cell("获取", "Earning"), parts)
    }

    fn earning_state(&self, index: RuleIndex) -> String {
        self.state(self.book.rules.rule(index).enabled)
    }

    fn state(&self, enabled: bool) -> String {
        if enabled { self.cell("启用", "in use") } else { self.cell("停用", "off") }
    }

    fn limits_chapter(&self) -> Draft {
        let parts = vec![Part::Sentences(self.limits().sentences)];
        (self.cell("等级与上限", "Tiers and limits"), parts)
    }

    fn spending_chapter(&self) -> Draft {
        let parts = vec![
            Part::Sentences(self.redemption().sentences),
            Part::Heading(self.cell("有效期", "Validity")),
            Part::Sentences(self.validity().sentences),
        ];
        (self.cell("使用与有效期", "Spending and validity"), parts)
    }

    fn management(&self) -> Draft {
        let mut parts = vec![
            Part::Heading(self.word(SectionId::Changes.heading().0, SectionId::Changes.heading().1).to_owned()),
            Part::Sentences(self.changes().sentences),
            Part::Heading(self.cell("参数", "Parameters")),
            self.parameters(),
        ];
        let organization = &self.book.organization;
        if !organization.roles.is_empty() {
            let head = vec![self.cell("岗位", "Role"), self.cell("职责", "What for")];
            let role = |role: &super::Role| vec![self.name(&role.name).to_owned(), self.name(&role.about).to_owned()];
            parts.push(Part::Heading(self.cell("岗位与权限", "Roles")));
            parts.push(Part::Table(vec![2, 6], head, organization.roles.iter().map(role).collect()));
        }
        self.rights(&mut parts);
        let head = vec![self.cell("来源", "Source"), self.cell("标识", "Identifier")];
        let sources = self.book.sources.iter();
        let sources = sources.map(|source| vec![self.name(&source.name).to_owned(), source.id.to_string()]);
        parts.push(Part::Heading(self.cell("积分来源", "Sources of points")));
        parts.push(Part::Table(vec![3, 3], head, sources.collect()));
        (self.cell("管理", "Management"), parts)
    }

    /// What takes a second person, and how much one person may grant.
    fn rights(&self, parts: &mut Vec<Part>) {
        let rights = &self.book.rights;
        let role = |id: &str| {
            let known = self.book.organization.role(id);
            known.map_or_else(|| id.to_owned(), |role| self.name(&role.name).to_owned())
        };
        if !rights.approvals.is_empty() {
            let head =
                vec![self.cell("操作", "What"), self.cell("审批岗位", "Approved by"), self.cell("时限", "Within")];
            let row = |terms: &super::ApprovalTerms| {
                let by: Vec<String> = terms.by.iter().map(|id| role(id)).collect();
                vec![
                    self.sensitive(terms.action),
                    by.join(self.word("、", ", ")),
                    self.say(|| format!("{} 小时", terms.hours), || format!("{} hours", terms.hours)),
                ]
            };
            parts.push(Part::Heading(self.cell("须第二人审批", "What takes a second person")));
            parts.push(Part::Table(vec![3, 6, 2], head, rights.approvals.iter().map(row).collect()));
        }
        let grants = &rights.grants;
        let mut rows = Vec::new();
        let mut row =
            |what: String, points: Option<i64>| rows.extend(points.map(|points| vec![what, points.to_string()]));
        row(self.cell("任何人单笔", "Anybody, in one go"), grants.each);
        row(self.cell("同一会员单日", "To one member in a day"), grants.member_day);
        for ceiling in &grants.roles {
            let name = role(&ceiling.role);
            row(self.say(|| format!("{name}单笔"), || format!("{name}, in one go")), Some(ceiling.each));
            row(self.say(|| format!("{name}单日"), || format!("{name}, in a day")), Some(ceiling.day));
        }
        if let Some(rank) = rights.tier_rank {
            let above = self.book.tiers.iter().filter(|tier| tier.rank > rank).map(|tier| self.name(&tier.name));
            let above = above.collect::<Vec<_>>().join(self.word("、", ", "));
            parts.extend((!above.is_empty()).then(|| {
                let told = self.say(
                    || format!("员工手工调整至{above}的，须第二人审批。"),
                    || format!("Putting a member into {above} by hand takes a second person."),
                );
                Part::Sentences(vec![Sentence::read(&told)])
            }));
        }
        if !rows.is_empty() {
            let head = vec![self.cell("手工发放上限", "Granted by hand, at most"), self.cell("积分", "Points")];
            parts.push(Part::Table(vec![5, 2], head, rows));
        }
    }

    fn sensitive(&self, action: super::Sensitive) -> String {
        use super::Sensitive;
        match action {
            Sensitive::AssignTier => self.cell("手工调整至高等级", "putting a member into a high tier"),
            Sensitive::Clear => self.cell("清空会员积分", "clearing a member's points"),
            Sensitive::DataAccess => self.cell("导出全部数据", "taking all data out"),
            Sensitive::Erase => self.cell("删除个人信息", "erasing personal data"),
            Sensitive::Grant => self.cell("超额发放积分", "granting above a ceiling"),
            Sensitive::Publish => self.cell("发布规则", "publishing rules"),
            Sensitive::Unfreeze => self.cell("解除冻结", "lifting a freeze"),
        }
    }

    fn parameters(&self) -> Part {
        let book = self.book;
        let days = |days: u16| self.say(|| format!("{days} 天"), || format!("{days} days"));
        let rows = vec![
            vec![self.cell("未知会员首个事件自动入会", "A first event enrolls"), self.yes(book.enroll_unknown)],
            vec![self.cell("迟到事件最长", "Events may be late by"), days(book.late_days)],
            vec![
                self.cell("事件可超前", "Events may be ahead by"),
                self.say(|| format!("{} 分钟", book.ahead_minutes), || format!("{} minutes", book.ahead_minutes)),
            ],
            vec![
                self.cell("预留自动退回", "Reserved points come back after"),
                self.say(|| format!("{} 小时", book.hold_hours), || format!("{} hours", book.hold_hours)),
            ],
            vec![self.cell("规则变更公告期", "Notice of changes"), days(book.changes.notice_days)],
            vec![self.cell("变更前请会员确认", "Members confirm changes"), self.yes(book.changes.confirmation)],
            vec![self.cell("默认品类", "Kind of goods by default"), book.default_category.clone()],
        ];
        Part::Table(vec![4, 3], vec![self.cell("参数", "Parameter"), self.cell("取值", "Value")], rows)
    }

    fn appendix(&self) -> Draft {
        let results = examples::run(self.book, &self.book.source);
        let row = |result: examples::ExampleResult| {
            vec![self.word(&result.name_zh, &result.name).to_owned(), result.expected.replace('\n', "; ")]
        };
        let head = vec![self.cell("示例", "Example"), self.cell("结果", "Result")];
        let parts = vec![Part::Table(vec![4, 6], head, results.into_iter().map(row).collect())];
        (self.cell("附录：示例", "Appendix: examples"), parts)
    }
}
