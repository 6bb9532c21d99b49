//! Answers and what is sent as their bodies.

use std::io;

use bytes::Bytes;
use futures_util::StreamExt;
use futures_util::stream::BoxStream;
use http_body_util::{Either, Full, StreamBody};
use hyper::body::Frame;
use hyper::header::{CONTENT_DISPOSITION, CONTENT_TYPE, HeaderValue, X_CONTENT_TYPE_OPTIONS};
use hyper::{Response, StatusCode};
use keyway_ops::reply::File;

use crate::envelope::set;

/// An answer, whose body is there or is read while it is sent.
pub type Answer = Response<Either<Full<Bytes>, Pieces>>;

/// A body that is read while it is sent.
pub type Pieces = StreamBody<BoxStream<'static, io::Result<Frame<Bytes>>>>;

/// An answer of these bytes.
pub(crate) fn respond(
    status: StatusCode,
    media_type: &'static str,
    body: impl Into<Bytes>,
) -> Answer {
    of(status, media_type, Either::Left(Full::new(body.into())))
}

/// A file for the receiver to keep. If it can't be read to its end, the connection is cut off.
pub(crate) fn file(file: File) -> Answer {
    let pieces = file.pieces.map(|piece| match piece {
        Ok(bytes) => Ok(Frame::data(Bytes::from(bytes))),
        Err(problem) => {
            let cause = problem.cause.as_ref().map(ToString::to_string);
            tracing::error!(cause, "A file broke off: {}", problem.detail);
            Err(io::Error::other(problem.detail.into_owned()))
        }
    });
    let body = Either::Right(StreamBody::new(pieces.boxed()));
    let mut answer = of(StatusCode::OK, file.media_type, body);
    let disposition = format!("attachment; filename=\"{}\"", file.name);
    set(&mut answer, CONTENT_DISPOSITION, &disposition);
    answer
}

fn of(status: StatusCode, media_type: &'static str, body: Either<Full<Bytes>, Pieces>) -> Answer {
    let mut answer = Response::new(body);
    *answer.status_mut() = status;
    let headers = answer.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static(media_type));
    headers.insert(X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    answer
}
