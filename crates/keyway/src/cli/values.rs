//! Values that several commands take on the command line, and the JSON that they stand for.

use std::path::Path;

use clap::ValueEnum;
use serde::Serialize;
use serde_json::{Map, Value, json};

use super::exit::{Exit, Failure};
use super::time;

/// `on` or `off`.
#[derive(Clone, Copy, ValueEnum)]
pub enum Switch {
    /// Switched on.
    On,
    /// Switched off.
    Off,
}

impl Serialize for Switch {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_bool(matches!(self, Self::On))
    }
}

/// The members of a request, of which those that were not given are left out.
#[derive(Clone, Default)]
pub struct Body(Map<String, Value>);

impl Body {
    /// A request without members.
    pub fn new() -> Self {
        Self::default()
    }

    /// Sets a member.
    #[must_use]
    pub fn set(mut self, name: &str, value: impl Serialize) -> Self {
        self.0.insert(name.to_owned(), json!(value));
        self
    }

    /// Sets a member if there is a value.
    #[must_use]
    pub fn maybe(self, name: &str, value: Option<impl Serialize>) -> Self {
        match value {
            Some(value) => self.set(name, value),
            None => self,
        }
    }

    /// Sets a member if the list has an item.
    #[must_use]
    pub fn list(self, name: &str, values: &[impl Serialize]) -> Self {
        if values.is_empty() { self } else { self.set(name, values) }
    }

    /// Sets a member to true if the flag was given.
    #[must_use]
    pub fn flag(self, name: &str, given: bool) -> Self {
        if given { self.set(name, true) } else { self }
    }

    /// Whether no member was set.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Adds the members of `other`.
    #[must_use]
    pub fn and(mut self, other: Self) -> Self {
        self.0.extend(other.0);
        self
    }
}

impl From<Body> for Value {
    fn from(body: Body) -> Self {
        Self::Object(body.0)
    }
}

/// `1000`, `1000/daily`, `1000/monthly:31` or `unlimited`.
pub fn credits(text: &str) -> Result<Value, String> {
    if text == "unlimited" {
        return Ok(json!({ "remaining": null }));
    }
    let (amount, refill) = text.split_once('/').map_or((text, None), |(a, r)| (a, Some(r)));
    let amount = time::count(amount)?;
    let refill = match refill {
        None => return Ok(json!({ "remaining": amount })),
        Some("daily") => json!({ "interval": "daily", "amount": amount }),
        Some(refill) => match refill.strip_prefix("monthly:").map(str::parse::<u8>) {
            Some(Ok(day @ 1..=31)) => {
                json!({ "interval": "monthly", "amount": amount, "refillDay": day })
            }
            _ => {
                return Err(format!(
                    "`{refill}` is no refill; use daily or monthly:DAY with a day from 1 to 31"
                ));
            }
        },
    };
    Ok(json!({ "remaining": amount, "refill": refill }))
}

/// A rate limit of a key: `requests=100/60s` or `requests=100/60s,auto`.
pub fn rate_limit(text: &str) -> Result<Value, String> {
    let wrong = || {
        format!("`{text}` is no rate limit; use NAME=COUNT/DURATION or NAME=COUNT/DURATION,auto")
    };
    let (name, rest) = text.split_once('=').ok_or_else(wrong)?;
    let (rest, auto) = match rest.split_once(',') {
        Some((rest, "auto")) => (rest, true),
        Some(_) => return Err(wrong()),
        None => (rest, false),
    };
    if !rest.contains('/') {
        return Err(wrong());
    }
    let mut limit = quota(rest)?;
    limit["name"] = name.into();
    limit["autoApply"] = auto.into();
    Ok(limit)
}

/// How many in which time: `100/60s`.
pub fn quota(text: &str) -> Result<Value, String> {
    let wrong = || format!("`{text}` is no limit; use COUNT/DURATION, for example 100/60s");
    let (limit, window) = text.split_once('/').ok_or_else(wrong)?;
    let window = u64::try_from(time::duration(window)?.as_millis()).map_err(|_| wrong())?;
    Ok(json!({ "limit": time::count(limit)?, "duration": window }))
}

/// `NAME=VALUE`, the value as JSON if it is a number, true, false or null, else as text.
pub fn member(text: &str) -> Result<(String, Value), String> {
    let wrong = || format!("`{text}` is no member; use NAME=VALUE");
    let (name, value) = text.split_once('=').ok_or_else(wrong)?;
    let plain = |value: &Value| !value.is_array() && !value.is_object();
    let value = serde_json::from_str(value).ok().filter(plain).unwrap_or_else(|| value.into());
    Ok((name.to_owned(), value))
}

/// A rate limit to check: `requests` or `requests:5`.
pub fn checked_limit(text: &str) -> Result<Value, String> {
    match text.rsplit_once(':') {
        Some((name, cost)) => Ok(json!({ "name": name, "cost": time::count(cost)? })),
        None => Ok(json!({ "name": text })),
    }
}

/// The JSON of an argument: the text itself, or the contents of `@file`.
pub fn json_argument(flag: &str, text: &str) -> Result<Value, Failure> {
    let text = match text.strip_prefix('@') {
        Some(path) => read_file(Path::new(path))?,
        None => text.to_owned(),
    };
    serde_json::from_str(&text)
        .map_err(|err| Failure::usage(format!("The value of {flag} is not JSON.")).because(err))
}

/// A file as text.
pub fn read_file(path: &Path) -> Result<String, Failure> {
    std::fs::read_to_string(path).map_err(|err| {
        Failure::new(Exit::Config, format!("The file {} cannot be read.", path.display()))
            .because(err)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_member_has_a_value_of_its_kind() {
        let value = |text: &str| member(text).unwrap().1;
        assert_eq!(value("plan=pro"), json!("pro"));
        assert_eq!(value("seats=5"), json!(5));
        assert_eq!(value("trial=true"), json!(true));
        assert_eq!(value("seats=\"5\""), json!("5"));
        assert_eq!(value("list=[1]"), json!("[1]"));
        assert!(member("plan").is_err());
    }

    #[test]
    fn credits_may_refill() {
        assert_eq!(credits("5"), Ok(json!({ "remaining": 5 })));
        assert_eq!(credits("unlimited"), Ok(json!({ "remaining": null })));
        assert_eq!(
            credits("1k/daily"),
            Ok(json!({ "remaining": 1000, "refill": { "interval": "daily", "amount": 1000 } }))
        );
        assert_eq!(
            credits("10/monthly:31"),
            Ok(json!({
                "remaining": 10,
                "refill": { "interval": "monthly", "amount": 10, "refillDay": 31 }
            }))
        );
        for wrong in ["", "x", "10/", "10/weekly", "10/monthly", "10/monthly:0", "10/monthly:32"] {
            assert!(credits(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn a_rate_limit_is_a_name_a_count_and_a_window() {
        assert_eq!(
            rate_limit("requests=100/60s,auto"),
            Ok(json!({ "name": "requests", "limit": 100, "duration": 60_000, "autoApply": true }))
        );
        assert_eq!(rate_limit("r=1k/1m").unwrap()["autoApply"], json!(false));
        for wrong in ["", "r", "r=1", "r=1/", "r=1/60", "r=1/60s,", "r=1/60s,later"] {
            assert!(rate_limit(wrong).is_err(), "{wrong}");
        }
        assert_eq!(quota("0/1h"), Ok(json!({ "limit": 0, "duration": 3_600_000 })));
        for wrong in ["", "1", "/1s", "1/", "1/1s/1s"] {
            assert!(quota(wrong).is_err(), "{wrong}");
        }
        assert_eq!(checked_limit("tokens:5"), Ok(json!({ "name": "tokens", "cost": 5 })));
        assert_eq!(checked_limit("tokens"), Ok(json!({ "name": "tokens" })));
    }
}
