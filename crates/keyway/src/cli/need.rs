//! What an operation needs, as the bundled OpenAPI document tells it, and whether a set of
//! permissions meets it.

use std::fmt;

use serde_json::Value;

/// A need: permissions joined by AND and OR.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Need {
    /// This permission. A member of the request such as `{apiId}` stands for an id.
    One(String),
    /// One of these.
    Any(Vec<Self>),
    /// All of these. Of none: nothing is needed.
    All(Vec<Self>),
}

/// Every operation of the document with its need, in the order of their names.
pub fn operations(document: &Value) -> Vec<(String, Need)> {
    let paths = document["paths"].as_object();
    let mut operations: Vec<_> = paths
        .into_iter()
        .flatten()
        .filter_map(|(path, item)| {
            let name = path.strip_prefix("/v2/")?;
            let post = item.get("post")?;
            Some((name.to_owned(), Need::of(&post["x-keyway-permissions"])))
        })
        .collect();
    operations.sort_by(|one, other| one.0.cmp(&other.0));
    operations
}

impl Need {
    fn of(tree: &Value) -> Self {
        let list = |name: &str| {
            tree[name].as_array().map(|parts| parts.iter().map(Self::of).collect::<Vec<_>>())
        };
        match (tree.as_str(), list("anyOf"), list("allOf")) {
            (Some(permission), _, _) => Self::One(permission.to_owned()),
            (_, Some(parts), _) => Self::Any(parts),
            (_, _, Some(parts)) => Self::All(parts),
            _ => Self::All(Vec::new()),
        }
    }

    /// The need for one resource: its id takes the place of the members of the request.
    #[must_use]
    pub fn on(&self, id: &str) -> Self {
        let every = |parts: &[Self]| parts.iter().map(|part| part.on(id)).collect();
        match self {
            Self::One(permission) => Self::One(match permission.split_once('{') {
                Some((before, rest)) => {
                    let after = rest.split_once('}').map_or("", |(_, after)| after);
                    format!("{before}{id}{after}")
                }
                None => permission.clone(),
            }),
            Self::Any(parts) => Self::Any(every(parts)),
            Self::All(parts) => Self::All(every(parts)),
        }
    }

    /// The fewest and narrowest permissions that `held` lacks. None are missing if the need is met.
    pub fn missing(&self, held: &[String]) -> Vec<String> {
        match self {
            Self::One(permission) if held.contains(permission) => Vec::new(),
            Self::One(permission) => vec![permission.clone()],
            Self::Any(parts) => parts
                .iter()
                .map(|part| part.missing(held))
                .min_by_key(|missing| {
                    // Whatever still names a member of the request cannot be granted.
                    let open = missing.iter().filter(|name| name.contains('{')).count();
                    let wide = missing.iter().filter(|name| name.contains(".*.")).count();
                    (!missing.is_empty(), open, missing.len(), wide)
                })
                .unwrap_or_default(),
            Self::All(parts) => parts.iter().flat_map(|part| part.missing(held)).collect(),
        }
    }

    fn write(&self, f: &mut fmt::Formatter<'_>, nested: bool) -> fmt::Result {
        let (parts, word) = match self {
            Self::One(permission) => return f.write_str(permission),
            Self::All(parts) if parts.is_empty() => return f.write_str("none"),
            Self::Any(parts) => (parts, " or "),
            Self::All(parts) => (parts, " and "),
        };
        let brackets = nested && 1 < parts.len();
        f.write_str(if brackets { "(" } else { "" })?;
        for (index, part) in parts.iter().enumerate() {
            f.write_str(if index == 0 { "" } else { word })?;
            part.write(f, true)?;
        }
        f.write_str(if brackets { ")" } else { "" })
    }
}

impl fmt::Display for Need {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.write(f, false)
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn list_keys() -> Need {
        Need::of(&json!({ "allOf": [
            { "anyOf": ["api.*.read_key", "api.{apiId}.read_key"] },
            { "anyOf": ["api.*.read_api", "api.{apiId}.read_api"] },
        ] }))
    }

    fn held(permissions: &[&str]) -> Vec<String> {
        permissions.iter().map(|permission| (*permission).to_owned()).collect()
    }

    #[test]
    fn a_need_is_met_by_the_wide_or_the_narrow_permission() {
        let need = list_keys().on("api_1");
        assert!(need.missing(&held(&["api.*.read_key", "api.api_1.read_api"])).is_empty());
        assert_eq!(need.missing(&held(&["api.*.read_key"])), ["api.api_1.read_api"]);
        assert_eq!(need.missing(&held(&["api.api_2.read_key"])).len(), 2);
    }

    #[test]
    fn without_a_resource_only_the_wide_permission_can_be_granted() {
        assert_eq!(
            list_keys().missing(&held(&["api.api_1.read_key"])),
            ["api.*.read_key", "api.*.read_api"]
        );
    }

    #[test]
    fn an_operation_without_a_need_is_open_to_every_root_key() {
        let document = json!({ "paths": {
            "/v2/b.op": { "post": { "x-keyway-permissions": "x.*.y" } },
            "/v2/a.op": { "post": {} },
            "/v2/liveness": { "get": {} },
        } });
        let operations = operations(&document);
        assert_eq!(operations[0], ("a.op".into(), Need::All(Vec::new())));
        assert!(operations[0].1.missing(&[]).is_empty());
        assert_eq!(operations[1], ("b.op".into(), Need::One("x.*.y".into())));
        assert_eq!(operations.len(), 2);
    }

    #[test]
    fn a_need_reads_as_a_sentence() {
        assert_eq!(
            list_keys().to_string(),
            "(api.*.read_key or api.{apiId}.read_key) and (api.*.read_api or api.{apiId}.read_api)"
        );
        assert_eq!(Need::All(Vec::new()).to_string(), "none");
    }
}
