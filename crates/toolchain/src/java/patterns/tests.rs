//! Which patterns are plain, and which classes they pick. The table was held against Surefire's own
//! resolver of patterns.

use super::*;

/// A pom whose Surefire has this inside, and this behind its build.
fn pom(inside: &str, more: &str) -> Pom {
    let text = format!(
        "<project><build><plugins><plugin><artifactId>{SUREFIRE}</artifactId>{inside}</plugin></plugins></build>{more}</project>"
    );
    Pom::read(&text).expect("a pom")
}

fn configured(inside: &str) -> Option<Patterns> {
    Patterns::of(&pom(
        &format!("<configuration>{inside}</configuration>"),
        "",
    ))
}

#[test]
fn a_pattern_picks_files_as_surefire_does() {
    let tests = "a/b/ATest.class";
    for (pattern, file, owed) in [
        ("**/*Test.java", tests, true),
        ("**/*Test.java", "ATest.class", true),
        ("**/*Test.java", "a/ATests.class", false),
        ("**/*Test.java", "a/A$BTest.class", true),
        ("**/*Test.class", tests, true),
        ("**/*Test", tests, true),
        ("*Test", tests, true),
        ("*Test.java", tests, true),
        ("ATest", tests, true),
        ("a.b.ATest", tests, true),
        ("a.b.ATest.java", tests, true),
        ("a.b.*", tests, false),
        ("b.ATest", tests, true),
        ("a.ATest", tests, false),
        ("a/*Test.java", tests, false),
        ("a/**/*Test.java", tests, true),
        ("a/**/b/*Test.java", tests, true),
        ("b/*Test.java", tests, true),
        ("**/b/**", tests, true),
        ("**/b/*", tests, true),
        ("**/b/*.*", tests, true),
        ("**/ATest.*", tests, true),
        ("**/A?est.java", tests, true),
        ("**/A?Test.java", tests, false),
        ("**/*", tests, true),
        ("**", tests, true),
        ("**/*$*", tests, false),
        ("**/*$*", "a/A$BTest.class", true),
        (
            "**/perf/PerformanceTest.java",
            "a/perf/PerformanceTest.class",
            true,
        ),
        (
            "**/perf/PerformanceTest.java",
            "a/PerformanceTest.class",
            false,
        ),
    ] {
        assert!(is_plain(pattern), "{pattern}");
        assert_eq!(fits(pattern, file), owed, "{pattern} {file}");
    }
}

#[test]
fn what_is_no_plain_glob_is_not_read() {
    for odd in [
        "%regex[.*Test]",
        "**/${what}.java",
        "ATest#one",
        "!**/ATest.java",
        "ATest,BTest",
        "a\\*Test.java",
        "/ATest.java",
        "a/",
        "a b",
    ] {
        let inside = format!("<includes><include>{odd}</include></includes>");
        assert_eq!(configured(&inside), None, "{odd}");
    }
    assert_eq!(configured("<includes><include/></includes>"), None);
}

#[test]
fn includes_replace_the_names_and_excludes_the_rule_about_inner_classes() {
    let take = |patterns: &Patterns, files: &[&'static str]| -> Vec<&'static str> {
        let files = files.iter().copied();
        files.filter(|file| patterns.take(file)).collect()
    };
    let all = ["ATest.class", "ASpec.class", "A$BTest.class", "TestA.class"];
    assert_eq!(
        take(&Patterns::default(), &all),
        ["ATest.class", "TestA.class"]
    );
    let read = |inside: &str| {
        let patterns = configured(inside).expect(inside);
        assert_eq!(Patterns::read(&patterns.written()), patterns);
        patterns
    };
    let included = read("<includes><include>**/*Spec.java</include></includes>");
    assert_eq!(take(&included, &all), ["ASpec.class"]);
    let excluded = read("<excludes><exclude>**/A*.java</exclude></excludes>");
    assert_eq!(take(&excluded, &all), ["TestA.class"]);
    let emptied = read("<excludes><exclude/></excludes>");
    assert_eq!(
        take(&emptied, &all),
        ["ATest.class", "A$BTest.class", "TestA.class"]
    );
    let both = read(
        "<includes><include>*Spec</include><include> ATest </include></includes><excludes><exclude>ASpec</exclude></excludes>",
    );
    assert_eq!(take(&both, &all), ["ATest.class"]);
}

#[test]
fn only_what_holds_for_every_build_is_read() {
    let list = "<configuration><includes><include>A</include></includes></configuration>";
    let run =
        |id: &str| format!("<executions><execution><id>{id}</id>{list}</execution></executions>");
    let plugins =
        format!("<plugins><plugin><artifactId>{SUREFIRE}</artifactId>{list}</plugin></plugins>");
    let profile = format!("<profiles><profile><build>{plugins}</build></profile></profiles>");
    let managed = format!("<build><pluginManagement>{plugins}</pluginManagement></build>");
    let read = |inside: &str, more: &str| Patterns::of(&pom(inside, more)).is_some();
    assert!(read(list, ""));
    assert!(read(&run("default-test"), ""));
    assert!(!read(&run("more"), ""));
    assert!(!read("", &profile));
    assert!(!read(list, &profile));
    assert!(read("", &managed));
    assert!(!read(list, &managed));
    let with = |other: &str| list.replace("<includes>", &format!("{other}<includes>"));
    assert!(!read(&with("<groups>fast</groups>"), ""));
    assert!(!read(&with("<excludesFile>a</excludesFile>"), ""));
    assert!(Patterns::are_in(&pom("", &profile)) && !Patterns::are_in(&pom("", "")));
}
