use jifen_program::book::examples;

use crate::bundles;

#[test]
fn every_bundle_loads_and_its_examples_hold() {
    for name in bundles::ALL {
        let (source, book) = (bundles::source(name), bundles::book(name));
        let results = examples::run(&book, &source);
        assert!(!results.is_empty(), "{name} has no examples");
        for result in results {
            let place = format!("programs/{name}/{}:{}", result.file, result.line);
            assert!(result.ok, "{place}: {}\nexpected {}\n     got {}", result.name, result.expected, result.got);
        }
    }
}
