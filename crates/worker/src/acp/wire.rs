//! Reads and writes the lines of the Agent Client Protocol: JSON-RPC, one object a line.

use serde_json::{Value, json};

/// The version of the protocol that is spoken here.
pub(super) const VERSION: u64 = 1;

/// The error code of a method that nobody has.
const NO_SUCH_METHOD: i64 = -32601;

/// One line that an agent wrote.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Incoming {
    /// The answer to the request with this id: its result, or what its error says.
    Reply(u64, Result<Value, String>),
    /// It asks for something.
    Request {
        /// The id that its answer has to carry.
        id: Value,
        /// What for.
        method: String,
        /// With what.
        params: Value,
    },
    /// It tells something.
    Notice {
        /// What of.
        method: String,
        /// What.
        params: Value,
    },
    /// It is no line of the protocol.
    Garbage,
}

/// What `line` is.
pub(super) fn parse(line: &str) -> Incoming {
    let Ok(Value::Object(mut object)) = serde_json::from_str(line) else {
        return Incoming::Garbage;
    };
    let id = object.remove("id").filter(|id| !id.is_null());
    let method = object
        .get("method")
        .and_then(Value::as_str)
        .map(str::to_owned);
    let params = object.remove("params").unwrap_or_default();
    match (id, method) {
        (Some(id), Some(method)) => Incoming::Request { id, method, params },
        (None, Some(method)) => Incoming::Notice { method, params },
        (Some(id), None) => {
            let Some(id) = id.as_u64() else {
                return Incoming::Garbage;
            };
            let error = object.remove("error");
            let result = object.remove("result").unwrap_or_default();
            Incoming::Reply(id, error.map_or(Ok(result), |error| Err(words(&error))))
        }
        (None, None) => Incoming::Garbage,
    }
}

fn words(error: &Value) -> String {
    let message = error.get("message").and_then(Value::as_str);
    let more = error
        .pointer("/data/message")
        .or_else(|| error.pointer("/data/details"));
    match (message, more.and_then(Value::as_str)) {
        (Some(message), Some(more)) => format!("{message}: {more}"),
        (Some(message), None) => message.to_owned(),
        (None, _) => error.to_string(),
    }
}

/// A request.
pub(super) fn request(id: u64, method: &str, params: &Value) -> Vec<u8> {
    line(&json!({"jsonrpc": "2.0", "id": id, "method": method, "params": params}))
}

/// Something that is told and not answered.
pub(super) fn notice(method: &str, params: &Value) -> Vec<u8> {
    line(&json!({"jsonrpc": "2.0", "method": method, "params": params}))
}

/// The answer to a request.
pub(super) fn reply(id: &Value, result: &Value) -> Vec<u8> {
    line(&json!({"jsonrpc": "2.0", "id": id, "result": result}))
}

/// The answer to a request for something that is not offered.
pub(super) fn not_offered(id: &Value, method: &str) -> Vec<u8> {
    let error = json!({"code": NO_SUCH_METHOD, "message": format!("{method} is not offered")});
    line(&json!({"jsonrpc": "2.0", "id": id, "error": error}))
}

fn line(value: &Value) -> Vec<u8> {
    // The text of a value never has a line's end in it.
    let mut line = value.to_string().into_bytes();
    line.push(b'\n');
    line
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_is_a_request_a_reply_a_notice_or_garbage() {
        let reply = parse(r#"{"jsonrpc":"2.0","id":3,"result":{"a":1}}"#);
        assert_eq!(reply, Incoming::Reply(3, Ok(json!({"a": 1}))));
        let error = parse(r#"{"id":3,"error":{"code":1,"message":"no","data":{"details":"key"}}}"#);
        assert_eq!(error, Incoming::Reply(3, Err("no: key".into())));
        let empty = parse(r#"{"id":3,"result":null}"#);
        assert_eq!(empty, Incoming::Reply(3, Ok(Value::Null)));
        let asks = parse(r#"{"id":"x","method":"m","params":{}}"#);
        assert!(matches!(asks, Incoming::Request { .. }));
        assert!(matches!(
            parse(r#"{"method":"m"}"#),
            Incoming::Notice { .. }
        ));
        for garbage in [
            "",
            "hello",
            "[]",
            "{}",
            "3",
            r#"{"id":"mine","result":1}"#,
            "{\"id\":",
        ] {
            assert_eq!(parse(garbage), Incoming::Garbage, "{garbage}");
        }
    }

    #[test]
    fn a_text_with_line_ends_stays_one_line() {
        let line = request(1, "session/prompt", &json!({"text": "a\nb\u{2028}c"}));
        assert_eq!(line.iter().filter(|byte| **byte == b'\n').count(), 1);
    }
}
