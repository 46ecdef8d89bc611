//! Reads a TRX report.

use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};
use std::collections::BTreeMap;

/// One result as the report has it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Row {
    id: String,
    /// The name that is shown, with the arguments of a case.
    shown: String,
    /// `Passed`, `Failed`, `NotExecuted`, …
    pub(super) outcome: String,
    /// `hh:mm:ss.fffffff`.
    pub(super) duration: String,
    /// What the failure says.
    pub(super) message: String,
    /// Where.
    pub(super) stack: String,
}

/// A whole report.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Trx {
    /// Results by test name: class, method, case.
    pub(super) rows: BTreeMap<String, Row>,
    /// How many results the report's own sum has; nothing where it never came to it.
    pub(super) total: Option<usize>,
    /// How many of them failed, by that sum.
    pub(super) failed: usize,
}

/// Reads a report; nothing where it is cut short or no XML.
pub(super) fn read(bytes: &[u8]) -> Option<Trx> {
    let text = String::from_utf8_lossy(bytes);
    let text = text.trim_start_matches('\u{feff}');
    let mut reader = Reader::from_str(text);
    let mut found = Pieces::default();
    loop {
        match reader.read_event() {
            Ok(Event::Eof) => break,
            Ok(Event::Start(tag)) => found.open(&tag, false),
            Ok(Event::Empty(tag)) => found.open(&tag, true),
            Ok(Event::End(tag)) => found.close(&local(tag.name().as_ref())),
            Ok(Event::Text(text)) => found.text(&text),
            Ok(Event::CData(text)) => found.text(&text),
            Ok(Event::GeneralRef(name)) => {
                let name = name.to_string();
                found.text(&entity(&name));
            }
            Ok(_) => {}
            Err(_) => return None,
        }
    }
    found.closed.then(|| found.joined())
}

#[derive(Default)]
struct Pieces {
    path: Vec<String>,
    rows: Vec<Row>,
    /// Class and method by the id of the test.
    methods: BTreeMap<String, (String, String)>,
    unit_test: String,
    total: Option<usize>,
    failed: usize,
    closed: bool,
}

impl Pieces {
    fn open(&mut self, tag: &BytesStart<'_>, empty: bool) {
        let name = local(tag.name().as_ref());
        let of = attributes(tag);
        let of = |key: &str| of.get(key).cloned().unwrap_or_default();
        match name.as_str() {
            "UnitTestResult" => self.rows.push(Row {
                id: of("testId"),
                shown: of("testName"),
                outcome: of("outcome"),
                duration: of("duration"),
                ..Row::default()
            }),
            "UnitTest" => self.unit_test = of("id"),
            "TestMethod" => {
                let class = of("className");
                // Older hosts write the assembly behind the class.
                let class = class.split(',').next().unwrap_or_default().to_owned();
                self.methods
                    .insert(self.unit_test.clone(), (class, of("name")));
            }
            "Counters" => {
                self.total = of("total").parse().ok();
                self.failed = of("failed").parse().unwrap_or_default();
            }
            _ => {}
        }
        if !empty {
            self.path.push(name);
        }
    }

    fn close(&mut self, name: &str) {
        self.path.pop();
        self.closed |= name == "TestRun";
    }

    fn text(&mut self, text: &str) {
        let inside = |name: &str| self.path.iter().any(|part| part == name);
        if !inside("ErrorInfo") {
            return;
        }
        let (message, stack) = (inside("Message"), inside("StackTrace"));
        let Some(row) = self.rows.last_mut() else {
            return;
        };
        if message {
            row.message.push_str(text);
        } else if stack {
            row.stack.push_str(text);
        }
    }

    fn joined(self) -> Trx {
        let mut rows = BTreeMap::new();
        for row in self.rows {
            let (class, method) = self.methods.get(&row.id).cloned().unwrap_or_default();
            rows.insert(name_of(&class, &method, &row.shown), row);
        }
        Trx {
            rows,
            total: self.total,
            failed: self.failed,
        }
    }
}

/// `N.C.M(a: 1)`: frameworks show the method with or without its class, and put the arguments
/// behind it or into it.
fn name_of(class: &str, method: &str, shown: &str) -> String {
    let case = shown.find('(').map_or("", |at| &shown[at..]);
    let plain = method.split('(').next().unwrap_or(method).trim_end();
    let plain = plain
        .strip_prefix(class)
        .map_or(plain, |rest| rest.trim_start_matches('.'));
    if class.is_empty() || plain.is_empty() {
        return shown.to_owned();
    }
    format!("{class}.{plain}{case}")
}

fn local(name: &str) -> String {
    name.rsplit(':').next().unwrap_or_default().to_owned()
}

fn attributes(tag: &BytesStart<'_>) -> BTreeMap<String, String> {
    let mut attributes = tag.attributes();
    let all = attributes.with_checks(false).flatten();
    all.map(|each| {
        let raw = each.value.to_string();
        (local(each.key.as_ref()), unescaped(&raw))
    })
    .collect()
}

fn unescaped(raw: &str) -> String {
    let mut text = String::new();
    let mut rest = raw;
    while let Some((before, after)) = rest.split_once('&') {
        text.push_str(before);
        let (name, behind) = after.split_once(';').unwrap_or((after, ""));
        text.push_str(&entity(name));
        rest = behind;
    }
    text + rest
}

fn entity(name: &str) -> String {
    let number = name
        .strip_prefix("#x")
        .map(|hex| u32::from_str_radix(hex, 16));
    let number = number.or_else(|| name.strip_prefix('#').map(str::parse));
    match (name, number) {
        ("lt", _) => "<".to_owned(),
        ("gt", _) => ">".to_owned(),
        ("amp", _) => "&".to_owned(),
        ("quot", _) => "\"".to_owned(),
        ("apos", _) => "'".to_owned(),
        (_, Some(Ok(code))) => char::from_u32(code).unwrap_or('?').to_string(),
        (_, _) => String::new(),
    }
}
