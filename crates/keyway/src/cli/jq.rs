//! `--jq`: a jq expression over the JSON of the answer.

use jaq_core::load::{Arena, File, Loader};
use jaq_core::{Compiler, Ctx, Filter, Vars, data, unwrap_valr};
use jaq_json::{Val, read};
use serde_json::Value;

use super::exit::{Exit, Failure};

/// A compiled expression.
pub struct Jq(Filter<data::JustLut<Val>>);

impl Jq {
    /// Compiles `expression`.
    pub fn new(expression: &str) -> Result<Self, Failure> {
        let wrong = || {
            Failure::usage(format!("The expression of --jq is not valid: {expression}"))
                .fix("try it with `keyway … --json | jq EXPRESSION`")
        };
        let arena = Arena::default();
        let defs = jaq_core::defs().chain(jaq_std::defs()).chain(jaq_json::defs());
        let modules = Loader::new(defs)
            .load(&arena, File { code: expression, path: () })
            .map_err(|_| wrong())?;
        let funs = jaq_core::funs().chain(jaq_std::funs()).chain(jaq_json::funs());
        Compiler::default().with_funs(funs).compile(modules).map(Self).map_err(|_| wrong())
    }

    /// The results for `input`, one per line, strings without quotes.
    pub fn run(&self, input: &Value) -> Result<String, Failure> {
        let failed =
            |err: String| Failure::new(Exit::Failed, "The expression of --jq failed.").because(err);
        let input = read::parse_single(input.to_string().as_bytes())
            .map_err(|err| failed(err.to_string()))?;
        let ctx = Ctx::<data::JustLut<Val>>::new(&self.0.lut, Vars::new([]));
        let mut text = String::new();
        for result in self.0.id.run((ctx, input)).map(unwrap_valr) {
            let result = result.map_err(|err| failed(err.to_string()))?.to_string();
            match serde_json::from_str(&result) {
                Ok(Value::String(string)) => text.push_str(&string),
                _ => text.push_str(&result),
            }
            text.push('\n');
        }
        Ok(text)
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn strings_are_printed_raw_and_other_values_as_json() {
        let jq = Jq::new(".data[] | .id, {n: (.n + 1)}").unwrap();
        let text = jq.run(&json!({ "data": [{ "id": "a\"b", "n": 1 }] })).unwrap();
        assert_eq!(text, "a\"b\n{\"n\":2}\n");
    }

    #[test]
    fn an_expression_that_does_not_parse_is_a_usage_error() {
        assert_eq!(Jq::new(".data[").err().unwrap().exit(), Exit::Usage);
        assert_eq!(Jq::new("nothing_like_this").err().unwrap().exit(), Exit::Usage);
    }

    #[test]
    fn an_expression_that_fails_says_why() {
        let failure = Jq::new(".a.b").unwrap().run(&json!({ "a": 1 })).unwrap_err();
        assert_eq!(failure.exit(), Exit::Failed);
    }
}
