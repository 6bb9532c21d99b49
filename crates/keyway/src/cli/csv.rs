//! Comma-separated values as spreadsheets and this program write them.

/// The cells of each row, with the number of the line where the row begins. Empty lines are left
/// out.
pub fn rows(text: &str) -> Result<Vec<(usize, Vec<String>)>, String> {
    let mut rows = Vec::new();
    let mut row: Vec<String> = Vec::new();
    let (mut cell, mut quoted, mut line, mut begin) = (String::new(), false, 1, 1);
    let mut characters = text.strip_prefix('\u{feff}').unwrap_or(text).chars().peekable();
    let mut was_quoted = false;
    while let Some(character) = characters.next() {
        line += usize::from(character == '\n');
        match character {
            '"' if quoted && characters.peek() == Some(&'"') => {
                characters.next();
                cell.push('"');
            }
            '"' if quoted => quoted = false,
            '"' if cell.is_empty() && !was_quoted => (quoted, was_quoted) = (true, true),
            _ if quoted => cell.push(character),
            ',' => {
                row.push(std::mem::take(&mut cell));
                was_quoted = false;
            }
            '\r' if characters.peek() == Some(&'\n') => {}
            '\n' => {
                if !row.is_empty() || !cell.is_empty() {
                    row.push(std::mem::take(&mut cell));
                    rows.push((begin, std::mem::take(&mut row)));
                }
                (was_quoted, begin) = (false, line);
            }
            _ => cell.push(character),
        }
    }
    if quoted {
        return Err(format!("The quotation mark of the row in line {begin} is never closed."));
    }
    if !row.is_empty() || !cell.is_empty() {
        row.push(cell);
        rows.push((begin, row));
    }
    Ok(rows)
}

/// A cell without the mark that keeps spreadsheets from running it.
pub fn unmarked(cell: &str) -> &str {
    match cell.strip_prefix('\'') {
        Some(rest) if rest.starts_with(['=', '+', '-', '@', '\t', '\r', '\n']) => rest,
        _ => cell,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cells(text: &str) -> Vec<Vec<String>> {
        rows(text).unwrap().into_iter().map(|(_, cells)| cells).collect()
    }

    #[test]
    fn cells_may_be_quoted_and_hold_anything() {
        assert_eq!(cells("a,b\r\n1,\"x, \"\"y\"\"\nz\"\n"), [["a", "b"], ["1", "x, \"y\"\nz"]]);
        assert_eq!(cells("a,\n,b"), [["a", ""], ["", "b"]]);
        assert_eq!(cells("\u{feff}a\n\n b \n"), [["a"], [" b "]]);
        assert!(cells("").is_empty());
        assert!(rows("a\n\"b").unwrap_err().contains("line 2"));
    }

    #[test]
    fn a_row_knows_its_line() {
        let lines: Vec<usize> =
            rows("a\n\"b\nb\"\n\nc\n").unwrap().into_iter().map(|(line, _)| line).collect();
        assert_eq!(lines, [1, 2, 5]);
    }

    #[test]
    fn what_output_marked_is_read_as_it_was() {
        assert_eq!(unmarked("'+49 170"), "+49 170");
        assert_eq!(unmarked("'tis"), "'tis");
        assert_eq!(unmarked("plain"), "plain");
    }
}
