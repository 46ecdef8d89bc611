//! Reads the XML that CTest, Catch2 and doctest write. Never fails: what cannot be read is not there.

use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};
use std::collections::BTreeMap;

/// A test case as a program lists it.
pub(super) struct Case {
    pub(super) name: String,
    pub(super) file: String,
    pub(super) skipped: bool,
}

/// One step through a document: an element begins or ends, or has text.
enum Piece {
    Start(String, BTreeMap<String, String>),
    Text(String),
    End(String),
}

/// The pieces of a document, as far as it can be read.
fn pieces(text: &str) -> Vec<Piece> {
    let mut reader = Reader::from_str(text);
    reader.config_mut().check_end_names = false;
    let mut found = Vec::new();
    loop {
        match reader.read_event() {
            Ok(Event::Start(start)) => found.push(opened(&start)),
            Ok(Event::Empty(start)) => {
                found.push(opened(&start));
                found.push(Piece::End(start.name().as_ref().to_owned()));
            }
            Ok(Event::End(end)) => found.push(Piece::End(end.name().as_ref().to_owned())),
            Ok(Event::Text(text)) => found.push(Piece::Text((*text).to_owned())),
            Ok(Event::CData(text)) => found.push(Piece::Text((*text).to_owned())),
            Ok(Event::GeneralRef(entity)) => found.push(Piece::Text(resolved(&entity))),
            Ok(Event::Eof) | Err(_) => return found,
            Ok(Event::Comment(_) | Event::Decl(_) | Event::PI(_) | Event::DocType(_)) => {}
        }
    }
}

fn opened(start: &BytesStart<'_>) -> Piece {
    let attributes = start.attributes().filter_map(Result::ok);
    let read = attributes.map(|attribute| {
        let value = unescaped(&attribute.value);
        (attribute.key.as_ref().to_owned(), value)
    });
    Piece::Start(start.name().as_ref().to_owned(), read.collect())
}

/// The text with its entities resolved.
fn unescaped(text: &str) -> String {
    let mut made = String::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('&') {
        made.push_str(before);
        match after.split_once(';') {
            Some((entity, behind)) => {
                made.push_str(&resolved(entity));
                rest = behind;
            }
            None => {
                made.push('&');
                rest = after;
            }
        }
    }
    made.push_str(rest);
    made
}

fn resolved(entity: &str) -> String {
    let number = entity
        .strip_prefix('#')
        .and_then(|digits| match digits.strip_prefix('x') {
            Some(hex) => u32::from_str_radix(hex, 16).ok(),
            None => digits.parse().ok(),
        });
    match (entity, number.and_then(char::from_u32)) {
        ("lt", _) => "<".to_owned(),
        ("gt", _) => ">".to_owned(),
        ("amp", _) => "&".to_owned(),
        ("quot", _) => "\"".to_owned(),
        ("apos", _) => "'".to_owned(),
        (_, Some(character)) => character.to_string(),
        (other, None) => format!("&{other};"),
    }
}

/// The cases of a listing: of doctest by attribute, of Catch2 by element.
pub(super) fn listed(text: &str) -> Vec<Case> {
    let mut found: Vec<Case> = Vec::new();
    let mut inside = String::new();
    for piece in pieces(text) {
        match piece {
            Piece::Start(element, attributes) => {
                if element == "TestCase" {
                    let of = |key: &str| attributes.get(key).cloned().unwrap_or_default();
                    found.push(Case {
                        name: of("name"),
                        file: of("filename"),
                        skipped: of("skipped") == "true",
                    });
                }
                inside = element;
            }
            Piece::Text(text) => {
                if let Some(case) = found.last_mut() {
                    match inside.as_str() {
                        "Name" => case.name.push_str(&text),
                        "File" => case.file.push_str(&text),
                        _ => {}
                    }
                }
            }
            Piece::End(_) => inside.clear(),
        }
    }
    found
}

/// How a test case ended, by its program's own report.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Ended {
    pub(super) name: String,
    /// Nothing where the program ended before the case did.
    pub(super) passed: Option<bool>,
    pub(super) skipped: bool,
    /// The first assertion that did not hold, or the first exception.
    pub(super) wrong: Option<Wrong>,
}

/// Something that went wrong in a test case.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Wrong {
    pub(super) is_exception: bool,
    pub(super) file: String,
    pub(super) line: u32,
    /// What was written in the test, then what it came to.
    pub(super) text: String,
}

/// The test cases of a report of Catch2 or doctest.
pub(super) fn ended(text: &str) -> Vec<Ended> {
    let mut found: Vec<Ended> = Vec::new();
    let mut open: Option<Wrong> = None;
    for piece in pieces(text) {
        match piece {
            Piece::Start(element, attributes) => {
                open = open.or(took(&element, &attributes, &mut found));
            }
            Piece::Text(text) => {
                let words = text.split_whitespace().collect::<Vec<_>>().join(" ");
                if let Some(wrong) = open.as_mut().filter(|_| !words.is_empty()) {
                    let gap = if wrong.text.is_empty() { "" } else { " => " };
                    wrong.text.push_str(gap);
                    wrong.text.push_str(&words);
                }
            }
            Piece::End(element) => {
                let closes = matches!(
                    element.as_str(),
                    "Expression" | "Exception" | "Failure" | "FatalErrorCondition" | "Message"
                );
                if let Some(wrong) = open.take_if(|_| closes)
                    && let Some(case) = found.last_mut()
                {
                    case.wrong.get_or_insert(wrong);
                }
            }
        }
    }
    found
}

/// Takes the start of an element; the wrong that it opens.
fn took(
    element: &str,
    attributes: &BTreeMap<String, String>,
    found: &mut Vec<Ended>,
) -> Option<Wrong> {
    let of = |key: &str| attributes.get(key).map_or("", String::as_str);
    let wrong = |is_exception| {
        Some(Wrong {
            is_exception,
            file: of("filename").to_owned(),
            line: of("line").parse().unwrap_or(0),
            text: String::new(),
        })
    };
    match element {
        "TestCase" => found.push(Ended {
            name: of("name").to_owned(),
            skipped: of("skipped") == "true",
            ..Ended::default()
        }),
        "OverallResult" | "OverallResultsAsserts" => {
            let told = attributes
                .get("success")
                .or(attributes.get("test_case_success"));
            // Without it, the sum of the whole run.
            if let (Some(case), Some(told)) = (found.last_mut(), told) {
                case.passed = Some(told == "true");
                case.skipped |= of("skips").parse::<u32>().is_ok_and(|count| count > 0);
            }
        }
        "Expression" if of("success") == "false" => return wrong(false),
        "Message" if of("type") == "ERROR" || of("type") == "FATAL ERROR" => return wrong(false),
        "Failure" => return wrong(false),
        "Exception" | "FatalErrorCondition" => return wrong(true),
        _ => {}
    }
    None
}

/// What CTest's own report says of one test.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Junit {
    /// `run`, `fail`, `notrun`, `disabled`.
    pub(super) status: String,
    pub(super) ms: Option<u64>,
    /// Why it was not run.
    pub(super) why: String,
    /// All that it printed.
    pub(super) output: String,
}

/// CTest's report by the names of its tests; nothing where it does not come to its end.
pub(super) fn junit(text: &str) -> Option<BTreeMap<String, Junit>> {
    let mut found: BTreeMap<String, Junit> = BTreeMap::new();
    let (mut test, mut inside, mut whole) = (String::new(), String::new(), false);
    for piece in pieces(text) {
        match piece {
            Piece::Start(element, attributes) => {
                let of = |key: &str| attributes.get(key).cloned().unwrap_or_default();
                if element == "testcase" {
                    test = of("name");
                    let seconds = of("time").parse::<f64>().ok();
                    let entry = found.entry(test.clone()).or_default();
                    entry.status = of("status");
                    entry.ms = seconds.and_then(milliseconds);
                } else if element == "skipped"
                    && let Some(entry) = found.get_mut(&test)
                {
                    entry.why = of("message");
                }
                inside = element;
            }
            Piece::Text(text) => {
                let entry = found.get_mut(&test).filter(|_| inside == "system-out");
                if let Some(entry) = entry {
                    entry.output.push_str(&text);
                }
            }
            Piece::End(element) => {
                whole |= element == "testsuite";
                inside.clear();
            }
        }
    }
    whole.then_some(found)
}

fn milliseconds(seconds: f64) -> Option<u64> {
    let whole = (seconds * 1000.0).round();
    // Seconds of a test fit; a hostile number does not.
    format!("{whole:.0}").parse().ok()
}
