use jifen_program::book::diff::{Change, diff};

use crate::bundles::{ALL, edited, source};

fn told(changes: &[Change]) -> Vec<String> {
    let side = |value: &Option<String>| value.clone().unwrap_or_else(|| "—".to_owned());
    changes.iter().map(|change| format!("{}: {} → {}", change.path, side(&change.old), side(&change.new))).collect()
}

#[test]
fn a_bundle_does_not_differ_from_itself_and_comments_do_not_count() {
    for name in ALL {
        let bundle = source(name);
        assert_eq!(diff(&bundle, &bundle), []);
        let commented =
            bundle.names().map(str::to_owned).collect::<Vec<_>>().into_iter().fold(bundle.clone(), |all, file| {
                let text = format!("# another comment\n{}", bundle.text(&file).unwrap());
                all.with(file, text)
            });
        assert_eq!(diff(&bundle, &commented), []);
    }
}

#[test]
fn each_change_is_told_by_place() {
    let before = source("rulebook");
    let change = |file: &str, from: &str, to: &str| told(&diff(&before, &edited(&before, file, from, to)));
    assert_eq!(
        change("tiers.yaml", "earning_multiplier: 1.5", "earning_multiplier: 1.6"),
        ["tiers.yaml:tiers[gold].earning_multiplier: 1.5 → 1.6"]
    );
    assert_eq!(
        change("caps.yaml", "diamond: 3000", "diamond: unlimited"),
        ["caps.yaml:caps[earned/day].points.diamond: 3000 → unlimited"]
    );
    assert_eq!(
        change("earning.yaml", "    award: { points: 50 }\n", "    award: { points: 50 }\n    once: day\n"),
        ["earning.yaml:rules[in-store-collected].once: — → day"]
    );
    assert_eq!(
        change("earning.yaml", "during: [\"06-16..06-18\", \"11-11\"]", "during: [\"11-11\"]"),
        ["earning.yaml:rules[promotion-big-order].during: [06-16..06-18, 11-11] → [11-11]"]
    );
    assert_eq!(
        change("units.yaml", "validity: natural_year", "validity: { months: 18 }"),
        ["units.yaml:units[points].validity: natural_year → { months: 18 }"]
    );
}

#[test]
fn what_comes_and_goes_and_moves_is_told() {
    let two = "units:\n  - { id: a, name: A }\n  - { id: b, name: B }\n";
    let bundle = |text: &str| jifen_rules::document::Source::new().with("units.yaml", text);
    let moved = diff(&bundle(two), &bundle("units:\n  - { id: b, name: B }\n  - { id: a, name: A }\n"));
    assert_eq!(told(&moved), ["units.yaml:units (order): a, b → b, a"]);
    let gone = diff(&bundle(two), &bundle("units:\n  - { id: b, name: B }\n  - { id: c, name: C }\n"));
    assert_eq!(
        told(&gone),
        ["units.yaml:units[a]: { id: a, name: A } → —", "units.yaml:units[c]: — → { id: c, name: C }"]
    );
    assert!(gone.iter().all(Change::touches_worth));
    let file = diff(&bundle(two), &bundle(two).with("caps.yaml", "caps: []\n"));
    assert_eq!(told(&file), ["caps.yaml:: — → { caps: [] }"]);
    let broken = diff(&bundle("[\n"), &bundle("[[\n"));
    assert_eq!(told(&broken), ["units.yaml:: [\n → [[\n"]);
}
