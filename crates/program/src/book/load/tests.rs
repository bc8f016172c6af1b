use super::*;

const PROGRAM: &str = "id: small\nname: Small\n";
const UNITS: &str = "units:\n  - { id: points, name: points, value: 0.01, validity: forever }\n";
const TIERS: &str =
    "tiers:\n  - { id: ordinary, name: Ordinary }\n  - { id: gold, name: Gold, earning_multiplier: 1.5 }\n";
const SOURCES: &str = "sources:\n  - { id: purchase, name: Purchase, events: order.paid }\n";
const EARNING: &str = "rules:\n  - { id: base, on: order.paid, award: { per: order.amount, points: 1 } }\n";

fn small() -> Source {
    Source::new()
        .with("program.yaml", PROGRAM)
        .with("units.yaml", UNITS)
        .with("tiers.yaml", TIERS)
        .with("sources.yaml", SOURCES)
        .with("earning.yaml", EARNING)
}

fn shown(problems: &[Problem]) -> Vec<String> {
    problems.iter().map(ToString::to_string).collect()
}

#[test]
fn a_small_bundle_has_the_defaults() {
    let (book, warnings) = RuleBook::load(3, &small()).map_err(|problems| shown(&problems)).unwrap();
    assert_eq!(shown(&warnings), [""; 0]);
    assert_eq!((book.version, book.id.as_str(), book.name.zh.as_str()), (3, "small", "Small"));
    assert_eq!((book.zone.name(), book.currency.as_str(), book.enroll_unknown), ("Asia/Shanghai", "CNY", false));
    assert_eq!((book.late_days, book.ahead_minutes, book.hold_hours), (30, 5, 24));
    assert_eq!((book.category(Some("anything")), book.default_unit.as_str()), ("other", "points"));
    assert_eq!((book.earning.len(), book.rules.rules().len()), (1, 1));
    assert_eq!(book.tiers.iter().map(|tier| tier.rank).collect::<Vec<_>>(), [0, 1]);
}
