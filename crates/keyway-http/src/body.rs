//! Reading the bodies of requests, as far as they may go.

use std::fmt::Display;
use std::ops::Deref;
use std::pin::pin;
use std::time::Duration;

use bytes::{Buf, Bytes, BytesMut};
use http_body_util::BodyExt;
use hyper::body::Body;
use keyway_ops::problem::{Code, Problem};
use tokio::sync::{Semaphore, SemaphorePermit};

/// From how many bytes on a body is large: reading it takes longer than a hundred verifications.
pub(crate) const LARGE: usize = 256 * 1024;
/// How many large bodies are in memory at once. Others wait until one of these was worked on; their
/// clients are held up by the connection.
const LARGE_AT_ONCE: usize = 8;
static LARGE_TURNS: Semaphore = Semaphore::const_new(LARGE_AT_ONCE);

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

/// The whole body, unless it has more than `limit` bytes (0: any number). `expects` says that
/// the client waits for permission to send.
pub(crate) async fn read<B>(body: B, limit: usize, expects: bool) -> Result<Whole, Problem>
where
    B: Body,
    B::Error: Display,
{
    let limit = if limit == 0 { usize::MAX } else { limit };
    let announced = usize::try_from(body.size_hint().lower()).unwrap_or(usize::MAX);
    if limit < announced {
        Box::pin(discard(body, expects)).await;
        return Err(too_large(limit));
    }
    let mut turn = if announced < LARGE { None } else { large_turn().await };
    let mut body = pin!(body);
    let mut first = Bytes::new();
    let mut all: Option<BytesMut> = None;
    while let Some(frame) = body.frame().await {
        let frame = frame.map_err(|error| {
            let detail = "The body broke off before its end, or its framing is wrong.";
            Problem::new(Code::BodyUnreadable, detail).because(error.to_string())
        })?;
        let Ok(mut data) = frame.into_data() else { continue };
        let length = data.remaining();
        let held = all.as_ref().map_or(first.len(), BytesMut::len);
        if limit - held < length {
            drop((all, turn));
            Box::pin(discard(body, false)).await;
            return Err(too_large(limit));
        }
        if LARGE <= held + length && turn.is_none() {
            turn = large_turn().await;
        }
        // Nearly every body comes in one piece, which then isn't copied.
        if held == 0 {
            first = data.copy_to_bytes(length);
            if body.is_end_stream() {
                break;
            }
        } else {
            let all = all.get_or_insert_with(|| {
                let mut all = BytesMut::with_capacity(announced.max(held + length));
                all.extend_from_slice(&first);
                all
            });
            all.extend_from_slice(&data.copy_to_bytes(length));
        }
    }
    Ok(Whole { bytes: all.map_or(first, BytesMut::freeze), _turn: turn })
}

async fn large_turn() -> Option<SemaphorePermit<'static>> {
    // It is never closed.
    LARGE_TURNS.acquire().await.ok()
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
}
