//! A person is erased, and stays erased whatever is brought back.

use std::path::Path;

use jifen_program::SCHEMA;
use jifen_program::members::Profile;
use jifen_server::personal::{Cipher, Contact, SealError, Vault};
use jifen_store::sqlite::SqliteStore;
use serde_json::{Value, json};

use crate::world::{TOKEN, World};

async fn lin(world: &World) {
    let body = json!({"id": "lin", "name": "林黛玉", "phone": "13812345678", "email": "lin@example.com",
        "birthday": "1990-05-01", "tags": ["vip"], "joined_at": "2026-01-03T20:00:00+08:00"});
    world.post("/v1/members", body).send().await.expect(201);
    world.give("lin", 500).await;
}

async fn erase(world: &World) -> Value {
    let why = json!({"reason": "asked for in writing"});
    world.post("/v1/members/lin/erase", why).key("e-1").send().await.expect(200).body
}

fn found(world: &World) -> usize {
    let phone = Contact::phone("13812345678").unwrap();
    world.app.vault.find(&world.app.engine, &phone).unwrap().len()
}

/// That nothing tells who the member is: not the API, not the index, not a file beside the store.
async fn is_nobody(world: &World) {
    let member = world.get("/v1/members/lin").send().await.expect(200);
    assert_eq!(member.body["personal"], "erased");
    for field in ["name", "phone", "email", "birthday"] {
        assert_eq!(member.body.get(field), None, "{}", member.text);
    }
    assert_eq!(member.body["tags"], json!([]));
    assert_eq!(found(world), 0);
    let listed = world.get("/v1/members?query=13812345678").send().await.expect(200);
    assert_eq!(listed.body["data"], json!([]));
}

/// Copies a folder of files.
fn copy(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).unwrap();
    for entry in std::fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        std::fs::copy(entry.path(), to.join(entry.file_name())).unwrap();
    }
}

/// Stops a world and begins one in the same folder, after something was done to it.
fn again(world: World, change: impl FnOnce(&Path)) -> World {
    let folder = world.stop();
    change(folder.path());
    World::in_folder_with(folder, |options| options.restored = true)
}

fn restore(folder: &Path) {
    std::fs::remove_dir_all(folder.join("data")).unwrap();
    SqliteStore::restore(&folder.join("backup.db"), &folder.join("data")).unwrap();
}

#[tokio::test]
async fn erasing_leaves_pseudonymous_entries_and_nothing_else() {
    let world = World::new();
    lin(&world).await;
    let sealed = world.app.engine.read::<Profile>("lin").unwrap().unwrap();
    world.post("/v1/members/lin/erase", json!({"reason": ""})).send().await.problem("invalid-field");
    world.post("/v1/members/nobody/erase", json!({"reason": "x"})).send().await.problem("member-unknown");
    assert_eq!(found(&world), 1);
    let erased = erase(&world).await;
    assert_eq!(erased["id"], "lin");
    is_nobody(&world).await;
    assert_eq!(world.available("lin").await, 500, "the ledger keeps its entries");
    assert_eq!(erase(&world).await, erased, "the same request again");
    world.post("/v1/members/lin/erase", json!({"reason": "x"})).send().await.problem("member-erased");
    // What is left of the sealed profile in the store's log or a backup cannot be opened by anybody.
    assert!(matches!(world.app.vault.open_profile("lin", &sealed), Err(SealError::Destroyed)));
    // Nobody writes personal data under this name again.
    world.put("/v1/members/lin", json!({"name": "Lin"})).send().await.problem("member-erased");
    world.put("/v1/members/lin", json!({"tags": ["quiet"]})).send().await.expect(200);
    let again = json!({"id": "lin", "name": "Lin"});
    world.post("/v1/members", again).send().await.problem("member-erased");
}

// The backup is older than the erasure: the store that it brings back knows the person.
#[tokio::test]
async fn a_backup_does_not_bring_a_person_back() {
    let world = World::new();
    lin(&world).await;
    let world = again(world, |folder| {
        let store = SqliteStore::open(&folder.join("data"), SCHEMA).unwrap();
        store.backup(&folder.join("backup.db"), |_, _| {}).unwrap();
    });
    erase(&world).await;
    let world = again(world, restore);
    is_nobody(&world).await;
    assert_eq!(world.available("lin").await, 500);
    let profile = world.app.engine.read::<Profile>("lin").unwrap().unwrap();
    assert!(profile.sealed.is_empty() && profile.erased.is_some(), "the tombstone is written again");
    // And again, from the store that was restored.
    is_nobody(&again(world, |_| {})).await;
}

// A copy of the old keys is brought back beside the present list of erasures, with the old store.
#[tokio::test]
async fn old_keys_and_an_old_store_together_do_not_either() {
    let world = World::new();
    lin(&world).await;
    let world = again(world, |folder| {
        let store = SqliteStore::open(&folder.join("data"), SCHEMA).unwrap();
        store.backup(&folder.join("backup.db"), |_, _| {}).unwrap();
        copy(&folder.join("keys"), &folder.join("old-keys"));
    });
    erase(&world).await;
    let world = again(world, |folder| {
        restore(folder);
        std::fs::copy(folder.join("old-keys/members.db"), folder.join("keys/members.db")).unwrap();
    });
    is_nobody(&world).await;
}

// The whole folder of old keys is brought back beside the present store: the store says who was erased.
#[tokio::test]
async fn old_keys_beside_the_present_store_lose_the_person_again() {
    let world = World::new();
    lin(&world).await;
    let world = again(world, |folder| copy(&folder.join("keys"), &folder.join("old-keys")));
    erase(&world).await;
    let world = again(world, |folder| {
        std::fs::remove_dir_all(folder.join("keys")).unwrap();
        copy(&folder.join("old-keys"), &folder.join("keys"));
    });
    is_nobody(&world).await;
    let world = again(world, |folder| {
        let list = std::fs::read_to_string(folder.join("keys/erased.ndjson")).unwrap();
        assert!(list.contains("\"lin\""), "{list}");
    });
    is_nobody(&world).await;
}

#[tokio::test]
async fn a_restored_store_is_found_by_its_own_contacts() {
    let world = World::new();
    lin(&world).await;
    let world = again(world, |folder| {
        let store = SqliteStore::open(&folder.join("data"), SCHEMA).unwrap();
        store.backup(&folder.join("backup.db"), |_, _| {}).unwrap();
    });
    world.put("/v1/members/lin", json!({"phone": "13900139000"})).send().await.expect(200);
    assert_eq!(found(&world), 0);
    let world = again(world, restore);
    assert_eq!(found(&world), 1, "the number of the day of the backup");
    assert_eq!(world.get("/v1/members/lin").send().await.body["phone"], "13812345678");
}

// row SEC-01
#[tokio::test]
async fn a_new_master_key_opens_everything_and_the_former_nothing() {
    let world = World::with(|options| options.cipher = Cipher::Sm4Gcm);
    lin(&world).await;
    let path = world.folder().join("keys/master.key");
    let former = std::fs::read(&path).unwrap();
    let purpose = world.app.vault.derived("a purpose");
    assert_eq!(world.app.vault.rotate(&world.app.engine).unwrap(), 1);
    assert_ne!(std::fs::read(&path).unwrap(), former);
    assert!(!path.with_extension("next").exists());
    assert_eq!(world.app.vault.derived("a purpose"), purpose, "what was sealed for other purposes stays readable");
    let world = again(world, |folder| {
        assert!(Vault::open(&folder.join("keys/master.key"), Cipher::default()).is_ok());
        let beside = folder.join("former/master.key");
        std::fs::create_dir(folder.join("former")).unwrap();
        std::fs::copy(folder.join("keys/members.db"), folder.join("former/members.db")).unwrap();
        std::fs::write(&beside, &former).unwrap();
        assert!(Vault::open(&beside, Cipher::default()).is_err(), "the former key opens nothing");
        // As if the machine had stopped before the new key came to its place.
        std::fs::rename(folder.join("keys/master.key"), folder.join("keys/master.next")).unwrap();
        std::fs::write(folder.join("keys/master.key"), &former).unwrap();
    });
    assert_eq!(found(&world), 1);
    assert_eq!(world.get("/v1/members/lin").token(Some(TOKEN)).send().await.body["name"], "林黛玉");
}

#[tokio::test]
async fn erasing_takes_a_second_person_of_the_staff() {
    let world = World::new();
    lin(&world).await;
    let asker = world.staff("zhao", "compliance-reviewer", None).await;
    let owner = world.staff("lin-o", "owner", None).await;
    let why = json!({"reason": "asked for in writing"});
    let waits = asker.post(&world, "/v1/members/lin/erase", why).key("e-1").send().await.expect(202).body;
    let approval = &waits["approval"];
    assert_eq!((&approval["action"], &approval["state"]), (&json!("erase"), &json!("waiting")));
    assert_eq!((approval["impact"]["members"].as_i64(), found(&world)), (Some(1), 1), "nothing has changed yet");
    let path = format!("/v1/approvals/{}/approve", approval["id"].as_str().unwrap());
    asker.post(&world, &path, json!({})).send().await.problem("approval-own");
    let sealed = world.app.engine.read::<Profile>("lin").unwrap().unwrap();
    assert_eq!(owner.post(&world, &path, json!({})).send().await.expect(200).body["state"], "approved");
    is_nobody(&world).await;
    assert!(matches!(world.app.vault.open_profile("lin", &sealed), Err(SealError::Destroyed)), "its key is gone");
}
