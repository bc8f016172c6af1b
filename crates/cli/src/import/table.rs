//! A CSV file with named columns, and what is wrong with its rows.

use std::collections::HashMap;
use std::fs;
use std::path::Path;

use xxhash_rust::xxh3::xxh3_128;

use crate::failure::{Failure, NOTHING_CHANGED, Result};

/// The largest file: a few million rows.
const FILE_BYTES_MAX: u64 = 1 << 30;

/// A row that cannot be imported.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct RowFault {
    /// Its line in the file, from 1.
    pub(super) line: u64,
    /// What is wrong.
    pub(super) what: String,
}

/// The rows of a file.
pub(super) struct Table {
    rows: Vec<(u64, csv::StringRecord)>,
    places: HashMap<&'static str, usize>,
    /// Of the whole content: what was imported is known by it.
    pub(super) fingerprint: u128,
}

/// One row.
#[derive(Clone, Copy)]
pub(super) struct Row<'a> {
    table: &'a Table,
    record: &'a csv::StringRecord,
    pub(super) line: u64,
}

impl Table {
    /// Reads a file whose first line names its columns; the first of `columns` must be among them.
    pub(super) fn read(path: &Path, columns: &'static [Column]) -> Result<Table> {
        let refuse = |what: String| Failure::new(format!("{}: {what}", path.display())).data(NOTHING_CHANGED);
        let size = fs::metadata(path).map_err(|error| refuse(error.to_string()))?.len();
        if size > FILE_BYTES_MAX {
            return Err(refuse("the file is larger than 1 GiB: cut it into several".to_owned()));
        }
        let bytes = fs::read(path).map_err(|error| refuse(error.to_string()))?;
        Table::parse(&bytes, columns).map_err(refuse)
    }

    fn parse(bytes: &[u8], columns: &'static [Column]) -> std::result::Result<Table, String> {
        // Spreadsheets write a mark before the first name.
        let text = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes);
        let mut reader = csv::ReaderBuilder::new().trim(csv::Trim::All).from_reader(text);
        let header = reader.headers().map_err(|error| told(&error))?.clone();
        let mut places = HashMap::new();
        for (place, name) in header.iter().enumerate() {
            let column = columns.iter().find(|column| column.name == name).ok_or_else(|| {
                let known: Vec<&str> = columns.iter().map(|column| column.name).collect();
                format!("line 1: there is no column {name:?}; there are: {}", known.join(", "))
            })?;
            if places.insert(column.name, place).is_some() {
                return Err(format!("line 1: the column {name:?} comes twice"));
            }
        }
        if let Some(missing) = columns.iter().find(|column| column.required && !places.contains_key(column.name)) {
            return Err(format!("line 1: the column {:?} is missing", missing.name));
        }
        let mut rows = Vec::new();
        for record in reader.records() {
            let record = record.map_err(|error| told(&error))?;
            rows.push((record.position().map_or(0, csv::Position::line), record));
        }
        Ok(Table { rows, places, fingerprint: xxh3_128(bytes) })
    }

    /// The rows in their order.
    pub(super) fn rows(&self) -> impl Iterator<Item = Row<'_>> {
        self.rows.iter().map(|(line, record)| Row { table: self, record, line: *line })
    }
}

fn told(error: &csv::Error) -> String {
    match error.kind() {
        csv::ErrorKind::UnequalLengths { pos, expected_len, len } => {
            let line = pos.as_ref().map_or(0, csv::Position::line);
            format!("line {line}: {len} fields where the first line names {expected_len}")
        }
        csv::ErrorKind::Utf8 { pos, .. } => {
            format!("line {}: not UTF-8", pos.as_ref().map_or(0, csv::Position::line))
        }
        _ => error.to_string(),
    }
}

/// A column that a file may have.
#[derive(Debug)]
pub(super) struct Column {
    pub(super) name: &'static str,
    pub(super) required: bool,
}

impl<'a> Row<'a> {
    /// The field of a column, where there is one and it is not empty.
    pub(super) fn field(&self, column: &'static str) -> Option<&'a str> {
        let place = *self.table.places.get(column)?;
        self.record.get(place).filter(|field| !field.is_empty())
    }

    /// Whether the table has that column.
    pub(super) fn has(&self, column: &'static str) -> bool {
        self.table.places.contains_key(column)
    }

    /// The field of a column that must not be empty.
    pub(super) fn required(&self, column: &'static str) -> std::result::Result<&'a str, String> {
        self.field(column).ok_or_else(|| format!("`{column}` is empty"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const COLUMNS: &[Column] = &[Column { name: "id", required: true }, Column { name: "name", required: false }];

    fn wrong(text: &str) -> String {
        Table::parse(text.as_bytes(), COLUMNS).err().unwrap()
    }

    #[test]
    fn rows_keep_their_lines_and_columns_their_names() {
        let table = Table::parse("\u{feff}name,id\n\"Lin,\nAnna\",m1\n,m2\n".as_bytes(), COLUMNS).unwrap();
        let rows: Vec<_> = table.rows().map(|row| (row.line, row.field("id"), row.field("name"))).collect();
        assert_eq!(rows, [(2, Some("m1"), Some("Lin,\nAnna")), (4, Some("m2"), None)]);
    }

    #[test]
    fn what_is_no_table_is_told_with_its_line() {
        assert_eq!(wrong("id,nmae\n"), "line 1: there is no column \"nmae\"; there are: id, name");
        assert_eq!(wrong("name\nx\n"), "line 1: the column \"id\" is missing");
        assert_eq!(wrong("id,id\n"), "line 1: the column \"id\" comes twice");
        assert_eq!(wrong("id,name\na,b\nc\n"), "line 3: 1 fields where the first line names 2");
        let broken = Table::parse(b"id\na\n\xff\n", COLUMNS).err().unwrap();
        assert_eq!(broken, "line 3: not UTF-8");
    }
}
