//! The pieces of a redemption: vouchers, codes of a partner, or something to be sent.

use compact_str::CompactString;
use jifen_vocab::{Code, Refusal};

use super::counter::Supplies;
use crate::book::RuleBook;
use crate::desk::Desk;
use crate::redemptions::{Piece, PieceState, Redemption, State};
use crate::vouchers::{Voucher, VoucherCode};

/// Days for which vouchers are valid, for goods and for everything else (RED-08).
pub(super) fn days_valid(book: &RuleBook, physical: bool) -> u16 {
    let terms = &book.shelf.vouchers;
    if physical { terms.goods_days } else { terms.other_days }
}

/// Makes the pieces of a redemption: codes of a partner where the reward has such, else vouchers, unless it is sent.
///
/// # Errors
/// `out-of-stock` where no code of the partner is left.
pub(super) fn make_pieces(
    desk: &mut Desk<'_>,
    supplies: &mut Supplies,
    redemption: &mut Redemption,
    days: u16,
    draw: impl Fn(&Desk<'_>, usize) -> Option<u128>,
) -> Result<(), Refusal> {
    let now = desk.now();
    let expires_at = now.plus_days(i64::from(days));
    for place in 0..redemption.quantity {
        let mut piece = Piece {
            points: redemption.share(place),
            state: PieceState::Open,
            code: None,
            expires_at: None,
            pooled: None,
        };
        if supplies.pool.imported > 0 {
            // A partner's code is there at once, and is used elsewhere.
            let none_left = || Refusal::new(Code::OutOfStock).number("remaining", 0).number("required", 1);
            piece.pooled = Some(supplies.pool.give().ok_or_else(none_left)?);
            piece.state = PieceState::Used;
            redemption.handed_at = Some(now);
        } else if !redemption.sent {
            let at = usize::try_from(place).map_err(|_| Code::LimitExceeded)?;
            let code = VoucherCode::drawn(draw(desk, at).ok_or(Code::LimitExceeded)?);
            let voucher = Voucher {
                v: 1,
                redemption: redemption.id.clone(),
                member: redemption.member.clone(),
                reward: redemption.reward.clone(),
                piece: at,
                expires_at,
                open: true,
                used: None,
            };
            desk.write_new(code.as_str(), voucher);
            piece.code = Some(CompactString::new(code.as_str()));
            piece.expires_at = Some(expires_at);
        }
        redemption.pieces.push(piece);
    }
    if redemption.count(PieceState::Open) == 0 {
        redemption.state = State::Fulfilled;
    }
    Ok(())
}
