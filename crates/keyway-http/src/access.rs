//! One line in the log for each request.

use std::error::Error;
use std::time::Instant;

use hyper::StatusCode;
use keyway_core::id::{RequestId, RootKeyId, WorkspaceId};
use keyway_ops::problem::{Code, Problem};

/// What becomes known of a request on its way. Dropped before its end it tells that the client
/// hung up.
pub(crate) struct Access {
    operation: &'static str,
    request: RequestId,
    started: Instant,
    caller: Option<(WorkspaceId, RootKeyId)>,
    problem: Option<(Code, Option<String>)>,
    ended: bool,
}

impl Access {
    #[expect(clippy::disallowed_methods, reason = "the log tells how long a request took")]
    pub(crate) fn begin(operation: &'static str, request: RequestId) -> Self {
        let started = Instant::now();
        Self { operation, request, started, caller: None, problem: None, ended: false }
    }

    /// The operation that was asked for.
    pub(crate) fn operation(&self) -> &'static str {
        self.operation
    }

    pub(crate) fn caller(&mut self, workspace: WorkspaceId, root_key: RootKeyId) {
        self.caller = Some((workspace, root_key));
    }

    /// Whose workspace it is about, and who asks.
    pub(crate) fn asked_by(&self) -> Option<(&WorkspaceId, &RootKeyId)> {
        self.caller.as_ref().map(|(workspace, root_key)| (workspace, root_key))
    }

    pub(crate) fn problem(&mut self, problem: &Problem) {
        self.problem = Some((problem.code, problem.cause.as_deref().map(|cause| chain(cause))));
    }

    pub(crate) fn end(mut self, status: StatusCode) {
        self.tell(status.as_u16());
        self.ended = true;
    }

    fn tell(&self, status: u16) {
        let (operation, request) = (self.operation, self.request.as_str());
        let workspace = self.caller.as_ref().map(|(workspace, _)| workspace.as_str());
        let root_key = self.caller.as_ref().map(|(_, root_key)| root_key.as_str());
        let code = self.problem.as_ref().map(|(code, _)| code.path());
        let cause = self.problem.as_ref().and_then(|(_, cause)| cause.as_deref());
        let microseconds = u32::try_from(self.started.elapsed().as_micros()).unwrap_or(u32::MAX);
        let duration_ms = f64::from(microseconds) / 1000.0;
        if status < 500 {
            tracing::info!(
                operation,
                status,
                code,
                workspace.id = workspace,
                root_key.id = root_key,
                duration_ms,
                request.id = request,
                "{operation} was answered with {status}"
            );
        } else {
            tracing::error!(
                operation,
                status,
                code,
                cause,
                workspace.id = workspace,
                root_key.id = root_key,
                duration_ms,
                request.id = request,
                "{operation} failed with {status}"
            );
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
