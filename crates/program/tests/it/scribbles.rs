//! No bytes make reading a bundle panic: the fuzz target's corpus, edited bundles, and random text.

use std::path::PathBuf;

use jifen_program::RuleBook;
use jifen_program::book::{diff, examples, page};
use jifen_rules::document::Source;
use proptest::prelude::*;

use crate::bundles::{ALL, source};

/// Everything that reads bundles, on one input. Files are divided by lines that begin with `--- `, as in `fuzz/corpus`.
fn read(text: &str) {
    let mut bundle = source("rulebook");
    for part in text.split("\n--- ") {
        let (name, text) = part.split_once('\n').unwrap_or(("units.yaml", part));
        bundle.insert(name.trim_start_matches("--- ").trim(), text);
    }
    touch(&bundle);
}

fn touch(bundle: &Source) {
    let original = source("rulebook");
    diff::diff(&original, bundle);
    if let Ok((book, _)) = RuleBook::load(1, bundle) {
        examples::run(&book, bundle);
        for lang in [page::Lang::Zh, page::Lang::En] {
            assert!(!book.rule_page(lang).to_text().is_empty());
        }
    }
}

#[test]
fn the_corpus_is_read_without_a_panic() {
    let corpus = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../fuzz/corpus/bundle");
    let mut count = 0;
    for entry in std::fs::read_dir(corpus).unwrap() {
        read(&String::from_utf8_lossy(&std::fs::read(entry.unwrap().path()).unwrap()));
        count += 1;
    }
    assert!(count > 5);
}

/// A bundle that comes with the product, and one of its files.
fn any_file() -> impl Strategy<Value = (&'static str, String, String)> {
    let files =
        ["program.yaml", "units.yaml", "tiers.yaml", "sources.yaml", "earning.yaml", "caps.yaml", "examples.yaml"];
    (prop::sample::select(ALL.to_vec()), prop::sample::select(files.to_vec()))
        .prop_map(|(name, file)| (name, file.to_owned(), source(name).text(file).unwrap_or("caps: []\n").to_owned()))
}

fn any_word() -> impl Strategy<Value = String> {
    let words = [
        "",
        "~",
        "0",
        "-1",
        "9223372036854775807",
        "1e9",
        "[]",
        "{}",
        "forever",
        "points",
        "gold",
        "{ days: 1 }",
        "- ",
        ": ",
        "9999-12-31",
        "02-29",
        "99999999999999999999",
        "1.5",
        "0.000000001",
        "100%",
        "1000000000.00 CNY",
        "\u{feff}",
        "\t",
        "\"",
        "member.orders == 0",
        "order.paid",
        "unlimited",
        "12-31..01-01",
        "0001-01-01",
        "65535",
        "36600",
        "[[[[[[",
        "&a",
        "*a",
    ];
    prop_oneof![prop::sample::select(words.to_vec()).prop_map(str::to_owned), ".{0,12}"]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 12, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_text_in_any_file_is_read_without_a_panic((name, file, _) in any_file(), text in ".{0,200}") {
        touch(&source(name).with(file, text));
    }

    #[test]
    fn a_slip_anywhere_is_read_without_a_panic(
        (name, file, text) in any_file(),
        at in any::<prop::sample::Index>(),
        cut in 0_usize..12,
        word in any_word(),
    ) {
        let chars: Vec<char> = text.chars().collect();
        let at = at.index(chars.len());
        let end = (at + cut).min(chars.len());
        let slipped: String = chars[..at].iter().copied().chain(word.chars()).chain(chars[end..].iter().copied()).collect();
        touch(&source(name).with(file, slipped));
    }

    #[test]
    fn a_value_replaced_is_read_without_a_panic(
        (name, file, text) in any_file(),
        at in any::<prop::sample::Index>(),
        word in any_word(),
    ) {
        // Values follow a colon and end before a comma, a bracket or the line's end.
        let colons: Vec<usize> = text.match_indices(": ").map(|(at, _)| at + 2).collect();
        prop_assume!(!colons.is_empty());
        let start = colons[at.index(colons.len())];
        let end = text[start..].find([',', '}', ']', '\n']).map_or(text.len(), |end| start + end);
        touch(&source(name).with(file, format!("{}{word}{}", &text[..start], &text[end..])));
    }
}
