//! Which path leads where, and by which method.

use std::sync::LazyLock;

use hyper::Method;
use keyway_ops::registry::{Operation, Registry};

use crate::docs::Page;
use crate::ui::Place;

static REGISTRY: LazyLock<Registry> = LazyLock::new(Registry::new);

/// Every operation. The table is the same for each service of a process and slow to build.
pub(crate) fn registry() -> &'static Registry {
    &REGISTRY
}

/// Paths of older clients, and the operations that they mean.
const TWINS: [(&str, &str); 1] = [("/v1/keys.createKey", "keys.createKey")];

/// Where a path leads.
pub(crate) enum Route {
    Operation(&'static Operation),
    Liveness,
    Ready,
    OpenApi { yaml: bool },
    Docs(Page),
    Ui(Place),
    Unknown,
}

impl Route {
    pub(crate) fn of(path: &str) -> Self {
        if let Some(name) = path.strip_prefix("/v2/") {
            if name == "liveness" {
                return Self::Liveness;
            }
            return registry().find(name).map_or(Self::Unknown, Self::Operation);
        }
        if let Some((_, name)) = TWINS.iter().find(|(twin, _)| *twin == path) {
            return registry().find(name).map_or(Self::Unknown, Self::Operation);
        }
        match path {
            "/health/ready" => Self::Ready,
            "/openapi.json" => Self::OpenApi { yaml: false },
            "/openapi.yaml" => Self::OpenApi { yaml: true },
            _ => Page::of(path).map_or(Self::Unknown, Self::Docs),
        }
    }

    /// What the log calls it; a closed set.
    pub(crate) fn name(&self) -> &'static str {
        match self {
            Self::Operation(operation) => operation.name,
            Self::Liveness => "liveness",
            Self::Ready => "ready",
            Self::OpenApi { .. } => "openapi",
            Self::Docs(_) => "docs",
            Self::Ui(place) => place.name(),
            Self::Unknown => "unknown",
        }
    }

    /// Whether it is asked so often that its success is no news.
    pub(crate) fn is_hot(&self) -> bool {
        match self {
            Self::Operation(operation) => operation.is_hot,
            Self::Liveness | Self::Ready => true,
            Self::OpenApi { .. } | Self::Docs(_) | Self::Ui(_) | Self::Unknown => false,
        }
    }

    /// The methods that the path takes; nothing if there is no such path.
    pub(crate) fn allow(&self) -> Option<&'static str> {
        match self {
            Self::Operation(_) => Some("POST"),
            Self::Unknown | Self::Ui(Place::Nothing) => None,
            Self::Ui(place) => Some(place.allow()),
            Self::Liveness | Self::Ready | Self::OpenApi { .. } | Self::Docs(_) => {
                Some("GET, HEAD")
            }
        }
    }

    pub(crate) fn allows(&self, method: &Method) -> bool {
        match self {
            Self::Operation(_) => method == Method::POST,
            Self::Unknown => false,
            Self::Ui(_) => {
                let allowed = self.allow().unwrap_or_default();
                allowed.split(", ").any(|one| one == method.as_str())
            }
            Self::Liveness | Self::Ready | Self::OpenApi { .. } | Self::Docs(_) => {
                method == Method::GET || method == Method::HEAD
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_old_path_leads_to_the_same_operation_as_the_new_one() {
        for path in ["/v1/keys.createKey", "/v2/keys.createKey"] {
            assert_eq!(Route::of(path).name(), "keys.createKey");
        }
    }

    #[test]
    fn paths_are_exact() {
        for path in [
            "/v1/keys.verifyKey",
            "/v2/keys.createKey/",
            "/v2/keys.createkey",
            "/v2/",
            "/V2/keys.createKey",
            "/v2//keys.createKey",
            "/v2/keys%2EcreateKey",
            "//",
            "*",
        ] {
            assert_eq!(Route::of(path).name(), "unknown", "{path}");
        }
    }

    #[test]
    fn operations_are_posted_and_pages_are_read() {
        let operation = Route::of("/v2/keys.createKey");
        assert!(operation.allows(&Method::POST));
        for method in [Method::GET, Method::HEAD, Method::OPTIONS, Method::PUT] {
            assert!(!operation.allows(&method), "{method}");
        }
        for path in ["/v2/liveness", "/health/ready", "/openapi.json", "/"] {
            assert!(Route::of(path).allows(&Method::GET), "{path}");
            assert!(Route::of(path).allows(&Method::HEAD), "{path}");
            assert!(!Route::of(path).allows(&Method::OPTIONS), "{path}");
        }
    }
}
