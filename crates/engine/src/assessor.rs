//! The assessor: makes plans of assessments while it looks at members, and carries them out slice by slice. While there is
//! nothing to assess, members are greeted where a festival has come.
//!
//! What is to be done next is the program's to say ([`next_step`]); here members are read, and commands are sent. Several
//! processes may do so at once: a command that another was faster with changes nothing.

use std::sync::Arc;
use std::sync::mpsc::{RecvTimeoutError, SyncSender, sync_channel};
use std::thread::JoinHandle;
use std::time::Duration;

use compact_str::CompactString;
use jifen_program::assessments::{Assessment, DOCKET, Docket};
use jifen_program::desk::Record;
use jifen_program::flows::{NextStep, PlanMembers, next_step};
use jifen_program::member::{MEMBER, Member};
use jifen_store::{Bound, Find, Order, Value};
use jifen_vocab::Timestamp;

use crate::greeter;
use crate::hands::Hands;
use crate::{EngineError, Shared, herald, pipeline, unreadable};

/// Members looked at together: few enough that other readers are served meanwhile.
const LOOK_MEMBERS: usize = 500;

/// How often it is asked what is to be done.
const LOOK: Duration = Duration::from_millis(500);

/// The assessor's thread.
pub(crate) struct Assessor {
    stop: SyncSender<()>,
    thread: JoinHandle<()>,
}

impl Assessor {
    pub(crate) fn start(hands: Hands) -> Self {
        let (stop, stopped) = sync_channel(1);
        let thread = pipeline::spawn("assessor", move || {
            let mut pause = LOOK;
            while let Err(RecvTimeoutError::Timeout) = stopped.recv_timeout(pause) {
                // While there is work it goes on at once: live requests stand in the same queue.
                pause = match each(&hands) {
                    Ok(true) => Duration::ZERO,
                    Ok(false) => LOOK,
                    Err(EngineError::Stopped) => break,
                    Err(error) => {
                        tracing::warn!(%error, "what members are assessed for or told will be tried again");
                        LOOK
                    }
                };
            }
        });
        Assessor { stop, thread }
    }

    pub(crate) fn stop(self) {
        let _ = self.stop.send(());
        let _ = self.thread.join();
    }
}

/// Does everything that is to be done now.
pub(crate) fn finish(hands: &Hands) -> Result<(), EngineError> {
    while each(hands)? {}
    Ok(())
}

/// Takes a step of each: whoever has much to do keeps nobody waiting.
fn each(hands: &Hands) -> Result<bool, EngineError> {
    let told = herald::step(hands)?;
    Ok(step(hands)? || told)
}

/// Does what is to be done next; no where nothing is.
fn step(hands: &Hands) -> Result<bool, EngineError> {
    let shared = &hands.shared;
    let now = shared.clock.now();
    let books = shared.books();
    let docket = hands.read::<Docket>(DOCKET)?;
    let open = docket.as_ref().and_then(|docket| docket.open.as_ref());
    let open = match open {
        Some(id) => match hands.read::<Assessment>(id)? {
            Some(plan) => Some(plan),
            None => return Err(EngineError::Fault(format!("the open assessment {id} is not there"))),
        },
        None => None,
    };
    match next_step(books.at(now), docket.as_ref(), open.as_ref(), now) {
        None => return greeter::step(hands),
        Some(NextStep::Begin(begin)) => hands.judged(begin)?,
        Some(NextStep::CarryOut(slice)) => hands.judged(slice)?,
        Some(NextStep::Look { assessment, as_of, after }) => {
            hands.judged(look(shared, assessment, as_of, after)?)?;
        }
    }
    Ok(true)
}

fn look(
    shared: &Shared,
    assessment: CompactString,
    as_of: Timestamp,
    after: Option<CompactString>,
) -> Result<PlanMembers, EngineError> {
    let books = shared.books();
    let book = books.at(shared.clock.now());
    let from = after.as_ref().map_or(Bound::Start, |after| Bound::After(Value::Null, after.clone()));
    let find = Find { kind: &MEMBER, column: None, equals: None, order: Order::Ascending, from, limit: LOOK_MEMBERS };
    let page = shared.store.find(&find).map_err(Arc::new)?;
    let mut members = Vec::with_capacity(page.rows.len());
    for (id, _, row) in &page.rows {
        let member = Member::read(&row.body);
        members.push(member.map_err(|error| unreadable::<Member>(id, &error))?);
    }
    let until = page.rows.last().map(|(id, ..)| id.clone()).or_else(|| after.clone());
    let said = PlanMembers::look(book, as_of, members.iter());
    Ok(PlanMembers { assessment, after, until, said, is_last: page.next.is_none() })
}
