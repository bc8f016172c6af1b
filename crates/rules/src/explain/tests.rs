//! Explanations as people read them.

use compact_str::CompactString;
use jifen_vocab::{Currency, Factor};

use super::*;

fn yuan(fen: i64) -> Option<Money> {
    Some(Money { amount: fen, currency: Currency::CNY })
}

fn silver() -> Vec<Factor> {
    vec![Factor { from: CompactString::from("tier.silver"), by: "1.2".parse().unwrap() }]
}

#[test]
fn a_rate_with_a_multiplier_is_told_step_by_step() {
    // row EARN-10
    let why = Why { basis: yuan(4600), rate: Some(1.into()), each: Some(100), factors: silver(), ..Why::default() };
    assert_eq!(arithmetic(&why, 55, Lang::En), "46.00 yuan × 1 pt × 1.2 (silver) = 55");
    assert_eq!(arithmetic(&why, 55, Lang::Zh), "46.00元 × 1分 × 1.2（silver） = 55");
    assert_eq!(
        explain(&why, 55, "Everyday goods", "points", Lang::En),
        "Everyday goods: 1 point for each 1.00 yuan of 46.00 yuan, times 1.2 (silver), gives 55 points."
    );
    assert_eq!(
        explain(&why, 55, "日用品", "积分", Lang::Zh),
        "日用品：消费46.00元，每1.00元得1积分，再乘以1.2（silver），得55积分。"
    );
}

#[test]
fn a_trim_says_which_limit_and_what_it_left() {
    let trims = vec![Trim { cap: CompactString::from("earning/day"), limit: 1000 }];
    let why = Why {
        basis: yuan(130_000),
        rate: Some(1.into()),
        each: Some(100),
        untrimmed: Some(1300),
        trims,
        ..Why::default()
    };
    assert_eq!(arithmetic(&why, 120, Lang::En), "1,300.00 yuan × 1 pt = 1,300 → 120");
    assert_eq!(
        explain(&why, 120, "Purchase", "points", Lang::En),
        "Purchase: 1 point for each 1.00 yuan of 1,300.00 yuan, gives 1,300 points; the daily limit of 1,000 left 120."
    );
    assert_eq!(
        explain(&why, 120, "购物", "积分", Lang::Zh),
        "购物：消费1,300.00元，每1.00元得1积分，得1,300积分；每日上限1,000，实得120。"
    );
}

#[test]
fn steps_counts_and_fixed_numbers_have_their_own_words() {
    let steps =
        Why { basis: yuan(125_000), rate: Some(50.into()), each: Some(10_000), steps: Some(12), ..Why::default() };
    assert_eq!(arithmetic(&steps, 600, Lang::En), "12 full 100.00 yuan × 50 pts = 600");
    assert_eq!(
        explain(&steps, 600, "满百加赠", "积分", Lang::Zh),
        "满百加赠：消费1,250.00元，每满100.00元得50积分，共12次，得600积分。"
    );
    let count = Why { steps: Some(3), rate: Some(10.into()), ..Why::default() };
    assert_eq!(arithmetic(&count, 30, Lang::En), "3 × 10 pts = 30");
    let marginal = Why { basis: yuan(25_000), each: Some(100), ..Why::default() };
    assert_eq!(arithmetic(&marginal, 275, Lang::En), "250.00 yuan by steps = 275");
    let fixed = Why { rate: Some(200.into()), ..Why::default() };
    assert_eq!(explain(&fixed, 200, "618", "points", Lang::En), "618: 200 points.");
    assert_eq!(arithmetic(&fixed, 200, Lang::Zh), "200分 = 200");
    let lucky = Why { rate: Some(120.into()), chance_ppm: Some(100_000), drawn: Some(46_000), ..Why::default() };
    assert_eq!(
        explain(&lucky, 120, "Surprise", "points", Lang::En),
        "Surprise: drawn at a chance of 10%, gives 120 points."
    );
    assert_eq!(explain(&lucky, 120, "惊喜", "积分", Lang::Zh), "惊喜：以10%的机会抽中，得120积分。");
    assert_eq!(arithmetic(&Why::default(), 5, Lang::En), "= 5");
}

#[test]
fn digits_stand_in_groups_of_three() {
    let shown = |number| {
        let mut out = String::new();
        super::Grouped(number).say(&mut out);
        out
    };
    let numbers = [0, 7, -7, 12, 123, -123, 1_234, 12_345, 123_456, 1_234_567, -900_000_000_000];
    let texts = ["0", "7", "-7", "12", "123", "-123", "1,234", "12,345", "123,456", "1,234,567", "-900,000,000,000"];
    assert_eq!(numbers.map(shown), texts);
    assert_eq!(shown(i64::MIN), "-9,223,372,036,854,775,808");
}
