//! Reads the arguments of a call as models write them, and says the right shape where they do not fit.

use super::definitions::Definition;
use serde_json::{Map, Value};

/// Other names under which models give the same argument.
const NAMES: [(&str, &[&str]); 9] = [
    ("path", &["file_path", "file", "filename"]),
    ("old", &["old_string", "old_str", "oldText"]),
    (
        "new",
        &["new_string", "new_str", "newText", "content", "file_text"],
    ),
    ("all", &["replace_all"]),
    ("command", &["cmd", "argv"]),
    ("patch", &["input"]),
    ("pattern", &["query", "regex"]),
    ("from", &["offset", "start_line"]),
    ("to", &["end_line"]),
];

/// What is wrong with the arguments, in words for the model.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Misshapen(pub(super) String);

/// The arguments of one call.
pub(super) struct Arguments {
    shape: String,
    map: Map<String, Value>,
}

impl Arguments {
    /// `given` is what the model sent: an object, or text where it was no JSON.
    pub(super) fn of(tool: &Definition, given: &Value) -> Result<Self, Misshapen> {
        let shape = format!("`{}` takes {}", tool.name, tool.shape());
        let map = match given {
            Value::Object(map) => map.clone(),
            Value::Null => Map::new(),
            Value::String(text) => parsed(text, &shape)?,
            Value::Bool(_) | Value::Number(_) | Value::Array(_) => {
                return Err(Misshapen(format!("the arguments are no object; {shape}")));
            }
        };
        Ok(Self { shape, map })
    }

    /// Complains, and names the right shape.
    pub(super) fn wrong(&self, why: &str) -> Misshapen {
        Misshapen(format!("{why}; {}", self.shape))
    }

    fn value(&self, name: &str) -> Option<&Value> {
        let others = NAMES.iter().filter(|(own, _)| *own == name);
        let others = others.flat_map(|(_, others)| others.iter().copied());
        let mut values = std::iter::once(name)
            .chain(others)
            .filter_map(|name| self.map.get(name));
        values.find(|value| !value.is_null())
    }

    fn mistyped(&self, name: &str, wanted: &str) -> Misshapen {
        self.wrong(&format!("`{name}` is not {wanted}"))
    }

    pub(super) fn text(&self, name: &str) -> Result<Option<String>, Misshapen> {
        match self.value(name) {
            None => Ok(None),
            Some(Value::String(text)) => Ok(Some(text.clone())),
            Some(Value::Number(number)) => Ok(Some(number.to_string())),
            Some(Value::Bool(_) | Value::Null | Value::Array(_) | Value::Object(_)) => {
                Err(self.mistyped(name, "a string"))
            }
        }
    }

    pub(super) fn needed(&self, name: &str) -> Result<String, Misshapen> {
        let text = self.text(name)?;
        text.ok_or_else(|| self.wrong(&format!("`{name}` is missing")))
    }

    pub(super) fn count(&self, name: &str) -> Result<Option<usize>, Misshapen> {
        let Some(value) = self.value(name) else {
            return Ok(None);
        };
        let number = match value {
            Value::Number(number) => number.as_u64().or_else(|| whole(number.as_f64())),
            Value::String(text) => text.trim().parse().ok(),
            Value::Null | Value::Bool(_) | Value::Array(_) | Value::Object(_) => None,
        };
        let number = number.and_then(|number| usize::try_from(number).ok());
        let fits = number.ok_or_else(|| self.mistyped(name, "a whole number from 0"));
        fits.map(Some)
    }

    pub(super) fn flag(&self, name: &str) -> Result<bool, Misshapen> {
        match self.value(name) {
            None => Ok(false),
            Some(Value::Bool(flag)) => Ok(*flag),
            Some(Value::String(text)) if text == "true" => Ok(true),
            Some(Value::String(text)) if text == "false" => Ok(false),
            Some(_) => Err(self.mistyped(name, "true or false")),
        }
    }

    /// Each entry of the list `name`, read by serde; `what` says what each should be.
    pub(super) fn list<T: serde::de::DeserializeOwned>(
        &self,
        name: &str,
    ) -> Result<Vec<T>, Misshapen> {
        let Some(value) = self.value(name) else {
            return Ok(Vec::new());
        };
        let read = serde_json::from_value(value.clone());
        read.map_err(|error| self.wrong(&format!("`{name}` cannot be read: {error}")))
    }

    /// The words of `name`, which may be one string or a list of them.
    pub(super) fn words(&self, name: &str) -> Result<Vec<String>, Misshapen> {
        match self.value(name) {
            Some(Value::Array(_)) => self.list(name),
            Some(_) => Ok(vec![self.needed(name)?]),
            None => Err(self.wrong(&format!("`{name}` is missing"))),
        }
    }
}

fn parsed(text: &str, shape: &str) -> Result<Map<String, Value>, Misshapen> {
    if text.trim().is_empty() {
        return Ok(Map::new());
    }
    match serde_json::from_str(text) {
        Ok(Value::Object(map)) => Ok(map),
        Ok(_) => Err(Misshapen(format!("the arguments are no object; {shape}"))),
        Err(error) => Err(Misshapen(format!(
            "the arguments are no JSON ({error}); send the call again; {shape}"
        ))),
    }
}

fn whole(number: Option<f64>) -> Option<u64> {
    let text = format!("{}", number?);
    text.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::super::definitions::definitions;
    use super::*;
    use serde_json::json;

    fn of(given: Value) -> Result<Arguments, Misshapen> {
        Arguments::of(&definitions()[0], &given)
    }

    fn check(given: Value, owed: Result<Option<usize>, &str>) {
        let seen = of(given).and_then(|arguments| arguments.count("from"));
        match (seen, owed) {
            (Ok(seen), Ok(owed)) => assert_eq!(seen, owed),
            (Err(Misshapen(said)), Err(owed)) => {
                assert!(said.contains(owed), "{said}");
                assert!(said.contains(r#"`read` takes {"from"?: integer"#), "{said}");
            }
            (seen, owed) => panic!("{seen:?} instead of {owed:?}"),
        }
    }

    #[test]
    fn numbers_are_read_as_models_write_them() {
        check(json!({"from": 3}), Ok(Some(3)));
        check(json!({"from": "3"}), Ok(Some(3)));
        check(json!({"from": 3.0}), Ok(Some(3)));
        check(json!({"from": null}), Ok(None));
        check(json!({"offset": 3}), Ok(Some(3)));
        check(json!("{\"from\": 3}"), Ok(Some(3)));
        check(json!(""), Ok(None));
        check(json!(null), Ok(None));
    }

    #[test]
    fn what_does_not_fit_is_answered_with_the_shape() {
        check(json!({"from": -1}), Err("`from` is not a whole number"));
        check(json!({"from": [1]}), Err("`from` is not a whole number"));
        check(json!("{\"from\": 3"), Err("no JSON (EOF while parsing"));
        check(json!([1]), Err("no object"));
        check(json!("[1]"), Err("no object"));
        let missing = of(json!({})).and_then(|arguments| arguments.needed("path"));
        let Err(Misshapen(said)) = missing else {
            panic!("a path is needed")
        };
        assert!(
            said.starts_with("`path` is missing; `read` takes"),
            "{said}"
        );
    }
}
