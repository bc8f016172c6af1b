//! Roles and places: what the default rule book gives, and what a bundle may not say.

use jifen_program::RuleBook;
use jifen_vocab::Scope;

use crate::bundles::{book, edited, source};

/// The system roles of PROG-16 that are staff; members and their levels are tiers.
const ROLES: [&str; 17] = [
    "analyst",
    "auditor",
    "compliance-reviewer",
    "customer-service",
    "developer",
    "executive",
    "experience-officer",
    "finance",
    "legal-reviewer",
    "operator",
    "partner",
    "risk-reviewer",
    "rules-administrator",
    "steward",
    "store-staff",
    "supplier",
    "owner",
];

// row PROG-16
#[test]
fn every_rule_book_has_the_roles_of_the_system() {
    for name in crate::bundles::ALL {
        let book = book(name);
        for role in ROLES {
            let role = book.organization.role(role).unwrap_or_else(|| panic!("{name} lacks {role}"));
            assert!(!role.scopes.is_empty() && !role.about.zh.is_empty() && !role.about.en.is_empty());
        }
        let everything = book.organization.scopes(["owner"]);
        assert!(Scope::ALL.iter().all(|scope| everything.has(*scope)));
    }
}

// row PROG-16
#[test]
fn a_role_allows_what_it_is_there_for_and_no_more() {
    let organization = book("rulebook").organization;
    let agent = organization.scopes(["customer-service"]);
    assert!(agent.has(Scope::PointsAdjust) && agent.has(Scope::MembersRead));
    assert!(!agent.has(Scope::ProgramPublish) && !agent.has(Scope::PointsClear) && !agent.has(Scope::StaffWrite));
    let auditor = organization.scopes(["auditor"]);
    assert!(auditor.iter().all(|scope| scope.as_str().ends_with(":read")));
    let both = organization.scopes(["auditor", "customer-service", "no-such-role"]);
    assert!(agent.within(both) && auditor.within(both) && !both.within(agent));
}

#[test]
fn a_place_belongs_to_what_is_above_it() {
    let organization = book("rulebook").organization;
    let within = |inner, outer| organization.is_within(Some(inner), Some(outer));
    assert!(within("store-pudong-1", "group") && !within("store-pudong-1", "fresh"));
    assert!(within("store-pudong-1", "shanghai") && within("store-pudong-1", "store-pudong-1"));
    assert!(!within("shanghai", "store-pudong-1") && !within("store-pudong-1", "hangzhou"));
    assert!(organization.is_within(Some("store-pudong-1"), None) && !organization.is_within(None, Some("group")));
    assert!(!within("nowhere", "group"));
}

#[test]
fn mistakes_are_named_with_their_line() {
    let mistakes = [
        ("roles.yaml", "- points:clear", "- points:clean", "`points:clean` is not a right"),
        ("roles.yaml", "id: operator", "id: owner", "there is `owner` already"),
        ("organization.yaml", "parent: shanghai", "parent: store-pudong-1", "is not a place that stands above"),
        ("organization.yaml", "kind: city", "kind: town", "must be"),
    ];
    for (file, from, to, message) in mistakes {
        let problems = RuleBook::load(1, &edited(&source("rulebook"), file, from, to)).unwrap_err();
        let found = problems.iter().find(|problem| problem.file == file && problem.message.contains(message));
        assert!(found.is_some_and(|problem| problem.line > 1), "{problems:?}");
    }
}
