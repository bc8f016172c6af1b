//! Birthdays, as far as points need them: month and day, without the year and apart from everything else that is known
//! of a person, so that points can come on the day by themselves. Erasing a person empties the record.

use compact_str::CompactString;
use jifen_ledger::MonthDay;
use jifen_vocab::{Code, Kind, Refusal, Timestamp};
use serde::{Deserialize, Serialize};

use crate::book::RuleBook;
use crate::desk::{Desk, Stop, json_record};

/// A member's birthday.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Birthday {
    /// Schema version.
    pub v: u8,
    /// Month and day; nothing where nobody knows them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub day: Option<MonthDay>,
    /// When points of the next one come, and of which year it is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next: Option<(i16, Timestamp)>,
    /// The newest year whose birthday was noticed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub noticed: Option<i16>,
    /// When it was changed last; nothing where it was only said once.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub changed_at: Option<Timestamp>,
}

/// Birthdays, by member.
pub static BIRTHDAY: Kind = Kind { alarmed: true, ..Kind::records("birthday") };

json_record!(Birthday, BIRTHDAY, due | record | record.next.map(|(_, at)| at));

impl Birthday {
    /// One that is said for the first time.
    pub fn said(day: MonthDay, book: &RuleBook, now: Timestamp) -> Birthday {
        let mut birthday = Birthday { v: 1, day: Some(day), ..Birthday::default() };
        birthday.look_ahead(book, now);
        birthday
    }

    /// Nothing is known any more.
    pub fn emptied() -> Birthday {
        Birthday { v: 1, ..Birthday::default() }
    }

    /// It is noticed: the points of its year do not come again, whatever clocks do.
    pub fn notice(&mut self, year: i16, book: &RuleBook, at: Timestamp) {
        self.noticed = Some(self.noticed.map_or(year, |before| before.max(year)));
        self.look_ahead(book, at);
    }

    /// Until when it stays as it is, where it was changed not long ago.
    pub fn locked_until(&self, book: &RuleBook) -> Option<Timestamp> {
        let days = book.occasions.birthday?.locked_days;
        Some(book.zone.start_of(book.zone.day_of(self.changed_at?).plus_days(i32::from(days))))
    }

    /// Says another day, or that nobody knows it. What is changed brings nothing for as long as it is locked.
    ///
    /// # Errors
    /// `birthday-locked`
    fn change(&mut self, day: Option<MonthDay>, book: &RuleBook, now: Timestamp) -> Result<(), Refusal> {
        if self.day == day {
            return Ok(());
        }
        if let Some(until) = self.locked_until(book).filter(|until| now < *until) {
            return Err(Refusal::new(Code::BirthdayLocked).at("/birthday").word("until", &book.zone.rfc3339(until)));
        }
        if self.day.is_some() {
            self.changed_at = Some(now);
        }
        (self.v, self.day) = (1, day);
        self.look_ahead(book, now);
        Ok(())
    }

    fn look_ahead(&mut self, book: &RuleBook, now: Timestamp) {
        self.next = None;
        let (Some(terms), Some(day)) = (book.occasions.birthday, self.day) else { return };
        let mut after = self.locked_until(book).map_or(now, |until| until.max(now));
        for _ in 0..2 {
            self.next = terms.next(day, after, &book.zone);
            match self.next {
                // Somebody whose birthday moved forward in the year has it again next year.
                Some((year, at)) if self.noticed.is_some_and(|noticed| year <= noticed) => after = at,
                _ => return,
            }
        }
    }
}

/// Changes what is known of a member's birthday.
///
/// # Errors
/// `birthday-locked`
pub(super) fn change(desk: &mut Desk<'_>, id: &CompactString, day: Option<MonthDay>) -> Result<(), Stop> {
    let (book, now) = (desk.books().at(desk.now()).clone(), desk.now());
    let mut birthday = desk.read::<Birthday>(id)?.map_or_else(Birthday::default, |known| Birthday::clone(&known));
    birthday.change(day, &book, now)?;
    desk.write(id, birthday);
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::desk::Record;

    #[test]
    fn a_record_is_written_as_it_is_read() {
        let stored = r#"{"v":1,"day":[2,29],"next":[2027,1803686400000],"noticed":2026}"#;
        let read = Birthday::read(stored.as_bytes()).unwrap();
        let mut written = Vec::new();
        read.write(&mut written).unwrap();
        assert_eq!(String::from_utf8(written).unwrap(), stored);
        assert_eq!(read.due_at(), Some(Timestamp::from_millis(1_803_686_400_000)));
        assert_eq!(Birthday::emptied().due_at(), None);
    }
}
