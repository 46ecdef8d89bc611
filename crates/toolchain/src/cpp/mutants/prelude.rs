//! Writes what stands above the first line of a rewritten file: the function that tells, at run
//! time, which mutant is on.
//!
//! It includes nothing, so that what the file defines before its own includes still counts, and
//! binds the four functions of the C library that it needs by their symbols. A file of C and one of
//! C++ take the same text, and a header may bring it into a unit that has it already.

/// The variable that holds the number of the mutant that is on.
pub(super) const MUTANT: &str = "REDGREEN_MUTANT";
/// The variable that holds the file to which every place is written when it is first reached.
pub(super) const TRACE: &str = "REDGREEN_TRACE";
/// The function that tells whether the mutant of a number is on, at a place.
pub(super) const IS_ON: &str = "redgreen_is_on_";

/// Warnings that a switch would raise and the project might take for errors.
const QUIET: [&str; 70] = [
    "pragmas",
    "unknown-warning-option",
    "pedantic",
    "extra",
    "address",
    "array-bounds",
    "bad-function-cast",
    "bool-compare",
    "bool-operation",
    "c++-compat",
    "cast-qual",
    "clobbered",
    "conversion",
    "dangling-else",
    "declaration-after-statement",
    "discarded-qualifiers",
    "div-by-zero",
    "double-promotion",
    "duplicated-branches",
    "duplicated-cond",
    "empty-body",
    "enum-compare",
    "enum-conversion",
    "float-conversion",
    "float-equal",
    "format",
    "format-nonliteral",
    "format-security",
    "implicit-fallthrough",
    "int-in-bool-context",
    "jump-misses-init",
    "logical-not-parentheses",
    "logical-op",
    "maybe-uninitialized",
    "misleading-indentation",
    "missing-noreturn",
    "narrowing",
    "nonnull",
    "null-dereference",
    "old-style-cast",
    "overflow",
    "parentheses",
    "pointer-arith",
    "return-type",
    "self-assign",
    "shadow",
    "shift-count-negative",
    "shift-count-overflow",
    "sign-compare",
    "sign-conversion",
    "strict-overflow",
    "string-compare",
    "stringop-overflow",
    "switch",
    "switch-default",
    "switch-enum",
    "tautological-compare",
    "type-limits",
    "uninitialized",
    "unreachable-code",
    "unused-but-set-variable",
    "unused-function",
    "unused-macros",
    "unused-parameter",
    "unused-result",
    "unused-value",
    "unused-variable",
    "useless-cast",
    "write-strings",
    "zero-as-null-pointer-constant",
];

/// The text for every file of a build with `places` places.
pub(super) fn text(places: usize) -> String {
    let quiet: String = QUIET
        .iter()
        .map(|name| format!("#pragma GCC diagnostic ignored \"-W{name}\"\n"))
        .collect();
    let underscore = if cfg!(target_os = "macos") { "_" } else { "" };
    // O_WRONLY | O_CREAT | O_APPEND
    let append = if cfg!(target_os = "macos") {
        0x0209
    } else {
        0o2101
    };
    let places = places.max(1);
    format!(
        r#"#ifdef __clang__
#pragma clang diagnostic ignored "-Weverything"
#endif
{quiet}#ifndef REDGREEN_SWITCH_
#define REDGREEN_SWITCH_
#ifdef __cplusplus
extern "C" {{
#endif
extern char *redgreen_getenv_(const char *) __asm__("{underscore}getenv");
extern int redgreen_open_(const char *, int, ...) __asm__("{underscore}open");
extern long redgreen_write_(int, const void *, unsigned long) __asm__("{underscore}write");
extern int redgreen_close_(int) __asm__("{underscore}close");
static __attribute__((__unused__)) int {IS_ON}(int place, int number) {{
  static int on = -1;
  static char *trace = 0;
  static unsigned char seen[{places}];
  int known = __atomic_load_n(&on, __ATOMIC_ACQUIRE);
  if (known < 0) {{
    char *text = redgreen_getenv_("{MUTANT}");
    __atomic_store_n(&trace, redgreen_getenv_("{TRACE}"), __ATOMIC_RELEASE);
    known = 0;
    while (text && *text >= '0' && *text <= '9') known = known * 10 + (*text++ - '0');
    __atomic_store_n(&on, known, __ATOMIC_RELEASE);
  }}
  if (trace && !__atomic_exchange_n(&seen[place], 1, __ATOMIC_RELAXED)) {{
    char line[16];
    int at = 16, rest = place;
    int file = redgreen_open_(trace, {append}, 0600);
    line[--at] = '\n';
    do line[--at] = (char)('0' + rest % 10); while ((rest /= 10) > 0);
    if (file >= 0) {{
      if (redgreen_write_(file, line + at, (unsigned long)(16 - at)) < 0) redgreen_close_(-1);
      redgreen_close_(file);
    }}
  }}
  return known == number;
}}
#ifdef __cplusplus
}}
#endif
#endif
#line 1
"#
    )
}
