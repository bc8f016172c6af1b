//! Reading the bundles of `programs/`, which the crate itself cannot: it knows no files.

use std::path::PathBuf;

use jifen_program::RuleBook;
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
