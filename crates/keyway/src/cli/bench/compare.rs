//! Two results side by side, and the changes that are too large.

use std::fmt::Write as _;
use std::path::Path;
use std::str::FromStr;

use serde_json::{Value, json};

use super::super::exit::{Exit, Failure};
use super::super::values;

/// What is compared: its name, and where it stands in a result.
const METRICS: [(&str, &str); 9] = [
    ("p50", "/operation/latency/p50"),
    ("p90", "/operation/latency/p90"),
    ("p99", "/operation/latency/p99"),
    ("p999", "/operation/latency/p999"),
    ("max", "/operation/latency/max"),
    ("rps", "/operation/rps"),
    ("cpu", "/operation/cpu"),
    ("ratio", "/ratio"),
    ("rss", "/memory/rss"),
];

/// A change that is too large: `p99>+10%` or `rps<-5%`.
#[derive(Clone, Debug, PartialEq)]
pub struct FailIf {
    metric: &'static str,
    above: bool,
    percent: f64,
    text: String,
}

/// Two results side by side.
pub struct Comparison {
    rows: Vec<Row>,
    broken: Vec<String>,
}

struct Row {
    metric: &'static str,
    before: f64,
    after: f64,
}

impl Row {
    fn change(&self) -> Option<f64> {
        let change = (self.after - self.before) / self.before * 100.0;
        Some(change).filter(|change| change.is_finite())
    }
}

impl FromStr for FailIf {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let wrong = || {
            let names: Vec<&str> = METRICS.iter().map(|(name, _)| *name).collect();
            format!(
                "`{text}` is no rule; write a metric, > or <, and a change: 'p99>+10%'. Metrics \
                 are {}",
                names.join(", ")
            )
        };
        let at = text.find(['<', '>']).ok_or_else(wrong)?;
        let (name, rest) = text.split_at(at);
        let (metric, _) =
            METRICS.iter().find(|(known, _)| *known == name.trim()).ok_or_else(wrong)?;
        let percent = rest[1..].trim().strip_suffix('%').ok_or_else(wrong)?;
        let percent: f64 = percent.trim().parse().map_err(|_| wrong())?;
        if !percent.is_finite() {
            return Err(wrong());
        }
        Ok(Self { metric, above: rest.starts_with('>'), percent, text: text.to_owned() })
    }
}

impl FailIf {
    fn is_met(&self, change: f64) -> bool {
        if self.above { self.percent < change } else { change < self.percent }
    }
}

/// Reads a result.
pub fn read(path: &Path) -> Result<Value, Failure> {
    let text = values::read_file(path)?;
    let wrong = || Failure::new(Exit::Config, format!("{} holds no result.", path.display()));
    let value: Value = serde_json::from_str(&text).map_err(|err| wrong().because(err))?;
    if value.get("bench").is_none() {
        return Err(wrong().fix("give a file that --out wrote"));
    }
    Ok(value)
}

/// Compares what two results have in common.
pub fn compare(before: &Value, after: &Value, rules: &[FailIf]) -> Comparison {
    let number = |value: &Value, pointer: &str| value.pointer(pointer).and_then(Value::as_f64);
    let rows: Vec<Row> = METRICS
        .iter()
        .filter_map(|(metric, pointer)| {
            let (before, after) = (number(before, pointer)?, number(after, pointer)?);
            Some(Row { metric, before, after })
        })
        .collect();
    let mut broken = Vec::new();
    for rule in rules {
        let change = rows.iter().find(|row| row.metric == rule.metric).and_then(Row::change);
        match change {
            Some(change) if rule.is_met(change) => {
                broken.push(format!("{}: it changed by {change:+.1} %", rule.text));
            }
            Some(_) => {}
            None => broken.push(format!("{}: it is not in both results", rule.text)),
        }
    }
    if before["bench"] != after["bench"] {
        broken.push(format!(
            "the base is of bench {}, not of {}",
            before["bench"].as_str().unwrap_or("?"),
            after["bench"].as_str().unwrap_or("?")
        ));
    }
    Comparison { rows, broken }
}

impl Comparison {
    /// Whether a change is too large.
    pub fn has_failed(&self) -> bool {
        !self.broken.is_empty()
    }

    /// For people.
    pub fn text(&self) -> String {
        let mut text = format!("\n{:8} {:>14} {:>14} {:>9}\n", "", "before", "after", "change");
        for row in &self.rows {
            let change = row.change().map_or_else(String::new, |change| format!("{change:+.1} %"));
            let Row { metric, before, after } = row;
            let _ = writeln!(text, "{metric:8} {before:>14} {after:>14} {change:>9}");
        }
        for broken in &self.broken {
            let _ = writeln!(text, "too much: {broken}");
        }
        text
    }

    /// For programs.
    pub fn json(&self) -> Value {
        let changes: Value = self
            .rows
            .iter()
            .map(|row| {
                let Row { metric, before, after } = row;
                let change = row.change().map(super::report::rounded);
                let row = json!({ "before": before, "after": after, "percent": change });
                ((*metric).to_owned(), row)
            })
            .collect();
        json!({ "changes": changes, "failed": self.broken })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn result(p99: f64, rps: f64) -> Value {
        json!({ "bench": "verify", "operation": { "latency": { "p99": p99 }, "rps": rps } })
    }

    fn rules(texts: &[&str]) -> Vec<FailIf> {
        texts.iter().map(|text| text.parse().unwrap()).collect()
    }

    #[test]
    fn a_change_beyond_a_rule_fails() {
        let (before, after) = (result(100.0, 1000.0), result(125.0, 900.0));
        let failed = |texts: &[&str]| compare(&before, &after, &rules(texts)).has_failed();
        assert!(failed(&["p99>+10%"]));
        assert!(failed(&["p99>+50%", "rps<-5%"]));
        assert!(!failed(&["p99>+30%", "rps<-15%", "rps>+5%"]));
        assert!(!failed(&[]));
        assert!(failed(&["ratio<-5%"]));
        let comparison = compare(&before, &after, &rules(&["p99>10%"]));
        assert!(comparison.text().contains("+25.0 %"));
        assert_eq!(comparison.json()["changes"]["rps"]["percent"], json!(-10.0));
    }

    #[test]
    fn another_measurement_is_no_base() {
        let mut other = result(100.0, 1000.0);
        other["bench"] = json!("limit");
        assert!(compare(&other, &result(100.0, 1000.0), &[]).has_failed());
    }

    #[test]
    fn a_rule_has_a_metric_a_direction_and_a_change() {
        for wrong in ["", "p99", "p99>", "p99>10", "p98>10%", ">10%", "p99=10%", "p99>NaN%"] {
            assert!(wrong.parse::<FailIf>().is_err(), "{wrong}");
        }
        assert!("p999 > +10 %".parse::<FailIf>().is_ok());
    }
}
