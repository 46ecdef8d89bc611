//! Puts stubs into functions: bodies that end the process before they begin.
//!
//! No include is needed and every return type compiles: the message goes to file descriptor 2
//! by a system call, then the process aborts. An exception would end in `noexcept`, be swallowed
//! by a `catch (...)`, and does not exist in C. Where the call's assembly is not known, the C
//! library's own `write` is bound by its symbol; GCC forgets that binding in a template. The whole
//! is one declaration, so that old C, which wants declarations first, takes it too.

use super::cases::cases;
use super::functions::{functions, parse};
use super::tokens::tokens;
use crate::language::STUB;
use redgreen_core::id::Digest;
use std::collections::BTreeSet;
use std::ops::Range;

/// The text with a stub at the start of each named function's body.
pub(super) fn stub(text: &str, names: &BTreeSet<String>) -> String {
    let Some(tree) = parse(text) else {
        return text.to_owned();
    };
    let all = tokens(text);
    let tests: Vec<Range<usize>> = cases(&all, text)
        .iter()
        .map(|case| all[case.tokens.start].bytes.start..all[case.tokens.end - 1].bytes.end)
        .collect();
    let found = functions(&tree, text, &tests);
    let mut places: Vec<(usize, &str)> = found
        .iter()
        .filter(|function| function.stubbable && names.contains(&function.name))
        .filter_map(|function| {
            let body = function.node.child_by_field_name("body")?;
            Some((body.start_byte() + 1, function.name.as_str()))
        })
        .collect();
    places.sort_unstable();
    let mut stubbed = text.to_owned();
    for (place, name) in places.into_iter().rev() {
        stubbed.insert_str(place, &statement(name));
    }
    stubbed
}

/// The first statement of a stubbed body. Names carry a digest, so that two stubs in one
/// translation unit declare nothing twice.
fn statement(name: &str) -> String {
    let digest = Digest::of(name.as_bytes());
    let mark = digest.as_str().get(7..15).unwrap_or_default();
    let message = format!("{STUB}{name}\n");
    let literal = message
        .replace('\\', "\\\\")
        .replace('"', "\\\"")
        .replace('\n', "\\n");
    let write = write(mark, &format!("\"{literal}\""), message.len());
    format!(
        "__extension__ int redgreen_{mark} __attribute__((__unused__)) = __extension__ ({{ \
         {write} __builtin_abort(); 0; }}); "
    )
}

/// Writes `count` bytes of a literal to standard error.
fn write(mark: &str, literal: &str, count: usize) -> String {
    if cfg!(all(target_os = "linux", target_arch = "x86_64")) {
        return format!(
            "long redgreen_call_{mark}; __asm__ __volatile__ (\"syscall\" \
             : \"=a\" (redgreen_call_{mark}) : \"0\" (1L), \"D\" (2L), \"S\" ({literal}), \
             \"d\" ({count}L) : \"rcx\", \"r11\", \"memory\");"
        );
    }
    if cfg!(all(target_os = "linux", target_arch = "aarch64")) {
        return format!(
            "__asm__ __volatile__ (\"mov x8, #64\\n\\tmov x1, %0\\n\\tmov x2, %1\\n\\tmov x0, #2\\n\\tsvc #0\" \
             : : \"r\" ({literal}), \"r\" ({count}L) : \"x0\", \"x1\", \"x2\", \"x8\", \"memory\");"
        );
    }
    let symbol = if cfg!(target_os = "macos") {
        "_write"
    } else {
        "write"
    };
    format!(
        "extern long redgreen_write_{mark}(int, const void *, unsigned long) \
         __asm__(\"{symbol}\"); redgreen_write_{mark}(2, {literal}, {count});"
    )
}

/// The name of the stub that `output` tells of, if one was hit.
pub(super) fn hit(output: &str) -> Option<String> {
    let (_, rest) = output.split_once(STUB)?;
    let name = rest.lines().next()?.trim();
    (!name.is_empty()).then(|| name.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn stubbed(text: &str) -> Vec<String> {
        let all: BTreeSet<String> = functions(&parse(text).expect("a grammar"), text, &[])
            .into_iter()
            .map(|function| function.name)
            .collect();
        let made = stub(text, &all);
        assert_eq!(made.lines().count(), text.lines().count());
        let names = made
            .split(STUB)
            .skip(1)
            .filter_map(|rest| rest.split("\\n").next());
        names.map(str::to_owned).collect()
    }

    #[test]
    fn functions_methods_templates_constructors_and_operators_take_a_stub() {
        let text = "namespace a::b { class C { int m() const { return 1; } C() : x(1) {}\n\
            template<class T> T k(T t) { return t; } int operator+(int) { return 2; } }; }\n\
            int a::b::C::q(int x) const noexcept { return x; }\nint *p() { return 0; }\n\
            extern \"C\" { int cc(void) { return 0; } }\nauto tr() -> int { return 1; }\n\
            template<> int S<int>::m() { return 1; }\nA::operator bool() const { return 1; }\n";
        assert_eq!(
            stubbed(text),
            [
                "a::b::C::m",
                "a::b::C::C",
                "a::b::C::k",
                "a::b::C::operator+",
                "a::b::C::q",
                "p",
                "cc",
                "tr",
                "S<int>::m",
                "A::operator bool"
            ]
        );
    }

    #[test]
    fn what_runs_elsewhere_or_is_no_function_takes_none() {
        let text = "int main() { }\nconstexpr int c(int x) { return x; }\nC::~C() { }\n\
            int t() try { return 1; } catch (...) { return 2; }\n\
            __attribute__((constructor)) static void early(void) { }\nC::C() = default;\n\
            int declared(int);\nBENCHMARK(x) { }\n";
        assert_eq!(stubbed(text), [""; 0]);
    }

    #[test]
    fn overloads_are_told_apart() {
        assert_eq!(
            stubbed("int f(int a) { }\nint f(char a) { }\n"),
            ["f", "f#2"]
        );
    }

    #[test]
    fn the_message_tells_the_name() {
        assert_eq!(hit("x\nredgreen stub: a::b\ny"), Some("a::b".to_owned()));
        assert_eq!(hit("redgreen"), None);
    }
}
