//! What happened, in a sentence that a shop assistant can read aloud, in both languages.

use jifen_ledger::{Account, CauseKind, Entry, EntryKind};
use jifen_program::book::Name;
use jifen_program::book::prices::{Step, StepKind};
use jifen_program::flows::EventOutcome;
use jifen_program::{Books, RuleBook};
use jifen_rules::explain::{Lang, explain};
use jifen_vocab::{Decimal, Ratio, Refusal, Rounding, UnitId, Why};

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
        (EntryKind::Spend | EntryKind::Capture, _, CauseKind::Redemption) => {
            plain("兑换使用了 {n} {unit}。", "{n} {unit} were redeemed.")
        }
        (EntryKind::Hold, _, CauseKind::Redemption) => plain(
            "为兑换预留了 {n} {unit}，暂不能使用。",
            "{n} {unit} were set aside for a redemption and cannot be used meanwhile.",
        ),
        (EntryKind::Reverse, _, CauseKind::Redemption) => {
            plain("兑换退回 {n} {unit}。", "A redemption gave back {n} {unit}.")
        }
        (EntryKind::Spend | EntryKind::Capture, _, CauseKind::Deduction) => {
            of_order("抵扣账单使用了 {n} {unit}{o}。", "{n} {unit} paid a part of a bill{o}.")
        }
        (EntryKind::Hold, _, CauseKind::Deduction) => of_order(
            "为抵扣账单预留了 {n} {unit}{o}，暂不能使用。",
            "{n} {unit} were set aside for a bill and cannot be used meanwhile{o}.",
        ),
        (EntryKind::Reverse, _, CauseKind::Deduction) => {
            of_order("抵扣退回 {n} {unit}{o}。", "{n} {unit} that paid a part of a bill came back{o}.")
        }
        (EntryKind::Spend, _, CauseKind::Conversion) => plain("转换了 {n} {unit}。", "{n} {unit} were converted."),
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
        (EntryKind::Convert, ..) => plain("由沉睡积分转入 {n} {unit}。", "{n} {unit} came from sleeping points."),
        (EntryKind::Sleep, ..) => plain(
            "{n} {unit}长期未使用，已进入沉睡；使用任意积分即可恢复。",
            "{n} {unit} fell asleep: nobody used them. Using any brings them back.",
        ),
        (EntryKind::Shrink, ..) => plain(
            "沉睡的{unit}减少 {n}；使用任意积分即可全部恢复。",
            "Sleeping {unit} shrank by {n}. Using any brings all of them back.",
        ),
        (EntryKind::Wake, Account::Shrunk, _) => {
            plain("恢复沉睡期间减少的 {n} {unit}。", "{n} {unit} that had shrunk came back.")
        }
        (EntryKind::Wake, ..) => plain("{n} {unit}已从沉睡中恢复。", "{n} {unit} that slept came back."),
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

/// What came of something that a member did, in a sentence: what it earned, or why nothing (BEHV-21).
pub(crate) fn outcome(outcome: &EventOutcome, book: &RuleBook) -> Text {
    if !outcome.awards.is_empty() || !outcome.gifts.is_empty() {
        let zh = outcome.awards.iter().map(|award| {
            let (rule, unit) = (rule_name(award.rule.as_str(), book), unit_name(&award.unit, book));
            format!("{} {} {}", rule.zh, award.points, unit.zh)
        });
        let en = outcome.awards.iter().map(|award| {
            let (rule, unit) = (rule_name(award.rule.as_str(), book), unit_name(&award.unit, book));
            format!("{} {} ({})", award.points, unit.en, rule.en)
        });
        let gifts: Vec<Text> = outcome.gifts.iter().map(|given| gift_name(&given.gift, book)).collect();
        let zh = zh.chain(gifts.iter().map(|gift| gift.zh.clone()));
        let en = en.chain(gifts.iter().map(|gift| gift.en.clone()));
        return Text {
            zh: format!("获得：{}。", zh.collect::<Vec<_>>().join("，")),
            en: format!("You get {}.", en.collect::<Vec<_>>().join(", ")),
        };
    }
    if let Some(refused) = outcome.refusals.first() {
        let why = refusal(&refused.refusal);
        return Text {
            zh: format!("本次未获得积分。{}", why.zh), en: format!("No points this time. {}", why.en)
        };
    }
    let (zh, en) = match (outcome.odds.is_empty(), outcome.missed.is_empty()) {
        (false, _) => ("有机会获得随机奖励。", "There is a chance of points."),
        (true, false) => ("这次没有抽中随机奖励。", "No luck this time: the chance was missed."),
        (true, true) => ("已记录。当前规则未对此奖励积分。", "Noted. No rule gives points for this now."),
    };
    Text { zh: zh.to_owned(), en: en.to_owned() }
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
    let task = || book.tasks.tasks.iter().find(|task| task.id.as_str() == id);
    match rule {
        Some(rule) => Named { zh: &rule.name.zh, en: &rule.name.en },
        None => task().map_or_else(|| Named::both(id), |task| Named::of(&task.name)),
    }
}

/// What people call a gift; its identifier once the rule book has it no more.
pub(crate) fn gift_name(id: &str, book: &RuleBook) -> Text {
    let plain = || Text { zh: id.to_owned(), en: id.to_owned() };
    book.gifts.get(id).map_or_else(plain, |gift| Text::from(&gift.name))
}

/// What people call a task.
pub(crate) fn task_name(id: &str, book: &RuleBook) -> Text {
    let name = rule_name(id, book);
    Text { zh: name.zh.to_owned(), en: name.en.to_owned() }
}

fn unit_name<'a>(id: &'a UnitId, book: &'a RuleBook) -> Named<'a> {
    book.unit(id.as_str()).map_or_else(|| Named::both(id.as_str()), |unit| Named::of(&unit.name))
}

/// How a price came about, a sentence a step.
pub(crate) fn price_steps(steps: &[Step]) -> Vec<Text> {
    steps.iter().map(price_step).collect()
}

fn price_step(step: &Step) -> Text {
    let (zh, en) = match step.what {
        StepKind::Base => ("标价 {p} 积分。", "It is priced at {p} points."),
        StepKind::Birthday => {
            ("生日月积分按 {r} 倍计：{p} 积分。", "In the birthday month points count {r} times: {p} points.")
        }
        StepKind::Bonus => ("等级积分加成 {s}：{p} 积分。", "The tier's points count {s} more: {p} points."),
        StepKind::Category => (
            "本品类积分价值系数 {r}：{p} 积分。",
            "Points are worth {r} of their usual worth in these goods: {p} points.",
        ),
        StepKind::Discount => ("等级优惠 {s}：{p} 积分。", "The tier saves {s}: {p} points."),
        StepKind::Overstock => {
            ("库存充裕，价格 ×{r}：{p} 积分。", "There is plenty, so the price is {r} times: {p} points.")
        }
        StepKind::Plan => ("调价方案，价格 ×{r}：{p} 积分。", "By plan, the price is {r} times: {p} points."),
        StepKind::Quantity => ("{r} 件：{p} 积分。", "{r} pieces: {p} points."),
        StepKind::Scarcity => {
            ("库存紧张，价格 ×{r}：{p} 积分。", "Few are left, so the price is {r} times: {p} points.")
        }
        StepKind::TakeUp => {
            ("兑换踊跃，价格 ×{r}：{p} 积分。", "Many were taken, so the price is {r} times: {p} points.")
        }
        StepKind::Weight => ("{n}，积分按 {r} 倍计：{p} 积分。", "{n}: points count {r} times: {p} points."),
    };
    let rate = step.rate.unwrap_or(Decimal::ONE);
    let share = percent(rate);
    let fill = |sentence: &str, name: &str| {
        let filled = sentence.replace("{p}", &step.points.to_string()).replace("{r}", &rate.to_string());
        filled.replace("{s}", &share).replace("{n}", name)
    };
    let name = step.name.as_ref();
    Text { zh: fill(zh, name.map_or("", |name| &name.zh)), en: fill(en, name.map_or("", |name| &name.en)) }
}

fn percent(share: Decimal) -> String {
    let hundredths = share.ratio().checked_mul(Ratio::whole(10_000)).and_then(|share| share.round(Rounding::HalfUp));
    let percent = hundredths.and_then(|hundredths| Decimal::new(hundredths, 2));
    percent.map_or_else(String::new, |percent| format!("{percent}%"))
}
