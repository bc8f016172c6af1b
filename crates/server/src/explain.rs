//! What happened, in a sentence that a shop assistant can read aloud, in both languages.

use jifen_ledger::{Account, CauseKind, Entry, EntryKind};
use jifen_program::book::Name;
use jifen_program::{Books, RuleBook};
use jifen_rules::explain::{Lang, explain};
use jifen_vocab::{Refusal, UnitId, Why};

use crate::wire::Text;

/// How an award came about.
pub(crate) fn award(why: &Why, points: i64, unit: &UnitId, rule: &str, book: &RuleBook) -> Text {
    let (rule, unit) = (rule_name(rule, book), unit_name(unit, book));
    Text { zh: explain(why, points, rule.zh, unit.zh, Lang::Zh), en: explain(why, points, rule.en, unit.en, Lang::En) }
}

/// What an entry of the journal says.
pub(crate) fn entry(entry: &Entry, books: &Books) -> Text {
    let version = books.versions().iter().find(|version| Some(version.book.version) == entry.cause.version);
    let book = version.map_or_else(|| books.at(entry.effective_at), |version| &version.book);
    let rule = entry.cause.rule.as_ref();
    if let (EntryKind::Earn, Some(why), Some(rule)) = (entry.kind, &entry.cause.why, rule) {
        return award(why, entry.points.get(), &entry.unit, rule.as_str(), book);
    }
    let unit = unit_name(&entry.unit, book);
    let (zh, en) = sentence(entry, rule.map(|rule| rule_name(rule.as_str(), book)));
    let points = entry.points.get().to_string();
    Text {
        zh: zh.replace("{n}", &points).replace("{unit}", unit.zh),
        en: en.replace("{n}", &points).replace("{unit}", unit.en),
    }
}

fn sentence(entry: &Entry, rule: Option<Named<'_>>) -> (String, String) {
    let order = entry.cause.order.as_ref();
    let of_order = |zh: &str, en: &str| match order {
        Some(order) => {
            (zh.replace("{o}", &format!("（订单 {order}）")), en.replace("{o}", &format!(" (order {order})")))
        }
        None => (zh.replace("{o}", ""), en.replace("{o}", "")),
    };
    let plain = |zh: &str, en: &str| (zh.to_owned(), en.to_owned());
    match (entry.kind, entry.from, entry.cause.by) {
        (EntryKind::Earn, ..) => match rule {
            Some(rule) => (format!("{}：得 {{n}} {{unit}}。", rule.zh), format!("{}: {{n}} {{unit}}.", rule.en)),
            None => plain("获得 {n} {unit}。", "{n} {unit} earned."),
        },
        (EntryKind::Release, ..) => of_order("{n} {unit}已到账，可以使用{o}。", "{n} {unit} can be used now{o}."),
        (EntryKind::Cancel, ..) => {
            of_order("{n} 待到账{unit}已取消{o}。", "{n} {unit} that were to come were canceled{o}.")
        }
        (EntryKind::Spend, ..) => plain("使用了 {n} {unit}。", "{n} {unit} were spent."),
        (EntryKind::Hold, ..) => {
            plain("预留了 {n} {unit}，暂不能使用。", "{n} {unit} were set aside and cannot be used meanwhile.")
        }
        (EntryKind::Capture, ..) => plain("使用了预留的 {n} {unit}。", "{n} {unit} that were set aside were spent."),
        (EntryKind::Unhold, _, CauseKind::Time) => {
            plain("预留已到期，{n} {unit}可以再次使用。", "Setting aside has run out; {n} {unit} can be used again.")
        }
        (EntryKind::Unhold, ..) => {
            plain("取消预留，{n} {unit}可以再次使用。", "{n} {unit} that were set aside can be used again.")
        }
        (EntryKind::Reverse, ..) => plain("退还了 {n} {unit}。", "{n} {unit} were given back."),
        (EntryKind::Refund, Account::Debt, _) => of_order(
            "订单退款，欠 {n} {unit}{o}；之后获得的{unit}会先补足。",
            "A refund leaves {n} {unit} owed{o}; {unit} earned later repay them.",
        ),
        (EntryKind::Refund, ..) => of_order(
            "订单退款，收回当时获得的 {n} {unit}{o}。",
            "A refund took back {n} {unit} that the order had earned{o}.",
        ),
        (EntryKind::Expire, ..) => plain("{n} {unit}已过有效期。", "{n} {unit} lapsed: their validity ended."),
        (EntryKind::Adjust, Account::Available, _) => {
            plain("人工扣减 {n} {unit}。", "{n} {unit} were taken away by hand.")
        }
        (EntryKind::Adjust, ..) => plain("人工增加 {n} {unit}。", "{n} {unit} were added by hand."),
        (EntryKind::Forfeit, ..) => plain("{n} {unit}已清零。", "All {n} {unit} were taken away."),
        (EntryKind::Repay, ..) => plain("{n} {unit}用于补足此前所欠。", "{n} {unit} repaid what was owed."),
        (EntryKind::Extend, ..) => plain("{n} {unit}的有效期已延长。", "{n} {unit} are valid for longer now."),
        (EntryKind::Open, ..) => {
            plain("从原系统转入 {n} {unit}。", "{n} {unit} were brought over from the former system.")
        }
    }
}

/// A refusal inside an answer, in words.
pub(crate) fn refusal(refusal: &Refusal) -> Text {
    use crate::language::Lang;
    let problem = crate::problems::Problem::from(refusal.clone());
    let in_lang = |lang| crate::problems::detail(&problem, lang);
    Text { zh: in_lang(Lang::Zh), en: in_lang(Lang::En) }
}

/// A name in both languages, borrowed from where it stands.
#[derive(Clone, Copy)]
struct Named<'a> {
    zh: &'a str,
    en: &'a str,
}

impl<'a> Named<'a> {
    fn of(name: &'a Name) -> Self {
        Named { zh: &name.zh, en: &name.en }
    }

    /// What has no name any more is called by its identifier.
    fn both(id: &'a str) -> Self {
        Named { zh: id, en: id }
    }
}

fn rule_name<'a>(id: &'a str, book: &'a RuleBook) -> Named<'a> {
    let rule = book.rules.rules().iter().find(|rule| rule.id.as_str() == id);
    rule.map_or_else(|| Named::both(id), |rule| Named { zh: &rule.name.zh, en: &rule.name.en })
}

fn unit_name<'a>(id: &'a UnitId, book: &'a RuleBook) -> Named<'a> {
    book.unit(id.as_str()).map_or_else(|| Named::both(id.as_str()), |unit| Named::of(&unit.name))
}
