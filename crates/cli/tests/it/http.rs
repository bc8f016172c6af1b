//! A plain client of HTTP/1.1 on one connection.

use std::io::{self, BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::time::Duration;

use serde_json::Value;

use crate::run::TOKEN;

/// A connection that is kept.
pub(crate) struct Client {
    stream: BufReader<TcpStream>,
    token: String,
}

/// An answer.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    head: Vec<String>,
    pub(crate) body: Value,
}

impl Answer {
    /// The value of a header.
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        let lines = self.head.iter().filter_map(|line| line.split_once(':'));
        lines.filter(|(key, _)| key.eq_ignore_ascii_case(name)).map(|(_, value)| value.trim()).next()
    }

    /// Whether it is the first answer, given again.
    pub(crate) fn is_replayed(&self) -> bool {
        self.header("idempotent-replay") == Some("true")
    }
}

impl Client {
    /// Connects with the sandbox's token.
    pub(crate) fn open(address: SocketAddr) -> io::Result<Client> {
        let stream = TcpStream::connect(address)?;
        stream.set_nodelay(true)?;
        stream.set_read_timeout(Some(Duration::from_secs(60)))?;
        Ok(Client { stream: BufReader::new(stream), token: TOKEN.to_owned() })
    }

    /// Uses another token.
    pub(crate) fn with_token(mut self, token: &str) -> Client {
        token.clone_into(&mut self.token);
        self
    }

    pub(crate) fn get(&mut self, path: &str) -> io::Result<Answer> {
        self.call("GET", path, "application/json", "")
    }

    /// Sends one event.
    pub(crate) fn event(&mut self, event: &str) -> io::Result<Answer> {
        self.call("POST", "/v1/events", "application/cloudevents+json", event)
    }

    /// Sends many events.
    pub(crate) fn events(&mut self, events: &[String]) -> io::Result<Answer> {
        let body = format!("[{}]", events.join(","));
        self.call("POST", "/v1/events", "application/cloudevents-batch+json", &body)
    }

    pub(crate) fn call(&mut self, method: &str, path: &str, content_type: &str, body: &str) -> io::Result<Answer> {
        let request = format!(
            "{method} {path} HTTP/1.1\r\nhost: test\r\nauthorization: Bearer {}\r\ncontent-type: {content_type}\r\n\
             content-length: {}\r\n\r\n{body}",
            self.token,
            body.len()
        );
        self.stream.get_mut().write_all(request.as_bytes())?;
        let mut head = Vec::new();
        loop {
            let mut line = String::new();
            if self.stream.read_line(&mut line)? == 0 {
                return Err(io::ErrorKind::UnexpectedEof.into());
            }
            match line.trim_end() {
                "" => break,
                line => head.push(line.to_owned()),
            }
        }
        let status = head[0][9..12].parse().map_err(io::Error::other)?;
        let mut answer = Answer { status, head, body: Value::Null };
        let length: usize = answer.header("content-length").unwrap_or("0").parse().map_err(io::Error::other)?;
        let mut bytes = vec![0; length];
        self.stream.read_exact(&mut bytes)?;
        answer.body = serde_json::from_slice(&bytes).unwrap_or(Value::Null);
        Ok(answer)
    }
}

/// An order of one yuan: one point.
pub(crate) fn order(id: &str, member: &str) -> String {
    format!(
        r#"{{"specversion":"1.0","id":"{id}","source":"/test","type":"order.paid","subject":"{member}","data":{{"order":"{id}","amount":100,"currency":"CNY","lines":[{{"category":"daily","amount":100}}]}}}}"#
    )
}

/// The points a member ever earned, by the wallet.
pub(crate) fn earned(client: &mut Client, member: &str) -> i64 {
    let wallet = client.get(&format!("/v1/members/{member}/wallet")).unwrap();
    assert_eq!(wallet.status, 200, "{wallet:?}");
    let units = wallet.body["units"].as_array().unwrap();
    let points = units.iter().find(|unit| unit["unit"] == "points").unwrap();
    points["lifetime"]["earned"].as_i64().unwrap()
}
