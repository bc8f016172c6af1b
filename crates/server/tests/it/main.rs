//! The API from outside: the real router in process, over a real engine and a store in a folder.

mod access;
mod events;
mod journeys;
mod members;
mod openapi;
mod problems;
mod rates;
mod requests;
mod serving;
mod show;
mod world;
