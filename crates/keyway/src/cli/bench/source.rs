//! The requests that are measured.

use std::collections::HashMap;
use std::sync::Arc;

use super::http::{Answer, Template};
use super::keys::{UNKNOWN, key};
use super::load::Source;
use super::random::Random;
use super::tally::number_after;

/// Which one comes next.
pub enum Pick {
    /// Each of so many equally often.
    Uniform(Random, usize),
    /// Nine of ten times one in a hundred of so many.
    Hot(Random, usize),
    /// Each of so many once, in an order without order.
    Once(usize, usize, usize),
}

impl Pick {
    /// Among `count`, as the flags say.
    pub fn new(seed: u64, count: usize, hot: bool) -> Self {
        let random = Random::new(seed);
        if hot { Self::Hot(random, count) } else { Self::Uniform(random, count) }
    }

    /// Each of so many once. Neighbours in the order in which keys were made share pages of the
    /// database, so they must not be asked for one after the other.
    pub fn once(count: usize) -> Self {
        let mut step = (count * 5 / 8).max(1) | 1;
        while has_divisor(step, count) {
            step += 2;
        }
        Self::Once(0, step, count)
    }

    fn next(&mut self) -> Option<usize> {
        Some(match self {
            Self::Uniform(random, count) => random.below(*count),
            Self::Hot(random, count) => {
                let few = if random.below(10) == 0 { *count } else { count.div_ceil(100) };
                random.below(few)
            }
            Self::Once(next, step, count) => {
                let present = *next;
                if *count <= present {
                    return None;
                }
                *next += 1;
                present * *step % *count
            }
        })
    }
}

/// Whether two numbers have a divisor above 1 in common.
fn has_divisor(mut one: usize, mut other: usize) -> bool {
    while other != 0 {
        (one, other) = (other, one % other);
    }
    1 < one
}

/// The same request again and again.
pub struct Same(Arc<[u8]>);

impl Same {
    /// How large a body is that is just below the largest that a server takes by itself, 10 MiB.
    const LARGE: usize = 10 * 1024 * 1024 - 1024;

    /// The verification of the stage's first key.
    pub fn key(template: &Template, stage: &super::stage::Stage) -> Self {
        let mut request = Vec::new();
        template.write(&mut request, &["{\"key\":\"", stage.keys.get(0), "\"}"]);
        request.into()
    }

    /// A body that no operation accepts, and that is as large as one may be.
    pub fn large(template: &Template) -> Self {
        let mut request = Vec::with_capacity(Self::LARGE + 1024);
        template.write(&mut request, &["{\"key\":\"", &"a".repeat(Self::LARGE), "\"}"]);
        request.into()
    }
}

impl From<Vec<u8>> for Same {
    fn from(request: Vec<u8>) -> Self {
        Self(request.into())
    }
}

impl Source for Same {
    fn write(&mut self, request: &mut Vec<u8>) -> Option<usize> {
        request.extend_from_slice(&self.0);
        Some(0)
    }

    fn constant(&self) -> Option<Arc<[u8]>> {
        Some(Arc::clone(&self.0))
    }
}

/// `keys.verifyKey`
pub struct Verify {
    template: Template,
    keys: std::rc::Rc<super::stage::Stage>,
    end: String,
    pick: Pick,
}

impl Verify {
    /// Verifications with the stage's permission query.
    pub fn new(template: Template, keys: std::rc::Rc<super::stage::Stage>, pick: Pick) -> Self {
        let end = format!("\",\"permissions\":\"{}\"}}", keys.permissions);
        Self { template, keys, end, pick }
    }
}

impl Source for Verify {
    fn write(&mut self, request: &mut Vec<u8>) -> Option<usize> {
        let which = self.pick.next()?;
        self.template.write(request, &["{\"key\":\"", self.keys.keys.get(which), &self.end]);
        Some(which)
    }
}

/// `keys.verifyKey` of keys that were never issued, each another one.
pub struct Unknown {
    template: Template,
    seed: u64,
    next: u64,
}

impl Unknown {
    /// Keys of this seed.
    pub fn new(template: Template, seed: u64) -> Self {
        Self { template, seed, next: 0 }
    }
}

impl Source for Unknown {
    fn write(&mut self, request: &mut Vec<u8>) -> Option<usize> {
        let text = key(self.seed, UNKNOWN, self.next).reveal_once();
        self.next += 1;
        self.template.write(request, &["{\"key\":\"", &text, "\"}"]);
        Some(0)
    }
}

/// `ratelimit.limit`
pub struct Limit {
    template: Template,
    start: String,
    pick: Pick,
}

impl Limit {
    /// Checks in a namespace, of a limit that is never reached.
    pub fn new(template: Template, namespace: &str, pick: Pick) -> Self {
        let limit = super::stage::NEVER_REACHED;
        let start = format!(
            "{{\"namespace\":\"{namespace}\",\"limit\":{limit},\"duration\":60000,\
             \"identifier\":\"user_"
        );
        Self { template, start, pick }
    }
}

impl Source for Limit {
    fn write(&mut self, request: &mut Vec<u8>) -> Option<usize> {
        let which = self.pick.next()?;
        self.template.write(request, &[&self.start, &which.to_string(), "\"}"]);
        Some(which)
    }
}

/// One of several sources for each request, by their shares.
pub struct Mixed {
    random: Random,
    sources: Vec<(usize, Box<dyn Source>)>,
    /// Which source each request on its way came from.
    from: HashMap<usize, (usize, usize)>,
    next: usize,
}

impl Mixed {
    /// Each source with its share.
    pub fn new(seed: u64, sources: Vec<(usize, Box<dyn Source>)>) -> Self {
        Self { random: Random::new(seed), sources, from: HashMap::new(), next: 0 }
    }
}

impl Source for Mixed {
    fn write(&mut self, request: &mut Vec<u8>) -> Option<usize> {
        let total = self.sources.iter().map(|(share, _)| share).sum();
        let mut chosen = self.random.below(total);
        for (index, (share, source)) in self.sources.iter_mut().enumerate() {
            if chosen < *share {
                let which = source.write(request)?;
                self.next += 1;
                self.from.insert(self.next, (index, which));
                return Some(self.next);
            }
            chosen -= *share;
        }
        None
    }

    fn answered(&mut self, which: usize, answer: &Answer<'_>) {
        if let Some((index, which)) = self.from.remove(&which)
            && let Some((_, source)) = self.sources.get_mut(index)
        {
            source.answered(which, answer);
        }
    }
}

/// Verifications that spend credits, of which every one must leave another balance.
pub struct Spend {
    verify: Verify,
    granted: u64,
    keys: Vec<Balances>,
}

#[derive(Default)]
struct Balances {
    valid: u64,
    /// One bit for each balance that was told, from the first one downwards.
    seen: Vec<u64>,
    twice: u64,
    strange: u64,
}

impl Spend {
    /// Of keys that were granted so many credits each.
    pub fn new(verify: Verify, granted: u64) -> Self {
        let mut keys = Vec::new();
        keys.resize_with(verify.keys.keys.len(), Balances::default);
        Self { verify, granted, keys }
    }

    /// How many uses of a key were acknowledged.
    pub fn spent(&self, key: usize) -> u64 {
        self.keys.get(key).map_or(0, |key| key.valid)
    }

    /// How many balances were told twice, and how many were none that there can be.
    pub fn wrong(&self) -> (u64, u64) {
        let sum = |of: fn(&Balances) -> u64| self.keys.iter().map(of).sum();
        (sum(|key| key.twice), sum(|key| key.strange))
    }
}

impl Source for Spend {
    fn write(&mut self, request: &mut Vec<u8>) -> Option<usize> {
        self.verify.write(request)
    }

    fn answered(&mut self, which: usize, answer: &Answer<'_>) {
        if super::tally::word(answer.body) != b"VALID" {
            return;
        }
        let key = &mut self.keys[which];
        key.valid += 1;
        let left = number_after(answer.body, b"\"credits\":");
        let Some(used) = left.and_then(|left| self.granted.checked_sub(left)) else {
            key.strange += 1;
            return;
        };
        let (Ok(word), bit) = (usize::try_from(used / 64), 1 << (used % 64)) else { return };
        // A balance so far down would not have been reached.
        if 10_000_000 < word {
            key.strange += 1;
            return;
        }
        if key.seen.len() <= word {
            key.seen.resize(word + 1, 0);
        }
        if key.seen[word] & bit != 0 {
            key.twice += 1;
        }
        key.seen[word] |= bit;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hot_means_that_few_are_asked_for_often() {
        let mut pick = Pick::new(1, 1000, true);
        let few = (0..1000).filter(|_| pick.next().unwrap() < 10).count();
        assert!((850..=950).contains(&few), "{few}");
        for count in [1, 2, 3, 10, 15, 1000, 65_536] {
            let mut once = Pick::once(count);
            let mut all: Vec<usize> = std::iter::from_fn(|| once.next()).collect();
            all.sort_unstable();
            assert!(all.iter().copied().eq(0..count), "{count}");
        }
    }

    #[test]
    fn a_balance_that_is_told_twice_is_noticed() {
        let mut stage = super::super::stage::Stage::default();
        stage.keys.push("bench_a");
        let template = Template::post("h", "keys.verifyKey", "unkey_x");
        let verify = Verify::new(template, std::rc::Rc::new(stage), Pick::once(1));
        let mut spend = Spend::new(verify, 1000);
        for left in [999, 998, 999, 2000] {
            let body = format!("{{\"code\":\"VALID\",\"credits\":{left}}}");
            spend.answered(0, &Answer { status: 200, body: body.as_bytes() });
        }
        spend.answered(0, &Answer { status: 200, body: b"{\"code\":\"USAGE_EXCEEDED\"}" });
        assert_eq!(spend.spent(0), 4);
        assert_eq!(spend.wrong(), (1, 1));
    }
}
