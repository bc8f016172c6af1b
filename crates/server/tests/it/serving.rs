//! A real socket: keep-alive, and a stop that finishes what was accepted.

use std::net::{SocketAddr, TcpListener};

use jifen_server::Options;
use jifen_store::sqlite::SqliteStore;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use crate::world::{TOKEN, engine};

async fn read_answer(stream: &mut TcpStream) -> String {
    let mut text = String::new();
    let mut bytes = [0; 16 * 1024];
    while !text.contains("\r\n\r\n") || !text.trim_end().ends_with('}') {
        let count = stream.read(&mut bytes).await.unwrap();
        if count == 0 {
            break;
        }
        text.push_str(std::str::from_utf8(&bytes[..count]).unwrap());
    }
    text
}

async fn begin(address: SocketAddr, body: &str, sent: usize) -> TcpStream {
    let mut stream = TcpStream::connect(address).await.unwrap();
    let head = format!(
        "POST /v1/members HTTP/1.1\r\nhost: x\r\nauthorization: Bearer {TOKEN}\r\ncontent-type: application/json\r\n\
         content-length: {}\r\n\r\n",
        body.len()
    );
    stream.write_all(head.as_bytes()).await.unwrap();
    stream.write_all(&body.as_bytes()[..sent]).await.unwrap();
    stream
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn stopping_finishes_what_was_accepted() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    let store = std::sync::Arc::new(SqliteStore::open(&data, jifen_program::SCHEMA).unwrap());
    let mut options =
        Options::new(engine(store, &jifen_engine::Options::default()), folder.path().join("keys/master.key"));
    options.sandbox_token = Some(TOKEN.to_owned());
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    let (stop, stopped) = tokio::sync::oneshot::channel::<()>();
    let server = tokio::spawn(jifen_server::serve(listener, options, async {
        let _ = stopped.await;
    }));
    let body = r#"{"id": "lin"}"#;
    let mut first = begin(address, body, body.len()).await;
    let answer = read_answer(&mut first).await;
    assert!(answer.starts_with("HTTP/1.1 201"), "{answer}");
    let body = r#"{"id": "wei"}"#;
    let mut slow = begin(address, body, 4).await;
    tokio::time::sleep(std::time::Duration::from_millis(100)).await;
    stop.send(()).unwrap();
    tokio::time::sleep(std::time::Duration::from_millis(100)).await;
    slow.write_all(&body.as_bytes()[4..]).await.unwrap();
    let answer = read_answer(&mut slow).await;
    assert!(answer.starts_with("HTTP/1.1 201"), "{answer}");
    server.await.unwrap().unwrap();
    assert!(TcpStream::connect(address).await.is_err());
    // The store is free again, and has both.
    let store = SqliteStore::open(&data, jifen_program::SCHEMA).unwrap();
    let key = |id| jifen_store::Key::new(&jifen_program::member::MEMBER, id);
    let rows = jifen_store::Store::load(&store, &[key("lin"), key("wei")]).unwrap();
    assert!(rows.iter().all(Option::is_some));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn stopping_waits_for_what_holds_the_app_for_a_moment() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    let store = std::sync::Arc::new(SqliteStore::open(&data, jifen_program::SCHEMA).unwrap());
    let options = Options::new(engine(store, &jifen_engine::Options::default()), folder.path().join("keys/master.key"));
    let app = tokio::task::block_in_place(|| jifen_server::open(options)).unwrap();
    let looks = std::sync::Arc::clone(&app);
    std::thread::spawn(move || {
        std::thread::sleep(std::time::Duration::from_millis(300));
        drop(looks);
    });
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    jifen_server::serve_app(listener, app, None, async {}).await.unwrap();
    SqliteStore::open(&data, jifen_program::SCHEMA).expect("the engine has stopped and let go of its folder");
}

/// Serves a fresh store over HTTPS with a certificate made for it; gives the address, the certificate and the folder.
async fn https() -> (SocketAddr, rustls::pki_types::CertificateDer<'static>, tempfile::TempDir) {
    let folder = tempfile::tempdir().unwrap();
    let store = std::sync::Arc::new(SqliteStore::open(&folder.path().join("data"), jifen_program::SCHEMA).unwrap());
    let options = Options::new(engine(store, &jifen_engine::Options::default()), folder.path().join("keys/master.key"));
    let made = rcgen::generate_simple_self_signed(["localhost".to_owned()]).unwrap();
    let (cert, key) = (folder.path().join("cert.pem"), folder.path().join("key.pem"));
    std::fs::write(&cert, made.cert.pem()).unwrap();
    std::fs::write(&key, made.signing_key.serialize_pem()).unwrap();
    let tls = jifen_server::Tls::load(&cert, &key).unwrap();
    assert!(jifen_server::Tls::load(&key, &cert).is_err(), "the one is not the other");
    assert!(jifen_server::Tls::load(&folder.path().join("none"), &key).is_err());
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    let app = tokio::task::block_in_place(|| jifen_server::open(options)).unwrap();
    tokio::spawn(jifen_server::serve_app(listener, app, Some(tls), std::future::pending()));
    (address, made.cert.der().clone(), folder)
}

// row SEC-01
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_said_is_encrypted_and_nothing_is_said_otherwise() {
    let (address, cert, _folder) = https().await;
    let mut roots = rustls::RootCertStore::empty();
    roots.add(cert).unwrap();
    let provider = std::sync::Arc::new(rustls::crypto::ring::default_provider());
    let config = rustls::ClientConfig::builder_with_provider(provider).with_safe_default_protocol_versions().unwrap();
    let config = config.with_root_certificates(roots).with_no_client_auth();
    let connector = tokio_rustls::TlsConnector::from(std::sync::Arc::new(config));
    let stream = TcpStream::connect(address).await.unwrap();
    let name = rustls::pki_types::ServerName::try_from("localhost").unwrap();
    let mut stream = connector.connect(name, stream).await.unwrap();
    let version = stream.get_ref().1.protocol_version();
    assert_eq!(version, Some(rustls::ProtocolVersion::TLSv1_3));
    stream.write_all(b"GET /health/live HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n").await.unwrap();
    let mut answer = String::new();
    let _ = stream.read_to_string(&mut answer).await;
    assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
    assert!(answer.contains("strict-transport-security: max-age=31536000"), "{answer}");
    // Who speaks plainly to it hears no answer.
    let mut plain = TcpStream::connect(address).await.unwrap();
    plain.write_all(b"GET /health/live HTTP/1.1\r\nhost: localhost\r\n\r\n").await.unwrap();
    let mut heard = Vec::new();
    let _ = plain.read_to_end(&mut heard).await;
    assert!(!heard.starts_with(b"HTTP"), "{heard:?}");
}
