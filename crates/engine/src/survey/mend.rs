//! Finds what a phase may not write, and what stands there instead.

use super::paths::{self, Side, Text};
use super::{Ends, held, units_of};
use crate::config::Config;
use crate::git::{Git, GitError, Held, RepoPath};
use redgreen_core::phase::Writable;

/// A path that a phase may not write as it was written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mended {
    /// From the repository's root.
    pub path: RepoPath,
    /// What may stand there; nothing where it must go.
    pub held: Option<Held>,
}

/// Every path between `ends` that `allowed` does not cover, with what may stand there instead. A
/// file in which production code and tests live together is mended region by region.
///
/// # Errors
/// Where git cannot read an object or write a blob.
pub fn mend(
    git: &Git,
    ends: &Ends,
    config: &Config,
    allowed: Writable,
) -> Result<Vec<Mended>, GitError> {
    let units = units_of(git, &ends.head_tree, config)?;
    let changed = git.changed(&ends.base_tree, &ends.head_tree)?;
    let mut mends = Vec::new();
    for side in paths::read(git, &changed, (&units, &units), config)? {
        let forbidden = side
            .surfaces
            .iter()
            .any(|surface| !allowed.covers(*surface));
        if !forbidden {
            continue;
        }
        let part = if side.is_mixed() {
            permitted_part(&side, allowed)
        } else {
            None
        };
        let held = match part {
            Some(text) => {
                let mode = held(&side.changed, true).or_else(|| held(&side.changed, false));
                let blob = git.write_blob(text.as_bytes())?;
                mode.map(|mode| Held {
                    mode: mode.mode,
                    blob,
                })
            }
            None => held(&side.changed, false),
        };
        mends.push(Mended {
            path: side.changed.path.clone(),
            held,
        });
    }
    Ok(mends)
}

/// The file with the part that may be written taken from head and the other from base. A file
/// that is new to base has no other part, and none that is permitted, but for its tests: those
/// cannot stand without the code, so they wait for it.
fn permitted_part(side: &Side, allowed: Writable) -> Option<String> {
    let language = side.language()?;
    let (base, head): (&Text, &Text) = (side.base.as_ref()?, side.head.as_ref()?);
    match allowed {
        Writable::TestSurface => Some(language.graft(&base.text, &head.text)),
        Writable::Production => Some(language.graft(&head.text, &base.text)),
        Writable::Docs | Writable::Nothing => None,
    }
}

/// Whether a phase may turn the file at `path` from `was` into `will`, as far as that can be told
/// beforehand: a doubt is a yes, for the gate looks again. Without `will`, its name has to tell.
pub fn may_become(
    path: &str,
    (was, will): (Option<&str>, Option<&str>),
    config: &Config,
    allowed: Writable,
) -> bool {
    let surfaces = match will {
        Some(_) => paths::between(path, (was, will), config),
        None => paths::left_open(path, was, config),
    };
    surfaces.iter().any(|surface| allowed.covers(*surface))
}

#[cfg(test)]
mod tests {
    use super::*;

    const MIXED: &str = "fn a() {}\n\n#[cfg(test)]\nmod tests {\n    #[test]\n    fn b() {}\n}\n";

    fn check(path: &str, texts: (Option<&str>, Option<&str>), allowed: Writable, owed: bool) {
        let config = Config::default();
        let found = may_become(path, texts, &config, allowed);
        assert_eq!(found, owed, "{path} {texts:?} {allowed:?}");
    }

    #[test]
    fn a_phase_may_write_its_own_side_alone() {
        let new = (None, Some("def a():\n    return 1\n"));
        check("shop.py", new, Writable::TestSurface, false);
        check("shop.py", new, Writable::Production, true);
        check("test_shop.py", new, Writable::TestSurface, true);
        check("test_shop.py", new, Writable::Production, false);
        check("shop.py", new, Writable::Docs, false);
        check(
            "README.md",
            (None, Some("# a\n")),
            Writable::TestSurface,
            true,
        );
    }

    #[test]
    fn a_file_that_holds_both_is_told_by_what_changes() {
        let code = MIXED.replace("a() {}", "a() { let _ = 1; }");
        let test = MIXED.replace("b() {}", "b() { a(); }");
        let both = code.replace("b() {}", "b() { a(); }");
        for (will, in_red, in_green) in [
            (&code, false, true),
            (&test, true, false),
            (&both, true, true),
        ] {
            let texts = (Some(MIXED), Some(will.as_str()));
            check("src/lib.rs", texts, Writable::TestSurface, in_red);
            check("src/lib.rs", texts, Writable::Production, in_green);
        }
    }

    #[test]
    fn without_the_new_text_a_doubt_is_a_yes() {
        check(
            "src/lib.rs",
            (Some(MIXED), None),
            Writable::TestSurface,
            true,
        );
        check("shop.py", (None, None), Writable::TestSurface, false);
        check("Cargo.toml", (None, None), Writable::TestSurface, true);
    }
}
