//! `roles.yaml` and `organization.yaml`: what staff may do, and the tree of places they do it in (PROG-16, PROG-17).

use compact_str::CompactString;
use jifen_rules::document::{Document, Node, Problems, Source, closest};
use jifen_vocab::{Scope, Scopes};

use super::values::only_list;
use super::{limits, values};
use crate::book::{Organization, Place, PlaceKind, Role};

/// The roles of a bundle that names none: those of the default rule book.
const DEFAULT_ROLES: &str = include_str!("../../../../../programs/rulebook/roles.yaml");

/// The documents, as far as the bundle has them.
pub(super) struct Files {
    roles: Option<Document>,
    places: Option<Document>,
}

impl Files {
    /// Reads the files.
    pub(super) fn read(source: &Source, problems: &mut Problems) -> Self {
        let roles = match source.text("roles.yaml") {
            Some(_) => source.document("roles.yaml", problems),
            None => Document::parse("roles.yaml", DEFAULT_ROLES, problems),
        };
        Files { roles, places: source.document("organization.yaml", problems) }
    }

    /// The roles and places.
    pub(super) fn organization(&self, problems: &mut Problems) -> Organization {
        let roles = self.roles.as_ref().map(|file| roles(file.root(), problems));
        let places = self.places.as_ref().map(|file| places(file.root(), problems));
        Organization { roles: roles.unwrap_or_default(), places: places.unwrap_or_default() }
    }
}

fn roles(root: Node<'_>, problems: &mut Problems) -> Vec<Role> {
    let mut roles = Vec::new();
    let mut seen = Vec::new();
    for mut map in only_list(root, "roles", limits::ROLES_MAX, problems) {
        let id = values::identified(&mut map, &mut seen, problems);
        let name = values::name(&mut map, problems);
        let about = map.require("about", problems);
        let about = about.and_then(|node| values::both(node, limits::TERMS_CHARS_MAX, problems)).unwrap_or_default();
        let scopes = map.require("scopes", problems).map(|node| scopes(node, problems)).unwrap_or_default();
        map.finish(problems);
        roles.extend(id.map(|id| Role { id, name, about, scopes }));
    }
    roles
}

/// A list of scopes, or `all`.
fn scopes(node: Node<'_>, problems: &mut Problems) -> Scopes {
    if node.scalar() == Some("all") {
        return Scope::ALL.iter().copied().collect();
    }
    let mut scopes = Scopes::default();
    for item in node.list(problems).unwrap_or_default() {
        let Some(text) = item.text(problems) else { continue };
        match Scope::named(text) {
            Some(scope) => scopes = scopes.with(scope),
            None => {
                let suggestion = closest(text, Scope::ALL.iter().map(|scope| scope.as_str()));
                problems.push(item.problem(format!("`{text}` is not a right")).suggest(suggestion));
            }
        }
    }
    scopes
}

fn places(root: Node<'_>, problems: &mut Problems) -> Vec<Place> {
    let mut places: Vec<Place> = Vec::new();
    let mut seen = Vec::new();
    for mut map in only_list(root, "places", limits::PLACES_MAX, problems) {
        let id = values::identified(&mut map, &mut seen, problems);
        let name = values::name(&mut map, problems);
        let kind = map.require("kind", problems).and_then(|node| node.choice(PlaceKind::WORDS, problems));
        let parent = map.take("parent").and_then(|node| parent(node, &places, problems));
        map.finish(problems);
        let (Some(id), Some(kind)) = (id, kind) else { continue };
        places.push(Place { id, name, kind, parent });
    }
    places
}

/// A place that stands above: so the tree has no circle.
fn parent(node: Node<'_>, above: &[Place], problems: &mut Problems) -> Option<CompactString> {
    let text = node.text(problems)?;
    let known = above.iter().find(|place| place.id == text);
    if known.is_none() {
        let suggestion = closest(text, above.iter().map(|place| place.id.as_str()));
        problems.push(node.problem(format!("`{text}` is not a place that stands above")).suggest(suggestion));
    }
    known.map(|place| place.id.clone())
}
