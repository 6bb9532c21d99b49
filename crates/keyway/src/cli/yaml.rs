//! JSON values as YAML 1.2 in block style. Only writing is needed, so no library is.

use serde_json::Value;

/// `value` as a document.
pub fn document(value: &Value) -> String {
    let mut text = String::new();
    write(&mut text, value, 0);
    text
}

fn write(text: &mut String, value: &Value, depth: usize) {
    match value {
        Value::Object(members) if !members.is_empty() => {
            for (name, member) in members {
                indent(text, depth);
                text.push_str(&scalar(name));
                text.push(':');
                nested(text, member, depth + 1);
            }
        }
        Value::Array(items) if !items.is_empty() => {
            for item in items {
                indent(text, depth);
                text.push('-');
                nested(text, item, depth + 1);
            }
        }
        Value::String(string) => text.push_str(&(scalar(string) + "\n")),
        Value::Object(_) | Value::Array(_) | Value::Null | Value::Bool(_) | Value::Number(_) => {
            text.push_str(&format!("{value}\n"));
        }
    }
}

fn nested(text: &mut String, value: &Value, depth: usize) {
    let block = match value {
        Value::Object(members) => !members.is_empty(),
        Value::Array(items) => !items.is_empty(),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => false,
    };
    text.push(if block { '\n' } else { ' ' });
    write(text, value, depth);
}

fn indent(text: &mut String, depth: usize) {
    text.extend(std::iter::repeat_n("  ", depth));
}

/// A string, in quotes wherever a reader could take it for something else.
fn scalar(text: &str) -> String {
    let word = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '.' | '/' | ' ');
    let plain = text.starts_with(|c: char| c.is_ascii_alphabetic() || matches!(c, '_' | '/'))
        && text.chars().all(word)
        && !text.ends_with(' ')
        && !matches!(
            text.to_ascii_lowercase().as_str(),
            "true" | "false" | "null" | "yes" | "no" | "on" | "off" | "y" | "n"
        );
    if plain { text.to_owned() } else { Value::from(text).to_string() }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn nested_values_are_blocks_and_doubtful_strings_are_quoted() {
        let value = json!({
            "a": [1, { "b": "yes", "c": [] }, [true]],
            "d": "api.*.create_key",
            "e": "plain text",
            "f": {},
            "g": null,
            "h": "1.5",
            "i": "two\nlines"
        });
        let expected = "a:\n  - 1\n  -\n    b: \"yes\"\n    c: []\n  -\n    - true\n\
                        d: \"api.*.create_key\"\ne: plain text\nf: {}\ng: null\nh: \"1.5\"\n\
                        i: \"two\\nlines\"\n";
        assert_eq!(document(&value), expected);
    }
}
