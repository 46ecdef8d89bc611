//! Tells test files of Ruby from production, by name.

use crate::surfaces;
use redgreen_core::surface::Surface;

/// The side of a Ruby file.
pub(super) fn of(path: &str) -> Surface {
    let by_name = surfaces::of_path(path);
    if matches!(by_name, Surface::RunnerConfig | Surface::Manifest) {
        return by_name;
    }
    let (dirs, name) = path.rsplit_once('/').unwrap_or(("", path));
    if matches!(name, "spec_helper.rb" | "rails_helper.rb") {
        return Surface::RunnerConfig;
    }
    if is_spec(path) || name.ends_with("_test.rb") || in_test_dir(dirs) {
        Surface::Test
    } else {
        Surface::Production
    }
}

/// Whether RSpec takes a file of this name up by itself.
pub(super) fn is_spec(path: &str) -> bool {
    path.ends_with("_spec.rb")
}

/// Whether one of the directories holds tests. What lies below `lib` and `app` is code, whatever
/// its name.
pub(super) fn in_test_dir(dirs: &str) -> bool {
    let mut dirs = dirs
        .split('/')
        .take_while(|dir| !matches!(*dir, "lib" | "app"));
    dirs.any(|dir| matches!(dir, "spec" | "specs" | "test" | "tests" | "features"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_tell_the_side_of_a_file() {
        let cases = [
            ("spec/calc_spec.rb", Surface::Test),
            ("lib/calc_spec.rb", Surface::Test),
            ("spec/support/matchers.rb", Surface::Test),
            ("spec/spec_helper.rb", Surface::RunnerConfig),
            ("engine/spec/rails_helper.rb", Surface::RunnerConfig),
            ("features/steps/a.rb", Surface::Test),
            ("lib/shop/spec/parser.rb", Surface::Production),
            ("lib/calc.rb", Surface::Production),
            ("app/models/order.rb", Surface::Production),
            ("lib/tasks/a.rake", Surface::Production),
        ];
        for (path, side) in cases {
            assert_eq!(of(path), side, "{path}");
        }
    }
}
