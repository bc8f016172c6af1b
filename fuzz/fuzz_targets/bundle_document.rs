//! Any text as a file of a bundle: reading never panics, and what cannot be read is told.
//! The corpus also runs in the tests of jifen-rules.
#![no_main]

use jifen_rules::document::{Document, Problems};
use jifen_rules::{Names, RuleSet, UnitName};
use jifen_vocab::{Currency, SourceLabel, UnitId, Zone};
use libfuzzer_sys::fuzz_target;

fn names() -> Option<Names> {
    Some(Names {
        zone: Zone::utc(),
        currency: Currency::CNY,
        units: vec![UnitName { id: UnitId::new("points").ok()?, value: "0.01".parse().ok() }],
        default_unit: UnitId::new("points").ok()?,
        tiers: Vec::new(),
        sources: vec![SourceLabel::new("purchase").ok()?],
        source_of: [("order.paid".to_owned(), SourceLabel::new("purchase").ok()?)].into(),
        streaks: vec!["sign_in".into()],
    })
}

fuzz_target!(|text: &str| {
    let mut problems = Problems::new();
    match Document::parse("earning.yaml", text, &mut problems) {
        Some(document) => {
            if let Some(names) = names() {
                let compiled = RuleSet::compile(document.root(), &names);
                assert!(compiled.is_ok() || compiled.is_err_and(|problems| !problems.is_empty()));
            }
        }
        None => assert!(!problems.is_empty()),
    }
});
