//! Form: what is read, and which field is named when it cannot be.

use jifen_vocab::Code;
use proptest::prelude::*;

use super::*;

const PAID: &str = r#"{"specversion":"1.0","id":"o-1001","source":"/shop/online","type":"order.paid",
 "subject":"h906","time":"2026-06-18T20:15:00+08:00",
 "data":{"order":"1001","amount":4600,"currency":"CNY","channel":"app","store":"s319",
 "lines":[{"sku":"t-1","category":"daily","quantity":2,"amount":1200},
          {"sku":"w-9","category":"appliance","quantity":1,"amount":3400}],"device":"d-77","ip":"203.0.113.9"}}"#;

#[test]
fn a_paid_order_is_read() {
    let event = parse(PAID.as_bytes()).unwrap();
    assert_eq!((event.member.as_str(), event.store.as_deref()), ("h906", Some("s319")));
    let EventBody::OrderPaid(paid) = &event.body else { panic!("not a paid order") };
    assert_eq!((paid.amount, paid.lines.len(), paid.lines[1].amount), (4600, 2, 3400));
}

#[test]
fn the_fingerprint_is_of_content_not_of_spaces_or_order() {
    let one = fingerprint(br#"{"a":1,"b":[1,2,{"c":null}]}"#).unwrap();
    let same = fingerprint(br#" { "b" : [1, 2, {"c": null}], "a" : 1 } "#).unwrap();
    let other = fingerprint(br#"{"a":1,"b":[2,1,{"c":null}]}"#).unwrap();
    assert_eq!(one, same);
    assert_ne!(one, other);
    assert_ne!(fingerprint(br#"{"a":1}"#).unwrap(), fingerprint(br#"{"a":"1"}"#).unwrap());
}

#[track_caller]
fn fault(change: (&str, &str)) -> (String, Code) {
    assert!(PAID.contains(change.0), "{} is not in the sample", change.0);
    match parse(PAID.replacen(change.0, change.1, 1).as_bytes()) {
        Err(Malformed::Field(refusal)) => (refusal.pointer.unwrap_or_default().into_owned(), refusal.code),
        other => panic!("{change:?}: {other:?}"),
    }
}

#[test]
fn the_field_at_fault_is_named() {
    let invalid = |pointer: &str| (pointer.to_owned(), Code::InvalidField);
    assert_eq!(fault(("\"1.0\"", "\"2.0\"")), invalid("/specversion"));
    assert_eq!(fault(("\"id\":\"o-1001\"", "\"id\":7")), invalid("/id"));
    assert_eq!(fault(("\"id\":\"o-1001\"", "\"id\":\"a b\"")), invalid("/id"));
    assert_eq!(fault(("\"source\":\"/shop/online\",", "")), invalid("/source"));
    assert_eq!(fault(("\"subject\":\"h906\",", "")), invalid("/subject"));
    assert_eq!(fault(("2026-06-18T20:15:00+08:00", "2026-06-18T20:15:00")), invalid("/time"));
    assert_eq!(fault(("\"amount\":4600", "\"amount\":\"4600\"")), invalid("/data/amount"));
    assert_eq!(fault(("\"amount\":4600", "\"amount\":46.5")), invalid("/data/amount"));
    assert_eq!(fault(("\"amount\":4600", "\"amount\":-1")), invalid("/data/amount"));
    assert_eq!(fault(("\"quantity\":1,", "\"quantity\":{},")), invalid("/data/lines/1/quantity"));
    assert_eq!(fault(("\"order\":\"1001\",", "")), invalid("/data/order"));
    assert_eq!(fault(("\"currency\":\"CNY\"", "\"currency\":\"yuan\"")), invalid("/data/currency"));
    assert_eq!(
        fault(("\"amount\":4600", "\"amount\":9223372036854775807")),
        ("/data/amount".to_owned(), Code::AmountOutOfRange)
    );
    assert_eq!(fault(("\"amount\":4600", "\"amount\":4601")), ("/data/amount".to_owned(), Code::OrderAmountsDisagree));
}

#[test]
fn lines_may_add_up_to_more_when_it_is_explained() {
    let explained =
        PAID.replace("\"amount\":4600", "\"amount\":4300,\"discount\":500,\"shipping\":300,\"points_paid\":100");
    assert!(parse(explained.as_bytes()).is_ok());
}

#[test]
fn what_is_not_json_is_told_apart() {
    for text in ["", "{", "nonsense", "{\"a\":1}}", "[1,2"] {
        assert!(matches!(parse(text.as_bytes()), Err(Malformed::Syntax(_))), "{text}");
    }
    assert!(matches!(parse(b"\"\xff\xfe\""), Err(Malformed::Syntax(_))));
}

proptest! {
    #[test]
    fn no_bytes_panic(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        let _ = parse(&bytes);
    }

    #[test]
    fn no_damage_to_a_good_event_panics(place in 0_usize..500, byte in any::<u8>()) {
        let mut bytes = PAID.as_bytes().to_vec();
        let place = place % bytes.len();
        bytes[place] = byte;
        let _ = parse(&bytes);
    }
}
