//! Standard output in the six formats and through `--jq`.
//!
//! Standard output holds the result and nothing else; notes for people go to standard error.

use std::io::{IsTerminal as _, Write as _};

use clap::ValueEnum;
use keyway_ops::csv::{neutral, quoted};
use serde_json::{Value, json};

use super::exit::{Exit, Failure};
use super::view::{Column, Kind, View};
use super::{jq::Jq, yaml};

/// The form of the result.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Format {
    /// For people.
    Table,
    /// The answer of the server as one document.
    Json,
    /// One item of the answer per line.
    Jsonl,
    /// The data of the answer.
    Yaml,
    /// The data of the answer as rows.
    Csv,
    /// Only ids, or only the secret of something new.
    Id,
}

/// How results are written.
pub struct Output {
    /// The form of the result.
    pub format: Format,
    /// The expression of `--jq`.
    pub jq: Option<Jq>,
    /// The names given with `--columns`.
    pub columns: Vec<String>,
    /// Whether `--wide` was given.
    pub wide: bool,
    /// Whether cells of CSV are left as they are.
    pub csv_raw: bool,
    /// Whether standard output is a terminal.
    pub terminal: bool,
    /// Whether colours may be used.
    pub colour: bool,
    /// How often `-v` was given.
    pub verbose: u8,
}

impl Output {
    /// Whether the result is written in this form and not through `--jq`.
    pub fn is(&self, format: Format) -> bool {
        self.jq.is_none() && self.format == format
    }

    /// Whether programs read this.
    pub fn for_programs(&self) -> bool {
        self.jq.is_some() || matches!(self.format, Format::Json | Format::Jsonl)
    }

    /// Whether the pages of a list can be written one after the other.
    pub fn streams(&self) -> bool {
        self.jq.is_none()
            && match self.format {
                Format::Jsonl | Format::Csv | Format::Id => true,
                Format::Table => !self.terminal,
                Format::Json | Format::Yaml => false,
            }
    }

    /// A note for people, which programs do not get.
    pub fn note(&self, text: &str) {
        if !self.for_programs() {
            note(text);
        }
    }

    /// The answer to a command about one thing.
    pub fn object(&self, envelope: &Value, view: &View) -> Result<(), Failure> {
        let data = &envelope["data"];
        if let Some(jq) = &self.jq {
            return print(&jq.run(envelope)?);
        }
        match self.format {
            Format::Json => print(&document(envelope)),
            Format::Jsonl => print(&format!("{data}\n")),
            Format::Yaml => print(&yaml::document(data)),
            Format::Csv => self.rows(envelope, view, true),
            Format::Id => match data.pointer(view.id) {
                Some(id) => print(&format!("{}\n", bare(id))),
                None => Ok(()),
            },
            Format::Table => print(&self.card(data, view)),
        }
    }

    /// A page of a list; `first` says whether a header belongs above it.
    pub fn rows(&self, envelope: &Value, view: &View, first: bool) -> Result<(), Failure> {
        if let Some(jq) = &self.jq {
            return print(&jq.run(envelope)?);
        }
        let one = std::slice::from_ref(&envelope["data"]);
        let items = envelope["data"].as_array().map_or(one, Vec::as_slice);
        match self.format {
            Format::Json => print(&document(envelope)),
            Format::Jsonl => {
                print(&items.iter().map(|item| format!("{item}\n")).collect::<String>())
            }
            Format::Yaml => print(&yaml::document(&envelope["data"])),
            Format::Csv => print(&self.csv(items, view, first)?),
            Format::Id => print(
                &items
                    .iter()
                    .filter_map(|item| item.pointer(view.id))
                    .map(|id| format!("{}\n", bare(id)))
                    .collect::<String>(),
            ),
            Format::Table => print(&self.table(items, view, first)?),
        }
    }

    /// Something that this program knows by itself: `text` for people, `data` for programs.
    pub fn local(&self, data: &Value, text: &str) -> Result<(), Failure> {
        if self.is(Format::Table) || self.is(Format::Id) || self.is(Format::Csv) {
            print(text)
        } else {
            self.object(&json!({ "data": data }), &super::view::ANY)
        }
    }

    /// One thing as lines of name and value: its columns first, then every other member.
    fn card(&self, data: &Value, view: &View) -> String {
        let mut lines: Vec<(String, String)> = Vec::new();
        let Some(members) = data.as_object() else {
            return format!("{}\n", Kind::Text.write(data));
        };
        for column in view.columns.iter().chain(view.wide) {
            if data.pointer(column.pointer).is_some_and(|value| !value.is_null()) {
                lines.push((column.name.to_owned(), column.cell(data)));
            }
        }
        let shown = |name: &str| {
            view.columns.iter().chain(view.wide).any(|column| column.pointer[1..] == *name)
        };
        for (name, value) in members {
            if !shown(name) && !value.is_null() {
                lines.push((name.clone(), Kind::of_member(name).write(value)));
            }
        }
        lines.retain(|(name, cell)| {
            !cell.is_empty() && (self.columns.is_empty() || self.columns.contains(name))
        });
        if !self.terminal {
            return lines.into_iter().map(|(name, cell)| format!("{name}\t{cell}\n")).collect();
        }
        let width = lines.iter().map(|(name, _)| name.len()).max().unwrap_or(0);
        lines
            .into_iter()
            .map(|(name, cell)| format!("{}  {cell}\n", self.head(&format!("{name:width$}"))))
            .collect()
    }

    /// The columns to show of `items`.
    fn chosen(&self, items: &[Value], view: &View) -> Result<Vec<Shown>, Failure> {
        let known = || view.columns.iter().chain(view.wide);
        if !self.columns.is_empty() {
            return self
                .columns
                .iter()
                .map(|name| {
                    if let Some(column) = known().find(|column| column.name == name) {
                        return Ok(Shown::from(column));
                    }
                    if items.iter().any(|item| item.get(name).is_some()) || view.columns.is_empty()
                    {
                        return Ok(Shown::member(name));
                    }
                    let names: Vec<_> = known().map(|column| column.name).collect();
                    Err(Failure::usage(format!("There is no column {name}."))
                        .fix(format!("choose from {}", names.join(", "))))
                })
                .collect();
        }
        if view.columns.is_empty() {
            let mut names: Vec<&String> = Vec::new();
            for name in items.iter().filter_map(Value::as_object).flat_map(serde_json::Map::keys) {
                if !names.contains(&name) {
                    names.push(name);
                }
            }
            return Ok(names.into_iter().map(|name| Shown::member(name)).collect());
        }
        let wide = if self.wide || self.format == Format::Csv { view.wide } else { &[] };
        Ok(view.columns.iter().chain(wide).map(Shown::from).collect())
    }

    fn table(&self, items: &[Value], view: &View, first: bool) -> Result<String, Failure> {
        let columns = self.chosen(items, view)?;
        let rows: Vec<Vec<String>> = items
            .iter()
            .map(|item| columns.iter().map(|column| column.cell(item)).collect())
            .collect();
        let heads: Vec<String> = columns.iter().map(|column| column.name.to_uppercase()).collect();
        if !self.terminal {
            let head = if first { heads.join("\t") + "\n" } else { String::new() };
            return Ok(rows.iter().fold(head, |text, row| text + &row.join("\t") + "\n"));
        }
        let widths = fitting(&columns, &heads, &rows, terminal_width());
        let line = |cells: &[String]| {
            let cells: Vec<String> = cells
                .iter()
                .zip(&widths)
                .map(|(cell, width)| format!("{:width$}", shortened(cell, *width), width = *width))
                .collect();
            cells.join("  ").trim_end().to_owned()
        };
        let head = self.head(&line(&heads)) + "\n";
        Ok(rows.iter().fold(head, |text, row| text + &line(row) + "\n"))
    }

    fn csv(&self, items: &[Value], view: &View, first: bool) -> Result<String, Failure> {
        let columns = self.chosen(items, view)?;
        let line = |cells: Vec<String>| cells.join(",") + "\r\n";
        let head = if first {
            line(columns.iter().map(|column| quoted(&column.name)).collect())
        } else {
            String::new()
        };
        Ok(items.iter().fold(head, |text, item| {
            let cells = columns.iter().map(|column| match item.pointer(&column.pointer) {
                None | Some(Value::Null) => String::new(),
                Some(Value::String(text)) if self.csv_raw => quoted(text),
                Some(Value::String(text)) => quoted(&neutral(text)),
                Some(Value::Array(items)) if items.iter().all(Value::is_string) => {
                    let items: Vec<_> = items.iter().map(bare).collect();
                    quoted(&neutral(&items.join(";")))
                }
                Some(value) => quoted(&value.to_string()),
            });
            text + &line(cells.collect())
        }))
    }

    fn head(&self, text: &str) -> String {
        if self.colour { format!("\x1b[1m{text}\x1b[0m") } else { text.to_owned() }
    }
}

/// A column as shown, whether a view or the user named it.
struct Shown {
    name: String,
    pointer: String,
    kind: Kind,
}

impl Shown {
    fn member(name: &str) -> Self {
        Self {
            name: name.to_owned(),
            pointer: format!("/{}", name.replace('~', "~0").replace('/', "~1")),
            kind: Kind::of_member(name),
        }
    }

    fn cell(&self, item: &Value) -> String {
        item.pointer(&self.pointer).map_or_else(String::new, |value| self.kind.write(value))
    }
}

impl From<&Column> for Shown {
    fn from(column: &Column) -> Self {
        Self { name: column.name.into(), pointer: column.pointer.into(), kind: column.kind }
    }
}

/// A line for people on standard error.
pub fn note(text: &str) {
    // Nobody is left to tell when standard error is closed.
    let _ = writeln!(std::io::stderr().lock(), "{text}");
}

/// `text` on standard output. A reader that went away early (`| head`) is not a failure.
pub fn print(text: &str) -> Result<(), Failure> {
    let mut stdout = std::io::stdout().lock();
    match stdout.write_all(text.as_bytes()).and_then(|()| stdout.flush()) {
        Err(err) if err.kind() != std::io::ErrorKind::BrokenPipe => {
            Err(Failure::new(Exit::Failed, "The result cannot be written.").because(err))
        }
        _ => Ok(()),
    }
}

/// Whether standard output is a terminal.
pub fn stdout_is_terminal() -> bool {
    std::io::stdout().is_terminal()
}

/// JSON for people and programs alike.
pub fn document(value: &Value) -> String {
    format!("{value:#}\n")
}

fn bare(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), ToOwned::to_owned)
}

fn terminal_width() -> usize {
    terminal_size::terminal_size().map_or(80, |(width, _)| usize::from(width.0))
}

/// The widths of the columns, of which texts give way until the table fits.
fn fitting(columns: &[Shown], heads: &[String], rows: &[Vec<String>], limit: usize) -> Vec<usize> {
    const NARROWEST: usize = 12;
    let length = |text: &String| text.chars().count();
    let mut widths: Vec<usize> = (0..columns.len())
        .map(|index| {
            rows.iter().map(|row| length(&row[index])).max().unwrap_or(0).max(length(&heads[index]))
        })
        .collect();
    let gaps = 2 * columns.len().saturating_sub(1);
    while limit < widths.iter().sum::<usize>() + gaps {
        let widest = (0..columns.len())
            .filter(|index| columns[*index].kind == Kind::Text && NARROWEST < widths[*index])
            .max_by_key(|index| widths[*index]);
        let Some(widest) = widest else { break };
        widths[widest] -= 1;
    }
    widths
}

fn shortened(cell: &str, width: usize) -> String {
    if cell.chars().count() <= width {
        return cell.to_owned();
    }
    cell.chars().take(width.saturating_sub(1)).chain(['…']).collect()
}

#[cfg(test)]
mod tests {
    use super::super::view;
    use super::*;

    const VIEW: View = View {
        id: "/id",
        columns: &[view::id("id", "/id"), view::text("name", "/name")],
        wide: &[view::text("tags", "/tags")],
    };

    fn output(format: Format) -> Output {
        Output {
            format,
            jq: None,
            columns: Vec::new(),
            wide: false,
            csv_raw: false,
            terminal: false,
            colour: false,
            verbose: 0,
        }
    }

    #[test]
    fn a_table_that_is_piped_is_separated_by_tabs_and_keeps_control_characters_out() {
        let items = [json!({ "id": "a", "name": "x\u{1b}[31m\ty" }), json!({ "id": "b" })];
        let table = output(Format::Table).table(&items, &VIEW, true).unwrap();
        assert_eq!(table, "ID\tNAME\na\tx [31m y\nb\t\n");
    }

    #[test]
    fn a_table_on_a_terminal_shortens_texts_but_never_ids() {
        let id = "a".repeat(70);
        let items = [json!({ "id": id, "name": "n".repeat(40) })];
        let mut output = output(Format::Table);
        output.terminal = true;
        let table = output.table(&items, &VIEW, true).unwrap();
        assert!(table.contains(&id));
        assert!(table.contains("nnn…"));
    }

    #[test]
    fn csv_neutralises_formulas_and_quotes() {
        let items = [json!({ "id": "=1+1", "name": "a,\"b\"", "tags": ["x", "y"] })];
        let csv = output(Format::Csv).csv(&items, &VIEW, true).unwrap();
        assert_eq!(csv, "id,name,tags\r\n'=1+1,\"a,\"\"b\"\"\",\"x;y\"\r\n");
    }

    #[test]
    fn an_unknown_column_is_a_usage_error_that_lists_the_columns() {
        let mut output = output(Format::Table);
        output.columns = vec!["nmae".into()];
        let failure = output.table(&[json!({ "id": "a" })], &VIEW, true).unwrap_err();
        assert_eq!(failure.exit(), Exit::Usage);
        assert!(failure.text().contains("id, name, tags"));
    }

    #[test]
    fn a_card_shows_the_columns_first_and_then_the_rest() {
        let data = json!({ "aaa": 1, "id": "i", "name": "n", "createdAt": 0 });
        let card = output(Format::Table).card(&data, &VIEW);
        assert_eq!(card, "id\ti\nname\tn\naaa\t1\ncreatedAt\tnever\n");
    }
}
