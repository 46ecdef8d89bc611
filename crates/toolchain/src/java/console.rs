//! Reads what Maven prints: compile errors, crashed test classes, artefacts that are not there.

/// An error of the compiler, as Maven prints it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Complaint {
    /// Absolute path of the file.
    pub(super) path: String,
    pub(super) line: u32,
    /// The first line of the message.
    pub(super) message: String,
    /// `symbol:` of a name that was not found, with its kind: `method clamp(int)`.
    pub(super) symbol: Option<String>,
    /// `location:` of it, with its kind: `class com.ex.Calc`.
    pub(super) location: Option<String>,
}

/// The line without Maven's own level mark.
fn bare(line: &str) -> &str {
    let line = line.strip_prefix("[ERROR]").unwrap_or(line);
    line.strip_prefix(' ').unwrap_or(line)
}

/// Every error of the compiler, each once, as Maven prints them or javac itself. Maven prints them when they come and again at the end.
pub(super) fn complaints(text: &str) -> Vec<Complaint> {
    let mut found: Vec<Complaint> = Vec::new();
    let mut open = false;
    for line in text.lines() {
        if line.starts_with("[WARNING]") || line.starts_with("[INFO]") {
            open = false;
            continue;
        }
        let is_error = line.starts_with("[ERROR]") || line.contains(": error: ");
        let line = bare(line);
        if let Some(complaint) = is_error.then(|| located(line)).flatten() {
            found.push(complaint);
            open = true;
            continue;
        }
        let detail = line.trim_start();
        match found
            .last_mut()
            .filter(|_| open && detail.len() < line.len())
        {
            Some(last) => add_detail(last, detail),
            None => open = false,
        }
    }
    let mut distinct: Vec<Complaint> = Vec::new();
    for complaint in found {
        if !distinct.contains(&complaint) {
            distinct.push(complaint);
        }
    }
    distinct
}

fn add_detail(complaint: &mut Complaint, detail: &str) {
    if let Some(symbol) = detail.strip_prefix("symbol:") {
        complaint.symbol = Some(symbol.trim().to_owned());
    } else if let Some(location) = detail.strip_prefix("location:") {
        complaint.location = Some(location.trim().to_owned());
    }
}

/// `/path/A.java:[4,65] message`, or javac's own `/path/A.java:4: error: message`.
fn located(line: &str) -> Option<Complaint> {
    let end = line.find(".java:")? + ".java".len();
    let (path, rest) = line.split_at(end);
    let rest = rest.strip_prefix(':')?;
    if !path.starts_with('/') {
        return None;
    }
    let (place, message) = match rest.strip_prefix('[') {
        Some(rest) => rest.split_once(']')?,
        None => rest.split_once(':')?,
    };
    let number = place.split(',').next()?.trim();
    let message = message.trim();
    let message = message.strip_prefix("error:").unwrap_or(message).trim();
    Some(Complaint {
        path: path.to_owned(),
        line: number.parse().ok()?,
        message: message.to_owned(),
        ..Complaint::default()
    })
}

/// Classes that were running when their process died.
pub(super) fn crashed(text: &str) -> Vec<String> {
    let mut found: Vec<String> = Vec::new();
    let mut open = false;
    for line in text.lines() {
        let line = bare(line).trim();
        if line == "Crashed tests:" {
            open = true;
        } else if open && is_class(line) {
            if !found.iter().any(|known| known == line) {
                found.push(line.to_owned());
            }
        } else {
            open = false;
        }
    }
    found
}

fn is_class(line: &str) -> bool {
    let part = |part: &str| {
        !part.is_empty()
            && part
                .chars()
                .all(|c| c.is_alphanumeric() || c == '_' || c == '$')
    };
    line.split('.').all(part)
}

/// Whether a process with tests died, named classes or not.
pub(super) fn fork_died(text: &str) -> bool {
    text.contains("The forked VM terminated without properly saying goodbye")
        || text.contains("The forked VM terminated without saying properly goodbye")
        || text.contains("ExecutionException The forked VM terminated")
}

/// Whether a class of tests was begun.
pub(super) fn began(text: &str) -> bool {
    text.lines()
        .map(|line| line.strip_prefix("[INFO]").unwrap_or(line).trim())
        .filter_map(|line| line.strip_prefix("Running "))
        .any(is_class)
}

/// Whether Maven stopped because it may not ask for an artefact.
pub(super) fn lacks_artefacts(text: &str) -> bool {
    let offline = text.contains("in offline mode") || text.contains("is offline");
    offline && text.contains("[ERROR]")
}

/// Maven's own first words about why it failed.
pub(super) fn why(text: &str) -> String {
    let errors = text.lines().filter(|line| line.starts_with("[ERROR]"));
    let mut told = errors.map(|line| bare(line).trim()).filter(|line| {
        !line.is_empty()
            && !line.starts_with("->")
            && !line.starts_with("Tests run:")
            && !line.starts_with("To see the full")
    });
    let goal = told
        .clone()
        .find(|line| line.starts_with("Failed to execute goal"));
    let first = goal.or_else(|| told.next());
    let first = first.map(|line| line.split(" -> [Help").next().unwrap_or(line));
    let first = first.unwrap_or_default();
    // Of Surefire's own troubles the lines behind it tell.
    let behind = told.skip_while(|line| !line.starts_with(first)).nth(1);
    let behind = behind.filter(|_| first.ends_with(':')).unwrap_or_default();
    let whole = format!("{first} {behind}");
    whole.trim().chars().take(400).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const BROKEN: &str = "[INFO] Compiling 3 source files
[WARNING] /repo/src/main/java/com/ex/Calc.java:[1,2] [deprecation] x
[ERROR] COMPILATION ERROR : 
[ERROR] /repo/src/test/java/com/ex/BrokenTest.java:[4,65] cannot find symbol
  symbol:   method clamp(int,int,int)
  location: class com.ex.Calc
[ERROR] /repo/src/test/java/com/ex/BrokenTest.java:[7,44] incompatible types: int cannot be converted to java.lang.String
[INFO] 2 errors
[ERROR] Failed to execute goal org.apache.maven.plugins:maven-compiler-plugin:3.10.1:testCompile (default-testCompile) on project calc: Compilation failure: Compilation failure: 
[ERROR] /repo/src/test/java/com/ex/BrokenTest.java:[4,65] cannot find symbol
[ERROR]   symbol:   method clamp(int,int,int)
[ERROR]   location: class com.ex.Calc
[ERROR] /repo/src/test/java/com/ex/BrokenTest.java:[7,44] incompatible types: int cannot be converted to java.lang.String
[ERROR] -> [Help 1]
";

    #[test]
    fn an_error_of_the_compiler_is_read_once() {
        let found = complaints(BROKEN);
        assert_eq!(found.len(), 2, "{found:#?}");
        assert_eq!(found[0].line, 4);
        assert_eq!(found[0].path, "/repo/src/test/java/com/ex/BrokenTest.java");
        assert_eq!(
            found[0].symbol.as_deref(),
            Some("method clamp(int,int,int)")
        );
        assert_eq!(found[0].location.as_deref(), Some("class com.ex.Calc"));
        assert!(found[1].message.starts_with("incompatible types:"));
        assert!(why(BROKEN).starts_with("Failed to execute goal"));
        let fork = "[ERROR] Failed to execute goal org.x:surefire:1:test (default-test) on project p: \n[ERROR] \n[ERROR] Please refer to the reports.\n[ERROR] -> [Help 1]\n";
        assert!(
            why(fork).ends_with("on project p: Please refer to the reports."),
            "{}",
            why(fork)
        );
        let bare = complaints("[ERROR] /r/A.java:3: error: ';' expected\n");
        assert_eq!(
            (bare[0].line, bare[0].message.as_str()),
            (3, "';' expected")
        );
    }

    #[test]
    fn a_crash_names_its_classes_in_both_generations_of_surefire() {
        for mark in ["[ERROR] ", ""] {
            let text = format!(
                "{mark}The forked VM terminated without properly saying goodbye. VM crash or System.exit called?\n{mark}Crashed tests:\n{mark}shop.ExitTest\n{mark}shop.Other$Test\n{mark}\tat org.x.Y(Z.java:3)\n{mark}Crashed tests:\n{mark}shop.ExitTest\n"
            );
            assert!(fork_died(&text));
            assert_eq!(crashed(&text), ["shop.ExitTest", "shop.Other$Test"]);
        }
        assert!(crashed("no crash").is_empty());
    }

    #[test]
    fn a_class_that_was_begun_is_told() {
        assert!(began("[INFO] Running shop.ShopTest\n"));
        assert!(began("Running shop.ShopTest$Inner\n"));
        assert!(!began("[INFO] Running the tests of all modules\n"));
        assert!(!began(
            "[ERROR] Error: Could not create the Java Virtual Machine.\n"
        ));
    }

    #[test]
    fn a_missing_artefact_is_told_from_other_errors() {
        let text = "[ERROR] Plugin org.x:y:1 or one of its dependencies could not be resolved: Cannot access central (https://host) in offline mode and the artifact org.x:y:jar:1 has not been downloaded from it before. -> [Help 1]";
        assert!(lacks_artefacts(text));
        assert!(!lacks_artefacts(BROKEN));
        assert!(why(text).starts_with("Plugin org.x"));
        assert!(!why(text).contains("Help"));
    }
}
