//! Names the checks that a pom's plug-ins stand for, in their checking form.

use super::layout::modules;
use super::pom::Pom;
use crate::check::{Check, Checks};
use crate::{Files, Unit};

/// Plug-in, what it looks at, the goal that only checks.
const PLUGINS: [(&str, Checks, &str); 9] = [
    ("maven-checkstyle-plugin", Checks::Lint, "checkstyle:check"),
    ("maven-pmd-plugin", Checks::Lint, "pmd:check"),
    ("spotbugs-maven-plugin", Checks::Lint, "spotbugs:check"),
    ("spotless-maven-plugin", Checks::Format, "spotless:check"),
    (
        "fmt-maven-plugin",
        Checks::Format,
        "com.spotify.fmt:fmt-maven-plugin:check",
    ),
    (
        "formatter-maven-plugin",
        Checks::Format,
        "formatter:validate",
    ),
    ("impsort-maven-plugin", Checks::Format, "impsort:check"),
    ("apache-rat-plugin", Checks::Lint, "apache-rat:check"),
    ("jacoco-maven-plugin", Checks::Coverage, "verify"),
];

/// The checks of the unit's poms.
pub(super) fn checks(unit: &Unit, files: &dyn Files) -> Vec<Check> {
    let program = match unit.marks.get(super::detect::WRAPPER) {
        Some(wrapper) if wrapper.contains('/') => wrapper.clone(),
        Some(wrapper) => format!("./{wrapper}"),
        None => "mvn".to_owned(),
    };
    let path = |dir: &str| match dir {
        "" => "pom.xml".to_owned(),
        dir => format!("{dir}/pom.xml"),
    };
    let paths = modules(unit).into_iter().map(path);
    let poms: Vec<(String, Pom)> = paths
        .filter_map(|path| Some((path.clone(), Pom::read(&files.text(&path)?)?)))
        .collect();
    let named = |(plugin, checks, goal): &(&str, Checks, &str)| {
        let (path, _) = poms
            .iter()
            .find(|(_, pom)| pom.plugins(plugin).next().is_some())?;
        let mut argv = vec![program.clone(), "--batch-mode".to_owned()];
        if goal.ends_with("spotbugs:check") {
            argv.push("compile".to_owned());
        }
        argv.push((*goal).to_owned());
        Some(Check {
            checks: *checks,
            argv,
            because: format!("{plugin} in {path}"),
        })
    };
    PLUGINS.iter().filter_map(named).collect()
}
