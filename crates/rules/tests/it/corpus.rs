//! The fuzz corpora run on stable, each file as it would by the fuzzer, beside random bytes. Nothing may panic, and
//! every complaint names a place within the text.

use std::path::PathBuf;

use jifen_rules::RuleSet;
use jifen_rules::cel::{Condition, Scope};
use jifen_rules::document::{Document, Problems};
use proptest::prelude::*;

use crate::world::{Event, names};

fn corpus(target: &str) -> Vec<(PathBuf, Vec<u8>)> {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../fuzz/corpus").join(target);
    let mut files: Vec<_> = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.sort();
    files.into_iter().map(|path| (path.clone(), std::fs::read(path).unwrap())).collect()
}

/// What the target `condition` does: compile, and evaluate what compiles.
fn condition(bytes: &[u8]) -> bool {
    let text = String::from_utf8_lossy(bytes);
    let scope = Scope { streaks: vec!["sign_in".into()], tiers: vec!["silver".into()] };
    match Condition::compile(&text, &scope) {
        Ok(condition) => {
            let event = Event::paid(0).lines(&[("daily", 1, 100), ("", 2, 0)]);
            for line in [None, Some(0), Some(1)] {
                let _ = event.facts(|facts| condition.holds(facts, line));
            }
            true
        }
        Err(error) => {
            let lines: Vec<&str> = text.split('\n').collect();
            let line = lines[error.line as usize - 1];
            assert!(error.column as usize <= line.chars().count() + 1, "{error:?}");
            false
        }
    }
}

/// What the target `bundle_document` does: read, and compile the rules of what reads.
fn bundle_document(bytes: &[u8]) -> bool {
    let text = String::from_utf8_lossy(bytes);
    let mut problems = Problems::new();
    let Some(document) = Document::parse("earning.yaml", &text, &mut problems) else {
        assert!(!problems.is_empty());
        return false;
    };
    let compiled = RuleSet::compile(document.root(), &names());
    if let Err(problems) = &compiled {
        assert!(!problems.is_empty() && problems.iter().all(|problem| problem.line > 0 && problem.column > 0));
    }
    compiled.is_ok_and(|set| {
        let _ = Event::paid(0).lines(&[("daily", 1, 100), ("", 2, 0)]).judged(&set);
        true
    })
}

#[test]
fn the_corpus_of_conditions() {
    for (path, bytes) in corpus("condition") {
        let good = path.file_name().unwrap().to_str().unwrap().starts_with("good");
        assert_eq!(condition(&bytes), good, "{}", path.display());
    }
}

#[test]
fn the_corpus_of_documents() {
    for (path, bytes) in corpus("bundle_document") {
        let good = path.file_name().unwrap().to_str().unwrap().starts_with("good");
        assert_eq!(bundle_document(&bytes), good, "{}", path.display());
    }
}

/// Words of conditions, strung together without sense.
fn words() -> impl Strategy<Value = String> {
    let words = vec![
        "order.amount",
        "line.sku",
        "lines",
        ".exists(",
        "l, ",
        "data",
        ".x",
        "['y']",
        "(",
        ")",
        "[",
        "]",
        "{",
        "!",
        "-",
        "&&",
        "||",
        "==",
        "<",
        "in",
        "?",
        ":",
        ",",
        "1",
        "0x",
        "1.5",
        "1e",
        "9223372036854775808",
        "'a'",
        "\"",
        "'''",
        "\\u",
        "会",
        "null",
        "true",
        "has(",
        "size(",
        "\n",
        "//",
        " ",
        ".",
    ];
    prop::collection::vec(prop::sample::select(words), 0..60).prop_map(|words| words.concat())
}

/// Pieces of documents, strung together without sense.
fn pieces() -> impl Strategy<Value = String> {
    let pieces = vec![
        "rules:\n",
        "- ",
        "  ",
        "\n",
        "id: a",
        "on: order.paid",
        "award: ",
        "{ ",
        " }",
        "[ ",
        " ]",
        ", ",
        "points: 1",
        "per: order.amount",
        "|\n",
        ">-\n",
        "&a ",
        "*a",
        "!!int ",
        "? ",
        ": ",
        "#",
        "'",
        "\"",
        "\t",
        "---\n",
        "...\n",
        "%YAML 1.2\n",
        "<<: ",
        "\u{feff}",
        "\u{85}",
        "会员",
        "\r\n",
        "caps:\n",
    ];
    prop::collection::vec(prop::sample::select(pieces), 0..80).prop_map(|pieces| pieces.concat())
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(500) })]

    #[test]
    fn random_bytes_never_panic(bytes in prop::collection::vec(any::<u8>(), 0..300), text in ".{0,200}") {
        condition(&bytes);
        bundle_document(&bytes);
        condition(text.as_bytes());
        bundle_document(text.as_bytes());
    }

    #[test]
    fn words_without_sense_never_panic(words in words(), pieces in pieces()) {
        condition(words.as_bytes());
        bundle_document(pieces.as_bytes());
    }
}
