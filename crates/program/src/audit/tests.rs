use jifen_vocab::Timestamp;

use super::*;
use crate::desk::Record;

/// A trail of that many lines, as stored, and its head.
fn trail(lines: u64) -> (Vec<(String, Vec<u8>)>, AuditHead) {
    let mut head = AuditHead::default();
    let mut stored = Vec::new();
    for number in 1..=lines {
        let line = AuditLine {
            v: 1,
            number,
            at: Timestamp::from_millis(1_000),
            by: By::new(ActorKind::Staff, "lin"),
            action: "points.adjust".into(),
            object: Object { kind: "member".into(), id: "h906".into() },
            before: serde_json::Map::new(),
            after: serde_json::Map::new(),
            reason: Some(format!("line {number}")),
            previous: head.hash,
        };
        let mut body = Vec::new();
        line.write(&mut body).unwrap();
        head = AuditHead { v: 1, number, hash: chain::hash_of(&body) };
        stored.push((AuditLine::id(number).to_string(), body));
    }
    (stored, head)
}

fn read(lines: &[(String, Vec<u8>)], head: &AuditHead) -> Result<(), Break> {
    let mut chain = Chain::new();
    for (id, body) in lines {
        chain.follow(id, body)?;
    }
    chain.ends_at(head)
}

#[test]
fn a_whole_trail_follows() {
    for lines in [0, 1, 5] {
        let (stored, head) = trail(lines);
        assert_eq!(read(&stored, &head), Ok(()), "{lines}");
    }
}

// row SEC-06
#[test]
fn a_line_that_was_changed_removed_or_added_is_found() {
    let (whole, head) = trail(5);
    for place in 0..5 {
        let mut changed = whole.clone();
        let text = String::from_utf8(changed[place].1.clone()).unwrap().replace("lin\"", "wei\"");
        changed[place].1 = text.into_bytes();
        assert_eq!(read(&changed, &head), Err(Break::Changed(place as u64 + 1)));
        let mut removed = whole.clone();
        removed.remove(place);
        assert_eq!(read(&removed, &head), Err(Break::Missing(place as u64 + 1)));
    }
    let (longer, _) = trail(6);
    assert_eq!(read(&longer, &head), Err(Break::Surplus(6)));
    let mut renumbered = whole;
    renumbered[2].1 = renumbered[1].1.clone();
    assert_eq!(read(&renumbered, &head), Err(Break::Damaged(3)));
}
