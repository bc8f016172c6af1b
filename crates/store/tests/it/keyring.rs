//! Keys of members: one suite over both places they can be kept in, and what only a database must stand.

use jifen_store::StoreError;
use jifen_store::keyring::Keyring;

use crate::postgres::open as open_store;
use crate::postgres::server::{SHARED, Server};

fn database(address: &str) -> Result<Keyring, StoreError> {
    Keyring::open_database(&address.parse().unwrap())
}

/// Runs a check on a new keyring of each engine; it may open it a second time.
fn on_both(check: impl Fn(&dyn Fn() -> Keyring)) {
    let folder = tempfile::tempdir().unwrap();
    check(&|| Keyring::open(&folder.path().join("members.db")).unwrap());
    let address = SHARED.fresh();
    check(&|| database(&address).unwrap());
}

#[test]
fn what_is_kept_is_found_and_what_is_destroyed_is_not() {
    on_both(|open| {
        let ring = open();
        ring.change::<_, StoreError>(|ring| {
            for member in ["wei", "lin", "ada"] {
                ring.put_key(member, member.as_bytes())?;
                ring.add_contact(b"shared", member)?;
                ring.add_contact(b"shared", member)?;
            }
            ring.add_contact(b"own", "lin")?;
            // What was written within the change is seen within it.
            assert_eq!(ring.with_contact(b"own")?, ["lin"]);
            ring.put_key("lin", b"new")
        })
        .unwrap();
        let again = open();
        let read = |ring: &Keyring| {
            ring.read::<_, StoreError>(|ring| {
                assert_eq!(ring.members("", 9)?, ["ada", "lin", "wei"]);
                assert_eq!(ring.members("ada", 1)?, ["lin"]);
                assert_eq!(ring.key("lin")?.as_deref(), Some(b"new".as_slice()));
                assert_eq!(ring.contacts("lin")?, [b"own".to_vec(), b"shared".to_vec()]);
                assert_eq!(ring.with_contact(b"shared")?, ["ada", "lin", "wei"]);
                Ok(())
            })
            .unwrap();
        };
        read(&ring);
        read(&again);
        ring.change(|ring| ring.destroy("lin")).unwrap();
        drop(again);
        ring.scour().unwrap();
        ring.read::<_, StoreError>(|ring| {
            assert_eq!((ring.key("lin")?, ring.contacts("lin")?), (None, vec![]));
            assert_eq!((ring.with_contact(b"own")?.len(), ring.with_contact(b"shared")?.len()), (0, 2));
            Ok(())
        })
        .unwrap();
    });
}

#[test]
fn marks_are_listed_by_what_they_begin_with() {
    on_both(|open| {
        let ring = open();
        ring.change::<_, StoreError>(|ring| {
            for (name, value) in [("a/2", "two"), ("a/1", "one"), ("a/3%", "three"), ("b/1", "other"), ("a", "bare")] {
                ring.set_mark(name, value.as_bytes())?;
            }
            ring.set_mark("a/2", b"again")?;
            ring.drop_mark("b/1")
        })
        .unwrap();
        ring.read::<_, StoreError>(|ring| {
            let names = |after, limit| -> Result<Vec<_>, StoreError> {
                Ok(ring.marks("a/", after, limit)?.into_iter().map(|(name, _)| name).collect())
            };
            assert_eq!(names("", 9)?, ["a/1", "a/2", "a/3%"]);
            assert_eq!(names("a/1", 1)?, ["a/2"]);
            assert_eq!(ring.mark("a/2")?.as_deref(), Some(b"again".as_slice()));
            assert_eq!(ring.mark("b/1")?, None);
            Ok(())
        })
        .unwrap();
    });
}

#[test]
fn a_change_that_fails_or_panics_changes_nothing() {
    on_both(|open| {
        let ring = open();
        let failed = ring.change(|ring| {
            ring.put_key("lin", b"key")?;
            Err::<(), _>(StoreError::Conflict)
        });
        assert!(matches!(failed, Err(StoreError::Conflict)));
        let panicked = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
            ring.change::<(), StoreError>(|ring| {
                ring.put_key("lin", b"key")?;
                panic!("as asked");
            })
        }));
        assert!(panicked.is_err());
        assert_eq!(ring.read(|ring| ring.key("lin")).unwrap(), None);
        ring.change(|ring| ring.put_key("wei", b"key")).unwrap();
    });
}

#[test]
fn of_many_that_find_no_key_one_makes_it() {
    on_both(|open| {
        let rings = [open(), open(), open()];
        let made: usize = std::thread::scope(|scope| {
            let each = rings.iter().map(|ring| {
                scope.spawn(move || {
                    let make = |n: u32| {
                        ring.change::<_, StoreError>(|ring| {
                            let member = format!("m{n}");
                            let is_new = ring.key(&member)?.is_none();
                            is_new.then(|| ring.put_key(&member, b"key")).transpose()?;
                            Ok(usize::from(is_new))
                        })
                        .unwrap()
                    };
                    (0..20).map(make).sum::<usize>()
                })
            });
            each.collect::<Vec<_>>().into_iter().map(|thread| thread.join().unwrap()).sum()
        });
        assert_eq!(made, 20);
    });
}

#[test]
fn keys_and_records_do_not_stand_in_one_schema() {
    let store = SHARED.fresh();
    drop(open_store(&store));
    let error = database(&store).unwrap_err();
    assert!(matches!(error, StoreError::Foreign { .. }), "{error:?}");
    assert!(error.to_string().contains("holds the store"), "{error}");
    let keys = SHARED.fresh();
    drop(database(&keys).unwrap());
    let address = keys.parse().unwrap();
    let error = jifen_store::postgres::PostgresStore::open(&address, crate::world::SCHEMA).err().unwrap();
    assert!(matches!(error, StoreError::Foreign { .. }), "{error:?}");
    assert!(error.to_string().contains("holds the keys of members"), "{error}");
}

#[test]
fn keys_of_a_newer_build_and_tables_of_others_are_left_alone() {
    let keys = SHARED.fresh();
    drop(database(&keys).unwrap());
    let schema = keys.split_once("schema=").unwrap().1;
    SHARED.psql(&format!("UPDATE {schema}.meta SET value = '2' WHERE name = 'format'"));
    assert!(matches!(database(&keys).unwrap_err(), StoreError::TooNew { needed: 2, .. }));
    SHARED.psql(&format!("DELETE FROM {schema}.meta WHERE name = 'format'"));
    assert!(database(&keys).unwrap_err().to_string().contains("damaged"));
    SHARED.psql(&format!("DROP TABLE {schema}.meta"));
    assert!(database(&keys).unwrap_err().to_string().contains("another program"));
}

#[test]
fn a_restart_of_the_database_is_waited_for() {
    let server = Server::start("");
    let ring = database(&server.fresh()).unwrap();
    ring.change(|ring| ring.put_key("lin", b"key")).unwrap();
    for how in ["fast", "immediate"] {
        server.down(how);
        std::thread::scope(|scope| {
            let read = scope.spawn(|| ring.read(|ring| ring.key("lin")));
            server.up();
            assert_eq!(read.join().unwrap().unwrap().as_deref(), Some(b"key".as_slice()));
        });
        ring.change(|ring| ring.put_key("wei", how.as_bytes())).unwrap();
    }
    server.down("fast");
    let error = ring.change(|ring| ring.put_key("lin", b"other")).unwrap_err();
    assert!(matches!(error, StoreError::Away { .. }), "{error:?}");
    server.up();
    assert_eq!(ring.read(|ring| ring.key("lin")).unwrap().as_deref(), Some(b"key".as_slice()));
}
