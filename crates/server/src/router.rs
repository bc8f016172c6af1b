//! Every operation there is, and the router made from them.

use std::sync::Arc;

use axum::Router;
use axum::extract::Request;
use axum::http::Method;
use axum::routing::{MethodFilter, MethodRouter, on};

use crate::app::App;
use crate::entrance;
use crate::operation::Operation;
use crate::pages;
use crate::problems::{Problem, table};
use crate::routes::{
    abuse, adjustments, approvals, assessments, audit, badges, benefits, boards, book, bookings, cards, clearing,
    clients, confirmations, conversions, deductions, docs, drafts, entries, events, extensions, freezes, health, holds,
    leaderboards, member_sign_in, members, messages, metrics, oauth, occasions, oidc, papers, password_resets,
    payments, pools, price_plans, program, publishing, quotes, ratings, redemptions, referrals, rehearsals, reports,
    reviews, rewards, roles, sandbox, sessions, sign_in, spends, staff, streaks, surveys, tasks, tickets, tiers,
    traces, votes, vouchers, wake_ups, wallets,
};

/// Every operation there is.
pub static OPERATIONS: &[&Operation] = &[
    // sorted
    &abuse::LIST,
    &adjustments::ADJUST,
    &approvals::APPROVE,
    &approvals::DECLINE,
    &approvals::LIST,
    &approvals::SHOW,
    &approvals::WITHDRAW,
    &assessments::DISMISS,
    &assessments::LINES,
    &assessments::LIST,
    &assessments::MAKE,
    &assessments::RUN,
    &assessments::SHOW,
    &assessments::STOP,
    &assessments::TABLE,
    &audit::LIST,
    &badges::LIST,
    &benefits::SHOW,
    &boards::OVERVIEW,
    &boards::REFERRALS,
    &boards::SHELF,
    &boards::TIERS,
    &book::BUNDLE,
    &book::CHECK,
    &book::DIFF,
    &book::SCHEMA,
    &bookings::BOOK,
    &bookings::CANCEL,
    &bookings::END,
    &bookings::LIST,
    &bookings::LIST_SLOTS,
    &bookings::SET_SLOTS,
    &bookings::SHOW,
    &cards::SHOW,
    &cards::TAKE,
    &clearing::CLEAR,
    &clients::LIST,
    &clients::REGISTER,
    &clients::REMOVE,
    &confirmations::CONFIRM,
    &confirmations::LIST,
    &conversions::CERTIFICATE,
    &conversions::CONVERT,
    &conversions::LIST,
    &conversions::SHOW_CASH,
    &conversions::USE_CASH,
    &conversions::WAYS,
    &deductions::CANCEL,
    &deductions::CONFIRM,
    &deductions::DEDUCT,
    &deductions::SHOW,
    &docs::OPENAPI,
    &docs::PAGE,
    &drafts::CHECK,
    &drafts::DROP,
    &drafts::LIST,
    &drafts::OPEN,
    &drafts::RESTORE,
    &drafts::SAVE,
    &drafts::SHOW,
    &entries::LIST,
    &events::SEND,
    &extensions::EXTEND,
    &extensions::SHOW,
    &freezes::FREEZE,
    &freezes::UNFREEZE,
    &health::LIVE,
    &health::READY,
    &holds::CAPTURE,
    &holds::PLACE,
    &holds::RELEASE,
    &leaderboards::LIST,
    &leaderboards::SHOW,
    &member_sign_in::ISSUE,
    &member_sign_in::SEND,
    &member_sign_in::SIGN_IN,
    &members::CHANGE,
    &members::ENROLL,
    &members::ERASE,
    &members::LIST,
    &members::REVEAL,
    &members::SHOW,
    &messages::CHANGE_SETTINGS,
    &messages::COUNT,
    &messages::FORGET_BROWSER,
    &messages::LIST,
    &messages::LIST_DELIVERIES,
    &messages::LIST_KINDS,
    &messages::LIST_MAILINGS,
    &messages::READ,
    &messages::RESUME_MAILING,
    &messages::RETRY_DELIVERY,
    &messages::SEND_BY_HAND,
    &messages::SHOW_MAILING,
    &messages::SHOW_SETTINGS,
    &messages::STOP_MAILING,
    &messages::SUBSCRIBE_BROWSER,
    &metrics::SHOW,
    &oauth::DESCRIBE,
    &oauth::ISSUE,
    &occasions::SHOW,
    &oidc::ARRIVE,
    &oidc::DEPART,
    &papers::RULES,
    &papers::WHITE_PAPER,
    &password_resets::ASK,
    &password_resets::RESET,
    &payments::HEAR,
    &payments::SHOW,
    &pools::IMPORT,
    &pools::LIST,
    &pools::SHOW,
    &price_plans::CARRY_OUT,
    &price_plans::DISMISS,
    &price_plans::LIST,
    &price_plans::MAKE,
    &price_plans::SHOW,
    &program::RULES,
    &program::SHOW,
    &program::VERSIONS,
    &publishing::PUBLISH,
    &publishing::WITHDRAW,
    &quotes::ASK,
    &ratings::RATE,
    &ratings::SHOW,
    &redemptions::CANCEL,
    &redemptions::CONFIRM,
    &redemptions::LIST,
    &redemptions::LIST_ALL,
    &redemptions::PAY,
    &redemptions::REDEEM,
    &redemptions::RETURN,
    &redemptions::SEND,
    &redemptions::SHOW,
    &referrals::BIND,
    &referrals::INVITE,
    &referrals::LIST,
    &rehearsals::DRY_RUN,
    &reports::POINTS,
    &reviews::ACCEPT,
    &reviews::DISMISS,
    &reviews::LIST,
    &rewards::CHANGE,
    &rewards::CHANGE_STOCK,
    &rewards::CREATE,
    &rewards::INVENTORY,
    &rewards::LIST,
    &rewards::SHOW,
    &rewards::SHOW_MEMBERS,
    &rewards::TABLE,
    &roles::LIST,
    &roles::PLACES,
    &sandbox::MESSAGES,
    &sandbox::MOVE,
    &sandbox::SHOW,
    &sessions::CHANGE_PASSWORD,
    &sessions::CONFIRM,
    &sessions::SHOW,
    &sessions::SIGN_OUT,
    &sign_in::ENROLL,
    &sign_in::OPTIONS,
    &sign_in::SECOND_FACTOR,
    &sign_in::SIGN_IN,
    &spends::REVERSE,
    &spends::SPEND,
    &staff::ADD,
    &staff::CHANGE,
    &staff::LIST,
    &staff::RESET,
    &staff::SHOW,
    &streaks::CHECK_IN,
    &streaks::LIST,
    &surveys::ANSWER,
    &surveys::LIST,
    &surveys::LIST_ANSWERS,
    &surveys::LIST_OF,
    &tasks::COLLECTIONS,
    &tasks::LIST,
    &tasks::STATISTICS,
    &tickets::ANSWER,
    &tickets::LIST,
    &tickets::LIST_OF,
    &tickets::OPEN,
    &tickets::SHOW,
    &tiers::ASSIGN,
    &tiers::SHOW,
    &traces::TRACE,
    &votes::CAST,
    &votes::CLOSE,
    &votes::LIST,
    &votes::LIST_OF,
    &votes::OPEN,
    &vouchers::SHOW,
    &vouchers::USE,
    &wake_ups::BEGIN,
    &wake_ups::LIST,
    &wake_ups::STOP,
    &wallets::SHOW,
];

/// The router over an app.
pub fn router(app: Arc<App>) -> Router {
    let mut router = Router::new();
    for (place, operation) in OPERATIONS.iter().enumerate() {
        router = router.route(operation.path, method(&app, operation, place));
    }
    let (lost, refused) = (Arc::clone(&app), app);
    router
        .fallback(move |request: Request| {
            let app = Arc::clone(&lost);
            async move {
                if let Some(page) = pages::answer(request.method(), request.uri(), request.headers()) {
                    return entrance::page(&app, page);
                }
                let problem = Problem::new(&table::NOT_FOUND).word("path", request.uri().path());
                entrance::stray(app, problem, request).await
            }
        })
        .method_not_allowed_fallback(move |request: Request| {
            entrance::stray(Arc::clone(&refused), Problem::new(&table::METHOD_NOT_ALLOWED), request)
        })
}

fn method(app: &Arc<App>, operation: &'static Operation, place: usize) -> MethodRouter {
    let app = Arc::clone(app);
    let filter = match operation.method {
        Method::DELETE => MethodFilter::DELETE,
        Method::POST => MethodFilter::POST,
        Method::PUT => MethodFilter::PUT,
        _ => MethodFilter::GET,
    };
    on(filter, move |request: Request| entrance::serve(Arc::clone(&app), operation, place, request))
}
