//! Looks for a name in prose: whole words only, and routes whatever their parameters are called.

use super::Sort;

/// The line, from 1, on which `text` names something; nothing where it does not.
pub fn is_named(sort: Sort, name: &str, text: &str) -> Option<u32> {
    let found = match sort {
        Sort::Flag | Sort::Variable | Sort::Key => whole_word(text, name),
        Sort::Function => {
            let own = name.rsplit(['.', ':', '#']).next().unwrap_or(name);
            whole_word(text, own)
        }
        Sort::Route => return route_line(text, name),
    }?;
    Some(line_of(text, found))
}

fn line_of(text: &str, at: usize) -> u32 {
    let before = text.get(..at).unwrap_or_default();
    u32::try_from(before.matches('\n').count() + 1).unwrap_or(u32::MAX)
}

fn whole_word(text: &str, word: &str) -> Option<usize> {
    if word.is_empty() {
        return None;
    }
    let is_part = |c: char| c.is_alphanumeric() || c == '_' || c == '-';
    let mut places = text.match_indices(word);
    places
        .find(|(at, found)| {
            let before = text.get(..*at).and_then(|text| text.chars().next_back());
            let rest = text.get(at + found.len()..);
            let mut after = rest.unwrap_or_default().chars();
            let next = after.next();
            // A dash at the end of a word is punctuation.
            let goes_on = next.is_some_and(|c| c.is_alphanumeric() || c == '_')
                || next == Some('-') && after.next().is_some_and(char::is_alphanumeric);
            !before.is_some_and(is_part) && !goes_on
        })
        .map(|(at, _)| at)
}

/// A route is named where its path stands, whatever its parameters are called there.
fn route_line(text: &str, route: &str) -> Option<u32> {
    let path = route.rsplit(' ').next().unwrap_or(route);
    let wanted = plain_route(path);
    let is_end = |c: char| c.is_whitespace() || matches!(c, '`' | '"' | '\'' | ',' | ')' | '?');
    for (number, line) in (1..).zip(text.lines()) {
        let words = line.split(is_end).filter_map(|word| {
            // Behind a host or a base address, too.
            let word = word.trim_end_matches(['.', ';', '|']);
            let at = word.find("://").and_then(|scheme| {
                let rest = word.get(scheme + 3..)?;
                Some(scheme + 3 + rest.find('/')?)
            });
            word.get(at.unwrap_or_else(|| word.find('/').unwrap_or(0))..)
        });
        let mut routes = words.map(plain_route);
        if routes.any(|found| found == wanted) {
            return Some(number);
        }
    }
    None
}

/// `/users/{id}`, `/users/:id` and `/users/<int:id>` are one route.
fn plain_route(path: &str) -> String {
    let is_parameter = |part: &str| {
        part.starts_with([':', '{', '<', '$', '*']) || part.chars().all(|c| c.is_ascii_digit())
    };
    let parts = path.trim_end_matches('/').split('/');
    let plain = parts.map(|part| {
        if !part.is_empty() && is_parameter(part) {
            "{}"
        } else {
            part
        }
    });
    plain.collect::<Vec<_>>().join("/")
}
