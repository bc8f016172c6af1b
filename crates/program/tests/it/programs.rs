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

#[test]
fn every_folder_of_programs_is_known_here() {
    let folders = std::fs::read_dir(bundles::folder()).unwrap().map(|entry| entry.unwrap().path());
    let mut names: Vec<String> = folders
        .filter(|path| path.is_dir())
        .map(|path| path.file_name().unwrap().to_str().unwrap().to_owned())
        .collect();
    names.sort();
    assert_eq!(names, bundles::ALL);
}
