//! A client that costs little: HTTP/1.1 over connections that stay open, one request at a time.
//!
//! The load shares the machine with the server that it measures, so every microsecond that the
//! client spends is one that the server can't have.

use std::io;
use std::net::SocketAddr;
use std::pin::Pin;

use tokio::io::{AsyncRead as _, ReadBuf};
use tokio::net::TcpStream;

/// How much room a buffer has for the next bytes.
const ROOM: usize = 16 * 1024;
/// No head of an answer is longer.
const LONGEST_HEAD: usize = 64 * 1024;

/// A connection to the server.
pub struct Connection {
    address: SocketAddr,
    stream: Option<TcpStream>,
    inbox: Vec<u8>,
    filled: usize,
}

/// An answer.
pub struct Answer<'a> {
    /// The HTTP status.
    pub status: u16,
    /// The body.
    pub body: &'a [u8],
}

struct Head {
    status: u16,
    body: usize,
    length: usize,
    closes: bool,
}

impl Connection {
    /// A connection that is made with the first request.
    pub fn new(address: SocketAddr) -> Self {
        Self { address, stream: None, inbox: Vec::new(), filled: 0 }
    }

    /// Sends a request and reads its answer. After a failure the next request connects again.
    pub async fn exchange(&mut self, request: &[u8]) -> io::Result<Answer<'_>> {
        let stream = if let Some(stream) = self.stream.take() {
            stream
        } else {
            let stream = TcpStream::connect(self.address).await?;
            stream.set_nodelay(true)?;
            stream
        };
        self.filled = 0;
        let stream = self.stream.insert(stream);
        let result = async {
            write(stream, request).await?;
            read(stream, &mut self.inbox, &mut self.filled).await
        }
        .await;
        match result {
            Ok(head) => {
                if head.closes {
                    self.stream = None;
                }
                let body = &self.inbox[head.body..head.body + head.length];
                Ok(Answer { status: head.status, body })
            }
            Err(err) => {
                self.stream = None;
                Err(err)
            }
        }
    }
}

async fn write(stream: &TcpStream, mut request: &[u8]) -> io::Result<()> {
    while !request.is_empty() {
        stream.writable().await?;
        match stream.try_write(request) {
            Ok(0) => return Err(io::ErrorKind::WriteZero.into()),
            Ok(written) => request = &request[written..],
            Err(err) if err.kind() == io::ErrorKind::WouldBlock => {}
            Err(err) => return Err(err),
        }
    }
    Ok(())
}

async fn read(stream: &mut TcpStream, inbox: &mut Vec<u8>, filled: &mut usize) -> io::Result<Head> {
    let mut head: Option<Head> = None;
    loop {
        if let Some(found) = head.take_if(|head| head.body + head.length <= *filled) {
            return Ok(found);
        }
        let wanted = head.as_ref().map_or(0, |head| head.body + head.length);
        if inbox.len() < wanted.max(*filled + ROOM) {
            inbox.resize(wanted.max(*filled + ROOM), 0);
        }
        let room = &mut inbox[*filled..];
        // Unlike `try_read`, this knows that a short read has emptied the socket.
        let read = std::future::poll_fn(|cx| {
            let mut buffer = ReadBuf::new(room);
            Pin::new(&mut *stream).poll_read(cx, &mut buffer).map_ok(|()| buffer.filled().len())
        })
        .await?;
        if read == 0 {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        *filled += read;
        if head.is_none() {
            head = parse(&inbox[..*filled])?;
            if head.is_none() && LONGEST_HEAD < *filled {
                return Err(io::Error::new(io::ErrorKind::InvalidData, "the head has no end"));
            }
        }
    }
}

/// The head of an answer, as soon as all of it is there.
fn parse(bytes: &[u8]) -> io::Result<Option<Head>> {
    let wrong = |what: &'static str| io::Error::new(io::ErrorKind::InvalidData, what);
    let Some(end) = bytes.windows(4).position(|four| four == b"\r\n\r\n") else { return Ok(None) };
    let text = std::str::from_utf8(&bytes[..end]).map_err(|_| wrong("the head is no text"))?;
    let mut lines = text.split("\r\n");
    let status = lines
        .next()
        .and_then(|line| line.strip_prefix("HTTP/1."))
        .and_then(|line| line.get(2..5)?.parse().ok())
        .ok_or_else(|| wrong("the answer is not HTTP/1"))?;
    let (mut length, mut closes) = (None, false);
    for line in lines {
        let Some((name, value)) = line.split_once(':') else { continue };
        if name.eq_ignore_ascii_case("content-length") {
            length = value.trim().parse().ok();
        } else if name.eq_ignore_ascii_case("connection") {
            closes = value.trim().eq_ignore_ascii_case("close");
        }
    }
    let length = length.ok_or_else(|| wrong("the answer has no length"))?;
    Ok(Some(Head { status, body: end + 4, length, closes }))
}

/// What all requests of one kind have in common.
#[derive(Clone)]
pub struct Template {
    head: Vec<u8>,
}

impl Template {
    /// `POST` of a JSON body to an operation.
    pub fn post(host: &str, operation: &str, root_key: &str) -> Self {
        let head = format!(
            "POST /v2/{operation} HTTP/1.1\r\nhost: {host}\r\nauthorization: Bearer {root_key}\r\n\
             content-type: application/json\r\naccept: application/json\r\ncontent-length: "
        );
        Self { head: head.into_bytes() }
    }

    /// Appends a whole request.
    pub fn write(&self, request: &mut Vec<u8>, body: &[&str]) {
        let length: usize = body.iter().map(|part| part.len()).sum();
        request.extend_from_slice(&self.head);
        request.extend_from_slice(length.to_string().as_bytes());
        request.extend_from_slice(b"\r\n\r\n");
        for part in body {
            request.extend_from_slice(part.as_bytes());
        }
    }
}

/// The request that asks whether the server is alive.
pub fn liveness(host: &str) -> Vec<u8> {
    format!("GET /v2/liveness HTTP/1.1\r\nhost: {host}\r\naccept: application/json\r\n\r\n")
        .into_bytes()
}

#[cfg(test)]
mod tests {
    use std::io::{Read as _, Write as _};
    use std::net::TcpListener;

    use super::*;

    #[test]
    fn a_head_is_read_only_when_it_is_whole() {
        let text = b"HTTP/1.1 404 Not Found\r\nContent-Length: 12\r\nconnection: Close\r\n\r\n";
        for end in 0..text.len() {
            assert!(parse(&text[..end]).unwrap().is_none());
        }
        let head = parse(text).unwrap().unwrap();
        assert_eq!((head.status, head.body, head.length), (404, text.len(), 12));
        assert!(head.closes);
        for wrong in ["SSH-2.0\r\n\r\n", "HTTP/1.1 200 OK\r\n\r\n", "HTTP/1.1\r\n\r\n"] {
            assert!(parse(wrong.as_bytes()).is_err(), "{wrong}");
        }
    }

    #[tokio::test]
    async fn an_answer_in_pieces_is_put_together_and_a_closed_connection_is_made_again() {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let server = std::thread::spawn(move || {
            for piece in [5, 40] {
                let (mut stream, _) = listener.accept().unwrap();
                stream.set_nodelay(true).unwrap();
                let mut request = [0; 4];
                stream.read_exact(&mut request).unwrap();
                let answer =
                    b"HTTP/1.1 200 OK\r\ncontent-length: 5\r\nconnection: close\r\n\r\nhello";
                for part in answer.chunks(piece) {
                    stream.write_all(part).unwrap();
                }
            }
        });
        let mut connection = Connection::new(address);
        for _ in 0..2 {
            let answer = connection.exchange(b"ping").await.unwrap();
            assert_eq!((answer.status, answer.body), (200, &b"hello"[..]));
        }
        server.join().unwrap();
        assert!(connection.exchange(b"ping").await.is_err());
    }
}
