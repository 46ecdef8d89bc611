//! Reads the Test Anything Protocol, versions 12 to 14: subtests, YAML blocks, directives, plans
//! and bail-outs. Lines that are no TAP are left out; what does not add up is kept as a problem.

mod yaml;

use std::collections::BTreeSet;

/// Subtests deeper than this are not looked at.
const DEEPEST: usize = 64;

/// One stream, or one subtest of it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Document {
    /// Its test points, in the order of the stream.
    pub points: Vec<Point>,
    /// How many points the plan promises; nothing where there is no plan.
    pub plan: Option<u64>,
    /// Why everything was skipped, where the plan says so (`1..0 # SKIP why`).
    pub skipped: Option<String>,
    /// Why the stream was given up (`Bail out! why`).
    pub bailed: Option<String>,
    /// A subtest that began, and whose own result never came: the process ended inside it.
    pub open: Option<Box<Document>>,
    /// The title of an open subtest, where it was announced (`# Subtest: title`).
    pub title: Option<String>,
    /// What does not add up here: plan and points, numbers that come twice or lie outside the
    /// plan.
    pub problems: Vec<String>,
}

/// One test point.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Point {
    /// `ok`, whatever the directive says.
    pub ok: bool,
    /// Its number, where it has one.
    pub number: Option<u64>,
    /// Its description without the leading dash, escapes undone.
    pub title: String,
    /// The last plain comment before it on its own level: the name of the test in streams whose
    /// points are single assertions (tape).
    pub heading: Option<String>,
    /// What the directive says.
    pub directive: Option<Directive>,
    /// The text of its YAML block, indentation of the block taken away.
    pub yaml: Option<String>,
    /// Milliseconds, where the stream has them (`# time=1.5ms`).
    pub ms: Option<u64>,
    /// Its subtest.
    pub subtest: Option<Box<Document>>,
}

/// A mark behind a description.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Directive {
    /// Not run, with the reason.
    Skip(String),
    /// Not expected to hold yet, with the reason.
    Todo(String),
}

impl Point {
    /// Whether the point counts as a failure: `not ok` without a directive.
    pub fn failed(&self) -> bool {
        !self.ok && self.directive.is_none()
    }

    /// The value of `key` in the YAML block: quotes undone, the lines of a block joined.
    pub fn field(&self, key: &str) -> Option<String> {
        yaml::field(self.yaml.as_deref()?, key)
    }
}

impl Document {
    /// The points that have no subtest, each with the titles of the points above it. Points of an
    /// open subtest are among them.
    pub fn leaves(&self) -> Vec<(Vec<&str>, &Point)> {
        let mut found = Vec::new();
        self.gather(&[], &mut found);
        found
    }

    fn gather<'d>(&'d self, above: &[&'d str], found: &mut Vec<(Vec<&'d str>, &'d Point)>) {
        for point in &self.points {
            match &point.subtest {
                Some(subtest) if !subtest.points.is_empty() || subtest.open.is_some() => {
                    let mut path = above.to_vec();
                    path.push(point.title.as_str());
                    subtest.gather(&path, found);
                }
                Some(_) | None => found.push((above.to_vec(), point)),
            }
        }
        if let Some(open) = &self.open {
            let mut path = above.to_vec();
            path.extend(open.title.as_deref());
            open.gather(&path, found);
        }
    }

    /// Every problem of the stream and of its subtests, outermost first.
    pub fn all_problems(&self) -> Vec<&str> {
        let mut all: Vec<&str> = self.problems.iter().map(String::as_str).collect();
        let subtests = self.points.iter().filter_map(|p| p.subtest.as_deref());
        for inner in subtests.chain(self.open.as_deref()) {
            all.extend(inner.all_problems());
        }
        all
    }

    /// Holds plan and points against each other, once no more can come.
    fn close(&mut self) {
        let mut seen = BTreeSet::new();
        for number in self.points.iter().filter_map(|point| point.number) {
            if !seen.insert(number) {
                self.problems.push(format!("test {number} comes twice"));
            }
            if self.plan.is_some_and(|plan| number > plan) || number == 0 {
                let why = format!("test {number} lies outside the plan");
                self.problems.push(why);
            }
        }
        let count = self.points.len() as u64;
        match self.plan {
            _ if self.bailed.is_some() => {}
            Some(plan) if plan != count => {
                let why = format!("{plan} tests were planned and {count} came");
                self.problems.push(why);
            }
            None if count > 0 => self.problems.push("there is no plan".to_owned()),
            Some(_) | None => {}
        }
    }
}

/// What `bytes` say. Never fails: text that is no TAP has no points.
pub fn read(bytes: &[u8]) -> Document {
    let text = String::from_utf8_lossy(bytes);
    let mut reader = Reader {
        levels: vec![Level::default()],
        yaml: None,
        ended: false,
    };
    for line in text.lines() {
        reader.line(line.trim_end_matches('\r'));
    }
    reader.finish()
}

/// A document that is being read.
#[derive(Default)]
struct Level {
    document: Document,
    /// The last plain comment.
    heading: Option<String>,
    /// The title of the subtest that is announced to come.
    announced: Option<String>,
    /// A subtest that ended and waits for the point that names it.
    done: Option<Document>,
    /// Whether the last point opened braces: its subtest follows it.
    braces: bool,
}

struct Reader {
    levels: Vec<Level>,
    /// Depth, indentation and lines of the YAML block that is being read.
    yaml: Option<(usize, Vec<String>)>,
    ended: bool,
}

impl Reader {
    fn line(&mut self, line: &str) {
        if self.ended || self.in_yaml(line) {
            return;
        }
        let body = line.trim_start_matches(' ');
        let spaces = line.len() - body.len();
        if body == "---" && spaces >= 1 {
            self.yaml = Some((spaces, Vec::new()));
            return;
        }
        let (depth, over) = (spaces / 4, spaces % 4);
        if over > 0 || depth > self.levels.len() || depth > DEEPEST {
            return;
        }
        let Some(token) = token(body) else { return };
        // A comment of a program under test is indented at will: it opens no subtest.
        if depth == self.levels.len() && matches!(token, Token::Comment(_) | Token::End) {
            return;
        }
        self.go_to(depth);
        self.take(token);
    }

    fn in_yaml(&mut self, line: &str) -> bool {
        let Some((spaces, lines)) = &mut self.yaml else {
            return false;
        };
        let indented = line.len() - line.trim_start_matches(' ').len() >= *spaces;
        if !indented && !line.trim().is_empty() {
            // The block was never closed.
            self.end_yaml();
            return false;
        }
        let inner = line.get(*spaces..).unwrap_or_default();
        if inner.trim_end() == "..." {
            self.end_yaml();
        } else {
            lines.push(inner.to_owned());
        }
        true
    }

    fn end_yaml(&mut self) {
        let Some((spaces, lines)) = self.yaml.take() else {
            return;
        };
        let depth = (spaces / 4).min(self.levels.len() - 1);
        let last = self.levels[depth].document.points.last_mut();
        if let Some(point) = last {
            point.yaml.get_or_insert(lines.join("\n"));
        }
    }

    /// Opens or ends subtests until the current one is `depth` deep.
    fn go_to(&mut self, depth: usize) {
        if depth == self.levels.len() {
            let parent = self.levels.last_mut();
            let announced = parent.and_then(|parent| parent.announced.take());
            let mut level = Level::default();
            level.document.title = announced;
            self.levels.push(level);
        }
        while self.levels.len() > depth + 1 {
            self.pop();
        }
    }

    /// Ends the innermost subtest.
    fn pop(&mut self) {
        let Some(level) = self.levels.pop() else {
            return;
        };
        let document = level.end();
        let Some(parent) = self.levels.last_mut() else {
            return;
        };
        let last = parent.document.points.last_mut();
        match last {
            Some(point) if parent.braces && point.subtest.is_none() => {
                point.subtest = Some(Box::new(document));
            }
            Some(_) | None => {
                parent.keep_done();
                parent.done = Some(document);
            }
        }
    }

    fn take(&mut self, token: Token<'_>) {
        let Some(level) = self.levels.last_mut() else {
            return;
        };
        match token {
            Token::Point { ok, rest } => level.point(ok, rest),
            Token::Plan { count, rest } => level.plan(count, rest),
            Token::Subtest(title) => level.announced = Some(title.to_owned()),
            Token::Comment(text) if is_heading(text) => level.heading = Some(text.to_owned()),
            Token::Comment(_) => {}
            Token::End => level.braces = false,
            Token::Bail(why) => {
                self.levels[0].document.bailed = Some(why.to_owned());
                self.ended = true;
            }
        }
    }

    fn finish(mut self) -> Document {
        self.end_yaml();
        while self.levels.len() > 1 {
            self.pop();
        }
        self.levels.pop().map(Level::end).unwrap_or_default()
    }
}

impl Level {
    fn point(&mut self, ok: bool, rest: &str) {
        let mut point = described(ok, rest);
        point.heading.clone_from(&self.heading);
        self.announced = None;
        self.braces = rest.trim_end().ends_with(" {");
        if self.braces {
            self.keep_done();
        }
        point.subtest = self.done.take().map(Box::new);
        self.document.points.push(point);
    }

    fn plan(&mut self, count: u64, rest: &str) {
        if self.document.plan.is_some() {
            let problem = "there are two plans".to_owned();
            self.document.problems.push(problem);
            return;
        }
        self.document.plan = Some(count);
        if let (0, Some(Directive::Skip(why))) = (count, directive(rest).1) {
            self.document.skipped = Some(why);
        }
    }

    /// A subtest whose own point never came.
    fn keep_done(&mut self) {
        if let Some(done) = self.done.take() {
            let problem = "a subtest has no result of its own".to_owned();
            self.document.problems.push(problem);
            self.document.open.get_or_insert(Box::new(done));
        }
    }

    fn end(mut self) -> Document {
        self.keep_done();
        self.document.close();
        self.document
    }
}

enum Token<'l> {
    Point { ok: bool, rest: &'l str },
    Plan { count: u64, rest: &'l str },
    Subtest(&'l str),
    Comment(&'l str),
    Bail(&'l str),
    End,
}

fn token(body: &str) -> Option<Token<'_>> {
    let word = |word: &str| {
        let rest = body.strip_prefix(word)?;
        (rest.is_empty() || rest.starts_with(char::is_whitespace)).then_some(rest)
    };
    if let Some(rest) = word("ok") {
        return Some(Token::Point { ok: true, rest });
    }
    if let Some(rest) = word("not ok") {
        return Some(Token::Point { ok: false, rest });
    }
    if let Some(why) = body.strip_prefix("Bail out!") {
        return Some(Token::Bail(why.trim()));
    }
    if let Some(text) = body.strip_prefix('#') {
        let text = text.trim();
        let subtest = text.strip_prefix("Subtest:").map(str::trim);
        return Some(subtest.map_or(Token::Comment(text), Token::Subtest));
    }
    if body.trim_end() == "}" {
        return Some(Token::End);
    }
    let rest = body.strip_prefix("1..")?;
    let digits = rest.len() - rest.trim_start_matches(|c: char| c.is_ascii_digit()).len();
    let count = rest.get(..digits)?.parse().ok()?;
    let rest = rest.get(digits..)?;
    let ends = rest.trim().is_empty() || rest.trim_start().starts_with('#');
    ends.then_some(Token::Plan { count, rest })
}

/// Whether a comment can name a test: counters and the closing word of a stream do not.
fn is_heading(text: &str) -> bool {
    const COUNTERS: [&str; 9] = [
        "tests",
        "pass",
        "fail",
        "skip",
        "todo",
        "cancelled",
        "skipped",
        "suites",
        "duration_ms",
    ];
    let mut words = text.split_whitespace();
    let counter = words.next().is_some_and(|first| COUNTERS.contains(&first));
    let number = words
        .next()
        .is_some_and(|second| second.parse::<f64>().is_ok());
    let closing = text.is_empty() || text == "ok" || text.starts_with("time=");
    let counts = counter && number;
    !closing && !counts
}

/// The point that the text behind `ok` describes.
fn described(ok: bool, rest: &str) -> Point {
    let rest = rest.trim();
    let rest = rest.strip_suffix(" {").unwrap_or(rest);
    let digits = rest.len() - rest.trim_start_matches(|c: char| c.is_ascii_digit()).len();
    let (number, after) = rest.split_at(digits);
    let numbered = after.is_empty() || after.starts_with(char::is_whitespace);
    let (number, after) = match number.parse().ok() {
        Some(number) if numbered => (Some(number), after),
        _ => (None, rest),
    };
    let (title, directive, ms) = {
        let (title, mark) = directive(after);
        (title, mark, time(after))
    };
    let title = title.trim();
    let title = title.strip_prefix("- ").unwrap_or(title);
    let title = if title == "-" { "" } else { title };
    Point {
        ok,
        number,
        title: unescaped(title.trim()),
        directive,
        ms,
        ..Point::default()
    }
}

/// The description without its directive, and the directive.
fn directive(text: &str) -> (&str, Option<Directive>) {
    for (at, _) in text.match_indices('#') {
        let escaped = text[..at].bytes().rev().take_while(|b| *b == b'\\').count() % 2 == 1;
        let spaced = at == 0 || text[..at].ends_with(char::is_whitespace);
        if escaped || !spaced {
            continue;
        }
        let mark = text[at + 1..].trim_start();
        let (word, why) = mark.split_once(char::is_whitespace).unwrap_or((mark, ""));
        let why = why
            .split(" # time=")
            .next()
            .unwrap_or(why)
            .trim()
            .to_owned();
        let lower = word.trim_end_matches(':').to_ascii_lowercase();
        if lower.starts_with("skip") {
            return (&text[..at], Some(Directive::Skip(why)));
        }
        if lower == "todo" {
            return (&text[..at], Some(Directive::Todo(why)));
        }
        if lower.starts_with("time=") {
            return (&text[..at], None);
        }
    }
    (text, None)
}

fn time(text: &str) -> Option<u64> {
    let (_, after) = text.rsplit_once("# time=")?;
    let number = after.trim().strip_suffix("ms")?;
    let ms: f64 = number.parse().ok()?;
    (0.0..1e12).contains(&ms).then_some(ms as u64)
}

fn unescaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        match (c, chars.peek()) {
            ('\\', Some(next @ ('#' | '\\'))) => {
                out.push(*next);
                chars.next();
            }
            _ => out.push(c),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn titles(document: &Document) -> Vec<String> {
        let leaves = document.leaves();
        let name = |(above, point): &(Vec<&str>, &Point)| {
            let mut path: Vec<&str> = above.clone();
            path.push(&point.title);
            format!(
                "{} {}",
                if point.ok { "ok" } else { "no" },
                path.join(" > ")
            )
        };
        leaves.iter().map(name).collect()
    }

    #[test]
    fn points_have_titles_numbers_and_directives() {
        let text = "TAP version 13\n1..5\nok 1 - a \\# b\nnot ok 2 c # TODO later\n\
                    ok 3 - d # SKIP no disk\nnot ok\nok 5 issue #7 # time=12.5ms\n";
        let read = read(text.as_bytes());
        assert_eq!(read.problems, Vec::<String>::new());
        assert_eq!(
            titles(&read),
            ["ok a # b", "no c", "ok d", "no ", "ok issue #7"]
        );
        assert_eq!(
            read.points[1].directive,
            Some(Directive::Todo("later".to_owned()))
        );
        assert_eq!(
            read.points[2].directive,
            Some(Directive::Skip("no disk".to_owned()))
        );
        assert!(!read.points[1].failed() && read.points[3].failed());
        assert_eq!(read.points[4].ms, Some(12));
    }

    #[test]
    fn subtests_nest_before_their_point_and_in_braces() {
        let text = "# Subtest: outer\n    # Subtest: inner\n        ok 1 - deep\n        1..1\n    \
                    not ok 1 - inner\n      ---\n      failureType: 'x'\n      ...\n    1..1\n\
                    ok 1 - outer\nok 2 - braced {\n    ok 1 - leaf\n    1..1\n}\n1..2\n";
        let read = read(text.as_bytes());
        assert_eq!(read.all_problems(), Vec::<&str>::new());
        assert_eq!(
            titles(&read),
            ["ok outer > inner > deep", "ok braced > leaf"]
        );
        let outer = read.points[0].subtest.as_ref().expect("a subtest");
        assert_eq!(outer.points[0].field("failureType").as_deref(), Some("x"));
    }

    #[test]
    fn a_block_of_yaml_is_no_tap() {
        let text = "not ok 1 - a\n  ---\n  message: \"two\\nlines\"\n  stack: |-\n    at x (a.js:1:2)\n\
                    \n    ok 9 - fake\n  at:\n    file: a.js\n    line: 3\n  ...\n1..1\n";
        let read = read(text.as_bytes());
        assert_eq!(read.points.len(), 1);
        let point = &read.points[0];
        assert_eq!(point.field("message").as_deref(), Some("two\nlines"));
        let stack = point.field("stack").expect("a stack");
        assert_eq!(stack, "at x (a.js:1:2)\n\nok 9 - fake");
        assert_eq!(point.field("line").as_deref(), Some("3"));
        assert_eq!(read.problems, Vec::<String>::new());
    }

    fn problems(text: &str) -> String {
        read(text.as_bytes()).all_problems().join("; ")
    }

    #[test]
    fn what_does_not_add_up_is_told() {
        assert_eq!(
            problems("1..3\nok 1\nok 2\n"),
            "3 tests were planned and 2 came"
        );
        assert_eq!(problems("ok 1\nok 1\n1..2\n"), "test 1 comes twice");
        assert_eq!(problems("ok 1\n"), "there is no plan");
        let outside = problems("1..1\nok 2\n");
        assert_eq!(outside, "test 2 lies outside the plan");
        assert_eq!(problems("1..1\n1..1\nok 1\n"), "there are two plans");
        assert_eq!(problems("hello\n"), "");
    }

    #[test]
    fn a_stream_that_was_given_up_or_cut_keeps_what_came() {
        let bailed = read(b"1..3\nok 1 - a\nBail out! no database\nok 2 - b\n");
        assert_eq!(bailed.bailed.as_deref(), Some("no database"));
        assert_eq!(bailed.points.len(), 1);
        assert_eq!(bailed.problems, Vec::<String>::new());
        let cut = read(b"# Subtest: outer\n    ok 1 - a\n    not ok 2 - b\n      ---\n      mess");
        assert_eq!(titles(&cut), ["ok outer > a", "no outer > b"]);
        assert!(cut.open.is_some());
    }

    #[test]
    fn everything_skipped_has_a_reason() {
        let read = read(b"1..0 # SKIP not on this system\n");
        assert_eq!(read.skipped.as_deref(), Some("not on this system"));
        assert_eq!(read.plan, Some(0));
    }

    #[test]
    fn a_comment_names_the_assertions_below_it() {
        let read = read(b"TAP version 13\n# adds\nok 1 one\nok 2 two\n# next\nnot ok 3 three\n\n1..3\n# tests 3\n# pass  2\n# fail  1\n");
        let headings: Vec<_> = read.points.iter().map(|p| p.heading.as_deref()).collect();
        assert_eq!(headings, [Some("adds"), Some("adds"), Some("next")]);
    }

    #[test]
    fn hostile_text_is_read_to_its_end() {
        let deep: String = (0..500)
            .map(|n| format!("{}ok 1\n", "    ".repeat(n)))
            .collect();
        assert!(!read(deep.as_bytes()).leaves().is_empty());
        let odd = read("ok 99999999999999999999999 x\n1..99999999999999999999999\nnot okay\n  ---\nok é\u{0}\n".as_bytes());
        assert_eq!(odd.points.len(), 2);
    }
}
