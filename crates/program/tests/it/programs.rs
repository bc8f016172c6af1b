use crate::bundles;

#[test]
fn rulebook_loads() {
    let book = bundles::book("rulebook");
    assert_eq!(book.tiers.len(), 4);
}
