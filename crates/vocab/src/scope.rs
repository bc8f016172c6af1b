//! The words for rights: what a token carries, and what a role is a named set of.

macro_rules! scopes {
    ($($name:ident = $text:literal, $en:literal, $zh:literal;)*) => {
        /// A right that a caller has or lacks.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
        pub enum Scope {$(
            #[doc = $en]
            $name,
        )*}

        impl Scope {
            /// Every scope, by name.
            pub const ALL: &'static [Scope] = &[$(Scope::$name),*];

            /// The name, as tokens and roles have it.
            pub const fn as_str(self) -> &'static str {
                match self { $(Scope::$name => $text,)* }
            }

            /// What it allows, in English.
            pub const fn about_en(self) -> &'static str {
                match self { $(Scope::$name => $en,)* }
            }

            /// What it allows, in Chinese.
            pub const fn about_zh(self) -> &'static str {
                match self { $(Scope::$name => $zh,)* }
            }
        }
    };
}

scopes! {
    ApprovalsDecide = "approvals:decide", "Approve and decline what needs a second person.", "审批需要第二人确认的操作。";
    ApprovalsRead = "approvals:read", "See what waits for a second person, and what was decided.", "查看审批事项及结果。";
    AuditRead = "audit:read", "Read the audit trail.", "查看审计记录。";
    BoardsRead = "boards:read", "See boards and alerts.", "查看看板和预警。";
    ClientsRead = "clients:read", "See API clients.", "查看 API 客户端。";
    ClientsWrite = "clients:write", "Register API clients and take their access away.", "登记和停用 API 客户端。";
    EventsWrite = "events:write", "Report what members do.", "上报会员行为事件。";
    MembersIdentify = "members:identify", "Act for a member who shows their card, at a counter or kiosk.", "凭会员出示的会员码为其办理（柜台、自助机）。";
    MembersRead = "members:read", "See members, without personal data.", "查看会员（不含个人信息）。";
    MembersToken = "members:token", "Issue short-lived tokens to members.", "为会员签发短期令牌。";
    MembersWrite = "members:write", "Enroll members and assign tiers.", "登记会员、调整等级。";
    MessagesRead = "messages:read", "See messages to members and what became of them.", "查看会员消息及投递情况。";
    MessagesWrite = "messages:write", "Send messages to members and try failed ones again.", "向会员发送消息、重试失败的投递。";
    MetricsRead = "metrics:read", "Read operating figures.", "读取运行指标。";
    PaymentsWrite = "payments:write", "Report what came of payments.", "上报支付结果。";
    PersonalErase = "personal:erase", "Erase personal data of members.", "删除会员的个人信息。";
    PersonalRead = "personal:read", "See personal data of members.", "查看会员的个人信息。";
    PointsAdjust = "points:adjust", "Add points and take them away by hand.", "手工增减积分。";
    PointsClear = "points:clear", "Take away all points of a member.", "清零会员的积分。";
    PointsHold = "points:hold", "Hold points, capture and release them.", "预留、扣除和释放积分。";
    PointsSpend = "points:spend", "Spend points and give them back.", "使用和退还积分。";
    ProgramPublish = "program:publish", "Publish versions of the rule book.", "发布规则版本。";
    ProgramRead = "program:read", "Read the rule book and its history.", "查看规则及其历史。";
    ProgramWrite = "program:write", "Draft changes of the rule book.", "起草规则变更。";
    RedemptionsRead = "redemptions:read", "See redemptions.", "查看兑换记录。";
    RedemptionsWrite = "redemptions:write", "Quote prices and redeem points for members.", "为会员询价、兑换和退回。";
    ReportsRead = "reports:read", "Read sums over all members.", "查看全体会员的汇总数据。";
    ReviewsRead = "reviews:read", "See what waits for a person's review.", "查看等待人工审核的事项。";
    ReviewsWrite = "reviews:write", "Decide what waits for a person's review.", "审核等待处理的事项。";
    RewardsRead = "rewards:read", "See rewards, their stock and prices.", "查看兑换商品、库存与价格。";
    RewardsWrite = "rewards:write", "Change rewards and their stock.", "管理兑换商品与库存。";
    Sandbox = "sandbox", "Move the clock of a sandbox and read its messages.", "调整沙箱时钟、查看沙箱消息。";
    StaffRead = "staff:read", "See staff, their roles and places.", "查看员工及其角色和所属机构。";
    StaffWrite = "staff:write", "Add staff, change their roles and take their access away.", "添加员工、调整角色、停用账号。";
    TicketsRead = "tickets:read", "See what members appeal against, dispute and suggest, and what they answer to surveys.", "查看会员的申诉、争议、建议与问卷答复。";
    TicketsWrite = "tickets:write", "Answer members' tickets and open them for members.", "答复会员的申诉与建议、代会员提交。";
    TiersAssess = "tiers:assess", "Assess the tiers of all members.", "评定全体会员的等级。";
    VouchersUse = "vouchers:use", "Use vouchers at a till.", "在收银处核销券码。";
    WalletsFreeze = "wallets:freeze", "Freeze wallets and lift freezes.", "冻结和解冻钱包。";
    WalletsRead = "wallets:read", "See wallets and their entries.", "查看钱包和积分明细。";
}

impl Scope {
    /// The scope of that name.
    pub fn named(name: &str) -> Option<Scope> {
        Scope::ALL.iter().copied().find(|scope| scope.as_str() == name)
    }
}

/// A set of scopes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Scopes(u64);

const _: () = assert!(Scope::ALL.len() <= 64);

impl Scopes {
    /// Every scope there is.
    pub const EVERYTHING: Scopes = Scopes(u64::MAX);

    /// Whether the scope is in the set.
    pub const fn has(self, scope: Scope) -> bool {
        self.0 & (1 << scope as u64) != 0
    }

    /// The set with that scope in it.
    #[must_use]
    pub const fn with(self, scope: Scope) -> Scopes {
        Scopes(self.0 | 1 << scope as u64)
    }

    /// What is in either set.
    #[must_use]
    pub const fn or(self, other: Scopes) -> Scopes {
        Scopes(self.0 | other.0)
    }

    /// What is in both sets.
    #[must_use]
    pub const fn and(self, other: Scopes) -> Scopes {
        Scopes(self.0 & other.0)
    }

    /// Whether every scope of the set is in the other.
    pub const fn within(self, other: Scopes) -> bool {
        self.0 & !other.0 == 0
    }

    /// Whether nothing is in it.
    pub const fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// The scopes with those names; names this build does not know allow nothing.
    pub fn named<'a>(names: impl IntoIterator<Item = &'a str>) -> Scopes {
        names.into_iter().filter_map(Scope::named).collect()
    }

    /// What is in it, by name.
    pub fn iter(self) -> impl Iterator<Item = Scope> {
        Scope::ALL.iter().copied().filter(move |scope| self.has(*scope))
    }
}

impl FromIterator<Scope> for Scopes {
    fn from_iter<I: IntoIterator<Item = Scope>>(scopes: I) -> Self {
        scopes.into_iter().fold(Scopes::default(), Scopes::with)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scopes_are_sorted_and_found_by_name() {
        assert!(Scope::ALL.is_sorted_by_key(|scope| scope.as_str()));
        let set = Scopes::named(["points:hold", "no:such"]);
        assert!(set.has(Scope::PointsHold) && !set.has(Scope::PointsSpend));
        assert_eq!(set.iter().collect::<Vec<_>>(), [Scope::PointsHold]);
    }

    #[test]
    fn sets_join_and_meet() {
        let both = Scopes::named(["points:hold", "points:spend"]);
        let one = Scopes::named(["points:hold"]);
        assert!(one.within(both) && !both.within(one) && both.within(Scopes::EVERYTHING));
        assert_eq!((both.and(one), both.or(one)), (one, both));
        assert!(Scopes::default().is_empty() && Scopes::default().within(one));
    }
}
