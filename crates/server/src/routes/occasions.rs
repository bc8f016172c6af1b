//! Occasions: birthdays, and the days that have a name.

use axum::http::Method;
use jifen_program::book::occasions::{FestiveDay, OccasionTerms};
use jifen_rules::DayOf;
use jifen_vocab::Day;
use serde::Serialize;
use utoipa::ToSchema;

use crate::call::{Call, Reply};
use crate::language::Said;
use crate::operation::{Access, Answer, Answered, Key, Operation};
use crate::scopes::Scope;
use crate::wire::Text;

/// How many coming dates of a day are told.
const DATES: usize = 3;

/// Days on which something is given.
#[derive(Serialize, ToSchema)]
pub struct Occasions {
    /// The day of today in the program's zone.
    #[schema(format = Date)]
    today: String,
    /// What holds for birthdays; nothing where they are not noticed.
    birthday: Option<Birthday>,
    /// Days that have a name, the next to come first.
    days: Vec<Occasion>,
}

/// What holds for birthdays.
#[derive(Serialize, ToSchema)]
pub struct Birthday {
    /// The day that stands for 29 February in years without one: `02-28` or `03-01`.
    leap_day: &'static str,
    /// Days for which a birthday that was changed stays as it is and brings nothing.
    locked_days: u16,
    /// The hour of the day at which points come.
    hour: u8,
}

/// A day that has a name, which rules may mention.
#[derive(Serialize, ToSchema)]
pub struct Occasion {
    /// The identifier, as windows of rules mention it.
    id: String,
    /// What people call it.
    name: Text,
    /// What it follows: `year` the calendar, `lunar` the traditional one, `dates` a list.
    follows: &'static str,
    /// Month and day of what it follows, such as `08-18`; nothing for a list.
    on: Option<String>,
    /// The next dates, today among them.
    #[schema(format = Date)]
    next: Vec<String>,
}

impl Occasion {
    fn of(day: &FestiveDay, today: Day) -> Self {
        let (follows, on) = match &day.on {
            DayOf::Year(month, day) => ("year", Some(format!("{month:02}-{day:02}"))),
            DayOf::Lunar(lunar) => ("lunar", Some(format!("{:02}-{:02}", lunar.month(), lunar.day()))),
            DayOf::Dates(_) => ("dates", None),
        };
        let coming = day.on.all().into_iter().filter(|date| *date >= today);
        Occasion {
            id: day.id.to_string(),
            name: Text::from(&day.name),
            follows,
            on,
            next: coming.take(DATES).map(|date| date.to_string()).collect(),
        }
    }
}

fn occasions(terms: &OccasionTerms, today: Day) -> Occasions {
    let mut days: Vec<Occasion> = terms.days.iter().map(|day| Occasion::of(day, today)).collect();
    // What never comes again stands at the end.
    days.sort_by(|one, other| (one.next.is_empty(), &one.next).cmp(&(other.next.is_empty(), &other.next)));
    Occasions {
        today: today.to_string(),
        birthday: terms.birthday.map(|birthday| Birthday {
            leap_day: birthday.leap_day.as_str(),
            locked_days: birthday.locked_days,
            hour: birthday.hour,
        }),
        days,
    }
}

async fn show_occasions(call: Call) -> Answered {
    let now = call.app.engine.clock().now();
    let books = call.app.engine.books();
    let book = books.at(now);
    Reply::json(&occasions(&book.occasions, book.zone.day_of(now)))
}

/// `GET /v1/program/occasions`
pub static SHOW: Operation = Operation {
    id: "show_occasions",
    method: Method::GET,
    path: "/v1/program/occasions",
    feature: "occasions",
    access: Access::ScopeOrMember(Scope::ProgramRead),
    confirm: false,
    summary: Said { en: "Birthdays and days with a name", zh: "生日与节日" },
    about: Said {
        en: "What the rule book in force says about birthdays, and its festivals with the dates on which they come next; days of the traditional calendar are worked out.",
        zh: "现行规则对生日的约定，以及各节日接下来的日期；农历节日已换算为公历。",
    },
    parameters: &[],
    body: None,
    key: Key::None,
    answer: Answer::json::<Occasions>(200, Said { en: "The occasions.", zh: "生日与节日。" }, ""),
    problems: &[],
    handler: |call| Box::pin(show_occasions(call)),
};
