//! A client of HTTP/1.1 that does as little as possible: requests are ready bytes, of an answer it reads the status and
//! the length. What is measured is the server.

use std::io;
use std::net::SocketAddr;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

/// A connection that is kept.
pub(super) struct Connection {
    stream: TcpStream,
    buffer: Vec<u8>,
    /// How much of the buffer is filled.
    filled: usize,
}

impl Connection {
    pub(super) async fn open(address: SocketAddr) -> io::Result<Connection> {
        let stream = TcpStream::connect(address).await?;
        stream.set_nodelay(true)?;
        Ok(Connection { stream, buffer: vec![0; 64 * 1024], filled: 0 })
    }

    /// Sends a request and reads its answer: the status, and the body where it is wanted.
    pub(super) async fn call(&mut self, request: &[u8]) -> io::Result<(u16, &[u8])> {
        self.stream.write_all(request).await?;
        self.filled = 0;
        let (status, body_at, length) = loop {
            self.fill().await?;
            if let Some(head) = head(&self.buffer[..self.filled])? {
                break head;
            }
        };
        let end = body_at + length;
        if self.buffer.len() < end {
            self.buffer.resize(end, 0);
        }
        while self.filled < end {
            self.fill().await?;
        }
        Ok((status, &self.buffer[body_at..end]))
    }

    async fn fill(&mut self) -> io::Result<()> {
        if self.filled == self.buffer.len() {
            self.buffer.resize(self.filled * 2, 0);
        }
        let read = self.stream.read(&mut self.buffer[self.filled..]).await?;
        if read == 0 {
            return Err(io::Error::new(io::ErrorKind::UnexpectedEof, "the server closed the connection"));
        }
        self.filled += read;
        Ok(())
    }
}

/// Status, where the body begins, and its length; nothing while the head is not there whole.
fn head(bytes: &[u8]) -> io::Result<Option<(u16, usize, usize)>> {
    let Some(end) = bytes.windows(4).position(|four| four == b"\r\n\r\n") else { return Ok(None) };
    let broken = |what: &str| io::Error::new(io::ErrorKind::InvalidData, what.to_owned());
    let status = bytes.get(9..12).and_then(number).ok_or_else(|| broken("an answer without a status"))?;
    let status = u16::try_from(status).map_err(|_| broken("an answer without a status"))?;
    let length = length(&bytes[..end]).ok_or_else(|| broken("an answer without its length"))?;
    Ok(Some((status, end + 4, length)))
}

fn length(head: &[u8]) -> Option<usize> {
    const NAME: &[u8] = b"content-length:";
    for line in head.split(|byte| *byte == b'\n') {
        if line.len() > NAME.len() && line[..NAME.len()].eq_ignore_ascii_case(NAME) {
            return number(line[NAME.len()..].trim_ascii());
        }
    }
    None
}

fn number(digits: &[u8]) -> Option<usize> {
    if digits.is_empty() {
        return None;
    }
    digits.iter().try_fold(0_usize, |sum, digit| {
        let digit = digit.checked_sub(b'0').filter(|digit| *digit <= 9)?;
        sum.checked_mul(10)?.checked_add(usize::from(digit))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answers_head_gives_status_and_length() {
        let answer = b"HTTP/1.1 201 Created\r\nx-a: b\r\nContent-Length: 12\r\n\r\nhello world!";
        assert_eq!(head(answer).unwrap(), Some((201, answer.len() - 12, 12)));
        assert_eq!(head(&answer[..30]).unwrap(), None);
        assert!(head(b"HTTP/1.1 200 OK\r\n\r\n").is_err());
        assert!(head(b"HTTP/1.1 abc OK\r\ncontent-length: 0\r\n\r\n").is_err());
    }
}
