//! What stands in blanks that are filled when a message is read or sent: the person's name, and rewards they could have
//! now.

use jifen_program::book::Name;
use jifen_program::flows::Looker;
use jifen_program::member::Member;
use jifen_program::messages::Message;
use jifen_program::wallets::view_at;

use crate::app::App;
use crate::personal::Personal;
use crate::problems::Problem;
use crate::shelf::Row;

/// Rewards that are named.
const REWARDS_MAX: usize = 3;

/// A message with all its blanks filled.
#[derive(Debug, Clone)]
pub(crate) struct Filled {
    /// What it is about.
    pub(crate) title: Name,
    /// What it says.
    pub(crate) text: Name,
    /// The same in a few words.
    pub(crate) short: Name,
}

/// Fills the blanks of a member's message.
pub(crate) fn fill(app: &App, member: &Member, personal: &Personal, message: &Message) -> Result<Filled, Problem> {
    let has = |blank: &str| {
        let texts = [Some(&message.title), Some(&message.text), message.short.as_ref()];
        texts.into_iter().flatten().any(|text| text.zh.contains(blank) || text.en.contains(blank))
    };
    let name = Name {
        zh: personal.name.clone().unwrap_or_else(|| "会员".to_owned()),
        en: personal.name.clone().unwrap_or_else(|| "member".to_owned()),
    };
    let rewards = if has("{rewards}") { recommended(app, member, personal)? } else { Name::default() };
    let filled = |text: &Name| Name {
        zh: text.zh.replace("{rewards}", &rewards.zh).replace("{name}", &name.zh),
        en: text.en.replace("{rewards}", &rewards.en).replace("{name}", &name.en),
    };
    Ok(Filled {
        title: filled(&message.title),
        text: filled(&message.text),
        short: filled(message.short.as_ref().unwrap_or(&message.text)),
    })
}

/// The most valuable rewards that the member could have with the points there are (EXP-07).
fn recommended(app: &App, member: &Member, personal: &Personal) -> Result<Name, Problem> {
    let books = app.engine.books();
    let now = app.engine.clock().now();
    let book = books.at(now);
    let available = view_at(member, &books, now).unit(&book.default_unit).map_or(0, |unit| unit.available.get());
    let looker = Looker::of(member, personal.birthday.map(jifen_vocab::Day::month));
    let rows = app.shelf.rows(&app.engine)?;
    let mut best: Vec<(i64, &Name)> = Vec::new();
    let is_there = |row: &&Row| row.stock.remaining() != Some(0) && row.obstacle(book, &looker, now).is_none();
    for row in rows.values().filter(is_there) {
        let price = row.price(book, &looker, now);
        if let Some(price) = price.filter(|price| price.cash == 0 && (1..=available).contains(&price.points)) {
            best.push((price.points, &row.reward.offer.name));
        }
    }
    best.sort_by(|(a, a_name), (b, b_name)| b.cmp(a).then_with(|| a_name.zh.cmp(&b_name.zh)));
    best.truncate(REWARDS_MAX);
    if best.is_empty() {
        return Ok(Name { zh: "兑换页面的商品".to_owned(), en: "what the shelf has".to_owned() });
    }
    let list =
        |text: fn(&Name) -> &str, comma: &str| best.iter().map(|(_, name)| text(name)).collect::<Vec<_>>().join(comma);
    Ok(Name { zh: list(|name| &name.zh, "、"), en: list(|name| &name.en, ", ") })
}
