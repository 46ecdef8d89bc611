//! Takes single values out of the YAML block of a test point.

/// The value of `key` on the first level that has it, of a YAML block.
pub(super) fn field(yaml: &str, key: &str) -> Option<String> {
    let mut lines = yaml.lines();
    let (indent, value) = lines.by_ref().find_map(|line| {
        let body = line.trim_start();
        let rest = body.strip_prefix(key)?.strip_prefix(':')?;
        let spaced = rest.is_empty() || rest.starts_with(' ');
        spaced.then(|| (line.len() - body.len(), rest.trim()))
    })?;
    let is_block = matches!(value, "|" | "|-" | "|+" | ">" | ">-" | ">+");
    if !is_block && !value.is_empty() {
        return Some(unquoted(value));
    }
    let deeper =
        |line: &&str| line.trim().is_empty() || line.len() - line.trim_start().len() > indent;
    let block: Vec<&str> = lines.take_while(deeper).collect();
    let cut = block
        .iter()
        .filter(|line| !line.trim().is_empty())
        .map(|line| line.len() - line.trim_start().len())
        .min()?;
    let cut = block.iter().map(|line| line.get(cut..).unwrap_or_default());
    Some(cut.collect::<Vec<_>>().join("\n").trim_end().to_owned())
}

fn unquoted(value: &str) -> String {
    if value.len() >= 2 && value.starts_with('\'') && value.ends_with('\'') {
        return value[1..value.len() - 1].replace("''", "'");
    }
    if value.len() >= 2 && value.starts_with('"') && value.ends_with('"') {
        let text = serde_json::from_str::<String>(value);
        return text.unwrap_or_else(|_| value[1..value.len() - 1].to_owned());
    }
    value.to_owned()
}
