//! Every bound of the product with its reason. What a program may change lives in its rule book, not here.

/// Characters of an identifier given by a client.
pub const ID_LEN_MAX: usize = 64;
/// Characters of a CloudEvent's `source`: a URI reference.
pub const EVENT_SOURCE_LEN_MAX: usize = 256;
/// Characters of a reason or note that a person types.
pub const REASON_LEN_MAX: usize = 500;
/// Bytes of a request body; larger ones are answered 413 before they are read to the end.
pub const BODY_BYTES_MAX: usize = 8 * 1024 * 1024;
/// Bytes of a single event: a full order of [`ORDER_LINES_MAX`] lines fits.
pub const EVENT_BYTES_MAX: usize = 256 * 1024;
/// Events of one batch request.
pub const EVENT_BATCH_MAX: usize = 1_000;
/// Lines of one order; the largest real basket has 85.
pub const ORDER_LINES_MAX: usize = 1_000;
/// The largest amount of money or points in one request. Sums of ten thousand of these still fit in 53 bits, so that
/// JavaScript reads them exactly, and products with rates fit in 128 bits.
pub const AMOUNT_MAX: i64 = 900_000_000_000;
/// The largest balance of a unit in one wallet: what JavaScript holds exactly.
pub const BALANCE_MAX: i64 = 9_007_199_254_740_991;
/// Lots of one unit in one wallet. Lots that expire together merge, so that ordinary wallets hold a handful.
pub const LOTS_MAX: usize = 2_000;
/// Open holds of one wallet.
pub const HOLDS_OPEN_MAX: usize = 200;
/// Days for which a member's record keeps what late events need: counters and tiers of their day (decision 10).
pub const HISTORY_DAYS: i32 = 31;
/// Commands decided and committed together.
pub const BATCH_COMMANDS_MAX: usize = 1_000;
/// Commands that may wait; beyond it the answer is 503 with `Retry-After`.
pub const QUEUE_COMMANDS_MAX: usize = 16_384;
/// Rounds in which a command may ask for records.
pub const LOAD_ROUNDS_MAX: usize = 3;
/// Items on a page unless asked otherwise.
pub const PAGE_DEFAULT: usize = 50;
/// Items on a page at most.
pub const PAGE_MAX: usize = 200;
/// Wrong passwords or codes in a row before nobody gets in for [`LOCK_MINUTES`]: a person mistypes twice, a guesser of
/// six digits needs hundreds of thousands.
pub const TRIES_MAX: u8 = 5;
/// Minutes for which too many wrong passwords or codes lock.
pub const LOCK_MINUTES: i64 = 15;
/// Minutes for which a second factor counts as fresh before sensitive operations.
pub const CONFIRMED_MINUTES: i64 = 5;
/// Devices of a member that are remembered; the oldest go.
pub const DEVICES_MAX: usize = 20;
/// Times a minute that anyone may try to get in as one person, right or wrong: people do so a few times a day.
pub const SIGN_INS_OF_ACCOUNT: u32 = 20;
/// Times a minute that anyone may try to get in from one address: a whole office may share one.
pub const SIGN_INS_OF_ADDRESS: u32 = 120;
/// Minutes in which whoever showed a password must show the second factor.
pub const SIGN_IN_MINUTES: i64 = 10;
/// Minutes after which a session of staff that nobody uses ends.
pub const STAFF_IDLE_MINUTES: i64 = 30;
/// Hours after which a session of staff ends in any case: a working day.
pub const STAFF_SESSION_HOURS: i64 = 12;
/// Days after which a member's session that nobody uses ends.
pub const MEMBER_IDLE_DAYS: i64 = 14;
/// Days after which a member's session ends in any case.
pub const MEMBER_SESSION_DAYS: i64 = 60;
/// Sessions of one person at once; one more ends the oldest.
pub const SESSIONS_MAX: usize = 8;
/// Minutes for which a one-time code that was sent counts.
pub const CODE_MINUTES: i64 = 5;
/// Seconds between two one-time codes to the same person.
pub const CODE_PAUSE_SECONDS: i64 = 60;
/// One-time codes to the same person in 24 hours: each costs money and patience.
pub const CODES_A_DAY_MAX: u8 = 10;
/// Minutes for which a letter with a password reset counts.
pub const RESET_MINUTES: i64 = 30;
/// Days for which a one-time password counts.
pub const ONE_TIME_PASSWORD_DAYS: i64 = 7;
/// Characters of a password: long enough that its strength is its length.
pub const PASSWORD_LEN_MIN: usize = 10;
/// Characters of a password at most, so that hashing one costs what it should.
pub const PASSWORD_LEN_MAX: usize = 200;
/// Roles of one person.
pub const ROLES_OF_ONE_MAX: usize = 20;
/// Seconds for which a token that a shop's backend asks for a member counts, at most.
pub const MEMBER_TOKEN_SECONDS_MAX: u32 = 86_400;

const _: () = assert!(EVENT_BYTES_MAX < BODY_BYTES_MAX);
const _: () = assert!(BATCH_COMMANDS_MAX <= QUEUE_COMMANDS_MAX);
const _: () = assert!(EVENT_BATCH_MAX <= BATCH_COMMANDS_MAX);
const _: () = assert!(AMOUNT_MAX.checked_mul(ORDER_LINES_MAX as i64).is_some());
const _: () = assert!(PAGE_DEFAULT <= PAGE_MAX);
