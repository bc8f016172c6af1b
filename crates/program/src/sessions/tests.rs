use super::*;

fn opened(name: &str) -> Opened {
    Opened { token_sha256: name.into(), agent: "browser".into() }
}

fn at(minutes: i64) -> Timestamp {
    Timestamp::from_millis(minutes * 60_000)
}

#[test]
fn a_session_ends_when_nobody_uses_it_and_in_any_case() {
    let lin = Holder::Staff("lin".into());
    let session = Session::new(&lin, opened("a"), Stage::Open, at(0));
    assert!(session.holds(at(limits::STAFF_IDLE_MINUTES - 1)) && !session.holds(at(limits::STAFF_IDLE_MINUTES)));
    let used = Session { idle_at: Timestamp::MAX, ..session };
    assert!(!used.holds(at(limits::STAFF_SESSION_HOURS * 60)));
    let half = Session::new(&lin, opened("b"), Stage::HalfWay, at(0));
    assert!(!half.holds(at(limits::SIGN_IN_MINUTES)));
}

#[test]
fn the_oldest_session_goes_where_there_are_too_many() {
    let lin = Holder::Member("lin".into());
    let mut sessions = Sessions::default();
    for n in 0..=limits::SESSIONS_MAX {
        let name = n.to_string();
        let is_new = sessions.add(Session::new(&lin, opened(&name), Stage::Open, at(0)), at(0));
        assert_eq!(is_new, n == 0);
    }
    assert!(sessions.find("0", at(0)).is_none() && sessions.find("1", at(0)).is_some());
    sessions.end("1");
    assert!(sessions.find("1", at(0)).is_none());
    assert_eq!(sessions.list.len(), limits::SESSIONS_MAX - 1);
}

#[test]
fn holders_read_back_from_their_keys() {
    for holder in [Holder::Member("a:b".into()), Holder::Staff("lin".into())] {
        assert_eq!(Holder::of_key(&holder.key()), Some(holder));
    }
    assert_eq!(Holder::of_key("client:till"), None);
}
