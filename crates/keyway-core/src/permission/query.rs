//! Permission queries: `documents.read AND (billing.pay OR admin)`.
//!
//! ```text
//! query = and { OR and } ;  and = primary { AND primary } ;  primary = NAME | "(" query ")"
//! NAME  = one or more of  A-Z a-z 0-9 . _ - : * /
//! ```
//!
//! `AND` and `OR` are whole words of any case. Names match a held permission exactly; a `*` is an
//! ordinary character. The query is evaluated while it is read, in one pass that remembers only
//! what parentheses are open, so that no nesting can exhaust the thread's stack.

use std::fmt;

/// A query that can't be read. The text says where and why, without repeating the query.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SyntaxError {
    /// The position of the fault: characters from the beginning, counted from 0.
    pub at: usize,
    /// What is wrong there.
    pub what: &'static str,
}

impl fmt::Display for SyntaxError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} at character {}", self.what, self.at + 1)
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Token<'a> {
    Name(&'a str),
    And,
    Or,
    Open,
    Close,
}

/// The tokens of a query with their positions. All characters of a token are ASCII, so that up to
/// the first fault bytes are characters.
struct Tokens<'a> {
    text: &'a str,
    at: usize,
}

impl<'a> Iterator for Tokens<'a> {
    type Item = Result<(usize, Token<'a>), SyntaxError>;

    fn next(&mut self) -> Option<Self::Item> {
        let bytes = self.text.as_bytes();
        while bytes.get(self.at).is_some_and(|byte| matches!(byte, b' ' | b'\t' | b'\r' | b'\n')) {
            self.at += 1;
        }
        let at = self.at;
        let token = match bytes.get(at)? {
            b'(' => Token::Open,
            b')' => Token::Close,
            byte if is_name(*byte) => {
                let length = bytes[at..].iter().take_while(|byte| is_name(**byte)).count();
                let word = &self.text[at..at + length];
                self.at += length;
                return Some(Ok((at, Token::of(word))));
            }
            _ => {
                let what = "there is a character that no permission has";
                return Some(Err(SyntaxError { at, what }));
            }
        };
        self.at += 1;
        Some(Ok((at, token)))
    }
}

impl<'a> Token<'a> {
    fn of(word: &'a str) -> Self {
        if word.eq_ignore_ascii_case("and") {
            Self::And
        } else if word.eq_ignore_ascii_case("or") {
            Self::Or
        } else {
            Self::Name(word)
        }
    }
}

fn is_name(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'_' | b'-' | b':' | b'*' | b'/')
}

/// One level of parentheses.
#[derive(Clone, Copy)]
struct Level {
    /// Whether an alternative before the present one was true.
    alternative: bool,
    /// Whether all terms of the present alternative were true so far.
    terms: bool,
}

impl Level {
    const NEW: Self = Self { alternative: false, terms: true };
}

/// Whether a key that holds the permissions for which `held` is true satisfies the query.
pub fn evaluate(text: &str, held: impl Fn(&str) -> bool) -> Result<bool, SyntaxError> {
    let mut level = Level::NEW;
    let mut outer: Vec<Level> = Vec::new();
    let mut operand_wanted = true;
    for token in (Tokens { text, at: 0 }) {
        let (at, token) = token?;
        let what = match (token, operand_wanted) {
            (Token::Name(name), true) => {
                operand_wanted = false;
                level.terms &= held(name);
                continue;
            }
            (Token::Open, true) => {
                outer.push(level);
                level = Level::NEW;
                continue;
            }
            (Token::Close, false) => match outer.pop() {
                Some(before) => {
                    let value = level.alternative | level.terms;
                    level = Level { terms: before.terms & value, ..before };
                    continue;
                }
                None => "a parenthesis closes that was never opened",
            },
            (Token::And, false) => {
                operand_wanted = true;
                continue;
            }
            (Token::Or, false) => {
                operand_wanted = true;
                level = Level { alternative: level.alternative | level.terms, terms: true };
                continue;
            }
            (Token::Name(_) | Token::Open, false) => "AND or OR is missing",
            (Token::And | Token::Or | Token::Close, true) => "a permission is missing",
        };
        return Err(SyntaxError { at, what });
    }
    if operand_wanted {
        return Err(SyntaxError { at: text.len(), what: "a permission is missing" });
    }
    if !outer.is_empty() {
        return Err(SyntaxError { at: text.len(), what: "a parenthesis is never closed" });
    }
    Ok(level.alternative | level.terms)
}

/// The words of a query up to the first fault: names, `AND`, `OR` and parentheses.
pub fn words(text: &str) -> impl Iterator<Item = &str> {
    let tokens = Tokens { text, at: 0 }.map_while(Result::ok);
    tokens.map(|(_, token)| match token {
        Token::Name(name) => name,
        Token::And => "AND",
        Token::Or => "OR",
        Token::Open => "(",
        Token::Close => ")",
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[derive(Clone, Debug)]
    enum Tree {
        Name(usize),
        And(Vec<Tree>),
        Or(Vec<Tree>),
    }

    const NAMES: [&str; 5] = ["a.read", "android.use", "order", "x:y-*", "and.read/z"];

    impl Tree {
        fn print(&self) -> String {
            let join = |trees: &[Tree], word: &str| {
                trees.iter().map(|t| format!("({})", t.print())).collect::<Vec<_>>().join(word)
            };
            match self {
                Self::Name(n) => NAMES[*n].to_owned(),
                Self::And(trees) => join(trees, " aNd "),
                Self::Or(trees) => join(trees, "OR"),
            }
        }

        fn value(&self, held: [bool; 5]) -> bool {
            match self {
                Self::Name(n) => held[*n],
                Self::And(trees) => trees.iter().all(|t| t.value(held)),
                Self::Or(trees) => trees.iter().any(|t| t.value(held)),
            }
        }
    }

    fn tree() -> impl Strategy<Value = Tree> {
        (0..NAMES.len()).prop_map(Tree::Name).prop_recursive(5, 40, 4, |inner| {
            let several = proptest::collection::vec(inner, 1..4);
            prop_oneof![several.clone().prop_map(Tree::And), several.prop_map(Tree::Or)]
        })
    }

    fn held_by(held: [bool; 5]) -> impl Fn(&str) -> bool {
        move |name| NAMES.iter().position(|n| *n == name).is_some_and(|n| held[n])
    }

    proptest! {
        #[test]
        fn the_value_is_that_of_the_truth_table(tree in tree(), held: [bool; 5]) {
            let text = tree.print();
            prop_assert_eq!(evaluate(&text, held_by(held)), Ok(tree.value(held)), "{}", text);
        }

        #[test]
        fn no_text_panics(text: String) {
            let _ = evaluate(&text, |_| true);
        }

        #[test]
        fn no_text_of_the_alphabet_panics(text in "[a-z()&| ANDOR\n\\x00]{0,60}") {
            let _ = evaluate(&text, |name| name.len() % 2 == 0);
        }
    }

    fn satisfied(query: &str, held: &[&str]) -> bool {
        evaluate(query, |name| held.contains(&name)).unwrap()
    }

    #[test]
    fn and_binds_tighter_than_or() {
        assert!(satisfied("a OR b AND c", &["a"]));
        assert!(!satisfied("(a OR b) AND c", &["a"]));
        assert!(satisfied("a and b or c", &["c"]));
        assert!(!satisfied("a AND (b OR c)", &["b"]));
    }

    #[test]
    fn names_match_exactly() {
        assert!(!satisfied("documents.read", &["documents.*"]));
        assert!(!satisfied("Documents.read", &["documents.read"]));
        assert!(satisfied("documents.*", &["documents.*"]));
        assert!(satisfied(
            "android.use AND order AND and.read",
            &["android.use", "order", "and.read"]
        ));
    }

    #[test]
    fn words_are_told_in_order() {
        let all: Vec<&str> = words("(a or b.c)AND a").collect();
        assert_eq!(all, ["(", "a", "OR", "b.c", ")", "AND", "a"]);
    }

    #[test]
    fn faults_are_told_with_their_place() {
        for (text, at, what) in [
            (" ", 1, "a permission is missing"),
            ("a AND", 5, "a permission is missing"),
            ("OR a", 0, "a permission is missing"),
            ("()", 1, "a permission is missing"),
            ("(a", 2, "a parenthesis is never closed"),
            ("a)", 1, "a parenthesis closes that was never opened"),
            ("a b", 2, "AND or OR is missing"),
            ("a && b", 2, "there is a character that no permission has"),
            ("x\u{0} AND y", 1, "there is a character that no permission has"),
            ("é", 0, "there is a character that no permission has"),
        ] {
            assert_eq!(evaluate(text, |_| true), Err(SyntaxError { at, what }), "{text:?}");
        }
    }

    #[test]
    fn deep_nesting_is_no_problem() {
        let text = format!("{}a{}", "(".repeat(499), ")".repeat(499));
        assert!(satisfied(&text, &["a"]));
    }
}
