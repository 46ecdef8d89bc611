//! Plants a test that tells what Surefire starts tests with: class path, arguments, properties.

use super::super::detect::FRAMEWORK;
use super::super::layout::TEST_ROOT;
use super::reactor::Part;
use super::said;
use crate::Ask;
use crate::ask::{Exit, RawOutput};
use std::path::Path;

/// Where the test writes, in the scratch directory.
pub(super) fn found(part: &Part) -> String {
    format!("probe-{}.txt", part.nth)
}

/// Arguments of the process with tests that would watch every mutant, and what limits memory.
const FOREIGN: [&str; 4] = ["-javaagent:", "-agentlib:", "-agentpath:", "-Xrunjdwp"];

/// What tests are started with.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Surroundings {
    pub(super) home: String,
    /// The directory that they run in.
    pub(super) dir: String,
    /// What runs the tests, by the name of the session's class for it.
    pub(super) engine: String,
    pub(super) class_path: Vec<String>,
    /// Files with classes of the tests' directory: `org/shop/TillTest.class`.
    pub(super) tests: Vec<String>,
    pub(super) arguments: Vec<String>,
    pub(super) properties: Vec<(String, String)>,
    pub(super) has_assertions: bool,
    /// Options of the compiler.
    pub(super) flags: Vec<String>,
}

/// The class of the test.
pub(super) fn class(ask: &Ask<'_>) -> String {
    format!("redgreen.Redgreen{}ProbeTest", ask.nonce)
}

/// Path from the tree's root, and text.
pub(super) fn plant(ask: &Ask<'_>, part: &Part) -> (String, String) {
    let class = class(ask);
    let name = class.rsplit('.').next().unwrap_or(&class);
    let file = ask.scratch.join(found(part)).display().to_string();
    let quoted = file.replace('\\', "\\\\").replace('"', "\\\"");
    let framework = ask.unit.marks.get(FRAMEWORK);
    let mark = match framework.is_some_and(|name| name == "junit4") {
        true => "org.junit.Test",
        false => "org.junit.jupiter.api.Test",
    };
    let text = TEMPLATE
        .replace("MARK", mark)
        .replace("NAME", name)
        .replace("NONCE", ask.nonce)
        .replace("FOUND", &quoted);
    let path = Path::new(&part.tests).join(format!("{TEST_ROOT}/redgreen/{name}.java"));
    (path.display().to_string(), text)
}

/// What the test found out; nothing where it did not run to its end.
pub(super) fn read((ask, part): (&Ask<'_>, &Part), output: &RawOutput) -> Option<Surroundings> {
    let lines = said::lines(output.files.get(&found(part))?, ask.nonce);
    let mut found = Surroundings::default();
    let mut is_whole = false;
    for line in &lines {
        let words: Vec<&str> = line.iter().map(String::as_str).collect();
        match words.as_slice() {
            ["engine", name] => found.engine = (*name).to_owned(),
            ["home", home] => found.home = (*home).to_owned(),
            ["path", path] => {
                let path = (*path).to_owned();
                if !path.is_empty() && !found.class_path.contains(&path) {
                    found.class_path.push(path);
                }
            }
            ["class", file] if !file.starts_with("redgreen/") => {
                found.tests.push((*file).to_owned());
            }
            ["argument", word] if !FOREIGN.iter().any(|start| word.starts_with(start)) => {
                found.arguments.push((*word).to_owned());
            }
            ["property", name, value] if is_told(name) => {
                found
                    .properties
                    .push(((*name).to_owned(), (*value).to_owned()));
            }
            ["assertions", yes] => found.has_assertions = *yes == "true",
            ["version", version] => {
                found
                    .flags
                    .extend(["--release", version].map(str::to_owned));
            }
            ["preview", "true"] => found.flags.push("--enable-preview".to_owned()),
            ["property", "user.dir", place] => found.dir = (*place).to_owned(),
            ["parameters", "true"] => found.flags.push("-parameters".to_owned()),
            ["done"] => is_whole = true,
            _ => {}
        }
    }
    let passed = matches!(output.exit, Exit::Code(_));
    Some(found).filter(|_| is_whole && passed)
}

/// Whether a property is the project's, and none of the machine. redgreen watches time itself.
fn is_told(name: &str) -> bool {
    const MACHINE: [&str; 12] = [
        "java.", "sun.", "jdk.", "os.", "user.", "file.", "path.", "line.", "native.", "awt.",
        "stderr.", "stdout.",
    ];
    let is_path = name == "java.class.path" || name == "java.io.tmpdir";
    let is_limit = name.starts_with("junit.jupiter.execution.timeout");
    is_path || !is_limit && !MACHINE.iter().any(|start| name.starts_with(start))
}

const TEMPLATE: &str = r#"package redgreen;

public class NAME {
    private final StringBuilder told = new StringBuilder();

    @MARK
    public void tells() throws Exception {
        for (String property : new String[] {"surefire.test.class.path", "java.class.path"}) {
            for (String entry : System.getProperty(property, "").split(java.io.File.pathSeparator)) {
                if (!entry.contains("surefirebooter")) tell("path", entry);
            }
        }
        String engine = "Vintage";
        for (StackTraceElement frame : new Throwable().getStackTrace()) {
            if (frame.getClassName().startsWith("org.junit.platform.")) engine = "Jupiter";
        }
        tell("engine", engine);
        String platform = "org.junit.platform.launcher.core.LauncherFactory org.junit.platform.engine.TestEngine org.junit.platform.commons.JUnitException org.opentest4j.AssertionFailedError org.junit.jupiter.engine.JupiterTestEngine org.junit.jupiter.api.Test org.junit.vintage.engine.VintageTestEngine";
        for (String name : engine.equals("Jupiter") ? platform.split(" ") : new String[0]) {
            ClassLoader loader = Thread.currentThread().getContextClassLoader();
            try {
                java.net.URL place = Class.forName(name, false, loader).getProtectionDomain().getCodeSource().getLocation();
                tell("path", new java.io.File(place.toURI()).getPath());
            } catch (ClassNotFoundException notThere) {
                continue;
            }
        }
        java.io.File root = new java.io.File(NAME.class.getProtectionDomain().getCodeSource().getLocation().toURI());
        list(root, root.getPath().length() + 1);
        for (String word : java.lang.management.ManagementFactory.getRuntimeMXBean().getInputArguments()) tell("argument", word);
        for (String name : System.getProperties().stringPropertyNames()) tell("property", name, System.getProperty(name));
        tell("home", System.getProperty("java.home"));
        tell("assertions", String.valueOf(NAME.class.desiredAssertionStatus()));
        try (java.io.InputStream own = NAME.class.getResourceAsStream("NAME.class")) {
            byte[] head = new byte[8];
            new java.io.DataInputStream(own).readFully(head);
            tell("preview", String.valueOf(head[4] == -1 && head[5] == -1));
            tell("version", String.valueOf(((head[6] & 255) << 8 | head[7] & 255) - 44));
        }
        tell("parameters", String.valueOf(NAME.class.getDeclaredMethod("tell", String[].class).getParameters()[0].isNamePresent()));
        tell("done");
        java.nio.file.Files.write(java.nio.file.Paths.get("FOUND"), told.toString().getBytes("UTF-8"));
    }

    private void list(java.io.File dir, int cut) {
        for (java.io.File file : dir.listFiles()) {
            if (file.isDirectory()) list(file, cut);
            else if (file.getName().endsWith(".class")) tell("class", file.getPath().substring(cut));
        }
    }

    private void tell(String... words) {
        told.append("NONCE");
        for (String word : words) told.append('\t').append(word.replace("\\", "\\\\").replace("\n", "\\n").replace("\t", "\\t").replace("\r", "\\r"));
        told.append('\n');
    }
}
"#;
