//! Rules and tasks give rewards of the shelf (BEHV-17): in the decision that gives the points, out of the same stock as
//! redemptions, with a voucher like theirs. It costs no points and counts under no limit of redemptions.
//!
//! Where none is left, or the reward is no longer offered, the points come all the same, the answer says so, and it is
//! counted for operators. What gave it may be taken back: a voucher that is not used is canceled then, a used one stays
//! used.

use compact_str::{CompactString, format_compact};
use jifen_vocab::{Code, GiftBack, GiftGiven, MemberId, RedemptionId, Refusal, RuleId};

use super::counter::Supplies;
use super::pieces::{days_valid, make_pieces};
use crate::book::gifts::Gift;
use crate::book::{Books, RuleBook};
use crate::desk::{Desk, Keys, RecordFault, Stop};
use crate::member::MemberBody;
use crate::messages::{self, Cause};
use crate::quotes::Delivery;
use crate::redemptions::{GivenBy, PieceState, Redemption, State};
use crate::rewards::Reward;
use crate::vouchers::{Voucher, VoucherCode};

/// Names what may be given on events of a type. It costs nothing where no rule or task on it gives anything.
pub(in crate::flows) fn want(book: &RuleBook, kind: &str, keys: &mut Keys) {
    book.gifts.on(kind).for_each(|gift| Supplies::want(&gift.reward, keys));
}

/// Names one gift's reward, in every version of the book.
pub(in crate::flows) fn want_by_name(id: &str, books: &Books, keys: &mut Keys) {
    let gifts = books.versions().iter().filter_map(|version| version.book.gifts.get(id));
    gifts.for_each(|gift| Supplies::want(&gift.reward, keys));
}

/// Whether what may be given on events of a type was asked for.
pub(in crate::flows) fn is_at_hand(book: &RuleBook, kind: &str, desk: &Desk<'_>) -> bool {
    book.gifts.on(kind).all(|gift| desk.has_asked::<Reward>(gift.reward.as_str()))
}

/// Names what taking a gift back works on.
pub(in crate::flows) fn want_back(given: &GiftGiven, keys: &mut Keys) {
    Supplies::want(&given.reward, keys);
    keys.want::<Redemption>(given.redemption.as_str());
    given.code.iter().for_each(|code| keys.want::<Voucher>(code));
}

/// Whether what taking it back works on was asked for.
pub(in crate::flows) fn is_back_at_hand(given: &GiftGiven, desk: &Desk<'_>) -> bool {
    desk.has_asked::<Redemption>(given.redemption.as_str())
}

/// Gives a member a gift.
///
/// # Errors
/// `reward-unavailable`, `out-of-stock`: nothing was changed then. A fault ends the whole decision.
pub(in crate::flows) fn give(
    desk: &mut Desk<'_>,
    book: &RuleBook,
    gift: &Gift,
    to: &MemberBody,
    by: &RuleId,
) -> Result<Result<GiftGiven, Refusal>, RecordFault> {
    let done = desk.attempt(|desk| taken(desk, book, gift, &to.id, by))?;
    let what = if done.is_ok() { "given" } else { "missed" };
    let now = desk.now();
    desk.count("gift", book.zone.day_of(now), format_compact!("{}|{what}", gift.id), 1);
    let given = match done {
        Ok(given) => given,
        Err(refusal) => return Ok(Err(refusal.word("reward", gift.reward.as_str()).word("gift", &gift.id))),
    };
    messages::notify(desk, to, Cause::GiftGiven { gift: gift.name.clone(), until: given.expires_at });
    Ok(Ok(given))
}

fn taken(desk: &mut Desk<'_>, book: &RuleBook, gift: &Gift, member: &MemberId, by: &RuleId) -> Result<GiftGiven, Stop> {
    let now = desk.now();
    let mut supplies = Supplies::open(desk, &gift.reward)?;
    let unavailable = |why: &str| Refusal::new(Code::RewardUnavailable).word("why", why);
    let is_offered = |reward: &Reward| !reward.offer.retired && reward.offer.until.is_none_or(|until| now < until);
    let reward = supplies.reward.clone().filter(|reward| is_offered(reward)).ok_or_else(|| unavailable("retired"))?;
    let delivery = delivery(&reward).ok_or_else(|| unavailable("delivery"))?;
    supplies.stock.take(1)?;
    let id = RedemptionId::new(&desk.new_id("rdm")).map_err(|_| Code::LimitExceeded)?;
    let mut redemption = Redemption {
        delivery: CompactString::new(delivery.as_str()),
        physical: reward.offer.is_physical(),
        gift: Some(GivenBy { id: gift.id.clone(), rule: by.clone(), version: book.version }),
        ..Redemption::new(id, member.clone(), gift.reward.clone(), book.default_unit.clone(), now)
    };
    let days = gift.days.unwrap_or_else(|| days_valid(book, redemption.physical));
    let name = redemption.id.clone();
    make_pieces(desk, &mut supplies, &mut redemption, days, |desk, _| Some(desk.secret_of(name.as_str())))?;
    supplies.close(book, desk);
    let piece = redemption.pieces.first();
    let given = GiftGiven {
        gift: gift.id.clone(),
        rule: by.clone(),
        reward: gift.reward.clone(),
        redemption: redemption.id.clone(),
        code: piece.and_then(|piece| piece.code.clone()),
        expires_at: piece.and_then(|piece| piece.expires_at),
    };
    desk.write_new(given.redemption.as_str(), redemption);
    Ok(given)
}

/// How a gift comes to the member: as a code, to be shown where that is taken. Nothing where it can only be sent, because
/// nobody asked the member where to.
fn delivery(reward: &Reward) -> Option<Delivery> {
    let usual = if reward.offer.is_physical() { Delivery::PickUp } else { Delivery::Electronic };
    let named = &reward.offer.deliveries;
    (named.is_empty() || named.iter().any(|name| name == usual.as_str())).then_some(usual)
}

/// What gave it was taken back: its voucher is canceled and the piece is on the shelf again, unless it was used.
pub(in crate::flows) fn take_back(
    desk: &mut Desk<'_>,
    book: &RuleBook,
    given: &GiftGiven,
) -> Result<GiftBack, RecordFault> {
    let id = given.redemption.as_str();
    let back = |taken| GiftBack { gift: given.gift.clone(), redemption: given.redemption.clone(), taken };
    let Some(redemption) = desk.read::<Redemption>(id)? else { return Ok(back(false)) };
    let mut redemption = Redemption::clone(&redemption);
    let mut pieces = 0;
    for piece in redemption.pieces.iter_mut().filter(|piece| piece.state == PieceState::Open) {
        piece.state = PieceState::Void;
        pieces += 1;
    }
    if pieces == 0 {
        return Ok(back(false));
    }
    let code = given.code.as_ref().and_then(|code| VoucherCode::typed(code));
    if let Some(code) = code
        && let Some(voucher) = desk.read::<Voucher>(code.as_str())?
    {
        desk.write(code.as_str(), Voucher { open: false, ..Voucher::clone(&voucher) });
    }
    let mut supplies = Supplies::open(desk, &given.reward)?;
    supplies.stock.put_back(pieces);
    supplies.close(book, desk);
    redemption.state = State::Canceled;
    desk.write(id, redemption);
    let now = desk.now();
    desk.count("gift", book.zone.day_of(now), format_compact!("{}|canceled", given.gift), 1);
    Ok(back(true))
}
