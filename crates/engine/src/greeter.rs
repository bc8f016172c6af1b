//! The greeter: on a day that has a name it goes through the members and has them greeted slice by slice.
//!
//! What is to be done next is the program's to say ([`next_greeting`]). Several processes may do so at once: a slice that
//! another was faster with changes nothing.

use std::sync::Arc;

use jifen_program::flows::{GreetMembers, NextGreeting, next_greeting};
use jifen_program::greetings::{DOCKET, Greeting, GreetingDocket, SLICE_MEMBERS};
use jifen_program::member::MEMBER;
use jifen_store::{Bound, Find, Order, Value};

use crate::EngineError;
use crate::hands::Hands;

/// Does what is to be done next; no where nothing is.
pub(crate) fn step(hands: &Hands) -> Result<bool, EngineError> {
    let now = hands.shared.clock.now();
    let books = hands.shared.books();
    if !books.at(now).occasions.has_rounds() {
        return Ok(false);
    }
    let docket = hands.read::<GreetingDocket>(DOCKET)?;
    let open = match docket.as_ref().and_then(|docket| docket.open.as_ref()) {
        Some(id) => hands.read::<Greeting>(id)?,
        None => None,
    };
    match next_greeting(books.at(now), docket.as_ref(), open.as_ref(), now) {
        None => return Ok(false),
        Some(NextGreeting::Begin(begin)) => hands.judged(begin)?,
        Some(NextGreeting::Look { greeting, after }) => {
            let from = after.as_ref().map_or(Bound::Start, |after| Bound::After(Value::Null, after.clone()));
            let find =
                Find { kind: &MEMBER, column: None, equals: None, order: Order::Ascending, from, limit: SLICE_MEMBERS };
            let page = hands.shared.store.find(&find).map_err(Arc::new)?;
            let members = page.rows.into_iter().map(|(id, ..)| id).collect();
            hands.judged(GreetMembers { greeting, after, members, is_last: page.next.is_none() })?;
        }
    }
    Ok(true)
}
