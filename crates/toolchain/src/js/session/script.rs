//! Reads the options of a package's test script that a run of the same runner needs.

/// What a script gives a runner.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Given {
    /// Variables that it sets.
    pub(crate) env: Vec<(String, String)>,
    /// Options of node, between `node` and the runner.
    pub(crate) node: Vec<String>,
    /// What stands behind the runner's name.
    pub(crate) args: Vec<String>,
}

/// What the first command of `script` that runs `runner` gives it.
pub(crate) fn given(script: &str, runner: &str) -> Given {
    let words = words(script);
    let commands = words.split(|word| matches!(word.as_str(), "&&" | "||" | ";" | "|"));
    commands
        .filter_map(|command| in_command(command, runner))
        .next()
        .unwrap_or_default()
}

fn in_command(command: &[String], runner: &str) -> Option<Given> {
    let names = |word: &String| {
        let name = word.rsplit('/').next().unwrap_or(word);
        let bare = name
            .trim_end_matches(".js")
            .trim_end_matches(".mjs")
            .trim_end_matches(".cjs");
        bare == runner || bare.strip_prefix('_') == Some(runner)
    };
    let at = command.iter().position(names)?;
    let mut given = Given {
        args: command[at + 1..].to_vec(),
        ..Given::default()
    };
    let mut in_node = false;
    for word in &command[..at] {
        match word.split_once('=') {
            Some((name, value)) if is_variable(name) => {
                given.env.push((name.to_owned(), value.to_owned()));
            }
            _ if word == "node" || word.ends_with("/node") => in_node = true,
            _ if in_node && word.starts_with('-') => given.node.push(word.clone()),
            _ => {}
        }
    }
    Some(given)
}

fn is_variable(name: &str) -> bool {
    let fits = |c: char| c.is_ascii_alphanumeric() || c == '_';
    !name.is_empty() && name.chars().all(fits)
}

/// The words of a line, quotation marks undone. No shell reads it: variables stay as written.
fn words(line: &str) -> Vec<String> {
    let mut words = Vec::new();
    let mut word = String::new();
    let (mut open, mut begun) = (None, false);
    let mut chars = line.chars();
    while let Some(c) = chars.next() {
        match (open, c) {
            (Some(mark), c) if c == mark => open = None,
            (None, '\'' | '"') => (open, begun) = (Some(c), true),
            (_, '\\') => word.extend(chars.next()),
            (None, c) if c.is_whitespace() => {
                if begun || !word.is_empty() {
                    words.push(std::mem::take(&mut word));
                }
                begun = false;
            }
            (None, ';') => {
                if begun || !word.is_empty() {
                    words.push(std::mem::take(&mut word));
                }
                begun = false;
                words.push(";".to_owned());
            }
            (_, c) => word.push(c),
        }
    }
    if begun || !word.is_empty() {
        words.push(word);
    }
    words
}

/// The options among `args` whose names are in `wanted`, each with its value where `true` stands
/// behind the name.
pub(crate) fn options(args: &[String], wanted: &[(&str, bool)]) -> Vec<String> {
    let mut kept = Vec::new();
    let mut rest = args.iter();
    while let Some(arg) = rest.next() {
        let name = arg.split('=').next().unwrap_or(arg);
        let Some((_, valued)) = wanted.iter().find(|(known, _)| *known == name) else {
            continue;
        };
        kept.push(arg.clone());
        if *valued && !arg.contains('=') {
            kept.extend(rest.next().cloned());
        }
    }
    kept
}

#[cfg(test)]
mod tests {
    use super::*;

    fn list(words: &[&str]) -> Vec<String> {
        words.iter().map(|word| (*word).to_owned()).collect()
    }

    #[test]
    fn a_script_gives_variables_options_of_node_and_of_the_runner() {
        let line = "tsc && cross-env NODE_OPTIONS=--experimental-vm-modules TZ='UTC' node --no-warnings \
                    node_modules/jest/bin/jest.js -c 'conf/my jest.js' --bail && echo ok";
        let found = given(line, "jest");
        let variable = |name: &str, value: &str| (name.to_owned(), value.to_owned());
        assert_eq!(
            found.env,
            [
                variable("NODE_OPTIONS", "--experimental-vm-modules"),
                variable("TZ", "UTC")
            ]
        );
        assert_eq!(found.node, ["--no-warnings"]);
        assert_eq!(found.args, ["-c", "conf/my jest.js", "--bail"]);
        let wanted = [("-c", true), ("--config", true)];
        assert_eq!(options(&found.args, &wanted), ["-c", "conf/my jest.js"]);
        assert_eq!(given("vitest run", "jest"), Given::default());
    }

    #[test]
    fn options_keep_their_values() {
        let args = list(&["--config=a", "--bail", "-r", "x", "test/*.js"]);
        assert_eq!(
            options(&args, &[("--config", true), ("-r", true)]),
            ["--config=a", "-r", "x"]
        );
    }
}
