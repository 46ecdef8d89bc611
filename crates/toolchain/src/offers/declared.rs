//! Finds flags, environment variables and routes, by the calls that declare or read them.

use super::{Found, Source};
use redgreen_core::documents::Sort;

/// Calls whose strings are flags with their dashes: argparse, click, typer, commander, OptionParser,
/// picocli.
const DASHED: [&str; 10] = [
    "add_argument",
    "option",
    "Option",
    "requiredOption",
    "on",
    "add_option",
    "addOption",
    "names",
    "Argument",
    "addArgument",
];

/// Calls whose first string is a flag without its dashes: clap, the flag packages of Go, yargs,
/// Symfony.
const BARE: [&str; 15] = [
    "long",
    "String",
    "StringVar",
    "StringP",
    "StringVarP",
    "Int",
    "IntVar",
    "IntP",
    "IntVarP",
    "Bool",
    "BoolVar",
    "BoolP",
    "BoolVarP",
    "Duration",
    "DurationVar",
];

/// Calls and maps that read an environment variable.
const READS: [&str; 12] = [
    "getenv",
    "environ",
    "var",
    "var_os",
    "env",
    "Getenv",
    "LookupEnv",
    "ENV",
    "GetEnvironmentVariable",
    "option_env",
    "envvar",
    "Setenv",
];

/// Methods that declare a route, as frameworks call them.
const METHODS: [(&str, &str); 14] = [
    ("get", "GET"),
    ("post", "POST"),
    ("put", "PUT"),
    ("patch", "PATCH"),
    ("delete", "DELETE"),
    ("GET", "GET"),
    ("POST", "POST"),
    ("PUT", "PUT"),
    ("PATCH", "PATCH"),
    ("DELETE", "DELETE"),
    ("GetMapping", "GET"),
    ("PostMapping", "POST"),
    ("PutMapping", "PUT"),
    ("DeleteMapping", "DELETE"),
];

/// Calls that declare a route of any method.
const ANY: [&str; 7] = [
    "route",
    "Route",
    "HandleFunc",
    "Handle",
    "RequestMapping",
    "api_route",
    "websocket",
];

/// What routes are declared on; a client's `get` asks for one and declares none.
const ROUTERS: [&str; 16] = [
    "app",
    "router",
    "server",
    "api",
    "bp",
    "blueprint",
    "mux",
    "r",
    "e",
    "g",
    "group",
    "routes",
    "Route",
    "Router",
    "fastify",
    "application",
];

/// Everything that is declared in `source`.
pub(super) fn offers(source: &Source<'_>) -> Vec<Found> {
    let mut found = Vec::new();
    for at in 0..source.tokens.len() {
        let Some(name) = source.name(at) else {
            continue;
        };
        let opens = source.is_sign(at + 1, '(') || source.is_sign(at + 1, '[');
        flags(source, (at, name), opens, &mut found);
        variables(source, (at, name), opens, &mut found);
        routes(source, (at, name), opens, &mut found);
    }
    found
}

fn flags(source: &Source<'_>, (at, name): (usize, &str), opens: bool, found: &mut Vec<Found>) {
    let assigns = name == "names" && source.is_sign(at + 1, '=');
    if DASHED.contains(&name) && (opens || assigns) {
        let open = if source.is_sign(at + 2, '{') {
            at + 2
        } else {
            at + 1
        };
        let mut strings = source.strings_in(open);
        if assigns {
            strings.extend(source.string(at + 2).map(|text| (at + 2, text)));
        }
        // Help texts name other flags.
        for (place, text) in strings
            .into_iter()
            .filter(|(_, text)| text.starts_with('-'))
        {
            let words = text.split([' ', ',', '/', '=', '|']);
            let flags = words.filter(|word| is_flag(word));
            found.extend(flags.map(|flag| (Sort::Flag, flag.to_owned(), source.place(place))));
        }
    }
    let is_go_flag = |at: usize| {
        at >= 2
            && source.is_sign(at - 1, '.')
            && (source.name(at - 2).is_some_and(|on| {
                on.eq_ignore_ascii_case("flag") || on.eq_ignore_ascii_case("flags") || on == "fs"
            }) || source.is_sign(at - 2, ')'))
    };
    let is_clap = name == "long" && source.language == "rust";
    if BARE.contains(&name) && opens && (is_clap || is_go_flag(at)) {
        let first = source.strings_in(at + 1).into_iter().next();
        let bare = first.filter(|(_, text)| is_flag(&format!("--{text}")));
        found.extend(bare.map(|(at, text)| (Sort::Flag, format!("--{text}"), source.place(at))));
    }
    if is_clap && !opens && source.is_sign(at + 1, '=') {
        let text = source.string(at + 2);
        found.extend(text.map(|text| (Sort::Flag, format!("--{text}"), source.place(at + 2))));
    } else if is_clap && !opens {
        found.extend(clap_field(source, at).map(|name| {
            let flag = format!("--{}", name.replace('_', "-"));
            (Sort::Flag, flag, source.place(at))
        }));
    }
}

/// The field behind `#[arg(long)]`: the first name before a colon, outside of any attribute.
fn clap_field<'t>(source: &Source<'t>, at: usize) -> Option<&'t str> {
    let is_arg = (at.saturating_sub(12)..at)
        .any(|before| matches!(source.name(before), Some("arg" | "clap")));
    if !is_arg {
        return None;
    }
    let mut depth = 1_usize;
    for at in at..source.tokens.len().min(at + 300) {
        if source.is_sign(at, '[') {
            depth += 1;
        } else if source.is_sign(at, ']') {
            depth = depth.saturating_sub(1);
        } else if depth == 0 && source.is_sign(at + 1, ':') && !source.is_sign(at + 2, ':') {
            return source.name(at);
        }
    }
    None
}

fn is_flag(word: &str) -> bool {
    word.strip_prefix("--").is_some_and(|rest| {
        rest.starts_with(|c: char| c.is_ascii_alphabetic())
            && rest
                .chars()
                .all(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_'))
    })
}

fn variables(source: &Source<'_>, (at, name): (usize, &str), opens: bool, found: &mut Vec<Found>) {
    // `process.env.NAME`
    if name == "env" && source.is_sign(at + 1, '.') && at >= 2 {
        let is_process = source.name(at - 2) == Some("process");
        let variable = source
            .name(at + 2)
            .filter(|word| is_process && is_variable(word));
        found.extend(variable.map(|word| (Sort::Variable, word.to_owned(), source.place(at + 2))));
    }
    if !READS.contains(&name) {
        return;
    }
    let assigns = source.is_sign(at + 1, '=') && matches!(name, "env" | "envvar");
    let reader = ["get", "fetch", "setdefault", "pop"];
    let by_method = source.is_sign(at + 1, '.')
        && source
            .name(at + 2)
            .is_some_and(|name| reader.contains(&name));
    // `env!("X")` and `option_env!("X")` are read by the compiler.
    let text = match (opens, assigns, by_method) {
        (true, _, _) | (_, true, _) => at + 2,
        (_, _, true) => at + 4,
        (false, false, false) => return,
    };
    let variable = source.string(text).filter(|word| is_variable(word));
    found.extend(variable.map(|word| (Sort::Variable, word.to_owned(), source.place(text))));
}

fn is_variable(word: &str) -> bool {
    word.len() > 1
        && word.starts_with(|c: char| c.is_ascii_uppercase())
        && word
            .chars()
            .all(|c| c.is_ascii_uppercase() || c.is_ascii_digit() || c == '_')
}

fn routes(source: &Source<'_>, (at, name): (usize, &str), opens: bool, found: &mut Vec<Found>) {
    if !opens {
        return;
    }
    let method = METHODS.iter().find(|(called, _)| *called == name);
    let method = method.map(|(_, method)| *method);
    if method.is_none() && !ANY.contains(&name) {
        return;
    }
    let first = source.strings_in(at + 1).into_iter().next();
    // Go 1.22 writes the method into the pattern.
    let split = first.map(|(place, text)| match text.split_once(" /") {
        Some((method, _)) if is_variable(method) => (place, text.to_owned()),
        _ => (place, format!("{} {text}", method.unwrap_or_default())),
    });
    let Some((place, route)) = split.filter(|(_, route)| route.contains(" /")) else {
        return;
    };
    let is_attribute = at >= 1 && (source.is_sign(at - 1, '@') || source.is_sign(at - 1, '['));
    let on = |at: usize| (at >= 2).then(|| source.name(at - 2)).flatten();
    let is_router = on(at).is_some_and(|on| {
        let plain = on.to_ascii_lowercase();
        ROUTERS.contains(&on) || plain.ends_with("router") || plain.ends_with("app")
    });
    // `Router::new().route("/x", …)`, `http.HandleFunc("/x", …)`
    let declares = ANY.contains(&name) && at >= 1 && source.is_sign(at - 1, '.');
    if is_attribute || is_router || declares {
        found.push((
            Sort::Route,
            route.trim_start().to_owned(),
            source.place(place),
        ));
    }
}
