//! Identifiers with wildcards, for overrides of rate limits.

/// Whether `pattern` matches the whole of `text`. Each `*` stands for any characters, also none;
/// everything else is literal. Takes time proportional to the product of the lengths at worst.
pub fn matches(pattern: &str, text: &str) -> bool {
    let mut parts = pattern.split('*');
    let Some(mut rest) = parts.next().and_then(|first| text.strip_prefix(first)) else {
        return false;
    };
    let Some(last) = parts.next_back() else {
        return rest.is_empty();
    };
    for part in parts {
        match rest.find(part) {
            Some(at) => rest = &rest[at + part.len()..],
            None => return false,
        }
    }
    rest.ends_with(last)
}

/// The pattern among `patterns` that applies to `text`: the text itself, else the matching
/// pattern with the most literal characters, then with the longer literal beginning, then the
/// first in byte order. Patterns without `*` apply only to themselves.
pub fn most_specific<'a>(
    patterns: impl IntoIterator<Item = &'a str>,
    text: &str,
) -> Option<&'a str> {
    patterns
        .into_iter()
        .filter(|pattern| *pattern == text || (pattern.contains('*') && matches(pattern, text)))
        .min_by_key(|pattern| {
            let literals = pattern.chars().filter(|c| *c != '*').count();
            let beginning = pattern.split('*').next().map_or(0, |first| first.chars().count());
            (*pattern != text, std::cmp::Reverse(literals), std::cmp::Reverse(beginning), *pattern)
        })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// Matching as it is defined, by trying every length.
    fn slow(pattern: &[char], text: &[char]) -> bool {
        match pattern.split_first() {
            None => text.is_empty(),
            Some(('*', rest)) => (0..=text.len()).any(|at| slow(rest, &text[at..])),
            Some((c, rest)) => {
                text.split_first().is_some_and(|(t, after)| t == c && slow(rest, after))
            }
        }
    }

    proptest! {
        #[test]
        fn matching_agrees_with_its_definition(pattern in "[ab*ä\n]{0,8}", text in "[abä\n]{0,8}") {
            let (p, t): (Vec<char>, Vec<char>) = (pattern.chars().collect(), text.chars().collect());
            prop_assert_eq!(matches(&pattern, &text), slow(&p, &t));
        }
    }

    #[test]
    fn the_most_specific_pattern_applies() {
        let patterns = ["*", "*@acme.com", "ceo@acme.com", "ceo@*", "c*.com", "ce*.com"];
        let of = |text| most_specific(patterns, text);
        assert_eq!(of("ceo@acme.com"), Some("ceo@acme.com"));
        assert_eq!(of("cto@acme.com"), Some("*@acme.com"));
        assert_eq!(of("ceo@other.org"), Some("ceo@*"));
        assert_eq!(of("cement.com"), Some("ce*.com"));
        assert_eq!(of("x"), Some("*"));
        assert_eq!(most_specific(["a*", "*a"], "aa"), Some("a*"));
        assert_eq!(most_specific(["b"], "a"), None);
        assert_eq!(most_specific(["*"], "*"), Some("*"));
    }
}
