//! What only the file does: nothing of what was deleted is left. What both engines must do is in the suite of
//! `tests/it`.

use std::path::Path;

use super::*;

fn holds(folder: &Path, needle: &[u8]) -> bool {
    let files = std::fs::read_dir(folder).unwrap().map(|entry| std::fs::read(entry.unwrap().path()).unwrap());
    files.into_iter().any(|bytes| bytes.windows(needle.len()).any(|window| window == needle))
}

#[test]
fn what_is_destroyed_is_in_no_file_any_more() {
    let folder = tempfile::tempdir().unwrap();
    let ring = Keyring::open(&folder.path().join("members.db")).unwrap();
    let key = |n: u8| [b"the sealed key of ".as_slice(), &[n; 24]].concat();
    ring.change::<_, StoreError>(|ring| {
        for n in b'a'..=b'z' {
            ring.put_key(&char::from(n).to_string(), &key(n))?;
            ring.add_contact(&[n; 32], &char::from(n).to_string())?;
        }
        Ok(())
    })
    .unwrap();
    assert!(holds(folder.path(), &key(b'k')) && holds(folder.path(), &[b'k'; 32]));
    ring.change(|ring| ring.destroy("k")).unwrap();
    ring.scour().unwrap();
    assert!(!holds(folder.path(), &key(b'k')) && !holds(folder.path(), &[b'k'; 32]));
    assert!(holds(folder.path(), &key(b'l')));
}
