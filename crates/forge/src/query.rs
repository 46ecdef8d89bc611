//! Writes texts into addresses.

/// `text` as one part of a path or as a value in a query.
pub(crate) fn query(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for byte in text.bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'_' | b'.' | b'~' => {
                safe.push(char::from(byte));
            }
            _ => safe.push_str(&format!("%{byte:02X}")),
        }
    }
    safe
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_in_a_text_leads_out_of_its_place() {
        assert_eq!(query("a/b c"), "a%2Fb%20c");
        assert_eq!(query("ü&x=1#y?"), "%C3%BC%26x%3D1%23y%3F");
    }
}
