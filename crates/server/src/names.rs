//! What those are called who did or asked for something.

use std::collections::HashMap;

use compact_str::CompactString;
use jifen_program::audit::{Actor, ActorKind};
use jifen_program::clients::Client;
use jifen_program::staff::Staff;
use serde::Serialize;
use utoipa::ToSchema;

use crate::app::App;
use crate::problems::Problem;

/// Somebody who did or asked for something.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[schema(as = Actor)]
pub(crate) struct Who {
    /// `client`, `command_line`, `member`, `sandbox`, `staff` or `system`.
    kind: &'static str,
    /// The identifier.
    id: String,
    /// What people call them, where they have a name.
    name: Option<String>,
}

/// Names, each looked up once for an answer. Reads the store.
pub(crate) struct Names<'a> {
    app: &'a App,
    known: HashMap<CompactString, Option<String>>,
}

impl<'a> Names<'a> {
    pub(crate) fn new(app: &'a App) -> Self {
        Names { app, known: HashMap::new() }
    }

    pub(crate) fn who(&mut self, actor: &Actor) -> Result<Who, Problem> {
        let key = actor.key();
        let name = match self.known.get(&key) {
            Some(name) => name.clone(),
            None => {
                let name = self.name(actor)?;
                self.known.insert(key, name.clone());
                name
            }
        };
        Ok(Who { kind: actor.kind.as_str(), id: actor.id.to_string(), name })
    }

    fn name(&self, actor: &Actor) -> Result<Option<String>, Problem> {
        Ok(match actor.kind {
            ActorKind::Client => self.app.engine.read::<Client>(&actor.id)?.map(|client| client.name),
            ActorKind::Staff => self.app.engine.read::<Staff>(&actor.id)?.map(|staff| staff.name),
            _ => None,
        })
    }
}
