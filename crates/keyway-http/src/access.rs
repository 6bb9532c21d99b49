//! One line in the log for each request. What hot operations and health checks answer in success
//! is a line for debugging only: it is told by metrics, and writing it costs a fifth of the whole
//! request.

use std::error::Error;
use std::time::Instant;

use hyper::StatusCode;
use keyway_core::id::RequestId;
use keyway_ops::caller::Caller;
use keyway_ops::problem::{Code, Problem};
use tracing::Level;

/// What becomes known of a request on its way. Dropped before its end it tells that the client
/// hung up.
pub(crate) struct Access {
    operation: &'static str,
    is_hot: bool,
    request: RequestId,
    started: Instant,
    caller: Option<Caller>,
    problem: Option<(Code, Option<String>)>,
    ended: bool,
}

impl Access {
    /// A request for this operation. Of a hot one, success is told only to who asks for details.
    #[expect(clippy::disallowed_methods, reason = "the log tells how long a request took")]
    pub(crate) fn begin(operation: &'static str, is_hot: bool, request: RequestId) -> Self {
        let started = Instant::now();
        Self { operation, is_hot, request, started, caller: None, problem: None, ended: false }
    }

    /// The operation that was asked for.
    pub(crate) fn operation(&self) -> &'static str {
        self.operation
    }

    /// Notes who asks, and keeps it for the time of the request.
    pub(crate) fn caller(&mut self, caller: Caller) -> &Caller {
        self.caller.insert(caller)
    }

    /// Who asks.
    pub(crate) fn asked_by(&self) -> Option<&Caller> {
        self.caller.as_ref()
    }

    pub(crate) fn problem(&mut self, problem: &Problem) {
        self.problem = Some((problem.code, problem.cause.as_deref().map(|cause| chain(cause))));
    }

    pub(crate) fn end(mut self, status: StatusCode) {
        self.tell(status.as_u16());
        self.ended = true;
    }

    fn tell(&self, status: u16) {
        let operation = self.operation;
        let level = match status {
            500.. => Level::ERROR,
            ..400 if self.is_hot => Level::DEBUG,
            _ => Level::INFO,
        };
        macro_rules! line {
            ($level:expr, $($message:tt)*) => {{
                // Most lines of a busy server go nowhere, and then cost nothing but this question.
                if tracing::enabled!($level) {
                    let root_key = self.caller.as_ref().map(|caller| &caller.principal.root_key);
                    let took = self.started.elapsed().as_micros();
                    let duration_ms = f64::from(u32::try_from(took).unwrap_or(u32::MAX)) / 1000.0;
                    let (code, cause) = match &self.problem {
                        Some((code, cause)) => (Some(code.path()), cause.as_deref()),
                        None => (None, None),
                    };
                    tracing::event!(
                        $level,
                        operation,
                        status,
                        code,
                        cause = cause.filter(|_| $level == Level::ERROR),
                        workspace.id = root_key.map(|key| key.workspace_id.as_str()),
                        root_key.id = root_key.map(|key| key.id.as_str()),
                        duration_ms,
                        request.id = self.request.as_str(),
                        $($message)*
                    );
                }
            }};
        }
        match level {
            Level::ERROR => line!(Level::ERROR, "{operation} failed with {status}"),
            Level::DEBUG => line!(Level::DEBUG, "{operation} was answered with {status}"),
            _ => line!(Level::INFO, "{operation} was answered with {status}"),
        }
    }
}

impl Drop for Access {
    fn drop(&mut self) {
        if !self.ended {
            let detail = "The client hung up.";
            self.problem(&Problem::new(Code::ClientClosedRequest, detail));
            self.tell(Code::ClientClosedRequest.status());
        }
    }
}

/// An error with all that led to it.
fn chain(error: &(dyn Error + 'static)) -> String {
    let mut text = error.to_string();
    let mut next = error.source();
    while let Some(error) = next {
        text.push_str(": ");
        text.push_str(&error.to_string());
        next = error.source();
    }
    text
}
