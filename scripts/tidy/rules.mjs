// What tidy checks, as data. The lists of exceptions may only shrink.

/** A source file of a crate is not longer than this. */
export const LINES_MAX = 800;

/** Files that were too long when the rule came, with the length they may not pass. */
export const OVERLONG = {};

/** What each of our crates may name in its manifest: imports only go down. */
export const MAY_USE = {
  "jifen-vocab": [],
  "jifen-ledger": ["jifen-vocab"],
  "jifen-rules": ["jifen-vocab"],
  "jifen-program": ["jifen-ledger", "jifen-rules", "jifen-vocab"],
  "jifen-print": [],
  "jifen-store": ["jifen-vocab"],
  "jifen-cashier": ["jifen-connect"],
  "jifen-connect": ["jifen-vocab"],
  "jifen-insight": ["jifen-program", "jifen-store", "jifen-vocab"],
  "jifen-engine": ["jifen-ledger", "jifen-program", "jifen-rules", "jifen-store", "jifen-vocab"],
  "jifen-server": ["jifen-cashier", "jifen-connect", "jifen-engine", "jifen-insight", "jifen-ledger", "jifen-print", "jifen-program", "jifen-rules", "jifen-store", "jifen-vocab"],
  "jifen-cli": [
    "jifen-cashier",
    "jifen-connect",
    "jifen-engine",
    "jifen-ledger",
    "jifen-program",
    "jifen-rules",
    "jifen-server",
    "jifen-store",
    "jifen-vocab",
  ],
  // Tests only: nothing may name it.
  "jifen-sim": ["jifen-engine", "jifen-program", "jifen-store", "jifen-vocab"],
};

/** Crates that decide and never do. */
export const PURE = ["jifen-ledger", "jifen-program", "jifen-rules", "jifen-vocab"];

/**
 * What must not be anywhere below a pure crate. `getrandom` is not named: `ahash` brings it along to seed its hash
 * tables, which decides nothing as long as nobody relies on their order; `rand` would mean that somebody draws.
 */
export const IMPURE = [
  "axum",
  "hyper",
  "libsqlite3-sys",
  "mio",
  "rand",
  "reqwest",
  "rusqlite",
  "tokio",
  "tokio-postgres",
];

/**
 * In crates/program/src everything is a feature, which knows no other feature, except these: the audit trail, the rule book in force,
 * the desk that commands decide at, the door where events of all features are read, the flows where features meet, the
 * member's record and wallet, which most features read or move points of, and the messages that any feature may leave.
 */
export const NOT_FEATURES = ["audit", "book", "desk", "events", "flows", "lib", "member", "messages", "tiers", "wallets", "words"];

/** Files that carry a word or a path on purpose. */
export const MAY_SAY = ["scripts/tests/tidy.test.mjs", "scripts/tidy/rules.mjs"];

/** Words of unfinished work. */
export const UNFINISHED = /\btodo!|\bunimplemented!|\bFIXME\b|\bXXX\b/;

/** Paths that exist on one machine only. */
export const MACHINE_PATH = /(?:^|[\s"'`(=:])\/(?:root|work)\//;
