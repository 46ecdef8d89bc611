//! Units of Maven in trees of every shape.

use super::project::{JUNIT4, JUNIT5, SUREFIRE_3, pom};
use crate::project::Snapshot;
use redgreen_toolchain::java::Maven;
use redgreen_toolchain::{Runner, Unit};

fn units(files: &[(&str, &str)]) -> Vec<Unit> {
    Maven.detect(&Snapshot::of(files))
}

const CLASS: &str = "class A { }";

#[test]
fn a_pom_with_java_is_a_unit() {
    let files = [
        ("pom.xml", pom(JUNIT5, SUREFIRE_3, "", "")),
        ("mvnw", String::new()),
        ("src/main/java/org/shop/A.java", CLASS.to_owned()),
        ("src/main/java/org/shop/money/B.java", CLASS.to_owned()),
        ("src/test/java/org/shop/ATest.java", CLASS.to_owned()),
        ("src/test/resources/it/pom.xml", pom("", SUREFIRE_3, "", "")),
    ];
    let files: Vec<(&str, &str)> = files
        .iter()
        .map(|(path, text)| (*path, text.as_str()))
        .collect();
    let found = units(&files);
    assert_eq!(found.len(), 1);
    let unit = &found[0];
    assert_eq!(unit.id.as_str(), ".:maven");
    assert_eq!(unit.because, ["pom.xml", "mvnw"]);
    assert_eq!(unit.own_names, ["org/shop"]);
    assert_eq!(unit.marks["framework"], "junit5");
    let programs: Vec<String> = Maven
        .probes(unit, &Snapshot::default())
        .into_iter()
        .map(|probe| probe.program)
        .collect();
    assert_eq!(programs, ["./mvnw", "mvn"]);
    assert!(units(&[("pom.xml", &pom("", SUREFIRE_3, "", ""))]).is_empty());
    assert!(units(&[("pom.xml", "not xml"), ("A.java", CLASS)]).is_empty());
}

#[test]
fn a_reactor_is_one_unit_and_a_pom_outside_it_is_another() {
    let modules = "<modules><module>core</module><module>./web/</module><module>gone</module></modules><profiles><profile><modules><module>extra/pom.xml</module></modules></profile></profiles>";
    let deep = "<modules><module>deep</module><module>../../outside</module></modules>";
    let child = pom(JUNIT4, SUREFIRE_3, "", "");
    let root = pom("", SUREFIRE_3, "", modules);
    let web = pom("", SUREFIRE_3, "", deep);
    let found = units(&[
        ("shop/pom.xml", &root),
        ("shop/core/pom.xml", &child),
        ("shop/core/src/main/java/com/a/A.java", CLASS),
        ("shop/web/pom.xml", &web),
        ("shop/web/deep/pom.xml", &child),
        ("shop/web/deep/src/test/java/com/b/BTest.java", CLASS),
        ("shop/extra/pom.xml", &child),
        ("outside/pom.xml", &child),
        ("shop/tool/pom.xml", &child),
        ("shop/tool/src/main/java/T.java", CLASS),
    ]);
    let ids: Vec<&str> = found.iter().map(|unit| unit.id.as_str()).collect();
    assert_eq!(ids, ["shop:maven", "shop/tool:maven"]);
    assert_eq!(
        found[0].marks["modules"],
        "outside\nshop/core\nshop/extra\nshop/web\nshop/web/deep"
    );
    assert_eq!(found[0].marks["depends"].lines().count(), 6);
    assert_eq!(found[0].marks["framework"], "junit4");
    assert_eq!(found[0].own_names, ["com/a", "com/b"]);
    assert!(!found[0].marks["sources"].contains("tool"));
}

#[test]
fn what_the_pom_pins_is_marked() {
    let pins = "<configuration><includes><include>**/*Spec.java</include></includes><skipAfterFailureCount>1</skipAfterFailureCount></configuration>";
    let failsafe = "<profiles><profile><build><plugins><plugin><artifactId>maven-failsafe-plugin</artifactId></plugin></plugins></build></profile></profiles>";
    let found = units(&[
        ("pom.xml", &pom(JUNIT5, SUREFIRE_3, pins, failsafe)),
        ("src/test/java/ASpec.java", CLASS),
    ]);
    for mark in ["own-patterns", "fail-fast", "failsafe"] {
        assert!(found[0].marks.contains_key(mark), "{mark}");
    }
}

#[test]
fn checks_are_those_that_the_poms_name() {
    let more = "<profiles><profile><build><plugins><plugin><artifactId>maven-checkstyle-plugin</artifactId></plugin><plugin><artifactId>spotless-maven-plugin</artifactId></plugin><plugin><artifactId>jacoco-maven-plugin</artifactId></plugin></plugins></build></profile></profiles>";
    let files = Snapshot::of(&[
        ("pom.xml", &pom(JUNIT5, SUREFIRE_3, "", more)),
        ("src/test/java/ATest.java", CLASS),
    ]);
    let found = Maven.checks(&Maven.detect(&files)[0], &files);
    let commands: Vec<String> = found.iter().map(|check| check.argv.join(" ")).collect();
    assert_eq!(
        commands,
        [
            "mvn --batch-mode checkstyle:check",
            "mvn --batch-mode spotless:check",
            "mvn --batch-mode verify",
        ]
    );
    assert_eq!(found[0].because, "maven-checkstyle-plugin in pom.xml");
}

#[test]
fn what_a_parent_outside_of_the_tree_brings_is_told_by_imports() {
    let parent = "<parent><groupId>org.shop</groupId><artifactId>all</artifactId><version>1</version></parent>";
    let marked = |imports: &str| {
        let pom = pom("", SUREFIRE_3, "", parent);
        let test = format!("package org.shop;\n\n{imports}\n\nclass ATest {{ }}\n");
        let files = [
            ("pom.xml", pom.as_str()),
            ("src/main/java/org/shop/A.java", "import org.testng.Test;\n"),
            ("src/test/java/org/shop/ATest.java", test.as_str()),
        ];
        units(&files)[0].marks.get("framework").cloned()
    };
    let of = |framework: &str| Some(framework.to_owned());
    assert_eq!(marked("import org.junit.jupiter.api.Test;"), of("junit5"));
    let both =
        "import org.junit.Test;\nimport static org.junit.jupiter.api.Assertions.assertEquals;";
    assert_eq!(marked(both), of("junit5"));
    assert_eq!(marked("import org.junit.Test;"), of("junit4"));
    assert_eq!(marked("import static org.junit.Assert.fail;"), of("junit4"));
    assert_eq!(marked("import org.testng.annotations.Test;"), of("testng"));
    assert_eq!(marked("import junit.framework.TestCase;"), None);
    assert_eq!(marked("// import org.junit.Test;"), None);
}
