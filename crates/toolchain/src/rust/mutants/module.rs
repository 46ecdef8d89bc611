//! Writes the small module that tells, at run time, which mutant is on. It needs the standard
//! library alone, no name of the project's, and serves every edition.

/// The variable that holds the number of the mutant that is on.
pub(super) const MUTANT: &str = "REDGREEN_MUTANT";
/// The variable that holds the file to which every place is written when it is first reached.
pub(super) const TRACE: &str = "REDGREEN_TRACE";

/// What the module holds; whoever lays it over a tree puts it on one line.
const SWITCH: &str = include_str!("rg_switch.txt");

/// The module called `name` for the places `first..first + count`, on one line; `quiet` where it
/// may allow what the project's lints deny.
///
/// `on` gives back the number of the mutant that is on where it is one of the place's, else 0.
/// Several processes may append to one trace: one short write each.
pub(super) fn text(name: &str, (first, count): (usize, usize), quiet: bool) -> String {
    let allowed = if quiet {
        "#[allow(warnings, unused, clippy::all)] "
    } else {
        ""
    };
    let body = SWITCH
        .replace("__COUNT__", &count.to_string())
        .replace("__FIRST__", &first.to_string())
        .replace("__TRACE__", TRACE)
        .replace("__MUTANT__", MUTANT);
    let body: Vec<&str> = body.lines().collect();
    format!("{allowed}#[doc(hidden)] mod {name} {{ {}", body.join(" "))
}
