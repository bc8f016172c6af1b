//! Reading the bundles of `programs/`, which the crate itself cannot: it knows no files.

use std::path::PathBuf;

use jifen_program::RuleBook;
use jifen_program::book::examples;
use jifen_rules::document::Source;

/// The rule books that come with the product.
pub(crate) const ALL: [&str; 5] = ["ecosystem", "innovation", "operations", "retention", "rulebook"];

/// The folder of all bundles.
pub(crate) fn folder() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../programs")
}

/// The files of a bundle.
pub(crate) fn source(name: &str) -> Source {
    let mut source = Source::new();
    for entry in std::fs::read_dir(folder().join(name)).unwrap() {
        let path = entry.unwrap().path();
        if path.extension().is_some_and(|extension| extension == "yaml") {
            let file = path.file_name().unwrap().to_str().unwrap().to_owned();
            source.insert(file, std::fs::read_to_string(&path).unwrap());
        }
    }
    source
}

/// A bundle, loaded; a test fails with everything that is wrong with it.
pub(crate) fn book(name: &str) -> RuleBook {
    match RuleBook::load(1, &source(name)) {
        Ok((book, _)) => book,
        Err(problems) => panic!("{name}:\n{}", problems.iter().map(|p| format!("{p}\n")).collect::<String>()),
    }
}

/// A bundle with one text replaced by another; the text must be there.
pub(crate) fn edited(source: &Source, file: &str, from: &str, to: &str) -> Source {
    let text = source.text(file).unwrap();
    assert!(text.contains(from), "{file} does not hold {from:?}");
    source.clone().with(file, text.replacen(from, to, 1))
}

/// Loads a bundle that must be without mistakes.
pub(crate) fn load(source: &Source) -> RuleBook {
    match RuleBook::load(1, source) {
        Ok((book, _)) => book,
        Err(problems) => panic!("{problems:#?}"),
    }
}

/// Runs one example, written as in `examples.yaml`, against a book.
pub(crate) fn holds(book: &RuleBook, example: &str) {
    let text = format!("examples:\n  - name: example\n    {}\n", example.trim().replace('\n', "\n    "));
    let results = examples::run(book, &Source::new().with("examples.yaml", text.clone()));
    assert_eq!(results.len(), 1, "{text}");
    let result = &results[0];
    assert!(result.ok, "{text}\nexpected {}\n     got {}", result.expected, result.got);
}
