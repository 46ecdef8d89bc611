//! Reads what the dialects have in common: a line that is one object of JSON, and its sort.

use serde_json::Value;

/// The object in `line` and its `type`; nothing where it is no such line.
pub(super) fn object(line: &str) -> Option<(String, Value)> {
    let value: Value = serde_json::from_str(line).ok()?;
    let sort = value.get("type")?.as_str()?.to_owned();
    Some((sort, value))
}

/// The words in a list of content blocks.
pub(super) fn words(content: &Value) -> String {
    let Some(blocks) = content.as_array() else {
        return content.as_str().unwrap_or_default().to_owned();
    };
    let texts = blocks
        .iter()
        .filter(|block| block.get("type").is_none_or(|sort| sort == "text"));
    let texts: Vec<&str> = texts
        .filter_map(|block| block.get("text")?.as_str())
        .collect();
    texts.join("\n")
}
