//! Any text as a condition: compiling never panics, and a complaint names a place within the text.
//! The corpus also runs in the tests of jifen-rules.
#![no_main]

use jifen_rules::cel::{Condition, Scope};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    let scope = Scope { streaks: vec!["sign_in".into()], tiers: vec!["silver".into()] };
    if let Err(error) = Condition::compile(text, &scope) {
        assert!(error.line as usize <= text.split('\n').count());
    }
});
