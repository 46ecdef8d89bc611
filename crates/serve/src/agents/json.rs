//! Puts a value into a JSON text and leaves every other byte of it as it is, comments too.

use serde_json::Value;
use std::fmt;
use std::ops::Range;

/// Why a text could not be changed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Unreadable {
    /// It is no JSON, even with comments.
    Syntax {
        /// Which line.
        line: usize,
    },
    /// A key holds something else than it would have to.
    Shape {
        /// The key.
        key: String,
    },
}

impl fmt::Display for Unreadable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Syntax { line } => write!(f, "it is no JSON: line {line}"),
            Self::Shape { key } => write!(f, "its key {key} holds something else"),
        }
    }
}

/// A value and where it stands.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Json {
    span: Range<usize>,
    kind: Kind,
}

#[derive(Clone, Debug, PartialEq)]
enum Kind {
    Object(Vec<(String, Json)>),
    Array(Vec<Json>),
    Other(Value),
}

impl Json {
    /// Reads `text`: JSON with comments and trailing commas.
    pub(super) fn read(text: &str) -> Result<Self, Unreadable> {
        let mut reader = Reader { text, at: 0 };
        let value = reader.value();
        let value = value.filter(|_| {
            reader.skip();
            reader.at == text.len()
        });
        value.ok_or_else(|| Unreadable::Syntax {
            line: text[..reader.at].matches('\n').count() + 1,
        })
    }

    /// The value below the keys of `path`.
    pub(super) fn at(&self, path: &[&str]) -> Option<&Self> {
        path.iter().try_fold(self, |value, key| match &value.kind {
            Kind::Object(members) => members.iter().find(|(k, _)| k == key).map(|(_, v)| v),
            Kind::Array(_) | Kind::Other(_) => None,
        })
    }

    fn value(&self) -> Value {
        match &self.kind {
            Kind::Object(members) => {
                let members = members.iter().map(|(k, v)| (k.clone(), v.value()));
                Value::Object(members.collect())
            }
            Kind::Array(elements) => elements.iter().map(Self::value).collect(),
            Kind::Other(value) => value.clone(),
        }
    }

    /// Where the last of its parts ends; nothing where it has none.
    fn last_end(&self) -> Option<usize> {
        match &self.kind {
            Kind::Object(members) => members.last().map(|(_, value)| value.span.end),
            Kind::Array(elements) => elements.last().map(|value| value.span.end),
            Kind::Other(_) => None,
        }
    }
}

/// `text` with `value` below the keys of `path`, unless there is a value already.
pub(super) fn put(
    text: &str,
    tree: &Json,
    path: &[&str],
    value: &Value,
) -> Result<String, Unreadable> {
    if tree.at(path).is_some() {
        return Ok(text.to_owned());
    }
    // The deepest object that is there takes all that is missing.
    let mut depth = path.len() - 1;
    while depth > 0 && tree.at(&path[..depth]).is_none() {
        depth -= 1;
    }
    let shape = || Unreadable::Shape {
        key: path[..depth].join("."),
    };
    let parent = tree.at(&path[..depth]).ok_or_else(shape)?;
    if !matches!(parent.kind, Kind::Object(_)) {
        return Err(shape());
    }
    let below = path[depth + 1..].iter().rev();
    let value = below.fold(value.clone(), |inner, key| {
        Value::Object([((*key).to_owned(), inner)].into_iter().collect())
    });
    let key = Value::String(path[depth].to_owned());
    let member = format!("{key}: {}", pretty(&value, depth + 1));
    Ok(appended(text, parent, &member, depth + 1))
}

/// `text` with `value` as an element of the array below the keys of `path`, unless it has one that
/// `is_ours`.
pub(super) fn add(
    text: &str,
    tree: &Json,
    path: &[&str],
    value: &Value,
    is_ours: impl Fn(&Value) -> bool,
) -> Result<String, Unreadable> {
    let Some(array) = tree.at(path) else {
        return put(text, tree, path, &Value::Array(vec![value.clone()]));
    };
    let Kind::Array(elements) = &array.kind else {
        return Err(Unreadable::Shape {
            key: path.join("."),
        });
    };
    if elements.iter().any(|element| is_ours(&element.value())) {
        return Ok(text.to_owned());
    }
    let element = pretty(value, path.len() + 1);
    Ok(appended(text, array, &element, path.len() + 1))
}

/// `text` with one more part at the end of `parent`, on a line of its own.
fn appended(text: &str, parent: &Json, part: &str, depth: usize) -> String {
    let close = parent.span.end - 1;
    let inner = text[..close].trim_end().len();
    let mut before = text[..inner].to_owned();
    if let Some(end) = parent.last_end() {
        let comma = Reader { text, at: end }.next_is(b',');
        if !comma {
            before.insert(end, ',');
        }
    }
    let (pad, outer) = ("  ".repeat(depth), "  ".repeat(depth - 1));
    format!("{before}\n{pad}{part}\n{outer}{}", &text[close..])
}

/// `value` in lines, for a place that many levels deep.
fn pretty(value: &Value, depth: usize) -> String {
    let text = serde_json::to_string_pretty(value).unwrap_or_default();
    text.replace('\n', &format!("\n{}", "  ".repeat(depth)))
}

struct Reader<'t> {
    text: &'t str,
    at: usize,
}

impl<'t> Reader<'t> {
    fn rest(&self) -> &'t str {
        &self.text[self.at..]
    }

    /// Goes past white space and comments.
    fn skip(&mut self) {
        loop {
            let rest = self.rest();
            let trimmed = rest.trim_start_matches(['\u{feff}', ' ', '\t', '\r', '\n']);
            self.at += rest.len() - trimmed.len();
            let comment = if trimmed.starts_with("//") {
                trimmed.find('\n').unwrap_or(trimmed.len())
            } else if trimmed.starts_with("/*") {
                trimmed.find("*/").map_or(trimmed.len(), |end| end + 2)
            } else {
                return;
            };
            self.at += comment;
        }
    }

    fn next_is(mut self, byte: u8) -> bool {
        self.takes(byte)
    }

    fn takes(&mut self, byte: u8) -> bool {
        self.skip();
        let is_next = self.text.as_bytes().get(self.at) == Some(&byte);
        self.at += usize::from(is_next);
        is_next
    }

    fn value(&mut self) -> Option<Json> {
        self.skip();
        let start = self.at;
        let kind = match self.text.as_bytes().get(start)? {
            b'{' => Kind::Object(self.parts(b'}', |reader| {
                let key = reader.string()?;
                if !reader.takes(b':') {
                    return None;
                }
                Some((key, reader.value()?))
            })?),
            b'[' => Kind::Array(self.parts(b']', Self::value)?),
            b'"' => Kind::Other(Value::String(self.string()?)),
            _ => {
                let ends = |c: char| ",]}/ \t\r\n".contains(c);
                let rest = self.rest();
                let word = &rest[..rest.find(ends).unwrap_or(rest.len())];
                let value = serde_json::from_str(word).ok()?;
                self.at += word.len();
                Kind::Other(value)
            }
        };
        let span = start..self.at;
        Some(Json { span, kind })
    }

    /// What stands between the bracket here and `close`.
    fn parts<P>(&mut self, close: u8, part: impl Fn(&mut Self) -> Option<P>) -> Option<Vec<P>> {
        self.at += 1;
        let mut parts = Vec::new();
        loop {
            if self.takes(close) {
                return Some(parts);
            }
            parts.push(part(self)?);
            if !self.takes(b',') {
                return self.takes(close).then_some(parts);
            }
        }
    }

    fn string(&mut self) -> Option<String> {
        self.skip();
        let bytes = self.rest().as_bytes();
        if bytes.first() != Some(&b'"') {
            return None;
        }
        let mut end = 1;
        while *bytes.get(end)? != b'"' {
            end += if bytes[end] == b'\\' { 2 } else { 1 };
        }
        let value = serde_json::from_str(self.rest().get(..=end)?).ok()?;
        self.at += end + 1;
        Some(value)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn check(text: &str, path: &[&str], value: &Value, owed: &str) {
        let tree = Json::read(text).expect("reads");
        let put = put(text, &tree, path, value).expect("is put");
        assert_eq!(put, owed);
        let tree = Json::read(&put).expect("still reads");
        assert_eq!(tree.at(path).expect("is there").value(), *value);
    }

    #[test]
    fn a_value_is_put_where_it_is_missing() {
        let one = json!(1);
        check(
            "{}",
            &["a", "b"],
            &one,
            "{\n  \"a\": {\n    \"b\": 1\n  }\n}",
        );
        check(
            "{\n  \"z\": 0\n}\n",
            &["a"],
            &one,
            "{\n  \"z\": 0,\n  \"a\": 1\n}\n",
        );
        check(
            "{\n  \"a\": {\n    \"x\": 2\n  },\n  \"y\": 3\n}\n",
            &["a", "b"],
            &one,
            "{\n  \"a\": {\n    \"x\": 2,\n    \"b\": 1\n  },\n  \"y\": 3\n}\n",
        );
    }

    #[test]
    fn comments_order_and_trailing_commas_stay() {
        check(
            "// mine\n{\n  \"z\": \"a // b\", /* why */\n  \"y\": [1,], // last\n}\n",
            &["a"],
            &json!(true),
            "// mine\n{\n  \"z\": \"a // b\", /* why */\n  \"y\": [1,], // last\n  \"a\": true\n}\n",
        );
    }

    #[test]
    fn a_value_that_is_there_stays() {
        let text = "{ \"a\": {\"b\": [1, 2]}, \"c\": \"\\\"}\" }";
        let tree = Json::read(text).expect("reads");
        assert_eq!(
            put(text, &tree, &["a", "b"], &json!("x")),
            Ok(text.to_owned())
        );
    }

    #[test]
    fn what_is_no_json_is_told_by_its_line() {
        for (text, line) in [
            ("{\n\"a\": 1\n\"b\": 2}", 3),
            ("", 1),
            ("{} x", 1),
            ("{\"a\": 'b'}", 1),
        ] {
            assert_eq!(Json::read(text), Err(Unreadable::Syntax { line }), "{text}");
        }
    }

    #[test]
    fn what_a_key_holds_that_is_no_object_is_left() {
        let text = "{\"a\": 3}";
        let tree = Json::read(text).expect("reads");
        let refused = put(text, &tree, &["a", "b"], &json!(1));
        let key = "a".to_owned();
        assert_eq!(refused, Err(Unreadable::Shape { key }));
    }
}
