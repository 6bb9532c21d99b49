//! The operations that only the dashboard calls, each with the types of its request and answer.

use std::future::Future;
use std::pin::Pin;
use std::sync::LazyLock;

use schemars::JsonSchema;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use super::visit::Visit;
use super::{sessions, users};
use crate::app::App;
use crate::problem::{Code, Problem};
use crate::registry::Payload;
use crate::schema::{self, Reader};

/// What happens to the browser's cookie.
#[derive(Debug, Default, PartialEq, Eq)]
pub enum Cookie {
    /// It stays as it is.
    #[default]
    Keep,
    /// It holds the secret of a new session, for so many milliseconds.
    Set(String, i64),
    /// It goes.
    Clear,
}

/// The answer of a private operation.
#[derive(Debug)]
pub struct Answer<T> {
    /// The `data` member.
    pub data: T,
    /// What happens to the cookie.
    pub cookie: Cookie,
}

impl<T> Answer<T> {
    #[expect(clippy::unnecessary_wraps, reason = "every operation ends with it")]
    pub(super) fn new(data: T) -> Result<Self, Problem> {
        Ok(Self { data, cookie: Cookie::Keep })
    }
}

/// What a call comes to.
pub type Called = Pin<Box<dyn Future<Output = Result<(Payload, Cookie), Problem>> + Send>>;

type Run = dyn Fn(App, Visit, &Reader, &[u8]) -> Result<Called, Problem> + Send + Sync;

/// A private operation.
pub struct Private {
    /// `group.operation`.
    pub name: &'static str,
    /// What it does.
    pub summary: &'static str,
    /// Whether it works without a session and what shows that one's own pages call.
    pub open: bool,
    /// Whether it makes a session, which an unsafe connection can't carry.
    pub signs_in: bool,
    request: Value,
    response: Value,
    reader: Reader,
    run: Box<Run>,
}

impl Private {
    /// Reads the body and starts the operation.
    pub fn call(&self, app: App, visit: Visit, body: &[u8]) -> Result<Called, Problem> {
        (self.run)(app, visit, &self.reader, body)
    }

    fn open(mut self) -> Self {
        self.open = true;
        self
    }

    fn signs_in(mut self) -> Self {
        self.signs_in = true;
        self.open()
    }
}

fn op<Request, Response, Function, Running>(
    name: &'static str,
    run: Function,
    summary: &'static str,
) -> Private
where
    Request: DeserializeOwned + JsonSchema + Send + 'static,
    Response: Serialize + JsonSchema,
    Function: Fn(App, Visit, Request) -> Running + Copy + Send + Sync + 'static,
    Running: Future<Output = Result<Answer<Response>, Problem>> + Send + 'static,
{
    Private {
        name,
        summary,
        open: false,
        signs_in: false,
        request: schema::of_request::<Request>(),
        response: schema::of_response::<Response>(),
        reader: Reader::of::<Request>(),
        run: Box::new(move |app, visit, reader, body| {
            let request = reader.read(body)?;
            Ok(Box::pin(async move {
                let answer = run(app, visit, request).await?;
                let data = serde_json::to_vec(&answer.data).map_err(|error| {
                    let detail = "The answer could not be written.";
                    Problem::new(Code::UnexpectedError, detail).because(error)
                })?;
                Ok((Payload { data, pagination: None, file: None }, answer.cookie))
            }))
        }),
    }
}

static ALL: LazyLock<Vec<Private>> = LazyLock::new(|| {
    vec![
        op("session.get", sessions::get, "Tells who is signed in and what they may do.").open(),
        op("session.checkLink", sessions::check_link, "Tells what a link is good for.").open(),
        op("session.setup", sessions::setup, "Makes the owner of the instance.").signs_in(),
        op("session.acceptLink", sessions::accept_link, "Chooses a password by a link.").signs_in(),
        op("session.signIn", sessions::sign_in, "Begins a session.").signs_in(),
        op("session.signOut", sessions::sign_out, "Ends the session."),
        op("session.stepUp", sessions::step_up, "Confirms who holds the session."),
        op("session.list", sessions::list, "Lists the caller's own sessions."),
        op("session.revoke", sessions::revoke, "Ends sessions of the caller."),
        op("session.changePassword", sessions::change_password, "Changes the caller's password."),
        op("users.list", users::list, "Lists the users of the workspace."),
        op("users.create", users::create, "Gives somebody a role in the workspace."),
        op("users.update", users::update, "Changes a user's role or lets them in or not."),
        op("users.delete", users::delete, "Takes a user's role in the workspace."),
        op("users.resetLink", users::reset_link, "Makes a link for another password."),
    ]
});

/// All private operations.
pub fn all() -> &'static [Private] {
    &ALL
}

/// The private operation of that name.
pub fn find(name: &str) -> Option<&'static Private> {
    ALL.iter().find(|one| one.name == name)
}

/// A description of the private operations in the form of the public one.
pub fn document() -> Value {
    let mut paths = serde_json::Map::new();
    for one in all() {
        let content = |schema: Value| json!({ "application/json": { "schema": schema } });
        let envelope = json!({
            "type": "object",
            "required": ["meta", "data"],
            "properties": {
                "meta": {
                    "type": "object",
                    "required": ["requestId"],
                    "properties": { "requestId": { "type": "string" } },
                },
                "data": one.response,
            },
        });
        let post = json!({
            "operationId": one.name,
            "summary": one.summary,
            "requestBody": { "required": true, "content": content(one.request.clone()) },
            "responses": { "200": { "description": "Done.", "content": content(envelope) } },
        });
        paths.insert(format!("/{}", one.name), json!({ "post": post }));
    }
    json!({
        "openapi": "3.1.0",
        "info": {
            "title": "Keyway: what only the dashboard calls",
            "version": env!("CARGO_PKG_VERSION"),
        },
        "paths": paths,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_private_operation_has_the_name_of_a_public_one() {
        let public = crate::registry::Registry::new();
        for one in all() {
            assert!(public.find(one.name).is_none(), "{}", one.name);
        }
        assert_eq!(document()["paths"].as_object().unwrap().len(), all().len());
    }
}
