//! Text messages, to a gateway that says what it heard.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpListener;
use std::thread::{self, JoinHandle};

use jifen_connect::{Channel, Message, Sms, SmsError};

fn text() -> Message {
    Message {
        channel: Channel::Sms,
        to: "+8613800138000".to_owned(),
        subject: String::new(),
        text: "验证码 1".to_owned(),
    }
}

/// A gateway that answers once, and gives the head and the body of what it was sent.
fn gateway(status: &'static str) -> (String, JoinHandle<(String, String)>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}/send", listener.local_addr().unwrap());
    let heard = thread::spawn(move || {
        let (mut stream, _) = listener.accept().unwrap();
        let mut reader = BufReader::new(stream.try_clone().unwrap());
        let mut head = String::new();
        while !head.ends_with("\r\n\r\n") {
            reader.read_line(&mut head).unwrap();
        }
        let length =
            head.to_ascii_lowercase().split("content-length: ").nth(1).unwrap().lines().next().unwrap().to_owned();
        let mut body = vec![0; length.parse().unwrap()];
        reader.read_exact(&mut body).unwrap();
        stream
            .write_all(format!("HTTP/1.1 {status}\r\ncontent-length: 0\r\nconnection: close\r\n\r\n").as_bytes())
            .unwrap();
        (head, String::from_utf8(body).unwrap())
    });
    (url, heard)
}

#[test]
fn a_gateway_gets_number_text_and_token() {
    let (url, heard) = gateway("202 Accepted");
    Sms::new(&url, Some("s3cret")).unwrap().send(&text()).unwrap();
    let (head, body) = heard.join().unwrap();
    assert!(head.to_ascii_lowercase().contains("authorization: bearer s3cret"), "{head}");
    assert_eq!(body, r#"{"text":"验证码 1","to":"+8613800138000"}"#);
}

#[test]
fn a_gateway_that_does_not_take_it_is_told_of() {
    let (url, _heard) = gateway("500 Internal Server Error");
    assert!(matches!(Sms::new(&url, None).unwrap().send(&text()), Err(SmsError::Refused(_))));
    assert!(matches!(Sms::new("sms.example", None), Err(SmsError::Url)));
}
