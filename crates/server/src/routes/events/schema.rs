//! A CloudEvent as the document describes it. The real reader is the program's: see `jifen_program::events`.

use serde::Serialize;
use serde_json::{Map, Value};
use utoipa::ToSchema;

/// A CloudEvent 1.0 in structured JSON.
#[derive(Serialize, ToSchema)]
pub struct CloudEvent {
    /// The version of the standard: `1.0`.
    #[schema(pattern = "^1\\.0$")]
    specversion: String,
    /// Unique in its source, for ever.
    #[schema(min_length = 1, max_length = 64, pattern = "^[A-Za-z0-9._:-]+$")]
    id: String,
    /// Who reports it; a client may send only the sources it is registered for.
    #[schema(min_length = 1, max_length = 256)]
    source: String,
    /// What happened, such as `order.paid`. Types that no rule names are accepted and earn nothing.
    #[schema(min_length = 1, max_length = 64, pattern = "^[A-Za-z0-9._:-]+$")]
    r#type: String,
    /// The member.
    #[schema(min_length = 1, max_length = 64, pattern = "^[A-Za-z0-9._:-]+$")]
    subject: String,
    /// When it happened; when it came in unless it is given.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(format = DateTime)]
    time: Option<String>,
    /// What its type demands: for `order.paid` `order`, `amount` in minor units, `currency` and `lines`; for
    /// `order.refunded` `order` and either `amount` or `lines`, or neither for all of it.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<Object>)]
    data: Option<Map<String, Value>>,
}

pub(super) const EXAMPLE: &str = r#"{"specversion": "1.0", "id": "o-1001", "source": "/shop/online", "type": "order.paid",
    "subject": "lin", "time": "2026-06-18T20:15:00+08:00",
    "data": {"order": "1001", "amount": 4600, "currency": "CNY", "channel": "app",
    "lines": [{"sku": "t-1", "category": "daily", "quantity": 2, "amount": 1200},
    {"sku": "w-9", "category": "appliance", "quantity": 1, "amount": 3400}]}}"#;

pub(super) const BATCH_EXAMPLE: &str = r#"[{"specversion": "1.0", "id": "s-1", "source": "/app", "type": "member.signed_in",
    "subject": "lin", "time": "2026-06-18T08:00:00+08:00"}]"#;
