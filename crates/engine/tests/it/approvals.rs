//! What takes a second person: ceilings, who may decide, what is carried out when, and what is not.

use compact_str::CompactString;
use jifen_engine::Answered;
use jifen_program::adjustments::Adjust;
use jifen_program::approvals::{Approval, ApprovalState, Person};
use jifen_program::audit::{AUDIT_HEAD, ActorKind, AuditHead, AuditLine, By, HEAD_ID};
use jifen_program::book::Held;
use jifen_program::clearing::Clear;
use jifen_program::desk::RequestKey;
use jifen_program::flows::{
    Action, Ask, Asked, DataAccess, DecideApproval, Decided, Done, UsePermission, Verdict, Wake,
};
use jifen_program::freezes::{Freeze, Unfreeze};
use jifen_store::Key;
use jifen_vocab::{Code, MemberId, Refusal};

use crate::world::{DAY, World, unit};

fn staff(login: &str, role: &str) -> Person {
    let roles = vec![Held { role: role.into(), place: None }];
    Person { by: By::new(ActorKind::Staff, login), roles, exempt: false }
}

fn client(id: &str) -> Person {
    Person { by: By::new(ActorKind::Client, id), roles: Vec::new(), exempt: false }
}

fn sandbox() -> Person {
    Person { by: By::new(ActorKind::Sandbox, "sandbox"), roles: Vec::new(), exempt: true }
}

fn m1() -> MemberId {
    MemberId::new("m1").unwrap()
}

fn grant(person: &Person, points: i64) -> Action {
    Action::Grant(Adjust {
        request: None,
        member: m1(),
        unit: unit(),
        points,
        reason: "a broken refrigerator".into(),
        expires_at: None,
        by: person.by.clone(),
    })
}

impl World {
    fn ask(&self, person: &Person, action: Action) -> Result<Asked, Refusal> {
        self.ask_with(None, person, action).result
    }

    fn ask_with(&self, key: Option<&str>, person: &Person, action: Action) -> Answered<Asked> {
        let request = key.map(|key| RequestKey {
            client: person.by.id().clone(),
            operation: "test",
            key: key.into(),
            fingerprint: [0; 16],
        });
        self.submit(Ask { request, person: person.clone(), action, reason: "a broken refrigerator".into() })
    }

    fn question(&self, person: &Person, action: Action) -> CompactString {
        match self.ask(person, action).unwrap() {
            Asked::Waits(approval) => approval.id,
            Asked::Done(done) => panic!("it was done at once: {done:?}"),
        }
    }

    fn done(&self, person: &Person, action: Action) -> Done {
        match self.ask(person, action).unwrap() {
            Asked::Done(done) => done,
            Asked::Waits(approval) => panic!("it waits: {:?}", approval.because),
        }
    }

    fn decide(&self, id: &str, person: &Person, verdict: Verdict) -> Result<Decided, Refusal> {
        let note = Some("looked at it".to_owned());
        self.submit(DecideApproval { request: None, id: id.into(), person: person.clone(), verdict, note }).result
    }

    fn approval(&self, id: &str) -> Approval {
        self.engine.read::<Approval>(id).unwrap().unwrap()
    }

    fn trail(&self) -> Vec<AuditLine> {
        let head = self.engine.read::<AuditHead>(HEAD_ID).unwrap().unwrap_or_default();
        (1..=head.number).map(|n| self.engine.read::<AuditLine>(&AuditLine::id(n)).unwrap().unwrap()).collect()
    }
}

/// A world with a member who has a hundred points.
fn world() -> World {
    let world = World::new();
    world.paid("o-1", "m1", 10_000);
    world
}

fn rules(world: &World, id: &str) -> Vec<CompactString> {
    world.approval(id).because.into_iter().map(|reason| reason.rule).collect()
}

// row LIM-22
#[test]
fn an_agent_is_stopped_at_the_ceiling_until_a_colleague_agrees() {
    let world = world();
    let (he, lin) = (staff("he", "customer-service"), staff("lin", "owner"));
    world.done(&he, grant(&he, 1_000));
    let id = world.question(&he, grant(&he, 5_000));
    assert_eq!(world.available("m1"), 1_100, "nothing is credited before somebody agrees");
    let waiting = world.approval(&id);
    assert_eq!((waiting.state, rules(&world, &id)), (ApprovalState::Waiting, vec!["role_each".into()]));
    assert_eq!(
        waiting.impact.map(|impact| (impact.members, impact.points, impact.money)),
        Some((1, 5_000, Some(5_000)))
    );
    let decided = world.decide(&id, &lin, Verdict::Approve).unwrap();
    assert!(matches!(decided.done, Some(Done::Grant(_))));
    assert_eq!((world.available("m1"), world.approval(&id).state), (6_100, ApprovalState::Approved));
    // The trail, after the first rule book: who asked, who agreed, and the adjustment in the asker's name with the
    // approval.
    let trail = world.trail();
    let told: Vec<(&str, &str)> = trail.iter().map(|line| (line.action.as_str(), line.by.id().as_str())).collect();
    let expected = [
        ("program.publish", "system"),
        ("points.adjust", "he"),
        ("approvals.ask", "he"),
        ("points.adjust", "he"),
        ("approvals.approve", "lin"),
    ];
    assert_eq!(told, expected);
    assert_eq!(trail[3].by.approval.as_ref(), Some(&id));
    world.agrees();
}

// row LIM-22
#[test]
fn the_ceilings_of_each_grant_of_a_day_of_a_member_and_of_the_unusual() {
    let world = world();
    let agent = staff("he", "customer-service");
    for _ in 0..10 {
        world.done(&agent, grant(&agent, 1_000));
    }
    let id = world.question(&agent, grant(&agent, 1));
    assert_eq!(rules(&world, &id), ["role_day"], "ten thousand a day, and not one more");
    // Taking away counts like adding.
    let id = world.question(&agent, grant(&agent, -1_001));
    assert_eq!(rules(&world, &id), ["role_each", "role_day"]);
    // API clients are held to what holds for everybody.
    let till = client("till");
    world.done(&till, grant(&till, 20_000));
    let id = world.question(&till, grant(&till, 20_001));
    assert_eq!(rules(&world, &id), ["each", "member_day"]);
    // Whoever has the sandbox's token passes.
    world.done(&sandbox(), grant(&sandbox(), 900_000));
    let mut tomorrow = world;
    tomorrow.now = tomorrow.now.plus_millis(DAY);
    tomorrow.done(&agent, grant(&agent, 1_000));
}

// row LIM-22
#[test]
fn what_is_far_from_usual_waits_though_it_is_not_large() {
    let world = world();
    let steward = staff("shen", "steward");
    for _ in 0..5 {
        world.done(&steward, grant(&steward, 20));
    }
    world.done(&steward, grant(&steward, 400));
    let id = world.question(&steward, grant(&steward, 4_000));
    let approval = world.approval(&id);
    // (5 × 20 + 400) ÷ 6 × 20
    assert_eq!((approval.because[0].rule.as_str(), approval.because[0].maximum), ("unusual", Some(1_666)));
}

#[test]
fn nobody_decides_about_their_own_and_only_who_has_the_role_there() {
    let world = world();
    let (steward, finance) = (staff("shen", "steward"), staff("fang", "finance"));
    let id = world.question(&steward, grant(&steward, 6_000));
    let code = |person: &Person, verdict| world.decide(&id, person, verdict).unwrap_err().code;
    assert_eq!(code(&steward, Verdict::Approve), Code::ApprovalOwn);
    assert_eq!(code(&steward, Verdict::Decline), Code::ApprovalOwn);
    assert_eq!(code(&staff("he", "customer-service"), Verdict::Approve), Code::ApprovalRole);
    assert_eq!(code(&client("till"), Verdict::Approve), Code::ApprovalRole);
    assert_eq!(code(&finance, Verdict::Withdraw), Code::ApprovalRole);
    assert_eq!(world.approval(&id).state, ApprovalState::Waiting);
    world.decide(&id, &finance, Verdict::Decline).unwrap();
    assert_eq!(code(&finance, Verdict::Approve), Code::ApprovalDecided);
    assert_eq!(world.available("m1"), 100);
    let id = world.question(&steward, grant(&steward, 6_000));
    world.decide(&id, &steward, Verdict::Withdraw).unwrap();
    assert_eq!(world.approval(&id).state, ApprovalState::Withdrawn);
    assert_eq!(world.decide("apr_nothing", &finance, Verdict::Approve).unwrap_err().code, Code::Unknown);
}

#[test]
fn a_question_that_nobody_answers_runs_out() {
    let mut world = world();
    let steward = staff("shen", "steward");
    let id = world.question(&steward, grant(&steward, 6_000));
    world.now = world.now.plus_millis(3 * DAY);
    assert_eq!(world.decide(&id, &staff("lin", "owner"), Verdict::Approve).unwrap_err().code, Code::ApprovalDecided);
    let key = Key::new(&jifen_program::approvals::APPROVAL, &id);
    assert_eq!(world.store.due(world.now, 10).unwrap()[0].0, key);
    world.submit(Wake { key: key.clone() }).result.unwrap();
    let expired = world.approval(&id);
    assert_eq!((expired.state, expired.decided_by), (ApprovalState::Expired, None));
    assert!(!world.store.due(world.now, 10).unwrap().iter().any(|(due, _)| *due == key));
    assert_eq!(world.trail().last().unwrap().action, "approvals.expire");
    assert_eq!(world.available("m1"), 100);
}

#[test]
fn what_cannot_be_done_any_more_fails_and_changes_nothing() {
    let world = world();
    let steward = staff("shen", "steward");
    world.done(&sandbox(), grant(&sandbox(), 10_000));
    let id = world.question(&steward, grant(&steward, -10_050));
    world.spend("m1", 100, "s-1").unwrap();
    let decided = world.decide(&id, &staff("lin", "owner"), Verdict::Approve).unwrap();
    assert_eq!(decided.approval.state, ApprovalState::Failed);
    assert_eq!(decided.approval.failure.map(|refusal| refusal.code), Some(Code::InsufficientPoints));
    assert_eq!(world.available("m1"), 10_000);
    assert_eq!(world.trail().last().unwrap().after["refused"], "insufficient-points");
    // What could not be done even now is refused at once and not asked for.
    let refusal = world.ask(&steward, grant(&steward, -10_050)).unwrap_err();
    assert_eq!(refusal.code, Code::InsufficientPoints);
    world.agrees();
}

#[test]
fn the_same_key_again_is_the_same_question() {
    let world = world();
    let steward = staff("shen", "steward");
    let ask = || world.ask_with(Some("k-1"), &steward, grant(&steward, 6_000));
    let (first, again) = (ask(), ask());
    assert!(!first.replayed && again.replayed);
    let id = |answered: Answered<Asked>| match answered.result.unwrap() {
        Asked::Waits(approval) => approval.id,
        Asked::Done(done) => panic!("{done:?}"),
    };
    assert_eq!(id(first), id(again));
}

#[test]
fn of_two_who_decide_at_once_one_does() {
    let world = world();
    let steward = staff("shen", "steward");
    let id = world.question(&steward, grant(&steward, 6_000));
    let decide = |login: &str, verdict| {
        let person = staff(login, "owner");
        let note = Some("at once".to_owned());
        let command = DecideApproval { request: None, id: id.clone(), person, verdict, note };
        world.engine.enqueue(command, Some(world.now)).unwrap()
    };
    let both = [decide("lin", Verdict::Approve), decide("wei", Verdict::Approve), decide("wu", Verdict::Decline)];
    let said = both.map(|receipt| receipt.blocking_recv().unwrap().unwrap().result);
    assert_eq!(said.iter().filter(|result| result.is_ok()).count(), 1);
    assert!(said.iter().flat_map(|result| result.as_ref().err()).all(|refusal| refusal.code == Code::ApprovalDecided));
    assert_eq!(world.available("m1"), 6_100);
}

// row SEC-04
#[test]
fn clearing_takes_all_available_points_and_a_second_person() {
    let world = world();
    let steward = staff("shen", "steward");
    world.hold("m1", 30).unwrap();
    let clear = || {
        let by = steward.by.clone();
        Action::Clear(Clear { request: None, member: m1(), unit: unit(), reason: "forged orders".into(), by })
    };
    let id = world.question(&steward, clear());
    assert_eq!(world.approval(&id).impact.map(|impact| impact.points), Some(-70));
    world.decide(&id, &staff("rui", "risk-reviewer"), Verdict::Approve).unwrap();
    assert_eq!(world.available("m1"), 0);
    let entries = world.journal();
    let last = String::from_utf8(entries.last().unwrap().body.to_vec()).unwrap();
    assert!(last.contains(r#""forfeit""#) && last.contains(r#""forfeited""#), "{last}");
    assert!(!last.contains("forged"), "reasons stay out of the journal");
    assert_eq!(world.ask(&steward, clear()).unwrap_err().code, Code::InsufficientPoints);
    world.agrees();
}

// row SEC-06
#[test]
fn freezes_are_set_and_lifted_for_a_reason() {
    let mut world = world();
    let steward = staff("shen", "steward");
    let freeze =
        |until| Freeze { request: None, member: m1(), until, reason: "odd orders".into(), by: steward.by.clone() };
    let unfreeze = || {
        Action::Unfreeze(Unfreeze {
            request: None,
            member: m1(),
            reason: "they are real".into(),
            by: steward.by.clone(),
        })
    };
    assert_eq!(world.ask(&steward, unfreeze()).unwrap_err().code, Code::WalletNotFrozen);
    assert_eq!(world.submit(freeze(Some(world.now))).result.unwrap_err().code, Code::InvalidField);
    world.submit(freeze(None)).result.unwrap();
    assert_eq!(world.spend("m1", 10, "s-1").unwrap_err().code, Code::WalletFrozen);
    let id = world.question(&steward, unfreeze());
    world.decide(&id, &staff("rui", "risk-reviewer"), Verdict::Approve).unwrap();
    world.spend("m1", 10, "s-2").unwrap();
    // One with an end ends by itself.
    world.submit(freeze(Some(world.now.plus_days(1)))).result.unwrap();
    assert!(world.spend("m1", 10, "s-3").is_err());
    world.now = world.now.plus_days(1);
    world.spend("m1", 10, "s-4").unwrap();
    let lines = world.trail();
    let of = |action: &str| lines.iter().filter(|line| line.action == action).collect::<Vec<_>>();
    assert_eq!(of("wallets.freeze").len(), 2);
    assert_eq!(of("wallets.unfreeze")[0].by.approval.as_ref(), Some(&id));
    assert_eq!(of("wallets.freeze")[0].reason.as_deref(), Some("odd orders"));
    world.agrees();
}

// row SEC-05
#[test]
fn a_permission_to_take_data_serves_the_asker_while_it_holds() {
    let mut world = world();
    let by = By::command_line();
    let person = Person { by: by.clone(), roles: Vec::new(), exempt: false };
    let backup = Action::DataAccess(DataAccess { what: "backup".into(), by: by.clone() });
    let id = world.question(&person, backup);
    let make_use = |world: &World, by: &By| world.submit(UsePermission { id: id.clone(), by: by.clone() }).result;
    assert!(make_use(&world, &by).is_err(), "nobody has agreed yet");
    world.now = world.now.plus_millis(DAY / 2);
    world.decide(&id, &staff("lin", "owner"), Verdict::Approve).unwrap();
    assert!(make_use(&world, &By::new(ActorKind::Staff, "lin")).is_err(), "it is somebody else's");
    world.now = world.now.plus_millis(DAY - 1);
    make_use(&world, &by).unwrap();
    let last = world.trail().pop().unwrap();
    assert_eq!((last.action.as_str(), last.by.approval.as_ref()), ("data.access", Some(&id)));
    world.now = world.now.plus_millis(1);
    assert!(make_use(&world, &by).is_err(), "its day is over");
    assert!(world.store.due(world.now, 10).unwrap().iter().all(|(key, _)| key.id != id));
    // Where one person is enough, the access leaves its line all the same.
    world.done(&sandbox(), Action::DataAccess(DataAccess { what: "backup".into(), by: sandbox().by }));
    assert_eq!(world.trail().pop().unwrap().action, "data.access");
    assert!(world.store.load(&[Key::new(&AUDIT_HEAD, HEAD_ID)]).unwrap()[0].is_some());
}
