//! Connections: HTTP/1.1 with keep-alive and HTTP/2 without TLS on one port.

use std::convert::Infallible;
use std::future::Future;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use hyper::service::service_fn;
use hyper_util::rt::{TokioExecutor, TokioIo, TokioTimer};
use hyper_util::server::conn::auto::Builder;
use hyper_util::server::graceful::GracefulShutdown;
use socket2::SockRef;
use tokio::net::TcpListener;
use tokio::task::JoinSet;

use crate::service::Service;

/// How long a client may take for the head of its next request, idle time included.
const HEAD_TIMEOUT: Duration = Duration::from_secs(75);
/// How long to wait when no connection can be taken, for want of file descriptors as a rule.
const ACCEPT_PAUSE: Duration = Duration::from_millis(50);
/// How many bytes the system may hold that a connection has sent and nobody has read. By default it
/// would take up to 32 MiB each, all of a large body, before anything is known of who sends it.
const RECEIVE_BUFFER: usize = 256 * 1024;

/// Answers on `listener` until `shutdown` is ready. Requests on their way then have `grace` to
/// come to their end; what is left after that is cut off. Says whether nothing was.
pub async fn serve(
    listener: TcpListener,
    service: Arc<Service>,
    shutdown: impl Future<Output = ()>,
    grace: Duration,
) -> bool {
    let mut builder = Builder::new(TokioExecutor::new());
    builder.http1().timer(TokioTimer::new()).header_read_timeout(HEAD_TIMEOUT);
    builder
        .http2()
        .timer(TokioTimer::new())
        .keep_alive_interval(HEAD_TIMEOUT)
        .keep_alive_timeout(Duration::from_secs(20));

    if let Err(error) = SockRef::from(&listener).set_recv_buffer_size(RECEIVE_BUFFER) {
        tracing::debug!(%error, "The system keeps its own size of receive buffers: {error}");
    }
    let graceful = GracefulShutdown::new();
    let mut connections = JoinSet::new();
    let mut shutdown = pin!(shutdown);
    loop {
        let accepted = tokio::select! {
            accepted = listener.accept() => accepted,
            Some(_) = connections.join_next() => continue,
            () = &mut shutdown => break,
        };
        let (stream, peer) = match accepted {
            Ok(accepted) => accepted,
            Err(error) => {
                tracing::warn!(%error, "A connection could not be accepted: {error}");
                tokio::time::sleep(ACCEPT_PAUSE).await;
                continue;
            }
        };
        if let Err(error) = stream.set_nodelay(true) {
            tracing::debug!(%error, "A connection is gone already: {error}");
            continue;
        }
        // Counting references to one thing from all threads would cost more than all the rest.
        let service = Arc::new(Arc::clone(&service));
        let answer = service_fn(move |request| {
            let service = Arc::clone(&service);
            async move { Ok::<_, Infallible>(service.handle(request, Some(peer.ip())).await) }
        });
        let connection = builder.serve_connection(TokioIo::new(stream), answer).into_owned();
        let connection = graceful.watch(connection);
        connections.spawn(async move {
            if let Err(error) = connection.await {
                tracing::debug!(error, "A connection ended badly");
            }
        });
    }
    drop(listener);
    let all_ended = tokio::time::timeout(grace, graceful.shutdown()).await.is_ok();
    connections.shutdown().await;
    all_ended
}
