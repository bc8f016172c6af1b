//! Parameters that operations of many features take.

use crate::language::Said;
use crate::operation::Parameter;

/// Where to go on.
pub static CURSOR: Parameter = Parameter {
    name: "cursor",
    in_path: false,
    about: Said { en: "The `next_cursor` of the page before.", zh: "上一页的 `next_cursor`。" },
    schema: r#"{"type": "string", "maxLength": 512}"#,
    example: "AQAAAAAAAAAAAAc",
};

/// How many items a page has.
pub static LIMIT: Parameter = Parameter {
    name: "limit",
    in_path: false,
    about: Said { en: "Items on a page.", zh: "每页条数。" },
    schema: r#"{"type": "integer", "minimum": 1, "maximum": 200, "default": 50}"#,
    example: "50",
};

/// The member of a path.
pub static MEMBER_ID: Parameter = Parameter {
    name: "id",
    in_path: true,
    about: Said { en: "The member.", zh: "会员。" },
    schema: r#"{"type": "string", "minLength": 1, "maxLength": 64, "pattern": "^[A-Za-z0-9._:-]+$"}"#,
    example: "lin",
};
