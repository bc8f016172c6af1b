//! What a caller may do, as the API's document has it. The words themselves are in [`jifen_vocab::scope`].

use std::borrow::Cow;

pub use jifen_vocab::scope::{Scope, Scopes};
use utoipa::openapi::schema::Type;
use utoipa::openapi::{ObjectBuilder, RefOr, Schema};

use crate::language::Said;

/// The name of a scope on the wire: one of those there are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ScopeName;

impl utoipa::PartialSchema for ScopeName {
    fn schema() -> RefOr<Schema> {
        let names = Scope::ALL.iter().map(|scope| scope.as_str());
        ObjectBuilder::new().schema_type(Type::String).enum_values(Some(names)).into()
    }
}

impl utoipa::ToSchema for ScopeName {
    fn name() -> Cow<'static, str> {
        Cow::Borrowed("Scope")
    }
}

/// What a scope allows.
pub const fn about(scope: Scope) -> Said {
    Said { en: scope.about_en(), zh: scope.about_zh() }
}
