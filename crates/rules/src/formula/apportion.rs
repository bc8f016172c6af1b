//! Sharing an award out to the lines it is based on, by largest remainder: the shares add up to the award exactly.

use std::cmp::Reverse;

use smallvec::SmallVec;

/// Points of each line (by its number, from 0); lines without points are left out.
pub type LineShares = SmallVec<[(u32, i64); 8]>;

/// Shares `points` out in proportion to the weights. Negative weights count as nothing; where no line has any weight
/// nothing is shared out.
pub fn apportion(points: i64, weights: impl Iterator<Item = (u32, i64)>) -> LineShares {
    let weights: LineShares = weights.filter(|(_, weight)| *weight > 0).collect();
    let total: i128 = weights.iter().map(|(_, weight)| i128::from(*weight)).sum();
    if points <= 0 || total == 0 {
        return LineShares::new();
    }
    if let [(line, _)] = weights.as_slice() {
        return LineShares::from_slice(&[(*line, points)]);
    }
    let mut shares: SmallVec<[(u32, i64, i128); 8]> = SmallVec::with_capacity(weights.len());
    let mut left = points;
    for (line, weight) in weights {
        let (share, rest) = divide(points, weight, total);
        left -= share;
        shares.push((line, share, rest));
    }
    if left > 0 {
        give_rest(&mut shares, left);
    }
    shares.iter().filter(|(_, share, _)| *share > 0).map(|(line, share, _)| (*line, *share)).collect()
}

/// `points × weight ÷ total`: the whole part and the rest. The short way serves nearly all orders: dividing 128 bits
/// is slow.
fn divide(points: i64, weight: i64, total: i128) -> (i64, i128) {
    let short = i64::try_from(total).ok().zip(points.checked_mul(weight));
    if let Some((total, product)) = short {
        return (product / total, i128::from(product % total));
    }
    let product = i128::from(points) * i128::from(weight);
    (i64::try_from(product / total).unwrap_or(points), product % total)
}

/// One more point for each of the largest rests; of equal ones the earlier line goes first.
fn give_rest(shares: &mut [(u32, i64, i128)], left: i64) {
    let mut order: SmallVec<[usize; 8]> = (0..shares.len()).collect();
    order.sort_unstable_by_key(|at| (Reverse(shares[*at].2), *at));
    for at in order.into_iter().take(usize::try_from(left).unwrap_or(0)) {
        shares[at].1 += 1;
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn shared(points: i64, weights: &[i64]) -> Vec<(u32, i64)> {
        apportion(points, weights.iter().enumerate().map(|(n, w)| (n as u32, *w))).into_vec()
    }

    #[test]
    fn the_largest_rest_gets_the_odd_point() {
        assert_eq!(shared(10, &[1, 1, 1]), [(0, 4), (1, 3), (2, 3)]);
        assert_eq!(shared(46, &[1200, 3400]), [(0, 12), (1, 34)]);
        assert_eq!(shared(1, &[1, 2, 2]), [(1, 1)]);
        assert_eq!(shared(5, &[0, 7, 0]), [(1, 5)]);
        assert_eq!(shared(5, &[0, 0]), []);
    }

    proptest! {
        #[test]
        fn shares_add_up_and_stay_within_one_point_of_proportion(
            points in 1_i64..=9_007_199_254_740_991,
            weights in prop::collection::vec(0_i64..=900_000_000_000, 1..40),
        ) {
            let shares = shared(points, &weights);
            let total: i128 = weights.iter().map(|w| i128::from(*w)).sum();
            prop_assert_eq!(shares.iter().map(|(_, share)| share).sum::<i64>(), if total == 0 { 0 } else { points });
            for (line, share) in shares {
                let exact = i128::from(points) * i128::from(weights[line as usize]);
                prop_assert!((i128::from(share) * total - exact).abs() < total);
            }
        }
    }
}
