//! Cells of comma-separated values, after RFC 4180.

/// A cell that neither a spreadsheet takes for a formula nor a terminal for a command.
pub fn neutral(text: &str) -> String {
    let kept = |c: &char| !c.is_control() || matches!(c, '\n' | '\r' | '\t');
    let quote = if text.starts_with(['=', '+', '-', '@', '\t', '\r', '\n']) { "'" } else { "" };
    quote.chars().chain(text.chars().filter(kept)).collect()
}

/// A cell as it is, between quotation marks if it needs them. Semicolons count as separators too,
/// which they are to some spreadsheets.
pub fn quoted(text: &str) -> String {
    if text.contains(['"', ',', '\n', '\r', ';']) {
        format!("\"{}\"", text.replace('"', "\"\""))
    } else {
        text.to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn formulas_and_commands_are_neutralised() {
        for (text, cell) in [
            ("=1+1", "'=1+1"),
            ("@sum", "'@sum"),
            ("-5", "'-5"),
            ("\tx", "'\tx"),
            ("\n=1", "'\n=1"),
            ("a=1", "a=1"),
            ("a\u{1b}[31mb", "a[31mb"),
        ] {
            assert_eq!(neutral(text), cell);
        }
    }

    #[test]
    fn separators_are_quoted() {
        assert_eq!(quoted("a,\"b\""), "\"a,\"\"b\"\"\"");
        assert_eq!(quoted("a;b"), "\"a;b\"");
        assert_eq!(quoted("plain text"), "plain text");
    }
}
