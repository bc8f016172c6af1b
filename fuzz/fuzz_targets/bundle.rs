//! Any text as files of a bundle: the default program with some of its files replaced. Loading, running examples,
//! writing the page and comparing never panic. The corpus also runs in the tests of jifen-program.
//!
//! Files are divided by lines `--- NAME`; text before the first such line is `units.yaml`.
#![no_main]

use jifen_program::RuleBook;
use jifen_program::book::{diff, examples, page};
use jifen_rules::document::Source;
use libfuzzer_sys::fuzz_target;

macro_rules! rulebook {
    ($($file:literal),*) => {
        Source::new()$(.with($file, include_str!(concat!("../../programs/rulebook/", $file))))*
    };
}

fuzz_target!(|text: &str| {
    let original = rulebook!(
        "program.yaml",
        "units.yaml",
        "tiers.yaml",
        "sources.yaml",
        "earning.yaml",
        "caps.yaml",
        "examples.yaml"
    );
    let mut bundle = original.clone();
    for part in text.split("\n--- ") {
        let (name, text) = part.split_once('\n').unwrap_or(("units.yaml", part));
        bundle.insert(name.trim_start_matches("--- ").trim(), text);
    }
    diff::diff(&original, &bundle);
    match RuleBook::load(1, &bundle) {
        Ok((book, _)) => {
            examples::run(&book, &bundle);
            for lang in [page::Lang::Zh, page::Lang::En] {
                assert!(!book.rule_page(lang).to_text().is_empty());
            }
        }
        Err(problems) => assert!(!problems.is_empty()),
    }
});
