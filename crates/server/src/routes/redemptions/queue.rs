//! Redemptions as a desk works through them: by where they stand, the most urgent first.

use axum::http::Method;
use compact_str::CompactString;
use jifen_program::desk::Record;
use jifen_program::redemptions::{Queue, REDEMPTION, Redemption as Stored};
use jifen_store::{Bound, Find, Order, Value as Column};

use super::{Redemption, RedemptionPage};
use crate::app::App;
use crate::call::{Call, Parameters, Reply, aside};
use crate::cursor::IdCursor;
use crate::language::Said;
use crate::operation::{Access, Answer, Answered, Key, Operation, Parameter};
use crate::parameters::{CURSOR, LIMIT};
use crate::problems::Problem;
use crate::scopes::Scope;

/// The place of where they stand among the columns of redemptions.
const STANDING_COLUMN: usize = 1;

static STATE: Parameter = Parameter {
    name: "state",
    in_path: false,
    about: Said {
        en: "Only those that stand there; `to_send` are open ones that are to be put on their way.",
        zh: "只看该状态；`to_send` 为待发货。",
    },
    schema: r#"{"type": "string", "enum": ["awaiting_payment", "canceled", "expired", "failed", "fulfilled", "open", "returned", "to_send", "to_confirm"]}"#,
    example: "to_send",
};

/// From where a page starts.
struct Wanted {
    queue: Option<Queue>,
    limit: usize,
    after: Option<CompactString>,
}

impl Wanted {
    fn read(query: &Parameters) -> Result<Wanted, Problem> {
        let queue = query.get("state").map(|text| {
            let names: Vec<&str> = Queue::ALL.iter().map(|queue| queue.as_str()).collect();
            let found = Queue::ALL.into_iter().find(|queue| queue.as_str() == text);
            found.ok_or_else(|| Problem::parameter("state", &format!("be one of {}", names.join(", "))))
        });
        Ok(Wanted {
            queue: queue.transpose()?,
            limit: query.limit()?,
            after: query.get("cursor").map(IdCursor::read).transpose()?.map(|cursor| cursor.0),
        })
    }

    /// What is asked of the store. In a queue, a cursor holds the standing and the identifier: where a redemption moved
    /// on meanwhile, the page goes on from where it stood.
    fn find(&self) -> Result<Find, Problem> {
        let Some(queue) = self.queue else {
            let from = self.after.clone().map_or(Bound::Start, |id| Bound::After(Column::Null, id));
            return Ok(self.found_by(None, Order::Descending, from));
        };
        // A colon sorts before the digits of every instant, a tilde after them.
        let (order, edge) = if queue.is_urgent() { (Order::Ascending, ":") } else { (Order::Descending, ":~") };
        let (standing, id) = match &self.after {
            None => (format!("{}{edge}", queue.as_str()), ""),
            Some(after) => {
                let wrong = || Problem::parameter("cursor", "be the next_cursor of an earlier page");
                let (standing, id) =
                    after.rsplit_once(':').filter(|(standing, _)| belongs(standing, queue)).ok_or_else(wrong)?;
                (standing.to_owned(), id)
            }
        };
        let from = Bound::After(Column::Text(standing.into()), id.into());
        Ok(self.found_by(Some(STANDING_COLUMN), order, from))
    }

    fn found_by(&self, column: Option<usize>, order: Order, from: Bound) -> Find {
        Find { kind: &REDEMPTION, column, equals: None, order, from, limit: self.limit }
    }
}

/// Whether a standing is one of a queue.
fn belongs(standing: &str, queue: Queue) -> bool {
    standing.split_once(':').is_some_and(|(name, _)| name == queue.as_str())
}

async fn list_all_redemptions(call: Call) -> Answered {
    let query = call.query()?;
    let wanted = Wanted::read(&query)?;
    let app = call.app.clone();
    let page = aside(move || page(&app, &wanted));
    Reply::json(&page.await?)
}

fn page(app: &App, wanted: &Wanted) -> Result<RedemptionPage, Problem> {
    let found = app.engine.store().find(&wanted.find()?)?;
    let mut data = Vec::with_capacity(found.rows.len());
    let mut last = None;
    for (id, value, row) in &found.rows {
        last = match (wanted.queue, value) {
            (None, _) => Some(id.clone()),
            (Some(queue), Column::Text(standing)) if belongs(standing, queue) => {
                Some(compact_str::format_compact!("{standing}:{id}"))
            }
            // The next queue begins here.
            _ => return Ok(RedemptionPage { data, next_cursor: None }),
        };
        let stored =
            Stored::read(&row.body).map_err(|error| Problem::internal(format!("the redemption {id}: {error}")))?;
        data.push(Redemption::read(&stored, app)?);
    }
    let next = last.filter(|_| found.next.is_some()).map(|last| IdCursor(last).write());
    Ok(RedemptionPage { data, next_cursor: next })
}

/// `GET /v1/redemptions`
pub static LIST_ALL: Operation = Operation {
    id: "list_all_redemptions",
    method: Method::GET,
    path: "/v1/redemptions",
    feature: "redemptions",
    access: Access::Scope(Scope::RedemptionsRead),
    confirm: false,
    summary: Said { en: "List redemptions", zh: "查看全部兑换" },
    about: Said {
        en: "Of all members. Where something is to happen the most urgent comes first (`to_send`, `awaiting_payment`, `to_confirm`), else the newest.",
        zh: "全部会员的兑换。待办状态（`to_send`、`awaiting_payment`、`to_confirm`）按时限从紧到松，其余从新到旧。",
    },
    parameters: &[&STATE, &LIMIT, &CURSOR],
    body: None,
    key: Key::None,
    answer: Answer::json::<RedemptionPage>(200, Said { en: "A page of redemptions.", zh: "一页兑换记录。" }, ""),
    problems: &[],
    handler: |call| Box::pin(list_all_redemptions(call)),
};
