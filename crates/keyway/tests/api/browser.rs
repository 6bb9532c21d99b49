//! A browser in front of the dashboard, as far as the server sees it.

use bytes::Bytes;
use http_body_util::Full;
use hyper::Request;
use keyway_ops::people;
use serde_json::{Value, json};

use crate::app::{Answer, TestApp, text};

/// The password of everybody in these tests.
pub const PASSWORD: &str = "correct horse battery";
/// Who owns the instance.
pub const OWNER: &str = "Owner@example.com";

/// Somebody's browser with its cookie and what its page knows.
#[derive(Clone, Default)]
pub struct Browser {
    pub cookie: Option<String>,
    pub csrf: Option<String>,
    pub workspace: Option<String>,
}

/// A call whose headers a test can spoil.
pub fn request(operation: &str, body: &Value) -> hyper::http::request::Builder {
    let _ = body;
    Request::post(format!("/ui/rpc/{operation}"))
        .header("host", "127.0.0.1:7070")
        .header("content-type", "application/json")
        .header("sec-fetch-site", "same-origin")
}

impl Browser {
    /// Somebody who signs in with an account.
    pub async fn sign_in(app: &TestApp, email: &str, password: &str) -> Self {
        let mut browser = Self::default();
        let body = json!({ "email": email, "password": password });
        browser.call(app, "session.signIn", body).await.data();
        browser
    }

    /// Somebody who signs in with a root key.
    pub async fn with_root_key(app: &TestApp, root_key: &str) -> Self {
        let mut browser = Self::default();
        browser.call(app, "session.signIn", json!({ "rootKey": root_key })).await.data();
        browser
    }

    /// Calls an operation as the dashboard's pages do, and keeps what comes back.
    pub async fn call(&mut self, app: &TestApp, operation: &str, body: Value) -> Answer {
        self.call_with(app, operation, body, &[]).await
    }

    /// The same with more headers.
    pub async fn call_with(
        &mut self,
        app: &TestApp,
        operation: &str,
        body: Value,
        headers: &[(&str, &str)],
    ) -> Answer {
        let mut request = request(operation, &body);
        let known = [
            ("cookie", &self.cookie),
            ("x-keyway-csrf", &self.csrf),
            ("x-keyway-workspace", &self.workspace),
        ];
        for (name, value) in known {
            if let Some(value) = value {
                request = request.header(name, value);
            }
        }
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let answer = app.send(request.body(Full::from(body.to_string())).unwrap()).await;
        self.learn(&answer);
        answer
    }

    fn learn(&mut self, answer: &Answer) {
        let header = answer.header("set-cookie");
        if let Some(pair) = header.split(';').next().filter(|pair| !pair.is_empty()) {
            self.cookie = (!pair.ends_with('=')).then(|| pair.to_owned());
        }
        if answer.status == 200
            && !answer.is_file()
            && let Some(csrf) = answer.json()["data"]["session"]["csrf"].as_str()
        {
            self.csrf = Some(csrf.to_owned());
        }
    }

    /// The secret in the cookie.
    pub fn token(&self) -> &str {
        self.cookie.as_deref().unwrap().split_once('=').unwrap().1
    }
}

/// Somebody invited by the owner who has chosen a password.
pub async fn invited(app: &TestApp, owner: &mut Browser, email: &str, role: &str) -> Browser {
    let body = json!({ "email": email, "role": role });
    let created = owner.call(app, "users.create", body).await.data();
    let mut browser = Browser::default();
    let body = json!({ "token": text(&created["link"], "token"), "password": PASSWORD });
    browser.call(app, "session.acceptLink", body).await.data();
    browser
}

/// The owner of the instance, set up and signed in.
pub async fn owner(app: &TestApp) -> Browser {
    people::unattended_owner(&app.app, OWNER, PASSWORD).await.unwrap();
    Browser::sign_in(app, OWNER, PASSWORD).await
}

/// A plain GET.
pub async fn get(app: &TestApp, path: &str, headers: &[(&str, &str)]) -> Answer {
    let mut request = Request::get(path).header("host", "127.0.0.1:7070");
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    app.send(request.body(Full::<Bytes>::default()).unwrap()).await
}
