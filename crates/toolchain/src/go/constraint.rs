//! Tells whether a file is compiled on this machine, by its name and its build constraint.

/// Systems that a file name or a constraint can name.
const SYSTEMS: [&str; 18] = [
    "aix",
    "android",
    "darwin",
    "dragonfly",
    "freebsd",
    "hurd",
    "illumos",
    "ios",
    "js",
    "linux",
    "nacl",
    "netbsd",
    "openbsd",
    "plan9",
    "solaris",
    "wasip1",
    "windows",
    "zos",
];

/// Processors that they can name.
const PROCESSORS: [&str; 16] = [
    "386", "amd64", "arm", "arm64", "loong64", "mips", "mips64", "mips64le", "mipsle", "ppc64",
    "ppc64le", "riscv", "riscv64", "s390x", "sparc64", "wasm",
];

fn system() -> &'static str {
    match std::env::consts::OS {
        "macos" => "darwin",
        other => other,
    }
}

fn processor() -> &'static str {
    match std::env::consts::ARCH {
        "x86_64" => "amd64",
        "aarch64" => "arm64",
        "x86" => "386",
        other => other,
    }
}

/// Whether a plain `go test` leaves the file out.
pub(super) fn is_left_out(path: &str, text: &str) -> bool {
    !name_fits(path) || !constraint(text).is_none_or(Expression::holds)
}

/// `a_windows_test.go`, `a_linux_arm64.go`
fn name_fits(path: &str) -> bool {
    let name = path.rsplit('/').next().unwrap_or(path);
    if name.starts_with(['_', '.']) {
        return false;
    }
    let stem = name.strip_suffix(".go").unwrap_or(name);
    let stem = stem.strip_suffix("_test").unwrap_or(stem);
    let mut parts = stem.rsplit('_');
    let last = parts.next().unwrap_or_default();
    let before = parts.next();
    if before.is_none() {
        return true;
    }
    if PROCESSORS.contains(&last) {
        let has_system = parts.next().is_some();
        let fits =
            before.is_none_or(|part| !has_system || !SYSTEMS.contains(&part) || is_system(part));
        return last == processor() && fits;
    }
    !SYSTEMS.contains(&last) || is_system(last)
}

fn is_system(tag: &str) -> bool {
    tag == system() || (tag == "linux" && system() == "android")
}

/// The expression of the `//go:build` line above the package clause.
fn constraint(text: &str) -> Option<&str> {
    let above = text.lines().map(str::trim).take_while(|line| {
        line.is_empty() || line.starts_with("//") || line.starts_with("/*") || line.starts_with('*')
    });
    let mut found = above.filter_map(|line| line.strip_prefix("//go:build "));
    found.next()
}

fn is_set(tag: &str) -> bool {
    let unix = system() != "windows" && system() != "js" && system() != "plan9";
    match tag {
        "unix" => unix,
        "gc" | "cgo" => true,
        tag if tag.starts_with("go1.") => true,
        tag => is_system(tag) || tag == processor(),
    }
}

/// A boolean expression of tags, read from left to right.
struct Expression<'t> {
    rest: &'t str,
    depth: usize,
}

/// How deep parentheses and negations may nest before an expression is given up.
const DEPTH: usize = 64;

impl Expression<'_> {
    /// Whether the expression holds here; one that cannot be read does.
    fn holds(text: &str) -> bool {
        let mut expression = Expression {
            rest: text,
            depth: 0,
        };
        expression.any().unwrap_or(true)
    }

    fn any(&mut self) -> Option<bool> {
        let mut value = self.all()?;
        while self.eat("||") {
            value |= self.all()?;
        }
        Some(value)
    }

    fn all(&mut self) -> Option<bool> {
        let mut value = self.one()?;
        while self.eat("&&") {
            value &= self.one()?;
        }
        Some(value)
    }

    fn one(&mut self) -> Option<bool> {
        self.depth += 1;
        if self.depth > DEPTH {
            return None;
        }
        if self.eat("!") {
            return Some(!self.one()?);
        }
        if self.eat("(") {
            let value = self.any()?;
            return self.eat(")").then_some(value);
        }
        let is_part = |letter: char| letter.is_alphanumeric() || matches!(letter, '_' | '.');
        let text = self.rest.trim_start();
        let end = text.find(|letter| !is_part(letter)).unwrap_or(text.len());
        let (tag, rest) = text.split_at(end);
        self.rest = rest;
        (!tag.is_empty()).then(|| is_set(tag))
    }

    fn eat(&mut self, word: &str) -> bool {
        match self.rest.trim_start().strip_prefix(word) {
            Some(rest) => {
                self.rest = rest;
                true
            }
            None => false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_for_another_machine_is_left_out() {
        let other = if system() == "windows" {
            "linux"
        } else {
            "windows"
        };
        for (path, owed) in [
            ("a_test.go".to_owned(), false),
            (format!("a_{other}_test.go"), true),
            (format!("a_{}_test.go", system()), false),
            (format!("a_{other}_{}_test.go", processor()), true),
            ("a_s390x.go".to_owned(), true),
            (format!("{other}.go"), false),
            (format!("{other}_test.go"), false),
            ("_a_test.go".to_owned(), true),
            ("user_test_data_test.go".to_owned(), false),
        ] {
            assert_eq!(is_left_out(&path, "package a\n"), owed, "{path}");
        }
    }

    #[test]
    fn a_build_tag_that_is_not_set_leaves_a_file_out() {
        let here = system();
        for (expression, owed) in [
            ("integration".to_owned(), true),
            ("!integration".to_owned(), false),
            ("ignore".to_owned(), true),
            (format!("{here} && (cgo || integration)"), false),
            (format!("!{here} || integration"), true),
            ("go1.18".to_owned(), false),
            ("((".to_owned(), false),
        ] {
            let text = format!("// Copyright\n\n//go:build {expression}\n\npackage a\n");
            assert_eq!(is_left_out("a_test.go", &text), owed, "{expression}");
        }
        assert!(!is_left_out("a_test.go", "package a\n//go:build ignore\n"));
    }
}
