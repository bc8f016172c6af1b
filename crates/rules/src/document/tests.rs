//! What documents accept, and how they complain.

use super::*;

fn read(text: &str) -> Result<Document, Vec<Problem>> {
    let mut problems = Problems::new();
    let document = Document::parse("earning.yaml", text, &mut problems);
    document.filter(|_| problems.is_empty()).ok_or_else(|| problems.into_vec())
}

/// The one problem a text has, as `line:column message`.
fn problem(text: &str) -> String {
    let problems = read(text).unwrap_err();
    assert_eq!(problems.len(), 1, "{problems:?}");
    format!("{}:{} {}", problems[0].line, problems[0].column, problems[0].message)
}

#[test]
fn a_node_knows_its_file_line_column_and_path() {
    let text = "rules:\n  - id: a\n  - id: b\n    award: { per: order.amount, points: 1.5 }\n";
    let document = read(text).unwrap();
    let mut problems = Problems::new();
    let mut root = document.root().map(&mut problems).unwrap();
    let rules = root.take("rules").unwrap().list(&mut problems).unwrap();
    let mut rule = rules[1].map(&mut problems).unwrap();
    let mut award = rule.take("award").unwrap().map(&mut problems).unwrap();
    let points = award.take("points").unwrap();
    assert_eq!((points.file(), points.line(), points.column()), ("earning.yaml", 4, 41));
    assert_eq!(points.path(), "earning.yaml:rules[1].award.points");
    assert_eq!(points.decimal(&mut problems).unwrap().to_string(), "1.5");
    assert_eq!(points.integer(&mut problems), None);
    let problem = &problems.into_vec()[0];
    assert_eq!(problem.to_string(), "earning.yaml:4:41: rules[1].award.points: must be a whole number, such as 50");
}

#[test]
fn values_are_read_from_their_text_exactly() {
    let text = "{ a: 0.1, b: '0.1', c: 2%, d: 0.5%, e: 1.00 CNY, f: 500 JPY, g: 1.005 CNY, h: 2026-06-18, i: 1_000, j: -3.05 CNY, k: 12.5% }";
    let document = read(text).unwrap();
    let mut problems = Problems::new();
    let mut map = document.root().map(&mut problems).unwrap();
    let mut take = |key| map.take(key).unwrap();
    let tenth: jifen_vocab::Decimal = "0.1".parse().unwrap();
    assert_eq!(take("a").decimal(&mut problems), Some(tenth));
    assert_eq!(take("b").decimal(&mut problems), Some(tenth));
    assert_eq!(take("c").percent(&mut problems).unwrap().to_string(), "0.02");
    assert_eq!(take("d").percent(&mut problems).unwrap().to_string(), "0.005");
    assert_eq!(take("k").percent(&mut problems).unwrap().to_string(), "0.125");
    assert_eq!(take("e").money(&mut problems).unwrap().amount, 100);
    assert_eq!(take("f").money(&mut problems).unwrap().amount, 500);
    assert_eq!(take("j").money(&mut problems).unwrap().amount, -305);
    assert_eq!(take("h").day(&mut problems).unwrap().to_string(), "2026-06-18");
    assert_eq!(take("i").integer(&mut problems), Some(1000));
    assert!(problems.is_empty());
    assert_eq!(take("g").money(&mut problems), None, "a fen has no tenths");
}

#[test]
fn unknown_keys_are_reported_against_all_that_readers_asked_for() {
    let document = read("id: a\nonn: x\nvalidty: 12 months\ncolour: red\n").unwrap();
    let mut problems = Problems::new();
    let mut map = document.root().map(&mut problems).unwrap();
    // Two readers share the map; each asks for its own keys.
    let _ = (map.take("id"), map.take("on"));
    let _ = (map.take("validity"), map.take("id"));
    map.finish(&mut problems);
    let said: Vec<_> = problems.into_vec().into_iter().map(|p| (p.line, p.column, p.path, p.suggestion)).collect();
    assert_eq!(
        said,
        [
            (2, 1, "earning.yaml:onn".to_owned(), Some("on".to_owned())),
            (3, 1, "earning.yaml:validty".to_owned(), Some("validity".to_owned())),
            (4, 1, "earning.yaml:colour".to_owned(), None),
        ]
    );
}

#[test]
fn what_is_not_plain_data_is_refused() {
    assert_eq!(problem("a: &x 1\nb: 2\n"), "1:4 may not use anchors (`&name`)");
    assert_eq!(problem("a: !!int 1\n"), "1:4 may not use tags (`!name`)");
    assert_eq!(problem("a: 1\nb: 2\na: 3\n"), "3:1 has the key `a` twice");
    assert_eq!(problem("a: 1\n---\nb: 2\n"), "2:1 must hold one document, not several");
    assert_eq!(problem("? [a]\n: 1\n"), "1:3 may use only text as a key");
    assert_eq!(problem(""), "1:1 is empty");
    assert!(problem("a: [1, 2\nb: }").contains("is not valid YAML"));
    assert!(problem(&"[".repeat(40)).contains("nested deeper than 32"));
    assert!(problem(&"- ".repeat(40)).contains("nested deeper than 32"));
    assert!(read(&"[".repeat(100_000)).is_err());
    assert!(problem(&"- 1\n".repeat(NODES_MAX + 1)).contains("more than 100000 values"));
    assert!(problem(&"#".repeat(FILE_BYTES_MAX + 1)).contains("larger than"));
}

#[test]
fn a_laughing_bomb_of_aliases_is_refused_at_its_first_anchor() {
    let mut text = "a0: &a0 [lol, lol]\n".to_owned();
    for n in 1..30 {
        text.push_str(&format!("a{n}: &a{n} [*a{}, *a{}]\n", n - 1, n - 1));
    }
    assert_eq!(problem(&text), "1:5 may not use anchors (`&name`)");
}

#[test]
fn a_byte_order_mark_and_windows_line_ends_do_no_harm() {
    let document = read("\u{feff}a: 1\r\nb: 二\r\n").unwrap();
    let mut problems = Problems::new();
    let mut map = document.root().map(&mut problems).unwrap();
    assert_eq!(map.take("b").unwrap().text(&mut problems), Some("二"));
    assert_eq!(map.take("b").unwrap().line(), 2);
}
