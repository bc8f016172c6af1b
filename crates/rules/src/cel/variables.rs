//! The one table of what a condition may mention: for checking, for the documentation and for the visual editor.

/// What kind of value a variable holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Type {
    /// A whole number; amounts are in minor units.
    Integer,
    /// Text.
    Text,
    /// A list of texts.
    TextList,
    /// The lines of an order, for `lines.exists(l, …)` and its like.
    Lines,
    /// Whatever the event's data holds there.
    Dynamic,
}

/// A variable that conditions may use.
#[derive(Debug, Clone, Copy)]
pub struct Variable {
    /// Its name as it is written; `streak` and `data` stand before a name of the bundle or the event.
    pub name: &'static str,
    /// What it holds.
    pub kind: Type,
    /// What it is, in English.
    pub en: &'static str,
    /// What it is, in Chinese.
    pub zh: &'static str,
    pub(super) field: Field,
}

/// Where a variable's value is found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Field {
    Int(IntField),
    Text(TextField),
    Line(LineField),
    Words(WordsField),
    Lines,
    Streak,
    Data,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum IntField {
    OrderAmount,
    OrderDiscount,
    OrderShipping,
    OrderPointsPaid,
    MemberOrders,
    MemberSpent,
    MemberDays,
    MemberIdleDays,
    TierRank,
    Year,
    Month,
    Day,
    Weekday,
    Hour,
    Minute,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum TextField {
    EventType,
    EventSource,
    OrderId,
    OrderCurrency,
    MemberId,
    MemberStage,
    TierId,
    Channel,
    Store,
    Date,
    MonthDay,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum WordsField {
    Badges,
    Tags,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum LineField {
    Sku,
    Category,
    Quantity,
    Amount,
}

const fn integer(name: &'static str, field: IntField, en: &'static str, zh: &'static str) -> Variable {
    Variable { name, kind: Type::Integer, en, zh, field: Field::Int(field) }
}

const fn text(name: &'static str, field: TextField, en: &'static str, zh: &'static str) -> Variable {
    Variable { name, kind: Type::Text, en, zh, field: Field::Text(field) }
}

const fn words(name: &'static str, field: WordsField, en: &'static str, zh: &'static str) -> Variable {
    Variable { name, kind: Type::TextList, en, zh, field: Field::Words(field) }
}

const fn line(name: &'static str, kind: Type, field: LineField, en: &'static str, zh: &'static str) -> Variable {
    Variable { name, kind, en, zh, field: Field::Line(field) }
}

/// Every variable, by name.
pub const VARIABLES: &[Variable] = &[
    // sorted
    text("channel", TextField::Channel, "where it happened: app, shop, …", "发生渠道：app、门店等"),
    Variable {
        name: "data",
        kind: Type::Dynamic,
        en: "a field of the event's data",
        zh: "事件数据中的字段",
        field: Field::Data,
    },
    text("event.source", TextField::EventSource, "the system that sent the event", "事件来源系统"),
    text("event.type", TextField::EventType, "the event's type", "事件类型"),
    line("line.amount", Type::Integer, LineField::Amount, "the line's amount in minor units", "商品行金额（分）"),
    line("line.category", Type::Text, LineField::Category, "the line's kind of goods", "商品行品类"),
    line("line.quantity", Type::Integer, LineField::Quantity, "the line's quantity", "商品行数量"),
    line("line.sku", Type::Text, LineField::Sku, "the line's article", "商品行货号"),
    Variable { name: "lines", kind: Type::Lines, en: "the order's lines", zh: "订单商品行", field: Field::Lines },
    text("local.date", TextField::Date, "the day, such as \"2026-06-18\"", "当地日期，如 \"2026-06-18\""),
    integer("local.day", IntField::Day, "the day of the month, 1 to 31", "几号，1 至 31"),
    integer("local.hour", IntField::Hour, "the hour, 0 to 23", "小时，0 至 23"),
    integer("local.minute", IntField::Minute, "the minute, 0 to 59", "分钟，0 至 59"),
    integer("local.month", IntField::Month, "the month, 1 to 12", "月份，1 至 12"),
    text("local.month_day", TextField::MonthDay, "month and day, such as \"06-18\"", "月日，如 \"06-18\""),
    integer("local.weekday", IntField::Weekday, "the day of the week, 1 for Monday to 7", "星期几，1 为周一，7 为周日"),
    integer("local.year", IntField::Year, "the year", "年份"),
    words("member.badges", WordsField::Badges, "the badges the member holds", "会员持有的徽章"),
    integer("member.days", IntField::MemberDays, "whole days since the member joined", "入会天数"),
    text("member.id", TextField::MemberId, "the member's identifier", "会员编号"),
    integer(
        "member.idle_days",
        IntField::MemberIdleDays,
        "whole days since the member last did something",
        "距上次活动的天数",
    ),
    integer("member.orders", IntField::MemberOrders, "counted orders before this one", "此前已计订单数"),
    integer("member.spent", IntField::MemberSpent, "minor units spent before this order", "此前累计消费（分）"),
    text(
        "member.stage",
        TextField::MemberStage,
        "the stage of the membership, such as \"at-risk\"",
        "生命周期阶段，如 \"at-risk\"",
    ),
    words("member.tags", WordsField::Tags, "the member's tags", "会员标签"),
    integer("order.amount", IntField::OrderAmount, "what was paid, in minor units", "实付金额（分）"),
    text("order.currency", TextField::OrderCurrency, "the currency, such as \"CNY\"", "币种，如 \"CNY\""),
    integer("order.discount", IntField::OrderDiscount, "discount in minor units", "优惠金额（分）"),
    text("order.id", TextField::OrderId, "the order's identifier", "订单号"),
    integer(
        "order.points_paid",
        IntField::OrderPointsPaid,
        "the part paid with points, in minor units",
        "积分抵扣金额（分）",
    ),
    integer("order.shipping", IntField::OrderShipping, "shipping in minor units", "运费（分）"),
    text("store", TextField::Store, "the shop", "门店"),
    Variable {
        name: "streak",
        kind: Type::Integer,
        en: "days in a row, such as streak.sign_in",
        zh: "连续天数，如 streak.sign_in",
        field: Field::Streak,
    },
    text("tier.id", TextField::TierId, "the member's tier", "会员等级"),
    integer("tier.rank", IntField::TierRank, "the tier's place, 0 for the lowest", "等级次序，最低为 0"),
];

/// The variable of that full name.
pub(super) fn find(name: &str) -> Option<&'static Variable> {
    VARIABLES.binary_search_by(|variable| variable.name.cmp(name)).ok().map(|at| &VARIABLES[at])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_is_sorted_and_told_in_both_languages() {
        assert!(VARIABLES.windows(2).all(|pair| pair[0].name < pair[1].name));
        assert!(VARIABLES.iter().all(|v| find(v.name).is_some() && !v.en.is_empty() && !v.zh.is_ascii()));
    }
}
