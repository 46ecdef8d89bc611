//! Reads what `go list` says: packages with tests, and where every module was taken from.

use super::place::is_inside;
use crate::ask::Ask;
use redgreen_core::evidence::Trouble;
use std::path::Path;

/// One line a package of the module or of a dependency, tabs between the fields.
pub(super) const FORMAT: &str = "{{if not .Standard}}{{.ImportPath}}\t{{.Name}}\t{{.Dir}}\t\
     {{.ForTest}}\t{{.DepOnly}}\t{{len .TestGoFiles}}\t{{len .XTestGoFiles}}\t{{with .Module}}\
     {{.Path}}\t{{.Main}}\t{{.Dir}}\t{{with .Replace}}{{.Version}}\tlocal{{end}}{{end}}{{end}}";

/// A package that has tests.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Package {
    /// Its import path.
    pub(super) import: String,
    /// The name in its package clauses.
    pub(super) name: String,
    /// Its directory from the unit's own; empty for the unit's own.
    pub(super) dir: String,
    /// The same, absolute.
    pub(super) whole_dir: String,
}

/// What one listing shows.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Listing {
    pub(super) packages: Vec<Package>,
    /// Modules that a replacement takes from outside the tree, and their directories.
    pub(super) outside: Vec<(String, String)>,
    /// A module of the project itself that was taken from outside the tree.
    pub(super) other_copy: Option<Trouble>,
}

/// Reads a listing.
pub(super) fn read(ask: &Ask<'_>, text: &str) -> Listing {
    let mut listing = Listing::default();
    let unit_dir = ask.dir();
    for line in text.lines() {
        let fields: Vec<&str> = line.split('\t').collect();
        let field = |at: usize| fields.get(at).copied().unwrap_or_default();
        take_module(ask, &fields, &mut listing);
        let has_tests = field(5) != "0" || field(6) != "0";
        let own = field(3).is_empty() && field(4) == "false" && fields.len() > 6;
        let inside = Path::new(field(2)).strip_prefix(&unit_dir).ok();
        if let (true, true, Some(dir)) = (has_tests, own, inside) {
            listing.packages.push(Package {
                import: field(0).to_owned(),
                name: field(1).to_owned(),
                dir: dir.to_string_lossy().into_owned(),
                whole_dir: field(2).to_owned(),
            });
        }
    }
    listing
        .packages
        .sort_by(|one, other| one.dir.cmp(&other.dir));
    listing.packages.dedup();
    listing
}

/// Notes a module that is the project's own or replaced by a directory, where that lies outside.
fn take_module(ask: &Ask<'_>, fields: &[&str], listing: &mut Listing) {
    let field = |at: usize| fields.get(at).copied().unwrap_or_default();
    let (path, is_main, dir) = (field(7), field(8) == "true", field(9));
    let is_local = field(11) == "local" && field(10).is_empty();
    if dir.is_empty() || !(is_main || is_local) || is_inside(ask, dir) {
        return;
    }
    let found = (path.to_owned(), dir.to_owned());
    if is_main || ask.unit.own_names.contains(&found.0) {
        listing.other_copy.get_or_insert(Trouble::AnotherCopy {
            module: found.0,
            path: found.1,
        });
    } else if !listing.outside.contains(&found) {
        listing.outside.push(found);
    }
}
