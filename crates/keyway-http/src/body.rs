//! Reading the bodies of requests, as far as they may go.
//!
//! A small body is read at once. Of a large one no more is read than what came with its head until
//! it is known who sends it; the rest then takes its turn, and comes at a pace that leaves the
//! processors to the small ones. The clients are held up by the connection.

use std::fmt::Display;
use std::ops::Deref;
use std::pin::{Pin, pin};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use bytes::{Buf, Bytes, BytesMut};
use http_body_util::BodyExt;
use hyper::body::Body;
use keyway_ops::problem::{Code, Problem};
use tokio::sync::{Semaphore, SemaphorePermit};
use tokio::time::Instant;

/// From how many bytes on a body is large: reading it takes longer than a hundred verifications.
pub(crate) const LARGE: usize = 256 * 1024;
/// How many large bodies are in memory at once. Others wait until one of these was worked on.
const LARGE_AT_ONCE: usize = 8;
static LARGE_TURNS: Semaphore = Semaphore::const_new(LARGE_AT_ONCE);
/// The pace of all large bodies together, and another of those that nobody wants: people without
/// credentials must not hold up the others.
static WANTED: Pace = Pace::new();
static UNWANTED: Pace = Pace::new();

/// How much of an unwanted body is read so that the client gets to see its answer.
const DISCARD_BYTES: usize = 64 * 1024 * 1024;
/// How long an unwanted body is read.
const DISCARD_TIME: Duration = Duration::from_secs(5);

/// A whole body. A large one takes up a turn as long as this exists.
pub(crate) struct Whole {
    bytes: Bytes,
    _turn: Option<SemaphorePermit<'static>>,
}

impl Deref for Whole {
    type Target = [u8];

    fn deref(&self) -> &[u8] {
        &self.bytes
    }
}

/// A body that is being read.
pub(crate) struct Reading<'a, B> {
    body: Pin<&'a mut B>,
    limit: usize,
    expects: bool,
    announced: usize,
    first: Bytes,
    all: Option<BytesMut>,
    turn: Option<SemaphorePermit<'static>>,
    ended: bool,
}

impl<'a, B> Reading<'a, B>
where
    B: Body,
    B::Error: Display,
{
    /// Reads a small body. It is refused if it has more than `limit` bytes (0: any number), or says
    /// that it has. `expects` says that the client waits for permission to send.
    pub(crate) async fn begin(
        body: Pin<&'a mut B>,
        limit: usize,
        expects: bool,
    ) -> Result<Self, Problem> {
        let limit = if limit == 0 { usize::MAX } else { limit };
        let announced = usize::try_from(body.size_hint().lower()).unwrap_or(usize::MAX);
        let mut reading = Self {
            body,
            limit,
            expects,
            announced,
            first: Bytes::new(),
            all: None,
            turn: None,
            ended: false,
        };
        if limit < announced {
            reading.discard().await;
            return Err(too_large(limit));
        }
        if announced < LARGE {
            while !reading.ended && reading.held() < LARGE {
                reading.read_on().await?;
            }
        }
        Ok(reading)
    }

    /// Whether there is nothing in it.
    pub(crate) fn is_empty(&self) -> bool {
        self.ended && self.held() == 0
    }

    /// Whether it is large, so that the rest is still to be read.
    pub(crate) fn is_large(&self) -> bool {
        !self.ended
    }

    /// The whole body, unless it has more bytes than allowed.
    pub(crate) async fn finish(mut self) -> Result<Whole, Problem> {
        if self.is_large() {
            Box::pin(self.read_rest()).await?;
        }
        Ok(Whole { bytes: self.all.map_or(self.first, BytesMut::freeze), _turn: self.turn })
    }

    /// Gives the body up, after it was read for as long as the client may need to see its answer.
    pub(crate) async fn discard(self) {
        if !self.ended {
            Box::pin(discard(self.body, self.expects)).await;
        }
    }

    async fn read_rest(&mut self) -> Result<(), Problem> {
        // It is never closed.
        self.turn = LARGE_TURNS.acquire().await.ok();
        while !self.ended {
            let before = self.held();
            self.read_on().await?;
            WANTED.pause(self.held() - before).await;
        }
        Ok(())
    }

    /// Reads one piece.
    async fn read_on(&mut self) -> Result<(), Problem> {
        let Some(frame) = self.body.frame().await else {
            self.ended = true;
            return Ok(());
        };
        let frame = frame.map_err(|error| {
            let detail = "The body broke off before its end, or its framing is wrong.";
            Problem::new(Code::BodyUnreadable, detail).because(error.to_string())
        })?;
        let Ok(mut data) = frame.into_data() else { return Ok(()) };
        let length = data.remaining();
        let held = self.held();
        if self.limit - held < length {
            (self.all, self.turn) = (None, None);
            Box::pin(discard(self.body.as_mut(), false)).await;
            return Err(too_large(self.limit));
        }
        // Nearly every body comes in one piece, which then isn't copied.
        if held == 0 {
            self.first = data.copy_to_bytes(length);
        } else {
            let all = self.all.get_or_insert_with(|| {
                let mut all = BytesMut::with_capacity(self.announced.max(held + length));
                all.extend_from_slice(&self.first);
                all
            });
            all.extend_from_slice(&data.copy_to_bytes(length));
        }
        self.ended = self.body.is_end_stream();
        Ok(())
    }

    fn held(&self) -> usize {
        self.all.as_ref().map_or(self.first.len(), BytesMut::len)
    }
}

/// Spreads large bodies over time.
struct Pace {
    /// When the next bytes may be read; none was read yet if absent.
    next: Mutex<Option<Instant>>,
}

impl Pace {
    /// How long a byte takes: 64 MiB in a second.
    const BYTE: Duration = Duration::from_nanos(15);

    const fn new() -> Self {
        Self { next: Mutex::new(None) }
    }

    /// Waits for the time of these bytes, which is after that of all earlier ones.
    async fn pause(&self, bytes: usize) {
        let takes = Self::BYTE.saturating_mul(u32::try_from(bytes).unwrap_or(u32::MAX));
        let now = Instant::now();
        let begin = {
            let mut next = self.next.lock().unwrap_or_else(PoisonError::into_inner);
            let begin = next.map_or(now, |next| next.max(now));
            *next = Some(begin + takes);
            begin
        };
        if now < begin {
            tokio::time::sleep_until(begin).await;
        }
    }
}

/// Reads on for a while and throws it away: a connection that is closed while the client still
/// sends loses the answer. A client that waits for permission to send is not given it.
pub(crate) async fn discard<B: Body>(body: B, expects: bool) {
    if expects {
        return;
    }
    let drain = async {
        let mut body = pin!(body);
        let mut left = DISCARD_BYTES;
        while let Some(Ok(frame)) = body.frame().await {
            let length = frame.into_data().map_or(0, |data| data.remaining());
            let Some(rest) = left.checked_sub(length) else { return };
            left = rest;
            UNWANTED.pause(length).await;
        }
    };
    let _ = tokio::time::timeout(DISCARD_TIME, drain).await;
}

fn too_large(limit: usize) -> Problem {
    Problem::new(Code::BodyTooLarge, format!("The body may have at most {limit} bytes."))
}

#[cfg(test)]
mod tests {
    use std::collections::VecDeque;
    use std::pin::Pin;
    use std::task::{Context, Poll};

    use hyper::body::Frame;

    use super::*;

    /// A body in pieces, which says nothing of its length and may break off.
    struct Pieces(VecDeque<Result<&'static str, &'static str>>);

    impl Body for Pieces {
        type Data = Bytes;
        type Error = &'static str;

        fn poll_frame(
            mut self: Pin<&mut Self>,
            _: &mut Context<'_>,
        ) -> Poll<Option<Result<Frame<Bytes>, Self::Error>>> {
            let next = self.0.pop_front();
            Poll::Ready(next.map(|piece| piece.map(|text| Frame::data(Bytes::from(text)))))
        }
    }

    fn fault(read: Result<Whole, Problem>) -> Code {
        read.err().expect("it is refused").code
    }

    fn pieces<const N: usize>(pieces: [Result<&'static str, &'static str>; N]) -> Pieces {
        Pieces(pieces.into())
    }

    async fn read<B>(body: B, limit: usize, expects: bool) -> Result<Whole, Problem>
    where
        B: Body,
        B::Error: Display,
    {
        Reading::begin(pin!(body), limit, expects).await?.finish().await
    }

    #[tokio::test]
    async fn pieces_are_put_together() {
        let body = pieces([Ok("ab"), Ok(""), Ok("cd"), Ok("e")]);
        assert_eq!(&*read(body, 5, false).await.unwrap(), b"abcde");
        assert_eq!(&*read(pieces([]), 5, false).await.unwrap(), b"");
    }

    #[tokio::test]
    async fn the_limit_holds_for_announced_and_for_unannounced_bodies() {
        let body = pieces([Ok("abc"), Ok("def")]);
        assert_eq!(fault(read(body, 5, false).await), Code::BodyTooLarge);
        let body = http_body_util::Full::<Bytes>::from("abcdef");
        assert_eq!(fault(read(body, 5, true).await), Code::BodyTooLarge);
        let body = http_body_util::Full::<Bytes>::from("abcdef");
        assert_eq!(&*read(body, 0, false).await.unwrap(), b"abcdef");
    }

    #[tokio::test]
    async fn a_body_that_breaks_off_is_unreadable() {
        let body = pieces([Ok("abc"), Err("reset")]);
        assert_eq!(fault(read(body, 5, false).await), Code::BodyUnreadable);
    }

    #[tokio::test(start_paused = true)]
    async fn large_bodies_wait_for_each_other_and_small_ones_for_nobody() {
        static PIECE: [u8; LARGE / 2] = [b'x'; LARGE / 2];
        let piece = std::str::from_utf8(&PIECE).unwrap();
        let large = || read(pieces([Ok(piece), Ok(piece), Ok("x")]), 0, false);
        let mut held = Vec::new();
        for _ in 0..LARGE_AT_ONCE {
            held.push(large().await.unwrap());
        }
        let second = Duration::from_secs(1);
        assert!(tokio::time::timeout(second, large()).await.is_err(), "there is no more room");
        let announced = http_body_util::Full::<Bytes>::from(piece.repeat(2));
        assert!(tokio::time::timeout(second, read(announced, 0, false)).await.is_err());
        let small = read(pieces([Ok(piece), Ok("x")]), 0, false);
        assert_eq!(
            tokio::time::timeout(second, small).await.unwrap().unwrap().len(),
            LARGE / 2 + 1
        );
        held.pop();
        let next = tokio::time::timeout(second, large()).await.unwrap().unwrap();
        assert_eq!(next.len(), LARGE + 1);
    }

    #[tokio::test]
    async fn a_large_body_is_not_touched_before_it_is_wanted() {
        let full = || http_body_util::Full::<Bytes>::from(vec![b'x'; LARGE]);
        let mut body = pin!(full());
        let reading = Reading::begin(body.as_mut(), 0, true).await.unwrap();
        assert!(reading.is_large() && !reading.is_empty());
        reading.discard().await;
        assert!(!body.is_end_stream(), "nothing was read for a client that waits to send");
        let reading = Reading::begin(body.as_mut(), 0, false).await.unwrap();
        assert_eq!(reading.finish().await.unwrap().len(), LARGE);

        let mut body = pin!(pieces([Ok("small"), Ok("")]));
        let reading = Reading::begin(body.as_mut(), 0, false).await.unwrap();
        assert!(!reading.is_large());
    }

    #[tokio::test(start_paused = true)]
    async fn large_bodies_come_at_a_pace_and_unwanted_ones_do_not_slow_them_down() {
        static MEBIBYTE: [u8; 1024 * 1024] = [b'x'; 1024 * 1024];
        let start = Instant::now();
        let pace = Pace::new();
        for _ in 0..65 {
            pace.pause(1024 * 1024).await;
        }
        let took = start.elapsed();
        assert!(
            Duration::from_millis(950) < took && took < Duration::from_millis(1100),
            "{took:?}"
        );
        let start = Instant::now();
        Pace::new().pause(1024 * 1024).await;
        assert_eq!(start.elapsed(), Duration::ZERO, "nobody waits alone");

        let piece = std::str::from_utf8(&MEBIBYTE).unwrap();
        let body = || pieces([Ok(piece), Ok(piece), Ok(piece)]);
        let start = Instant::now();
        read(body(), 0, false).await.unwrap();
        assert!(Duration::from_millis(15) <= start.elapsed(), "a body is read at the pace");
        let start = Instant::now();
        discard(body(), false).await;
        assert!(Duration::from_millis(30) <= start.elapsed(), "and so is what nobody wants");
    }
}
