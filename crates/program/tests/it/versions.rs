use std::sync::Arc;

use jifen_program::Books;
use jifen_vocab::Timestamp;

use crate::bundles::{book, edited, load, source};

fn instant(text: &str) -> Timestamp {
    Timestamp::parse_rfc3339(text).unwrap()
}

/// Since when the notices of the version in force at an instant hold.
fn since(books: &Books, at: Timestamp) -> Timestamp {
    let book = books.at(at);
    let of_unit = book.unit("points").unwrap().terms.notice.as_ref().unwrap().since;
    assert_eq!(book.law().terms[0].notice.as_ref().unwrap().since, of_unit);
    of_unit
}

#[test]
fn the_version_in_force_judges() {
    let (june, july) = (instant("2026-06-01T00:00:00+08:00"), instant("2026-07-01T00:00:00+08:00"));
    let other = load(&edited(&source("rulebook"), "program.yaml", "id: rulebook", "id: later"));
    let books = Books::first(Arc::new(book("rulebook"))).with(july, Arc::new(other));
    assert_eq!(books.at(june).id, "rulebook");
    assert_eq!(books.at(july.plus_millis(-1)).id, "rulebook");
    assert_eq!(books.at(july).id, "later");
}

#[test]
fn notices_that_stay_the_same_hold_as_before_and_new_ones_from_their_version_on() {
    let (june, july) = (instant("2026-06-01T00:00:00+08:00"), instant("2026-07-01T00:00:00+08:00"));
    let longer = load(&edited(&source("rulebook"), "units.yaml", "leads: [3mo, 30d]", "leads: [6mo, 30d]"));
    let books = Books::first(Arc::new(book("rulebook")));
    assert_eq!(since(&books, june), Timestamp::MIN);
    let books = books.with(june, Arc::new(book("rulebook"))).with(july, Arc::new(longer));
    assert_eq!(since(&books, june), Timestamp::MIN);
    assert_eq!(since(&books, july), july);
    let again = load(&edited(&source("rulebook"), "units.yaml", "leads: [3mo, 30d]", "leads: [6mo, 30d]"));
    let august = instant("2026-08-01T00:00:00+08:00");
    assert_eq!(since(&books.with(august, Arc::new(again)), august), july);
}
