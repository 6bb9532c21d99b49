//! What came of many requests: how long they took and what was answered.

use std::collections::BTreeMap;
use std::time::Duration;

use hdrhistogram::Histogram;

use super::http::Answer;

/// Longer than this no latency is told apart.
const LONGEST: u64 = 600_000_000_000;
/// Significant digits of a latency.
const DIGITS: u8 = 3;

/// What came of many requests.
pub struct Tally {
    /// How long answers took, in nanoseconds.
    pub latency: Histogram<u64>,
    /// How long the load lasted.
    pub elapsed: Duration,
    /// Requests that an open loop had planned and never sent.
    pub unsent: u64,
    answers: Vec<(u16, Box<[u8]>, u64)>,
    failures: BTreeMap<String, u64>,
}

impl Tally {
    /// Of no requests yet.
    #[expect(clippy::expect_used, reason = "the bounds are constants that are known to be good")]
    pub fn new() -> Self {
        let latency = Histogram::new_with_bounds(1, LONGEST, DIGITS).expect("the bounds are good");
        Self {
            latency,
            elapsed: Duration::ZERO,
            unsent: 0,
            answers: Vec::new(),
            failures: BTreeMap::new(),
        }
    }

    /// Counts an answer.
    pub fn answered(&mut self, took: Duration, answer: &Answer<'_>) {
        let nanoseconds = u64::try_from(took.as_nanos()).unwrap_or(LONGEST);
        self.latency.saturating_record(nanoseconds.clamp(1, LONGEST));
        let word = word(answer.body);
        let known = self
            .answers
            .iter_mut()
            .find(|(status, known, _)| *status == answer.status && **known == *word);
        match known {
            Some((_, _, count)) => *count += 1,
            None => self.answers.push((answer.status, word.into(), 1)),
        }
    }

    /// Counts a request that got no answer.
    pub fn failed(&mut self, err: &std::io::Error) {
        *self.failures.entry(err.kind().to_string()).or_default() += 1;
    }

    /// Counts a request that was never answered when the load was over.
    pub fn unanswered(&mut self, count: u64) {
        if 0 < count {
            *self.failures.entry("not answered in time".to_owned()).or_default() += count;
        }
    }

    /// How many requests were answered.
    pub fn requests(&self) -> u64 {
        self.latency.len()
    }

    /// Answers a second.
    #[expect(clippy::cast_precision_loss, reason = "a rate needs no more than 15 digits")]
    pub fn rate(&self) -> f64 {
        if self.elapsed.is_zero() {
            return 0.0;
        }
        self.requests() as f64 / self.elapsed.as_secs_f64()
    }

    /// A latency in microseconds; `quantile` is from 0 to 1.
    pub fn at(&self, quantile: f64) -> f64 {
        microseconds(self.latency.value_at_quantile(quantile))
    }

    /// The longest latency in microseconds.
    pub fn max(&self) -> f64 {
        microseconds(self.latency.max())
    }

    /// How often each answer was given: its status and the code in it.
    pub fn answers(&self) -> BTreeMap<String, u64> {
        let mut answers = BTreeMap::new();
        for (status, word, count) in &self.answers {
            let name = format!("{status} {}", String::from_utf8_lossy(word));
            *answers.entry(name.trim().to_owned()).or_default() += count;
        }
        answers
    }

    /// How often each way to get no answer happened.
    pub fn failures(&self) -> &BTreeMap<String, u64> {
        &self.failures
    }

    /// Adds what came of other requests, which were sent before or afterwards.
    pub fn add(&mut self, other: &Self) {
        // Both have the same bounds.
        let _ = self.latency.add(&other.latency);
        self.elapsed += other.elapsed;
        self.unsent += other.unsent;
        for (status, word, count) in &other.answers {
            let known = self.answers.iter_mut().find(|(s, w, _)| s == status && w == word);
            match known {
                Some((_, _, sum)) => *sum += count,
                None => self.answers.push((*status, word.clone(), *count)),
            }
        }
        for (failure, count) in &other.failures {
            *self.failures.entry(failure.clone()).or_default() += count;
        }
    }
}

#[expect(clippy::cast_precision_loss, reason = "a latency needs no more than 15 digits")]
fn microseconds(nanoseconds: u64) -> f64 {
    nanoseconds as f64 / 1000.0
}

/// The word that tells what an answer means: the code of a verdict, whether a limit let it pass,
/// the end of an error's address.
pub fn word(body: &[u8]) -> &[u8] {
    if let Some(code) = text_after(body, b"\"code\":\"") {
        return code;
    }
    if find(body, b"\"success\":true").is_some() {
        return b"PASSED";
    }
    if find(body, b"\"success\":false").is_some() {
        return b"EXCEEDED";
    }
    match text_after(body, b"\"type\":\"") {
        Some(address) => address.rsplit(|byte| *byte == b'/').next().unwrap_or(address),
        None => b"",
    }
}

/// The number after `name`, which is a member's name with its quotes and colon.
pub fn number_after(body: &[u8], name: &[u8]) -> Option<u64> {
    let rest = &body[find(body, name)? + name.len()..];
    let end = rest.iter().position(|byte| !byte.is_ascii_digit()).unwrap_or(rest.len());
    std::str::from_utf8(&rest[..end]).ok()?.parse().ok()
}

fn text_after<'a>(body: &'a [u8], name: &[u8]) -> Option<&'a [u8]> {
    let rest = &body[find(body, name)? + name.len()..];
    let end = rest.iter().position(|byte| *byte == b'"')?;
    Some(&rest[..end])
}

fn find(body: &[u8], wanted: &[u8]) -> Option<usize> {
    body.windows(wanted.len()).position(|window| window == wanted)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_is_known_by_the_word_in_it() {
        assert_eq!(word(br#"{"data":{"valid":true,"code":"VALID"}}"#), b"VALID");
        assert_eq!(word(br#"{"data":{"success":false,"limit":1}}"#), b"EXCEEDED");
        let error = br#"{"error":{"type":"http://h/docs/errors/unkey/data/key_not_found"}}"#;
        assert_eq!(word(error), b"key_not_found");
        assert_eq!(word(b"OK"), b"");
        assert_eq!(number_after(br#"{"credits":12,"x":1}"#, b"\"credits\":"), Some(12));
        assert_eq!(number_after(br#"{"credits":12}"#, b"\"left\":"), None);
    }

    #[test]
    fn tallies_add_up() {
        let mut one = Tally::new();
        let answer = Answer { status: 200, body: b"{\"code\":\"VALID\"}" };
        one.answered(Duration::from_millis(2), &answer);
        one.elapsed = Duration::from_secs(1);
        let mut both = Tally::new();
        both.answered(Duration::from_millis(4), &Answer { status: 503, body: b"" });
        both.unanswered(2);
        both.add(&one);
        both.add(&one);
        assert_eq!(both.requests(), 3);
        assert_eq!(both.answers()["200 VALID"], 2);
        assert_eq!(both.answers()["503"], 1);
        assert_eq!(both.failures()["not answered in time"], 2);
        assert!((3990.0..=4010.0).contains(&both.max()));
        assert!((both.rate() - 1.5).abs() < 1e-9);
    }
}
