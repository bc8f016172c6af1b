//! The program as people and scripts use it: started as a process, talked to through its command line and its port.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

// Tests begin in the order of their names, and this one takes as long as all others: it must not begin last.
mod a_year;
mod bench;
mod clients;
mod command_line;
mod control;
mod crash;
mod database;
mod http;
mod imports;
mod personal;
mod processes;
mod program;
mod recovery;
mod replay;
mod run;
mod serve;
mod shared_keys;
mod staff;
mod verify;
