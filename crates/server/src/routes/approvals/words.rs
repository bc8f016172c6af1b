//! What is asked for, in a sentence, and its particulars.

use jifen_program::RuleBook;
use jifen_program::flows::Action;
use jifen_vocab::UnitId;
use serde_json::{Value, json};

use crate::wire::Text;

/// What would be done, in a sentence.
pub(super) fn summary(action: &Action, book: &RuleBook) -> Text {
    let unit = |unit: &UnitId| match book.unit(unit.as_str()) {
        Some(known) => (known.name.zh.clone(), known.name.en.clone()),
        None => (unit.to_string(), unit.to_string()),
    };
    let (zh, en) = match action {
        Action::AssignTier(assign) => {
            let name = &book.tier(assign.tier.as_str()).name;
            (
                format!("将会员 {} 调整为{}", assign.member, name.zh),
                format!("Put member {} into the tier {}", assign.member, name.en),
            )
        }
        Action::Clear(clear) => {
            let (zh, en) = unit(&clear.unit);
            (format!("清零会员 {} 的{zh}", clear.member), format!("Take all {en} of member {} away", clear.member))
        }
        Action::DataAccess(access) => {
            (format!("取得全部数据的副本（{}）", access.what), format!("Take a copy of all data ({})", access.what))
        }
        Action::Erase(erase) => (
            format!("删除会员 {} 的个人信息", erase.member),
            format!("Erase the person behind member {}", erase.member),
        ),
        Action::Grant(adjust) => {
            let ((zh, en), points) = (unit(&adjust.unit), grouped(adjust.points));
            match adjust.points > 0 {
                true => (
                    format!("给会员 {} 增加 {points} {zh}", adjust.member),
                    format!("Give member {} {points} {en}", adjust.member),
                ),
                false => (
                    format!("从会员 {} 扣减 {points} {zh}", adjust.member),
                    format!("Take {points} {en} away from member {}", adjust.member),
                ),
            }
        }
        Action::Publish(publish) => (
            format!("发布规则草稿：{}", publish.publication.note),
            format!("Publish a draft of the rules: {}", publish.publication.note),
        ),
        Action::Unfreeze(unfreeze) => {
            (format!("解除会员 {} 的冻结", unfreeze.member), format!("Lift the freeze of member {}", unfreeze.member))
        }
    };
    Text { zh, en }
}

/// The particulars, by name.
pub(super) fn details(action: &Action, book: &RuleBook) -> Value {
    match action {
        Action::AssignTier(assign) => json!({"member": assign.member, "tier": assign.tier}),
        Action::Clear(clear) => json!({"member": clear.member, "unit": clear.unit}),
        Action::DataAccess(access) => json!({"what": access.what}),
        Action::Erase(erase) => json!({"member": erase.member}),
        Action::Grant(adjust) => json!({
            "member": adjust.member,
            "unit": adjust.unit,
            "points": adjust.points,
            "expires_at": adjust.expires_at.map(|at| book.zone.rfc3339(at)),
        }),
        Action::Publish(publish) => json!({
            "draft": publish.publication.draft,
            "revision": publish.publication.revision,
            "from": publish.publication.from.map(|from| book.zone.rfc3339(from)),
            "note": publish.publication.note,
            "tried": publish.publication.tried.map(|tried| json!({
                "day": tried.day.to_string(),
                "events": tried.events,
                "changed": tried.changed,
            })),
        }),
        Action::Unfreeze(unfreeze) => json!({"member": unfreeze.member}),
    }
}

/// A number without its sign, its thousands apart.
fn grouped(number: i64) -> String {
    let digits = number.unsigned_abs().to_string();
    let first = digits.len() % 3;
    let mut out = String::with_capacity(digits.len() + digits.len() / 3);
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && place % 3 == first {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::grouped;

    #[test]
    fn thousands_stand_apart() {
        let shown = [0, 12, 999, 1_000, -5_000, 123_456, 1_234_567].map(grouped);
        assert_eq!(shown, ["0", "12", "999", "1,000", "5,000", "123,456", "1,234,567"]);
    }
}
