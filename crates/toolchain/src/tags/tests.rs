//! Reads small files of each language.

use super::*;

fn check(path: &str, text: &str, defined: &[&str], shown: &[&str]) {
    let seen = names(path, text).expect("a language with a map");
    assert_eq!(seen.defined, defined, "{path}");
    let all = definitions(path, text).expect("a language with a map");
    let lines: Vec<String> = all
        .iter()
        .map(|d| format!("{}{} {}", "  ".repeat(d.depth), d.line, d.text))
        .collect();
    assert_eq!(lines, shown, "{path}");
}

#[test]
fn python_is_read() {
    let text = "import os  # def none\n\nclass Door(Base):\n    @property\n    def width(self) -> int:\n        \
                def inner(): pass\n        return 1\n\nasync def shut(door, *, slowly=False):\n    pass\n\
                if True:\n    def late(): pass\n";
    check(
        "a.py",
        text,
        &["Door", "inner", "late", "shut", "width"],
        &[
            "3 class Door(Base)",
            "  5 def width(self) -> int",
            "9 async def shut(door, *, slowly=False)",
            "12 def late()",
        ],
    );
}

#[test]
fn rust_is_read() {
    let text = "// fn none\npub struct Door { width: u8 }\nimpl<T> Open<T> for Door\nwhere T: Key {\n    \
                fn open(&self, key: &T) -> Option<Way> {\n        let x = 1;\n        None\n    }\n}\n\
                macro_rules! doors { () => {} }\nconst WIDTH: u8 = 1;\nmod tests {\n    fn hidden() {}\n}\n";
    check(
        "a.rs",
        text,
        &["Door", "WIDTH", "doors", "hidden", "open", "tests"],
        &[
            "2 pub struct Door",
            "3 impl<T> Open<T> for Door where T: Key",
            "  5 fn open(&self, key: &T) -> Option<Way>",
            "10 macro_rules! doors",
            "11 const WIDTH: u8",
            "12 mod tests",
        ],
    );
}

#[test]
fn typescript_and_javascript_are_read() {
    let text = "// https://example.org/function none\nexport class Door<T> extends Base {\n  open(key: T): void {}\n}\n\
                export const shut = async (door: Door) => {\n  const inner = 1;\n};\n\
                export type Key = string;\nexport default function main() {}\n";
    check(
        "a.ts",
        text,
        &["Door", "Key", "main", "shut"],
        &[
            "2 class Door<T> extends Base",
            "  3 open(key: T): void",
            "5 shut = async (door: Door)",
            "8 type Key",
            "9 function main()",
        ],
    );
    check(
        "a.jsx",
        "function Door() { return <p/>; }\n",
        &["Door"],
        &["1 function Door()"],
    );
}

#[test]
fn go_is_read() {
    let text = "package door\n\ntype Door struct {\n\twidth int\n}\n\nfunc (d *Door) Open(key Key) error {\n\treturn nil\n}\n\
                func Shut[T any](d T) {}\n\nvar Limit = 3\n";
    check(
        "a.go",
        text,
        &["Door", "Limit", "Open", "Shut"],
        &[
            "3 Door struct",
            "7 func (d *Door) Open(key Key) error",
            "10 func Shut[T any](d T)",
            "12 Limit",
        ],
    );
}

#[test]
fn java_is_read() {
    let text = "/**\n * class None\n */\npublic class Door<T> implements Way {\n    private int width;\n    \
                public Door(T key) {}\n    public List<T> open(T key) throws Locked {\n        return shut(key);\n    }\n    \
                enum Kind { A, B }\n}\n";
    check(
        "A.java",
        text,
        &["Door", "Kind", "open"],
        &[
            "4 public class Door<T> implements Way",
            "  7 public List<T> open(T key) throws Locked",
            "  10 enum Kind",
        ],
    );
}

#[test]
fn every_name_is_counted_as_often_as_it_is_used() {
    let seen = names("a.py", "open(door, door2)  # door\nx = door\n").expect("python");
    assert_eq!(seen.used, ["open", "door", "door2", "door"]);
    assert_eq!(names("a.txt", "x"), None);
    assert_eq!(definitions("a.txt", "x"), None);
}
