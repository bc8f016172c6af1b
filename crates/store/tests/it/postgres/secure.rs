//! Connections through a network: encrypted, and to whom the address says.

use std::net::TcpListener;
use std::os::unix::fs::PermissionsExt;

use jifen_store::postgres::PostgresStore;
use jifen_store::{Store, StoreError};

use super::server::Server;
use crate::world::{REWARD, SCHEMA, load, put, puts};

fn open(address: &str) -> Result<PostgresStore, StoreError> {
    PostgresStore::open(&address.parse().unwrap(), SCHEMA)
}

#[test]
fn an_address_says_how_a_connection_is_kept_private() {
    let files = tempfile::tempdir().unwrap();
    let made = rcgen::generate_simple_self_signed(["localhost".to_owned()]).unwrap();
    let trusted = files.path().join("trusted.pem");
    std::fs::write(&trusted, made.cert.pem()).unwrap();
    let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let settings = "-c listen_addresses=127.0.0.1 -c ssl=on";
    let server = Server::start_at(port, settings, |data| {
        std::fs::write(data.join("server.crt"), made.cert.pem()).unwrap();
        std::fs::write(data.join("server.key"), made.signing_key.serialize_pem()).unwrap();
        std::fs::set_permissions(data.join("server.key"), std::fs::Permissions::from_mode(0o600)).unwrap();
    });
    let roots = trusted.display();
    let encrypted = || {
        server.psql(
            "SELECT bool_and(ssl) FROM pg_stat_ssl JOIN pg_stat_activity USING (pid) WHERE application_name = 'jifen'",
        )
    };
    for (version, (host, how, is_encrypted)) in [
        ("localhost", format!("sslmode=verify-full&sslrootcert={roots}"), "t"),
        ("127.0.0.1", format!("sslmode=verify-ca&sslrootcert={roots}"), "t"),
        ("127.0.0.1", "sslmode=require".to_owned(), "t"),
        ("127.0.0.1", "sslmode=prefer".to_owned(), "t"),
        ("127.0.0.1", "sslmode=disable".to_owned(), "f"),
    ]
    .into_iter()
    .enumerate()
    {
        let store = open(&format!("postgres://jifen@{host}:{port}/postgres?schema=s&{how}")).unwrap();
        store.commit(puts(vec![put(&REWARD, "r", version as u64, "a")])).unwrap();
        assert_eq!(load(&store, &REWARD, "r").unwrap().version, version as u64 + 1);
        assert_eq!(encrypted(), is_encrypted, "{how}");
        drop(store);
        while !encrypted().is_empty() {
            std::thread::sleep(std::time::Duration::from_millis(10));
        }
    }
    // Another's certificate, the right one for another name, and none at all are not accepted.
    let other = files.path().join("other.pem");
    std::fs::write(&other, rcgen::generate_simple_self_signed(["localhost".to_owned()]).unwrap().cert.pem()).unwrap();
    for (host, how) in [
        ("localhost", format!("sslmode=verify-full&sslrootcert={}", other.display())),
        ("127.0.0.1", format!("sslmode=verify-ca&sslrootcert={}", other.display())),
        ("127.0.0.1", format!("sslmode=verify-full&sslrootcert={roots}")),
    ] {
        let error = open(&format!("postgres://jifen@{host}:{port}/postgres?schema=s&{how}")).err().unwrap();
        assert!(matches!(error, StoreError::Denied { .. }), "{how}: {error:?}");
        assert!(error.to_string().contains("certificate"), "{how}: {error}");
    }
    let missing =
        open(&format!("postgres://jifen@localhost:{port}/postgres?sslmode=verify-full&sslrootcert=/nowhere.pem"));
    assert!(matches!(missing.err().unwrap(), StoreError::Foreign { .. }));
}
