//! Splits a pom.xml by key: what configures the runs of tests, and the rest.
//!
//! The runner's part: the plug-ins that run or measure tests, properties of theirs, test source
//! and resource directories. The split is made in the text, so that everything else stays as it
//! is written.

use super::pom::{Element, Pom, is_plugin};
use crate::manifests::Manifest;
use redgreen_core::surface::Surface;
use std::collections::{BTreeMap, BTreeSet};

/// pom.xml.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PomXml;

/// Plug-ins whose configuration decides which tests run and how.
const PLUGINS: [&str; 7] = [
    "maven-surefire-plugin",
    "maven-failsafe-plugin",
    "jacoco-maven-plugin",
    "pitest-maven",
    "tycho-surefire-plugin",
    "junit-platform-maven-plugin",
    "maven-surefire-report-plugin",
];

/// Keys of `<build>` that say where tests and their data are.
const BUILD: [&str; 2] = ["testSourceDirectory", "testResources"];

impl Manifest for PomXml {
    fn owns(&self, path: &str) -> bool {
        path.rsplit('/').next() == Some("pom.xml")
    }

    fn surfaces(&self, base: &str, head: &str) -> BTreeSet<Surface> {
        let (Some(base), Some(head)) = (Parts::of(base), Parts::of(head)) else {
            return [Surface::Manifest, Surface::RunnerConfig].into();
        };
        let mut differing = BTreeSet::new();
        if base.runner() != head.runner() || !base.modules.is_subset(&head.modules) {
            differing.insert(Surface::RunnerConfig);
        }
        if base.rest() != head.rest() || differing.is_empty() {
            differing.insert(Surface::Manifest);
        }
        differing
    }

    fn graft(&self, manifest: &str, runner: &str, gone: &dyn Fn(&str) -> bool) -> Option<String> {
        let (into, from) = (Parts::of(manifest)?, Parts::of(runner)?);
        let mut edits: Vec<(usize, usize, String)> = Vec::new();
        for (key, element) in &into.items {
            let text = from.items.get(key).map_or("", |other| from.text_of(other));
            edits.push((element.bytes.start, element.bytes.end, text.to_owned()));
        }
        for (key, element) in &from.items {
            if !into.items.contains_key(key) {
                let (place, before, after) = into.place_for(&key.0)?;
                let text = format!("{before}{}{after}", from.text_of(element));
                edits.push((place, place, text));
            }
        }
        let lost = from.modules.difference(&into.modules);
        for module in lost.filter(|module| !gone(module)) {
            let (place, before, after) = into.place_for("project/modules")?;
            edits.push((
                place,
                place,
                format!("{before}<module>{module}</module>{after}"),
            ));
        }
        Some(applied(manifest, edits))
    }
}

/// Where an item stands, what it is called, and the how manieth of that name it is.
type Key = (String, String, usize);

/// A pom, taken apart.
struct Parts<'t> {
    text: &'t str,
    pom: Pom,
    items: BTreeMap<Key, Element>,
    modules: BTreeSet<String>,
}

impl<'t> Parts<'t> {
    fn of(text: &'t str) -> Option<Self> {
        let pom = Pom::read(text)?;
        let mut items: BTreeMap<Key, Element> = BTreeMap::new();
        let mut before = 0;
        for element in &pom.elements {
            let inside = element.bytes.start < before;
            let Some(name) = (!inside).then(|| runner_name(&pom, element)).flatten() else {
                continue;
            };
            before = element.bytes.end;
            let outer = element.path.rsplit_once('/').map_or("", |(outer, _)| outer);
            let same = |key: &&Key| key.0 == outer && key.1 == name;
            let count = items.keys().filter(same).count();
            items.insert((outer.to_owned(), name, count), element.clone());
        }
        let modules = pom.modules().into_iter().map(str::to_owned).collect();
        Some(Self {
            text,
            pom,
            items,
            modules,
        })
    }

    fn text_of(&self, element: &Element) -> &'t str {
        self.text.get(element.bytes.clone()).unwrap_or_default()
    }

    /// The runner's items, white space left out.
    fn runner(&self) -> BTreeMap<&Key, String> {
        let items = self.items.iter();
        items
            .map(|(key, element)| (key, dense(self.text_of(element))))
            .collect()
    }

    /// Everything but the runner's items, white space and comments left out.
    fn rest(&self) -> String {
        let cuts = self.items.values();
        let cuts = cuts.map(|each| (each.bytes.start, each.bytes.end, String::new()));
        let rest = applied(self.text, cuts.collect());
        let mut plain = String::new();
        let mut left = rest.as_str();
        while let Some((before, behind)) = left.split_once("<!--") {
            plain.push_str(before);
            left = behind.split_once("-->").map_or("", |(_, behind)| behind);
        }
        plain.push_str(left);
        let mut plain = dense(&plain);
        // A list that held only the runner's items says nothing.
        for empty in [
            "<properties></properties>",
            "<plugins></plugins>",
            "<pluginManagement></pluginManagement>",
            "<build></build>",
        ] {
            plain = plain.replace(empty, "");
        }
        plain
    }

    /// Where an item of the section `path` can be put, and the tags that have to be written
    /// around it.
    fn place_for(&self, path: &str) -> Option<(usize, String, String)> {
        let (mut before, mut after) = (String::new(), String::new());
        let mut path = path;
        loop {
            let found = self.pom.elements.iter().find(|each| each.path == path);
            if let Some(found) = found.filter(|found| found.content_end < found.bytes.end) {
                return Some((found.content_end, before, after));
            }
            let (outer, name) = path.rsplit_once('/')?;
            // Profiles are told apart by more than their path.
            if name == "profile" || found.is_some() {
                return None;
            }
            before = format!("<{name}>{before}");
            after = format!("{after}</{name}>");
            path = outer;
        }
    }
}

/// The name of an element that is the runner's.
fn runner_name(pom: &Pom, element: &Element) -> Option<String> {
    let outer = element.path.rsplit_once('/').map_or("", |(outer, _)| outer);
    if is_plugin(element) {
        let name = pom.value_below(element, "artifactId")?;
        return PLUGINS.contains(&name).then(|| name.to_owned());
    }
    let name = element.name();
    let is_property = outer.ends_with("/properties")
        && matches!(
            outer,
            "project/properties" | "project/profiles/profile/properties"
        )
        && is_runners(name);
    let of_build = outer.ends_with("/build") && BUILD.contains(&name);
    (is_property || of_build).then(|| name.to_owned())
}

/// Whether a property tells the runner which tests to run and how.
fn is_runners(name: &str) -> bool {
    const WHOLE: [&str; 14] = [
        "skipTests",
        "skipITs",
        "skipUTs",
        "test",
        "it.test",
        "groups",
        "excludedGroups",
        "argLine",
        "forkCount",
        "reuseForks",
        "parallel",
        "testFailureIgnore",
        "failIfNoTests",
        "trimStackTrace",
    ];
    const STARTS: [&str; 6] = [
        "maven.test.",
        "surefire.",
        "failsafe.",
        "jacoco.",
        "junit.jupiter.",
        "junit.platform.",
    ];
    // A version is a dependency.
    let is_version = name.ends_with("version") || name.ends_with("Version");
    WHOLE.contains(&name) || (!is_version && STARTS.iter().any(|start| name.starts_with(start)))
}

/// The text without white space around tags.
fn dense(text: &str) -> String {
    let lines = text.lines().map(str::trim);
    lines.filter(|line| !line.is_empty()).collect()
}

/// The text with each of `edits` (from, to, new text) made.
fn applied(text: &str, mut edits: Vec<(usize, usize, String)>) -> String {
    edits.sort_by_key(|edit| std::cmp::Reverse(edit.0));
    let mut whole = text.to_owned();
    for (from, to, new) in edits {
        if whole.is_char_boundary(from) && whole.is_char_boundary(to) && from <= to {
            whole.replace_range(from..to, &new);
        }
    }
    whole
}

#[cfg(test)]
mod tests {
    use super::*;

    const BASE: &str = "<project>
  <modules><module>core</module><module>web</module></modules>
  <properties>
    <java.version>17</java.version>
  </properties>
  <build>
    <plugins>
      <plugin>
        <artifactId>maven-surefire-plugin</artifactId>
        <version>3.5.2</version>
      </plugin>
      <plugin><artifactId>maven-jar-plugin</artifactId></plugin>
    </plugins>
  </build>
</project>
";

    fn both(head: &str) -> (BTreeSet<Surface>, String, String) {
        let never = |_: &str| false;
        let old = PomXml.graft(head, BASE, &never).expect("both read");
        let red = PomXml.graft(BASE, head, &never).expect("both read");
        (PomXml.surfaces(BASE, head), old, red)
    }

    #[test]
    fn what_keeps_tests_from_running_is_runner_configuration() {
        let plugin = "<version>3.5.2</version>";
        for head in [
            BASE.replace(plugin, &format!("{plugin}<configuration><excludes><exclude>a</exclude></excludes></configuration>")),
            BASE.replace("<java.version>", "<skipTests>true</skipTests>\n<java.version>"),
            BASE.replace("<java.version>", "<maven.test.skip>true</maven.test.skip>\n<java.version>"),
            BASE.replace("  <build>\n", "  <build>\n<testSourceDirectory>x</testSourceDirectory>"),
            BASE.replace("<plugin><artifactId>maven-jar", "<plugin><artifactId>jacoco-maven-plugin</artifactId></plugin>\n<plugin><artifactId>maven-jar"),
            BASE.replace("</build>", "<pluginManagement><plugins><plugin><artifactId>maven-surefire-plugin</artifactId><configuration><skip>true</skip></configuration></plugin></plugins></pluginManagement></build>"),
        ] {
            let (surfaces, old, red) = both(&head);
            assert_eq!(surfaces, [Surface::RunnerConfig].into(), "{head}");
            let same = |left: &str, right: &str| PomXml.surfaces(left, right) == [Surface::Manifest].into();
            assert!(same(&old, BASE), "{old}");
            assert!(same(&red, &head), "{red}");
        }
    }

    #[test]
    fn dependencies_and_other_plugins_stay_in_the_manifest() {
        for head in [
            BASE.replace("17", "21"),
            BASE.replace("maven-jar-plugin", "maven-war-plugin"),
            BASE.replace("<build>", "<dependencies></dependencies><build>"),
            BASE.replace(
                "<java.version>",
                "<surefire.version>3</surefire.version><java.version>",
            ),
            BASE.replace(
                "<module>web</module>",
                "<module>web</module><module>new</module>",
            ),
        ] {
            let (surfaces, old, _) = both(&head);
            assert_eq!(surfaces, [Surface::Manifest].into(), "{head}");
            assert_eq!(old, head);
        }
        assert_eq!(
            PomXml.surfaces(BASE, "<project"),
            [Surface::Manifest, Surface::RunnerConfig].into()
        );
        assert_eq!(PomXml.graft(BASE, "<project", &|_| false), None);
    }

    #[test]
    fn a_module_that_is_left_out_stays_in_the_old_promises() {
        let head = BASE.replace("<module>web</module>", "");
        let (surfaces, old, _) = both(&head);
        assert!(surfaces.contains(&Surface::RunnerConfig));
        assert!(old.contains("<module>web</module>"), "{old}");
        let gone = PomXml
            .graft(&head, BASE, &|module| module == "web")
            .expect("both read");
        assert!(!gone.contains("web"));
    }
}
