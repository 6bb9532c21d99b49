//! Requests are checked against the JSON schema of their own type, so that what is documented,
//! what is accepted and what is complained about can't differ. All faults are reported at once.

use std::borrow::Cow;
use std::fmt;
use std::marker::PhantomData;
use std::ops::Deref;

use jsonschema::error::{TypeKind, ValidationErrorKind};
use jsonschema::{ValidationError, Validator};
use keyway_core::patch::NULLABLE;
use schemars::generate::SchemaSettings;
use schemars::{JsonSchema, Schema, SchemaGenerator};
use serde::de::value::MapAccessDeserializer;
use serde::de::{DeserializeOwned, MapAccess, Visitor};
use serde::{Deserialize, Deserializer};
use serde_json::{Map, Value};

use crate::problem::{FieldError, Problem};

/// The schema of a request as it is documented.
pub fn of_request<T: JsonSchema>() -> Value {
    let mut settings = SchemaSettings::draft2020_12();
    settings.inline_subschemas = true;
    settings.meta_schema = None;
    clean(settings.into_generator().into_root_schema_for::<T>())
}

/// The schema of an answer as it is documented.
pub fn of_response<T: JsonSchema>() -> Value {
    let mut settings = SchemaSettings::draft2020_12().for_serialize();
    settings.inline_subschemas = true;
    settings.meta_schema = None;
    clean(settings.into_generator().into_root_schema_for::<T>())
}

fn clean(schema: Schema) -> Value {
    let mut value = schema.to_value();
    if let Some(object) = value.as_object_mut() {
        object.remove("title");
    }
    strip_null(&mut value);
    value
}

/// Takes `null` out of every schema that isn't marked as nullable: an optional member is absent
/// or has a value. Formats of numbers go too, since their bounds say the same.
fn strip_null(value: &mut Value) {
    match value {
        Value::Object(object) => {
            let nullable = object.remove(NULLABLE).is_some();
            if !nullable {
                strip_null_here(object);
            }
            if object.get("format").and_then(Value::as_str).is_some_and(|f| f.starts_with("uint")) {
                object.remove("format");
            }
            for (name, inner) in object.iter_mut() {
                if name != "default" && name != "examples" {
                    strip_null(inner);
                }
            }
        }
        Value::Array(items) => items.iter_mut().for_each(strip_null),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

fn strip_null_here(object: &mut Map<String, Value>) {
    if let Some(Value::Array(types)) = object.get_mut("type") {
        types.retain(|t| t != "null");
        if let [only] = types.as_slice() {
            let only = only.clone();
            object.insert("type".to_owned(), only);
        }
    }
    if let Some(Value::Array(options)) = object.get_mut("enum") {
        options.retain(|option| !option.is_null());
    }
    if let Some(Value::Array(variants)) = object.get_mut("anyOf") {
        variants.retain(|variant| variant.get("type").is_none_or(|t| t != "null"));
        if let [Value::Object(only)] = variants.as_slice() {
            let only = only.clone();
            object.remove("anyOf");
            for (name, inner) in only {
                object.entry(name).or_insert(inner);
            }
        }
    }
    if object.get("default").is_some_and(Value::is_null) {
        object.remove("default");
    }
}

/// Gives integers without bounds those of 64 bits, in which they are kept.
fn bound_integers(value: &mut Value) {
    match value {
        Value::Object(object) => {
            let is_integer = match object.get("type") {
                Some(Value::Array(types)) => types.iter().any(|t| t == "integer"),
                Some(one) => one == "integer",
                None => false,
            };
            if is_integer {
                object.entry("minimum").or_insert_with(|| i64::MIN.into());
                object.entry("maximum").or_insert_with(|| i64::MAX.into());
            }
            object.values_mut().for_each(bound_integers);
        }
        Value::Array(items) => items.iter_mut().for_each(bound_integers),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

/// Turns alternatives that are constants into one list of values, so that a fault can name them.
fn join_constants(value: &mut Value) {
    match value {
        Value::Object(object) => {
            let constants: Option<Vec<Value>> = object
                .get("oneOf")
                .and_then(Value::as_array)
                .and_then(|variants| variants.iter().map(|v| v.get("const").cloned()).collect());
            if let Some(constants) = constants {
                object.remove("oneOf");
                object.insert("enum".to_owned(), constants.into());
            }
            object.values_mut().for_each(join_constants);
        }
        Value::Array(items) => items.iter_mut().for_each(join_constants),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

/// Reads requests of one type.
pub struct Reader {
    validator: Validator,
}

impl Reader {
    /// A reader of `T`.
    #[expect(clippy::expect_used, reason = "the schema comes from the type; a test reads all")]
    pub fn of<T: JsonSchema>() -> Self {
        let mut schema = of_request::<T>();
        bound_integers(&mut schema);
        join_constants(&mut schema);
        let validator = jsonschema::options()
            .with_draft(jsonschema::Draft::Draft202012)
            .should_validate_formats(true)
            .build(&schema)
            .expect("a derived schema is a schema");
        Self { validator }
    }

    /// Reads a request body; a problem lists every fault in it.
    pub fn read<T: DeserializeOwned>(&self, body: &[u8]) -> Result<T, Problem> {
        let value = self.check(body)?;
        match serde_json::from_value(value.clone()) {
            Ok(request) => Ok(request),
            Err(_) => serde_json::from_value(whole_numbers(value)).map_err(|e| unreadable(&e)),
        }
    }

    /// The same for requests that are read often: in one pass and without copying their texts, as
    /// long as there is nothing unusual about them. Whatever is, goes the way of all others, and
    /// `kept` then holds what the request borrows from.
    pub fn read_direct<'a, T: Direct<'a>>(
        &self,
        body: &'a [u8],
        kept: &'a mut Option<Value>,
    ) -> Result<T, Problem> {
        if let Ok(request) = serde_json::from_slice::<T>(body)
            && request.keeps_bounds()
        {
            return Ok(request);
        }
        let value = kept.insert(whole_numbers(self.check(body)?));
        T::deserialize(&*value).map_err(|error| unreadable(&error))
    }

    /// The body as JSON that the schema allows.
    fn check(&self, body: &[u8]) -> Result<Value, Problem> {
        let value: Value = serde_json::from_slice(body).map_err(|error| {
            let message = if body.is_empty() {
                "is empty".to_owned()
            } else {
                format!("is not valid JSON: {error}")
            };
            Problem::invalid_field("body", message, "Send one JSON object.")
        })?;
        let mut errors: Vec<FieldError> = self
            .validator
            .iter_errors(&value)
            .flat_map(|error| faults(&value, &error))
            .take(100)
            .collect();
        if errors.is_empty() {
            return Ok(value);
        }
        errors.dedup();
        Err(Problem::invalid(errors))
    }
}

fn unreadable(error: &serde_json::Error) -> Problem {
    let fix = "Compare the body with the operation's schema.";
    Problem::invalid_field("body", format!("can't be read: {error}"), fix)
}

/// A request that may be read without its schema. What serde accepts and `keeps_bounds` finds
/// right, the schema must accept as well, with the same meaning; the opposite need not hold.
///
/// Two things that serde lets pass have to be refused by its fields: `null` for a member that is
/// left out ([`given`]), and lists in the place of objects ([`Object`]).
pub trait Direct<'a>: Deserialize<'a> {
    /// Whether everything is within the bounds that the schema states.
    fn keeps_bounds(&self) -> bool;
}

/// Reads an optional member that is there, and isn't `null`.
pub fn given<'de, D, T>(deserializer: D) -> Result<Option<T>, D::Error>
where
    D: Deserializer<'de>,
    T: Deserialize<'de>,
{
    T::deserialize(deserializer).map(Some)
}

/// A struct that is read from an object only; serde would take a list of its members too.
#[cfg_attr(test, derive(PartialEq))]
pub struct Object<T>(pub T);

impl<T: JsonSchema> JsonSchema for Object<T> {
    fn inline_schema() -> bool {
        T::inline_schema()
    }

    fn schema_name() -> Cow<'static, str> {
        T::schema_name()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        T::json_schema(generator)
    }
}

impl<T> Deref for Object<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.0
    }
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Object<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Members<T>(PhantomData<T>);

        impl<'de, T: Deserialize<'de>> Visitor<'de> for Members<T> {
            type Value = T;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, members: A) -> Result<T, A::Error> {
                T::deserialize(MapAccessDeserializer::new(members))
            }
        }

        deserializer.deserialize_map(Members(PhantomData)).map(Self)
    }
}

/// Whether a text has at least and at most so many characters. Few texts have to be counted.
pub fn has_length(text: &str, (min, max): (usize, usize)) -> bool {
    let bytes = text.len();
    // No character has more than four bytes.
    if bytes <= max && min.saturating_mul(4) <= bytes {
        return true;
    }
    bytes <= max.saturating_mul(4) && (min..=max).contains(&text.chars().count())
}

/// Turns `10.0` into `10`: JSON schema counts both as integers.
fn whole_numbers(value: Value) -> Value {
    match value {
        Value::Number(number) => match number.as_f64() {
            #[expect(clippy::cast_possible_truncation, reason = "checked to be whole and in range")]
            Some(float) if number.is_f64() && float.fract() == 0.0 && float.abs() < 9.0e18 => {
                Value::from(float as i64)
            }
            _ => Value::Number(number),
        },
        Value::Array(items) => items.into_iter().map(whole_numbers).collect(),
        Value::Object(object) => {
            object.into_iter().map(|(name, inner)| (name, whole_numbers(inner))).collect()
        }
        Value::Null | Value::Bool(_) | Value::String(_) => value,
    }
}

/// What one error of the validator means for whoever sent the request.
#[expect(clippy::wildcard_enum_match_arm, reason = "keywords that no request type uses")]
fn faults(body: &Value, error: &ValidationError<'_>) -> Vec<FieldError> {
    let place = location(body, error.instance_path().as_str());
    let one = |message: String, fix: &str| {
        vec![FieldError {
            location: place.clone(),
            message,
            fix: (!fix.is_empty()).then(|| fix.to_owned()),
        }]
    };
    match error.kind() {
        ValidationErrorKind::AdditionalProperties { unexpected } => {
            unexpected.iter().map(|name| stranger(&place, name)).collect()
        }
        // So the validator calls members of an object that may have none.
        ValidationErrorKind::FalseSchema => {
            let object = body.pointer(error.instance_path().as_str()).and_then(Value::as_object);
            object.into_iter().flatten().map(|(name, _)| stranger(&place, name)).collect()
        }
        ValidationErrorKind::Required { property } => vec![FieldError {
            location: format!("{place}.{}", property.as_str().unwrap_or_default()),
            message: "is required".to_owned(),
            fix: Some("Add it to the request.".to_owned()),
        }],
        ValidationErrorKind::Type { kind } => {
            let wanted = match kind {
                TypeKind::Single(one) => one.to_string(),
                TypeKind::Multiple(several) => {
                    several.iter().map(|t| t.to_string()).collect::<Vec<_>>().join(" or ")
                }
            };
            one(
                format!("must be of type {wanted}"),
                "Types are not converted: send it as that type.",
            )
        }
        ValidationErrorKind::MinLength { limit } => {
            one(format!("must have at least {limit} characters"), "Send a longer text.")
        }
        ValidationErrorKind::MaxLength { limit } => {
            one(format!("must have at most {limit} characters"), "Send a shorter text.")
        }
        ValidationErrorKind::MinItems { limit } => {
            one(format!("must have at least {limit} items"), "Send more items.")
        }
        ValidationErrorKind::MaxItems { limit } => {
            one(format!("must have at most {limit} items"), "Send fewer items per request.")
        }
        ValidationErrorKind::MaxProperties { limit } => {
            one(format!("must have at most {limit} members"), "Send fewer members.")
        }
        ValidationErrorKind::Minimum { limit } => one(format!("must be at least {limit}"), ""),
        ValidationErrorKind::Maximum { limit } => one(format!("must be at most {limit}"), ""),
        ValidationErrorKind::Pattern { pattern } => {
            one(format!("must match {pattern}"), &allowed(pattern))
        }
        ValidationErrorKind::Enum { options } => {
            one(format!("must be one of {options}"), "Choose one of them; case counts.")
        }
        other => one(format!("does not satisfy `{}`", other.keyword()), ""),
    }
}

/// Says in words which characters a pattern allows.
fn allowed(pattern: &str) -> String {
    let signs = pattern.strip_prefix("^[a-zA-Z0-9").and_then(|rest| rest.strip_suffix("]+$"));
    match signs {
        Some("") => "Use only letters from a to z and digits.".to_owned(),
        Some(signs) => {
            let signs: Vec<String> = signs.chars().map(|sign| format!("`{sign}`")).collect();
            format!("Use only letters from a to z, digits and {}.", signs.join(" "))
        }
        None => "Use only the characters that the pattern allows.".to_owned(),
    }
}

/// The fault of a member that the request doesn't have.
fn stranger(place: &str, name: &str) -> FieldError {
    let shown: String = name.chars().take(64).collect();
    FieldError {
        location: format!("{place}.{shown}"),
        message: "is not a member of this request".to_owned(),
        fix: Some("Remove it, or check its spelling.".to_owned()),
    }
}

/// Turns `/permissions/3` into `body.permissions[3]`.
fn location(body: &Value, pointer: &str) -> String {
    let mut text = "body".to_owned();
    let mut here = Some(body);
    for segment in pointer.split('/').skip(1) {
        let name = segment.replace("~1", "/").replace("~0", "~");
        if let Some(Value::Array(items)) = here {
            text.extend(["[", &name, "]"]);
            here = name.parse::<usize>().ok().and_then(|at| items.get(at));
        } else {
            text.push('.');
            text.extend(name.chars().take(64));
            here = here.and_then(|value| value.get(&name));
        }
    }
    text
}

/// How tests of hot requests prove that both ways of reading agree.
#[cfg(test)]
pub(crate) mod agreement {
    use proptest::collection::vec;
    use proptest::prelude::*;
    use proptest::sample::select;

    use super::*;

    /// Whether the body is read directly. Fails if it is, and the schema refuses it or understands
    /// something else.
    pub(crate) fn is_direct<'a, T: Direct<'a> + PartialEq>(
        reader: &Reader,
        body: &'a [u8],
        kept: &'a mut Option<Value>,
    ) -> bool {
        let direct = serde_json::from_slice::<T>(body).ok().filter(Direct::keeps_bounds);
        let Some(direct) = direct else { return false };
        let body = String::from_utf8_lossy(body);
        let value = reader.check(body.as_bytes());
        let Ok(value) = value else { panic!("the schema refuses {body}") };
        let slow = T::deserialize(&*kept.insert(whole_numbers(value)));
        assert!(slow.is_ok_and(|slow| slow == direct), "the schema reads {body} differently");
        true
    }

    /// Texts with lengths at the bounds and between them, and now and then beyond, made of
    /// characters of all widths.
    pub(crate) fn text((min, max): (usize, usize)) -> BoxedStrategy<String> {
        let unit = select(vec!["a", "ä", "\u{1f600}", r"\u0041", r"\ud83d\ude00", r#"\""#]);
        let right = select(vec![min, max, min.midpoint(max), max.min(20).max(min)]);
        let count = prop_oneof![20 => right, 1 => select(vec![min.saturating_sub(1), max + 1])];
        let plain = (unit, count).prop_map(|(unit, count)| format!("\"{}\"", unit.repeat(count)));
        prop_oneof![40 => plain, 1 => Just(r#""\ud800""#.to_owned())].boxed()
    }

    /// Whole numbers at the bounds and between them, and now and then beyond or in other forms.
    pub(crate) fn number(min: i64, max: i64) -> BoxedStrategy<String> {
        let right = select(vec![min, max, min.midpoint(max)]).prop_map(|number| number.to_string());
        let wrong = select(vec![i128::from(min) - 1, i128::from(max) + 1])
            .prop_map(|number| number.to_string());
        let odd = select(vec!["1.0", "2000.0", "1e3", "-0", "-0.0", "1500.5", "1e30", "01"]);
        prop_oneof![20 => right, 1 => wrong, 1 => odd.prop_map(str::to_owned)].boxed()
    }

    /// Values of any kind, mostly of the `fitting` one.
    pub(crate) fn mostly(fitting: BoxedStrategy<String>) -> BoxedStrategy<String> {
        let other = select(vec!["null", "true", "\"\"", "0", "[]", "{}", "[null]", "[1]"]);
        prop_oneof![60 => fitting, 1 => other.prop_map(str::to_owned)].boxed()
    }

    /// Lists of such values.
    pub(crate) fn list(of: BoxedStrategy<String>, most: usize) -> BoxedStrategy<String> {
        let few = vec(of.clone(), 0..4).prop_map(|all| format!("[{}]", all.join(",")));
        let many = (of, most..most + 2)
            .prop_map(|(one, count)| format!("[{}]", vec![one; count].join(",")));
        prop_oneof![6 => few, 1 => many].boxed()
    }

    /// Objects of some of these members, now and then with another one, with one twice, or as a
    /// list of their values.
    pub(crate) fn members(of: Vec<(&'static str, BoxedStrategy<String>)>) -> BoxedStrategy<String> {
        let each: Vec<_> = of
            .into_iter()
            .map(|(name, value)| (Just(name), mostly(value), prop::bool::weighted(0.8)))
            .collect();
        (each, 0..40, any::<prop::sample::Index>())
            .prop_map(|(each, oddity, at)| {
                let mut pairs: Vec<(&str, String)> = each
                    .into_iter()
                    .filter(|(.., is_there)| *is_there)
                    .map(|(name, value, _)| (name, value))
                    .collect();
                match oddity {
                    0 => pairs.push(("stranger", "1".to_owned())),
                    1 if !pairs.is_empty() => pairs.push(at.get(&pairs).clone()),
                    2 => {
                        let values: Vec<String> = pairs.into_iter().map(|pair| pair.1).collect();
                        return format!("[{}]", values.join(","));
                    }
                    _ => {}
                }
                let pairs: Vec<String> =
                    pairs.iter().map(|(name, value)| format!("\"{name}\":{value}")).collect();
                format!("{{{}}}", pairs.join(" , "))
            })
            .boxed()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde::Deserialize;
    use serde_json::json;

    #[derive(Debug, Deserialize, JsonSchema)]
    #[serde(rename_all = "camelCase", deny_unknown_fields)]
    struct Sample {
        #[schemars(length(min = 2, max = 3))]
        name: String,
        count: Option<i64>,
        #[schemars(inner(length(min = 2)))]
        #[serde(default)]
        tags: Vec<String>,
        #[serde(default)]
        note: keyway_core::patch::Patch<String>,
    }

    fn read(body: &Value) -> Result<Sample, Problem> {
        Reader::of::<Sample>().read(body.to_string().as_bytes())
    }

    fn places(body: &Value) -> Vec<String> {
        let mut all: Vec<String> =
            read(body).unwrap_err().errors.into_iter().map(|error| error.location).collect();
        all.sort();
        all
    }

    #[test]
    fn every_fault_is_reported_at_once() {
        let body = json!({ "name": "x", "count": "1", "tags": ["ok", "x"], "colour": 1 });
        assert_eq!(places(&body), ["body.colour", "body.count", "body.name", "body.tags[1]"]);
        assert_eq!(places(&json!({})), ["body.name"]);
        assert_eq!(places(&json!([])), ["body"]);
    }

    #[test]
    fn a_request_without_members_may_have_none() {
        #[derive(Debug, Deserialize, JsonSchema)]
        #[serde(deny_unknown_fields)]
        struct Nothing {}
        let reader = Reader::of::<Nothing>();
        assert!(reader.read::<Nothing>(b"{}").is_ok());
        let problem = reader.read::<Nothing>(br#"{"a":1,"b":2}"#).unwrap_err();
        let places: Vec<_> = problem.errors.iter().map(|error| &*error.location).collect();
        assert_eq!(places, ["body.a", "body.b"]);
    }

    #[test]
    fn null_is_a_value_only_where_the_schema_says_so() {
        assert_eq!(places(&json!({ "name": "abc", "count": null })), ["body.count"]);
        let read = read(&json!({ "name": "abc", "note": null })).unwrap();
        assert_eq!(read.note, keyway_core::patch::Patch::Clear);
    }

    #[test]
    fn integers_are_whole_and_have_64_bits() {
        assert_eq!(read(&json!({ "name": "abc", "count": 10.0 })).unwrap().count, Some(10));
        assert_eq!(places(&json!({ "name": "abc", "count": 1.5 })), ["body.count"]);
        for text in ["9223372036854775808", "1e30", "-9223372036854779999"] {
            let body = format!(r#"{{"name":"abc","count":{text}}}"#);
            let problem = Reader::of::<Sample>().read::<Sample>(body.as_bytes()).unwrap_err();
            assert_eq!(problem.errors[0].location, "body.count", "{text}");
        }
        let most = format!(r#"{{"name":"abc","count":{}}}"#, i64::MAX);
        let read = Reader::of::<Sample>().read::<Sample>(most.as_bytes()).unwrap();
        assert_eq!(read.count, Some(i64::MAX));
    }

    #[test]
    fn lengths_are_counted_in_code_points() {
        assert_eq!(read(&json!({ "name": "äöü" })).unwrap().name, "äöü");
        assert_eq!(read(&json!({ "name": "äöü" })).unwrap().tags.len(), 0);
    }

    #[test]
    fn what_is_not_json_is_a_fault_of_the_body() {
        for body in ["", "{", "{} x", "NaN", "\u{feff}{}"] {
            let problem = Reader::of::<Sample>().read::<Sample>(body.as_bytes()).unwrap_err();
            assert_eq!(problem.errors[0].location, "body", "{body}");
        }
        let nested = "[".repeat(100_000);
        assert!(Reader::of::<Sample>().read::<Sample>(nested.as_bytes()).is_err());
    }
}
