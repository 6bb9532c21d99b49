//! Permission queries: `documents.read AND (billing.pay OR admin)`.
//!
//! ```text
//! query = and { OR and } ;  and = primary { AND primary } ;  primary = NAME | "(" query ")"
//! NAME  = one or more of  A-Z a-z 0-9 . _ - : * /
//! ```
//!
//! `AND` and `OR` are whole words of any case. Names match a held permission exactly; a `*` is an
//! ordinary character. The query is evaluated while it is read, on an explicit stack, so that no
//! nesting can exhaust the thread's stack.

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

/// Reads tokens with the position of their first character.
fn tokens(query: &str) -> Result<Vec<(usize, Token<'_>)>, SyntaxError> {
    let mut all = Vec::new();
    let mut rest = query.char_indices().enumerate().peekable();
    while let Some((at, (start, c))) = rest.next() {
        match c {
            ' ' | '\t' | '\r' | '\n' => {}
            '(' => all.push((at, Token::Open)),
            ')' => all.push((at, Token::Close)),
            c if is_name(c) => {
                let mut end = start + c.len_utf8();
                while let Some((_, (_, c))) = rest.next_if(|(_, (_, c))| is_name(*c)) {
                    end += c.len_utf8();
                }
                let word = &query[start..end];
                let token = if word.eq_ignore_ascii_case("and") {
                    Token::And
                } else if word.eq_ignore_ascii_case("or") {
                    Token::Or
                } else {
                    Token::Name(word)
                };
                all.push((at, token));
            }
            _ => {
                return Err(SyntaxError {
                    at,
                    what: "there is a character that no permission has",
                });
            }
        }
    }
    Ok(all)
}

fn is_name(c: char) -> bool {
    c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | '-' | ':' | '*' | '/')
}

/// A query whose syntax is right.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Query<'a> {
    tokens: Vec<(usize, Token<'a>)>,
}

impl<'a> Query<'a> {
    /// Reads a query.
    pub fn parse(text: &'a str) -> Result<Self, SyntaxError> {
        let tokens = tokens(text)?;
        let mut depth = 0_usize;
        let mut operand_wanted = true;
        for (at, token) in &tokens {
            let what = match (token, operand_wanted) {
                (Token::Name(_), true) => {
                    operand_wanted = false;
                    continue;
                }
                (Token::Open, true) => {
                    depth += 1;
                    continue;
                }
                (Token::Close, false) if 0 < depth => {
                    depth -= 1;
                    continue;
                }
                (Token::And | Token::Or, false) => {
                    operand_wanted = true;
                    continue;
                }
                (Token::Name(_) | Token::Open, false) => "AND or OR is missing",
                (Token::Close, false) => "a parenthesis closes that was never opened",
                (Token::And | Token::Or | Token::Close, true) => "a permission is missing",
            };
            return Err(SyntaxError { at: *at, what });
        }
        let end = text.chars().count();
        if operand_wanted {
            return Err(SyntaxError { at: end, what: "a permission is missing" });
        }
        if 0 < depth {
            return Err(SyntaxError { at: end, what: "a parenthesis is never closed" });
        }
        Ok(Self { tokens })
    }

    /// Whether a key that holds the permissions for which `held` is true satisfies the query.
    pub fn is_satisfied(&self, held: impl Fn(&str) -> bool) -> bool {
        // One level for each open parenthesis: has an alternative been true, are all terms of
        // the present alternative true so far.
        let mut levels = vec![(false, true)];
        let settle = |levels: &mut Vec<(bool, bool)>, value: bool| {
            if let Some(level) = levels.last_mut() {
                level.1 &= value;
            }
        };
        for (_, token) in &self.tokens {
            match token {
                Token::Name(name) => settle(&mut levels, held(name)),
                Token::And => {}
                Token::Or => {
                    if let Some(level) = levels.last_mut() {
                        *level = (level.0 | level.1, true);
                    }
                }
                Token::Open => levels.push((false, true)),
                Token::Close => {
                    let (alternative, terms) = levels.pop().unwrap_or((false, false));
                    settle(&mut levels, alternative | terms);
                }
            }
        }
        levels.last().is_some_and(|(alternative, terms)| alternative | terms)
    }

    /// The names in the query, in order, repeated ones again.
    pub fn names(&self) -> impl Iterator<Item = &'a str> + '_ {
        self.tokens.iter().filter_map(|(_, token)| match token {
            Token::Name(name) => Some(*name),
            Token::And | Token::Or | Token::Open | Token::Close => None,
        })
    }
}

impl fmt::Display for Query<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut before = None;
        for (_, token) in &self.tokens {
            if before.is_some_and(|b| b != Token::Open) && *token != Token::Close {
                f.write_str(" ")?;
            }
            f.write_str(match token {
                Token::Name(name) => name,
                Token::And => "AND",
                Token::Or => "OR",
                Token::Open => "(",
                Token::Close => ")",
            })?;
            before = Some(*token);
        }
        Ok(())
    }
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
            let query = Query::parse(&text).unwrap();
            prop_assert_eq!(query.is_satisfied(held_by(held)), tree.value(held), "{}", text);
        }

        #[test]
        fn printing_and_reading_gives_the_same_query(tree in tree(), held: [bool; 5]) {
            let text = tree.print();
            let printed = Query::parse(&text).unwrap().to_string();
            let again = Query::parse(&printed).unwrap();
            prop_assert_eq!(&again.to_string(), &printed);
            prop_assert_eq!(again.is_satisfied(held_by(held)), tree.value(held));
        }

        #[test]
        fn no_text_panics(text: String) {
            if let Ok(query) = Query::parse(&text) {
                query.is_satisfied(|_| true);
            }
        }

        #[test]
        fn no_text_of_the_alphabet_panics(text in "[a-z()&| ANDOR\n\\x00]{0,60}") {
            if let Ok(query) = Query::parse(&text) {
                query.is_satisfied(|name| name.len() % 2 == 0);
            }
        }
    }

    fn satisfied(query: &str, held: &[&str]) -> bool {
        Query::parse(query).unwrap().is_satisfied(|name| held.contains(&name))
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
            assert_eq!(Query::parse(text), Err(SyntaxError { at, what }), "{text:?}");
        }
    }

    #[test]
    fn deep_nesting_is_no_problem() {
        let text = format!("{}a{}", "(".repeat(499), ")".repeat(499));
        assert!(satisfied(&text, &["a"]));
    }
}
