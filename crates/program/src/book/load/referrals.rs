//! `referrals.yaml`: what makes an invitation of a friend count.

use jifen_rules::document::{MapReader, Node, Problems};
use jifen_vocab::Currency;

use super::values::maps;
use super::{limits, values};
use crate::book::Name;
use crate::book::referrals::{Apart, CostReference, ReferralTerms};

/// Days beyond which a slip is more likely: a year.
const DAYS_MAX: i64 = 366;
/// References beyond which a slip is more likely.
const REFERENCES_MAX: usize = 20;

/// What must not be the same.
#[derive(Clone, Copy)]
enum Common {
    Device,
    Payment,
    Person,
}

const COMMON: [(&str, Common); 3] =
    [("device", Common::Device), ("payment", Common::Payment), ("person", Common::Person)];

/// Reads the file.
pub(super) fn read(root: Node<'_>, currency: Currency, problems: &mut Problems) -> Option<ReferralTerms> {
    let mut map = root.map(problems)?;
    let bind_days = map.require("bind_days", problems).and_then(|node| values::count(node, 0..=DAYS_MAX, problems));
    let order_days = map.require("order_days", problems).and_then(|node| values::count(node, 1..=DAYS_MAX, problems));
    let least = map.take("least").map_or(Some(0), |node| values::amount(node, currency, problems));
    let mut apart = Apart::default();
    for node in map.require("apart", problems).map(Node::one_or_many).unwrap_or_default() {
        match node.choice(&COMMON, problems) {
            Some(Common::Device) => apart.device = true,
            Some(Common::Payment) => apart.payment = true,
            Some(Common::Person) => apart.person = true,
            None => {}
        }
    }
    let share = map.require("share", problems).and_then(|node| share(node, problems));
    let references = map.take("references");
    map.finish(problems);
    let references = maps(references, REFERENCES_MAX, problems).into_iter();
    let references = references.filter_map(|map| reference(map, currency, problems)).collect();
    let (bind_days, order_days) = (bind_days?, order_days?);
    Some(ReferralTerms { bind_days, order_days, least: least?, apart, share: share?, references })
}

/// A text without the code would invite nobody.
fn share(node: Node<'_>, problems: &mut Problems) -> Option<Name> {
    let text = values::both(node, limits::TERMS_CHARS_MAX, problems)?;
    let has_code = text.zh.contains("{code}") && text.en.contains("{code}");
    node.or_problem(has_code.then_some(text), "must hold {code}, which stands for the member's code", problems)
}

fn reference(mut map: MapReader<'_>, currency: Currency, problems: &mut Problems) -> Option<CostReference> {
    let name = values::name(&mut map, problems);
    let cost = map.require("cost", problems).and_then(|node| values::amount(node, currency, problems));
    map.finish(problems);
    Some(CostReference { name, cost: cost? })
}
