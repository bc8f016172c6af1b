//! Mail, to a mail server that says what it heard.

use std::io::{BufRead, BufReader, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::mpsc::{Receiver, channel};
use std::thread;
use std::time::Duration;

use jifen_connect::{Channel, Mail, MailError, Message, Outbox, Post};
use jifen_vocab::Timestamp;

fn letter(to: &str) -> Message {
    let subject = "验证码 Code".to_owned();
    Message { channel: Channel::Email, to: to.to_owned(), subject, text: "您的验证码 492039\n.\nEnd".to_owned() }
}

/// A mail server: it refuses so many letters for now, and hands on the lines of those it takes.
fn server(refuses: usize) -> (String, Receiver<Vec<String>>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("smtp://{}", listener.local_addr().unwrap());
    let (tell, told) = channel();
    thread::spawn(move || {
        let mut left = refuses;
        for stream in listener.incoming() {
            let Some(heard) = converse(stream.unwrap(), &mut left) else { continue };
            if tell.send(heard).is_err() {
                return;
            }
        }
    });
    (url, told)
}

fn converse(stream: TcpStream, refuses: &mut usize) -> Option<Vec<String>> {
    let mut out = stream.try_clone().unwrap();
    let mut lines = BufReader::new(stream).lines();
    let mut say = |text: &str| out.write_all(format!("{text}\r\n").as_bytes()).unwrap();
    let mut heard = Vec::new();
    say("220 mail.test");
    while let Some(Ok(line)) = lines.next() {
        let verb = line.split([' ', ':']).next().unwrap().to_ascii_uppercase();
        heard.push(line);
        match verb.as_str() {
            "EHLO" => say("250 mail.test"),
            "MAIL" if *refuses > 0 => {
                *refuses -= 1;
                say("451 come again later");
            }
            "DATA" => {
                say("354 go on");
                heard.extend(lines.by_ref().map_while(Result::ok).take_while(|line| line != "."));
                say("250 taken");
            }
            "QUIT" => {
                say("221 bye");
                break;
            }
            _ => say("250 well"),
        }
    }
    heard.iter().any(|line| line == "DATA").then_some(heard)
}

#[test]
fn a_letter_arrives_as_it_was_written() {
    let (url, told) = server(0);
    let mail = Mail::new(&url, "积分 <points@example.com>").unwrap();
    mail.send(&letter("lin@example.com")).unwrap();
    drop(mail);
    let heard = told.recv_timeout(Duration::from_secs(5)).unwrap();
    let has = |start: &str| heard.iter().any(|line| line.starts_with(start));
    assert!(has("RCPT TO:<lin@example.com>") && has("MAIL FROM:<points@example.com>"), "{heard:?}");
    assert!(has("Subject: =?utf-8?"), "{heard:?}");
}

#[test]
fn what_is_no_address_is_told_before_anything_is_sent() {
    assert!(matches!(Mail::new("mail.example", "a@b.example"), Err(MailError::Url(_))));
    assert!(matches!(Mail::new("smtp://127.0.0.1:1", "nobody"), Err(MailError::From(_))));
    let mail = Mail::new("smtp://127.0.0.1:1", "a@b.example").unwrap();
    assert!(matches!(mail.send(&letter("nobody")), Err(MailError::Letter(_))));
    assert!(matches!(mail.send(&letter("lin@example.com\r\nBcc: all@example.com")), Err(MailError::Letter(_))));
    assert!(matches!(mail.send(&letter("lin@example.com")), Err(MailError::Refused(_))));
}

#[test]
fn a_letter_that_was_not_taken_is_sent_again() {
    let (url, told) = server(1);
    let post = Post::start(Some(Mail::new(&url, "points@example.com").unwrap()), None, None).unwrap();
    assert!(post.reaches(Channel::Email) && !post.reaches(Channel::Sms));
    post.send(letter("lin@example.com"), Timestamp::default());
    let heard = told.recv_timeout(Duration::from_secs(20)).unwrap();
    assert!(heard.iter().any(|line| line.starts_with("RCPT TO:<lin@example.com>")));
}

#[test]
fn without_a_mail_server_letters_can_be_read_where_there_is_an_outbox() {
    let outbox = Arc::new(Outbox::default());
    let post = Post::start(None, None, Some(Arc::clone(&outbox))).unwrap();
    for n in 0..300 {
        post.send(letter(&format!("lin-{n}@example.com")), Timestamp::from_millis(n));
    }
    let kept = outbox.read();
    assert_eq!((kept.len(), kept[0].message.to.as_str()), (200, "lin-299@example.com"));
    assert_eq!(format!("{:?}", kept[0].message), "Message { email … }");
    let nothing = Post::start(None, None, None).unwrap();
    nothing.send(letter("lin@example.com"), Timestamp::default());
    assert!(nothing.outbox().is_none() && !nothing.reaches(Channel::Email));
}
