//! Rewards as boards and plans look at them.

use jifen_insight::{Item, ShelfCounts};
use jifen_program::RuleBook;
use jifen_program::flows::base_points;
use jifen_program::pricing::Seen;
use jifen_vocab::Day;

use crate::shelf::{Row, Rows};

/// What is on the shelf, hidden rewards included.
pub(crate) fn items(rows: &Rows, book: &RuleBook) -> Vec<Item> {
    // Nothing moves a fixed price.
    let offered = rows.values().filter(|row| !row.reward.offer.retired && !row.reward.offer.fixed);
    offered.filter_map(|row| item(row, book)).collect()
}

fn item(row: &Row, book: &RuleBook) -> Option<Item> {
    let (offer, stock) = (&row.reward.offer, &row.stock);
    Some(Item {
        id: row.reward.id.as_str().into(),
        name: offer.name.clone(),
        category: offer.category.clone(),
        tags: offer.tags.clone(),
        points: base_points(book, &row.reward)?,
        worth: offer.value,
        cost: offer.cost,
        created: book.zone.day_of(row.reward.created),
        remaining: stock.remaining(),
        supplied: stock.supplied,
        since: book.zone.day_of(stock.since),
        best_before: stock.best_before,
        return_days: offer.supplier.as_ref().map(|supplier| supplier.return_days).filter(|days| *days > 0),
    })
}

/// The same as the rules of a plan look at it.
pub(crate) fn seen(rows: &Rows, book: &RuleBook, counts: &ShelfCounts, today: Day) -> Vec<Seen> {
    let surge = book.prices.plan.surge.map_or(1, |rule| i32::from(rule.days));
    let quarter = today.number() - today.start_of_quarter().number() + 1;
    let offered = rows.values().filter(|row| !row.reward.offer.retired);
    let seen = |row: &Row| {
        let item = item(row, book)?;
        let (stars, reviews) = counts.reviews(&item.id);
        Some(Seen {
            points: item.points,
            worth: item.worth.unwrap_or(0),
            cost: item.cost.unwrap_or(0),
            supplied: if item.remaining.is_some() { item.supplied } else { 0 },
            quarter: counts.taken(&item.id, today, quarter),
            lately: counts.taken(&item.id, today, surge),
            before: counts.taken(&item.id, today.plus_days(-surge), surge),
            quotes: counts.quotes(&item.id, today, quarter),
            stars,
            reviews,
            is_over: counts.is_over(&item, &book.shelf.assortment, today),
            plan: row.history.plan.clone(),
            id: item.id,
        })
    };
    offered.filter_map(seen).collect()
}
