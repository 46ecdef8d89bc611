//! Which directories RSpec serves, and what the project itself names.

use super::project::Snapshot;
use redgreen_toolchain::ruby::Rspec;
use redgreen_toolchain::{Files, Runner};

#[test]
fn units_are_found_by_their_manifests_and_specs() {
    let files = Snapshot::of(&[
        (".rspec", "--require spec_helper\n"),
        ("Gemfile", "gem 'rspec'\n"),
        ("Gemfile.lock", "    rspec (3.12.0)\n"),
        (
            "lib/shop/order_line.rb",
            "module Shop\n  class OrderLine\n  end\nend\n",
        ),
        ("lib/shop.rb", ""),
        ("spec/shop_spec.rb", ""),
        ("spec/dummy/Gemfile", ""),
        ("spec/dummy/spec/x_spec.rb", ""),
        ("engines/pay/pay.gemspec", ""),
        ("engines/pay/spec/pay_spec.rb", ""),
        ("engines/bare/bare.gemspec", ""),
        ("vendor/bundle/gems/x/spec/x_spec.rb", ""),
    ]);
    let units = Rspec.detect(&files);
    let dirs: Vec<&str> = units.iter().map(|unit| unit.dir.as_str()).collect();
    assert_eq!(dirs, ["", "engines/pay"]);
    let because = [
        ".rspec",
        "Gemfile.lock names rspec",
        "Gemfile names rspec",
        "spec/dummy/spec/x_spec.rb",
    ];
    assert_eq!(units[0].because, because);
    assert_eq!(units[0].locks, ["Gemfile", "Gemfile.lock"]);
    assert_eq!(units[0].dependencies, ["vendor/bundle"]);
    assert_eq!(units[1].marks["gemfile"], "Gemfile");
    for name in ["Shop", "shop", "OrderLine", "Object"] {
        assert!(units[0].own_names.iter().any(|own| own == name), "{name}");
    }
}

#[test]
fn specs_without_a_manifest_belong_to_the_directory_above_them() {
    let units = |path: &str| {
        let files = Snapshot::of(&[(path, "")]);
        let units = Rspec.detect(&files);
        units.into_iter().map(|unit| unit.dir).collect::<Vec<_>>()
    };
    assert_eq!(units("tool/spec/a_spec.rb"), ["tool"]);
    assert_eq!(units("spec/a_spec.rb"), [""]);
    assert_eq!(units("test/a_test.rb"), [""; 0]);
    let none = Snapshot::of(&[("Gemfile", "gem 'minitest'\n"), ("lib/a.rb", "")]);
    assert!(none.paths().len() == 2 && Rspec.detect(&none).is_empty());
}

#[test]
fn checks_are_those_that_the_project_names() {
    let files = Snapshot::of(&[
        (".rspec", ""),
        (".rubocop.yml", ""),
        ("Gemfile", "gem 'simplecov'\ngem 'rubocop'\n"),
        ("Gemfile.lock", "    simplecov (1)\n    rubocop (1)\n"),
    ]);
    let unit = Rspec.detect(&files).remove(0);
    let argvs = Rspec
        .checks(&unit, &files)
        .into_iter()
        .map(|check| check.argv.join(" "));
    let owed = [
        "bundle exec rubocop --format json --no-color",
        "bundle exec rspec",
    ];
    assert_eq!(argvs.collect::<Vec<_>>(), owed);
}
