//! The matrix of benefits: what each tier gets, from every place of the rule book that tells tiers apart (TIER-10).
//! Nothing is written twice: a discount stands where prices are made, a cap where caps are, and here they come together.

use jifen_vocab::{Decimal, Ratio, Rounding, TierId};

use super::ascent::Benefit;
use super::name::Name;
use super::page::{Lang, Writer};
use super::shelf::of_tier;
use super::{RuleBook, Tier};

/// A row of the matrix.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row {
    /// The identifier.
    pub id: String,
    /// What people call it.
    pub name: Name,
    /// The file of the bundle in which it is said.
    pub file: &'static str,
    /// What each tier gets, in the order of the tiers; nothing where it gets nothing.
    pub cells: Vec<Option<Name>>,
}

fn name(zh: &str, en: &str) -> Name {
    Name { zh: zh.to_owned(), en: en.to_owned() }
}

impl RuleBook {
    /// Every benefit in which tiers differ, and those that stand in `tiers.yaml` alone.
    pub fn benefit_matrix(&self) -> Vec<Row> {
        let mut rows = vec![self.multipliers(), self.validities()];
        rows.extend(self.cap_rows());
        rows.extend([
            self.shares("discount", &name("兑换折扣", "Discount on rewards"), &self.prices.discounts),
            self.shares("bonus", &name("积分加成", "Points count for more"), &self.prices.bonuses),
        ]);
        rows.extend(self.shelf_rows());
        rows.extend(self.benefits.iter().map(|benefit| self.stated(benefit)));
        rows.retain(|row| row.cells.iter().any(Option::is_some));
        rows
    }

    fn row(&self, id: &str, title: Name, file: &'static str, cell: impl Fn(&Tier) -> Option<Name>) -> Row {
        Row { id: id.to_owned(), name: title, file, cells: self.tiers.iter().map(cell).collect() }
    }

    fn multipliers(&self) -> Row {
        let differ = self.tiers.iter().any(|tier| tier.earning_multiplier != Decimal::ONE);
        self.row("earning_multiplier", name("积分倍率", "Points multiplier"), "tiers.yaml", |tier| {
            let by = tier.earning_multiplier;
            differ.then(|| name(&format!("{by} 倍"), &format!("times {by}")))
        })
    }

    /// How long points of the main unit live, where tiers differ.
    fn validities(&self) -> Row {
        let unit = self.unit(self.default_unit.as_str());
        let differ = unit.is_some_and(|unit| {
            self.tiers.windows(2).any(|pair| self.validity(unit, &pair[0]) != self.validity(unit, &pair[1]))
        });
        self.row("validity", name("积分有效期", "Validity of points"), "tiers.yaml", |tier| {
            let validity = unit.filter(|_| differ).map(|unit| self.validity(unit, tier))?;
            let told = |lang| Writer { book: self, lang }.lives(&validity);
            Some(name(&told(Lang::Zh), &told(Lang::En)))
        })
    }

    fn cap_rows(&self) -> Vec<Row> {
        let by_tier = |cap: &&jifen_rules::rule::Cap| {
            (1..self.tiers.len()).any(|place| cap.limit(Some(place)) != cap.limit(Some(0)))
        };
        let row = |cap: &jifen_rules::rule::Cap| {
            let period = |lang| Writer { book: self, lang }.period(cap.per).to_owned();
            let (zh, en) = (period(Lang::Zh), period(Lang::En));
            let title = name(&format!("每{zh}获取上限"), &format!("Most points a {en}"));
            self.row(&format!("cap.{}", cap.key), title, "caps.yaml", |tier| {
                Some(match cap.limit(Some(usize::from(tier.rank))) {
                    Some(points) => name(&points.to_string(), &points.to_string()),
                    None => name("不限", "unlimited"),
                })
            })
        };
        self.rules.caps().iter().filter(by_tier).map(row).collect()
    }

    fn shares(&self, id: &str, title: &Name, shares: &[(TierId, Decimal)]) -> Row {
        self.row(id, title.clone(), "prices.yaml", |tier| {
            let share = shares.iter().find(|(of, _)| *of == tier.id).map(|(_, share)| *share)?;
            let percent = share.ratio().checked_mul(Ratio::whole(100))?.round(Rounding::HalfUp)?;
            let told = format!("{percent}%");
            Some(name(&told, &told))
        })
    }

    fn shelf_rows(&self) -> [Row; 5] {
        let shelf = &self.shelf;
        let bounded = |bounds: &[(TierId, i64)], tier: &Tier| {
            if bounds.is_empty() {
                return None;
            }
            let told = of_tier(bounds, &tier.id).map(|bound| bound.to_string());
            Some(told.map_or_else(|| name("不限", "unlimited"), |told| name(&told, &told)))
        };
        let file = "rewards.yaml";
        [
            self.row("points_max", name("单次兑换上限", "Most points of a redemption"), file, |tier| {
                bounded(&shelf.points_max, tier)
            }),
            self.row("month_max", name("每月兑换次数", "Redemptions a month"), file, |tier| {
                bounded(&shelf.month_max, tier)
            }),
            self.row("early_access", name("限量商品优先", "Limited rewards"), file, |tier| {
                if shelf.early_access.is_empty() {
                    return None;
                }
                Some(match of_tier(&shelf.early_access, &tier.id) {
                    None | Some(0) => name("即时", "at once"),
                    Some(hours) => name(&format!("{hours} 小时后"), &format!("after {hours} hours")),
                })
            }),
            self.row("ship_hours", name("发货时效", "Shipping"), file, |tier| {
                let hours = of_tier(&shelf.ship_hours, &tier.id)?;
                Some(name(&format!("{hours} 小时内"), &format!("within {hours} hours")))
            }),
            self.row("free_pick_up", name("退货上门取件", "Returns picked up"), file, |tier| {
                shelf.free_pick_up.contains(&tier.id).then(|| name("免费", "free"))
            }),
        ]
    }

    fn stated(&self, benefit: &Benefit) -> Row {
        self.row(&benefit.id, benefit.name.clone(), "tiers.yaml", |tier| {
            benefit.tiers.iter().find(|(of, _)| *of == tier.id).map(|(_, told)| told.clone())
        })
    }
}
