//! The table is sorted, whole, and told in both languages.

use jifen_vocab::Code;

use super::table::{TABLE, of};

#[test]
fn codes_are_sorted_unique_and_cover_every_refusal() {
    assert!(TABLE.is_sorted_by(|a, b| a.code < b.code));
    for code in Code::ALL {
        assert_eq!(of(*code).code, code.as_str());
    }
}

#[test]
fn statuses_say_who_must_act() {
    for code in Code::ALL {
        let status = of(*code).status;
        // 403: somebody else must act, as where a second person is needed.
        let expected: &[u16] = if code.is_judged() { &[409] } else { &[403, 404, 422] };
        assert!(expected.contains(&status), "{} answers {status}", code.as_str());
    }
}

#[test]
fn every_row_is_told_in_both_languages() {
    for row in TABLE {
        let texts = [row.title, row.when, row.advice].into_iter().chain(row.detail.iter().copied());
        for text in texts {
            assert!(!text.en.is_empty() && !text.zh.is_ascii(), "{}", row.code);
            assert_eq!(text.en.matches('{').count(), text.zh.matches('{').count(), "{}: {}", row.code, text.en);
        }
    }
}
