//! Times, durations and counts as people type them, and times as people read them.

use std::time::Duration;

use jiff::{Timestamp, tz::TimeZone};

/// A point in time as given on the command line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum When {
    /// `never`
    Never,
    /// RFC 3339 or unix milliseconds.
    At(i64),
    /// `now`, `+30d` or `-24h`: milliseconds from now.
    FromNow(i64),
}

impl When {
    /// Unix milliseconds, or nothing for `never`.
    pub fn resolve(self, now: i64) -> Option<i64> {
        match self {
            Self::Never => None,
            Self::At(time) => Some(time),
            Self::FromNow(offset) => Some(now.saturating_add(offset)),
        }
    }
}

impl std::str::FromStr for When {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let relative = |rest: &str, sign: i64| {
            let length = i64::try_from(duration(rest)?.as_millis()).map_err(|_| too_large(text))?;
            Ok(Self::FromNow(sign * length))
        };
        match text {
            "never" => Ok(Self::Never),
            "now" => Ok(Self::FromNow(0)),
            _ if !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit()) => {
                text.parse().map(Self::At).map_err(|_| too_large(text))
            }
            _ => match (text.strip_prefix('+'), text.strip_prefix('-')) {
                (Some(rest), _) => relative(rest, 1),
                (_, Some(rest)) => relative(rest, -1),
                _ => text.parse::<Timestamp>().map(|time| Self::At(time.as_millisecond())).map_err(
                    |_| {
                        format!(
                            "`{text}` is no time; use RFC 3339 (2026-01-31T12:00:00Z), unix \
                             milliseconds, now, +30d, -24h or never"
                        )
                    },
                ),
            },
        }
    }
}

/// A point in time that is not `never`.
pub fn moment(text: &str) -> Result<When, String> {
    match text.parse()? {
        When::Never => Err("`never` is no point in time".to_owned()),
        when @ (When::At(_) | When::FromNow(_)) => Ok(when),
    }
}

/// A duration: `500ms`, `10s`, `5m`, `1h`, `30d`.
pub fn duration(text: &str) -> Result<Duration, String> {
    let split = text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len());
    let (number, unit) = text.split_at(split);
    let unit = match unit {
        "ms" => 1,
        "s" => 1000,
        "m" => 60_000,
        "h" => 3_600_000,
        "d" => 86_400_000,
        _ => 0,
    };
    match number.parse::<u64>() {
        Ok(number) if unit > 0 => {
            number.checked_mul(unit).map(Duration::from_millis).ok_or_else(|| too_large(text))
        }
        _ => Err(format!("`{text}` is no duration; use 500ms, 10s, 5m, 1h or 30d")),
    }
}

/// A duration as [`duration`] reads it, in the largest unit that leaves no rest.
pub fn span(milliseconds: u64) -> String {
    let units = [(86_400_000, "d"), (3_600_000, "h"), (60_000, "m"), (1000, "s")];
    let fits = |(unit, _): &(u64, &str)| 0 < milliseconds && milliseconds.is_multiple_of(*unit);
    units.into_iter().find(fits).map_or_else(
        || format!("{milliseconds}ms"),
        |(unit, name)| format!("{}{name}", milliseconds / unit),
    )
}

/// A count: `1500`, `10k`, `1m`.
pub fn count(text: &str) -> Result<i64, String> {
    let (number, factor) = match text.strip_suffix(['k', 'K', 'm', 'M']) {
        Some(number) if text.ends_with(['k', 'K']) => (number, 1000),
        Some(number) => (number, 1_000_000),
        None => (text, 1),
    };
    match number.parse::<i64>() {
        Ok(number) if 0 <= number => number.checked_mul(factor).ok_or_else(|| too_large(text)),
        _ => Err(format!("`{text}` is no count; use 1500, 10k or 1m")),
    }
}

/// A time for people, in the zone of this machine.
pub fn local(time: i64) -> String {
    Timestamp::from_millisecond(time).map_or_else(
        |_| time.to_string(),
        |time| time.to_zoned(TimeZone::system()).strftime("%Y-%m-%d %H:%M:%S%:z").to_string(),
    )
}

fn too_large(text: &str) -> String {
    format!("`{text}` is too large")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_read_in_every_documented_form() {
        let now = 1_000_000;
        let read = |text: &str| text.parse::<When>().unwrap().resolve(now);
        assert_eq!(read("never"), None);
        assert_eq!(read("now"), Some(now));
        assert_eq!(read("1767225600000"), Some(1_767_225_600_000));
        assert_eq!(read("2026-01-01T00:00:00Z"), Some(1_767_225_600_000));
        assert_eq!(read("2026-01-01T01:00:00+01:00"), Some(1_767_225_600_000));
        assert_eq!(read("+30d"), Some(now + 30 * 86_400_000));
        assert_eq!(read("-24h"), Some(now - 86_400_000));
        for wrong in ["", "soon", "+", "+3", "+3w", "-", "2026-01-01", "99999999999999999999"] {
            assert!(wrong.parse::<When>().is_err(), "{wrong}");
        }
    }

    #[test]
    fn durations_need_a_unit() {
        assert_eq!(duration("500ms"), Ok(Duration::from_millis(500)));
        assert_eq!(duration("5m"), Ok(Duration::from_mins(5)));
        for wrong in ["", "5", "ms", "-1s", "1.5h", "99999999999999999999d", "999999999999999999d"]
        {
            assert!(duration(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn a_span_is_written_as_a_duration_that_reads_back() {
        for (milliseconds, text) in [(0, "0ms"), (1500, "1500ms"), (90_000, "90s"), (60_000, "1m")]
        {
            assert_eq!(span(milliseconds), text);
            assert_eq!(duration(text), Ok(Duration::from_millis(milliseconds)));
        }
        assert_eq!(span(30 * 86_400_000), "30d");
    }

    #[test]
    fn counts_take_thousands_and_millions() {
        assert_eq!(count("10k"), Ok(10_000));
        assert_eq!(count("1m"), Ok(1_000_000));
        assert_eq!(count("7"), Ok(7));
        for wrong in ["", "k", "-1", "1g", "9223372036854775807k"] {
            assert!(count(wrong).is_err(), "{wrong}");
        }
    }
}
