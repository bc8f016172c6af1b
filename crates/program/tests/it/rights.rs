//! Ceilings and approvals of a bundle: what the default says, and what a bundle may not say.

use jifen_program::RuleBook;
use jifen_program::book::{Held, Sensitive};

use crate::bundles::{ALL, book, edited, source};

fn held(role: &str, place: Option<&str>) -> Held {
    Held { role: role.into(), place: place.map(Into::into) }
}

// row LIM-22
#[test]
fn every_rule_book_says_what_is_large_and_who_approves_it() {
    for name in ALL {
        let rights = book(name).rights;
        assert!(rights.grants.each.is_some() && rights.grants.unusual.is_some(), "{name}");
        for (word, action) in Sensitive::WORDS {
            assert!(rights.approval(*action).is_some_and(|terms| !terms.by.is_empty()), "{name} {word}");
        }
    }
}

#[test]
fn the_highest_ceiling_of_somebody_s_roles_counts() {
    let grants = book("rulebook").rights.grants;
    let each = |roles: &[Held]| grants.of_roles(roles).map(|ceiling| ceiling.each);
    assert_eq!(each(&[held("customer-service", None)]), Some(1_000));
    assert_eq!(each(&[held("customer-service", None), held("steward", None)]), Some(5_000));
    assert_eq!(each(&[held("customer-service", None), held("owner", None)]), None);
    assert_eq!(each(&[]), None);
}

#[test]
fn who_decides_has_the_role_there_or_above() {
    let book = book("rulebook");
    let terms = book.rights.approval(Sensitive::Grant).unwrap();
    let lets = |role, place, asked_at| terms.lets(&[held(role, place)], asked_at, &book.organization);
    assert!(lets("steward", None, None) && lets("steward", None, Some("store-pudong-1")));
    assert!(lets("steward", Some("shanghai"), Some("store-pudong-1")));
    assert!(!lets("steward", Some("hangzhou"), Some("store-pudong-1")));
    assert!(!lets("steward", Some("shanghai"), None), "what is asked for everywhere is not decided in one city");
    assert!(!lets("customer-service", None, None));
}

#[test]
fn mistakes_are_named_with_their_line() {
    let mistakes = [
        ("customer-service: {", "customer-servise: {", "there is no role `customer-servise`"),
        ("each: 1000, day: 10000", "each: 1000, day: 999", "lets a day hold less than one grant"),
        ("[owner, steward, finance]", "[owner, operator]", "`operator` lacks the right approvals:decide"),
        ("[owner, steward, finance]", "[]", "needs a role that decides"),
        ("  grant: { by", "  grants: { by", "`grants` is not one of"),
        ("hours: 72", "hours: 0", "must be from 1 to 2208"),
        ("member_day: 50000", "member_day: many", "must be a whole number"),
    ];
    for (from, to, message) in mistakes {
        let problems = RuleBook::load(1, &edited(&source("rulebook"), "rights.yaml", from, to)).unwrap_err();
        let found = problems.iter().find(|problem| problem.file == "rights.yaml" && problem.message.contains(message));
        assert!(found.is_some_and(|problem| problem.line > 1), "{message}: {problems:?}");
    }
}
