//! Lists of records, newest first: a page by their ids, and where the next one goes on.

use compact_str::CompactString;
use jifen_program::desk::Record;
use jifen_store::{Bound, Find, Order, Row, Value};

use crate::app::App;
use crate::call::Parameters;
use crate::cursor::IdCursor;
use crate::problems::Problem;

/// Which page is asked for.
#[derive(Debug, Clone)]
pub(crate) struct PageOf {
    limit: usize,
    after: Option<IdCursor>,
}

impl PageOf {
    /// What `limit` and `cursor` of a query ask for.
    ///
    /// # Errors
    /// A parameter that is not one.
    pub(crate) fn read(query: &Parameters) -> Result<PageOf, Problem> {
        Ok(PageOf { limit: query.limit()?, after: query.get("cursor").map(IdCursor::read).transpose()? })
    }

    /// So many from the newest on.
    pub(crate) fn first(limit: usize) -> PageOf {
        PageOf { limit, after: None }
    }
}

/// A page of records with their ids.
pub(crate) struct Listed<R> {
    pub(crate) records: Vec<(CompactString, R)>,
    pub(crate) next_cursor: Option<String>,
}

/// Records of a kind, newest first: all of them, or those with that text in the column of that place.
///
/// # Errors
/// What the store says; a record that cannot be read is ours.
pub(crate) fn newest<R: Record>(app: &App, with: Option<(usize, &str)>, page: PageOf) -> Result<Listed<R>, Problem> {
    in_order(app, with, Order::Descending, page)
}

/// The same in either order of their ids.
///
/// # Errors
/// What the store says; a record that cannot be read is ours.
pub(crate) fn in_order<R: Record>(
    app: &App,
    with: Option<(usize, &str)>,
    order: Order,
    page: PageOf,
) -> Result<Listed<R>, Problem> {
    let column = with.map(|(column, _)| column);
    let equals = with.map(|(_, text)| Value::Text(CompactString::new(text)));
    let after = |IdCursor(id)| Bound::After(equals.clone().unwrap_or(Value::Null), id);
    let from = page.after.map_or(Bound::Start, after);
    let find = Find { kind: R::KIND, column, equals, order, from, limit: page.limit };
    let found = app.engine.store().find(&find)?;
    let read = |(id, _, row): &(CompactString, Value, Row)| {
        let broken = |error| Problem::internal(format!("{}/{id} cannot be read: {error}", R::KIND.name));
        Ok((id.clone(), R::read(&row.body).map_err(broken)?))
    };
    let records = found.rows.iter().map(read).collect::<Result<Vec<_>, Problem>>()?;
    let last = records.last().filter(|_| found.next.is_some());
    let next_cursor = last.map(|(id, _)| IdCursor(id.clone()).write());
    Ok(Listed { records, next_cursor })
}
