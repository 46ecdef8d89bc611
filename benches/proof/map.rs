//! Measures how long the built-in agent's map of 2,000 files takes.

use crate::measure::{Figure, cpu_ms, median};
use redgreen_testkit::Repo;
use redgreen_worker::builtin::map::draw;
use std::time::Instant;

const FILES: usize = 2_000;
const RUNS: usize = 7;

/// Tokens that the map may have.
const TOKENS: usize = 1_000;

/// Draws the map of a repository of five languages, most of it in files of 100 to 200 lines.
pub(crate) fn map() -> Vec<Figure> {
    let repo = Repo::new();
    let mut size = 0;
    for number in 0..FILES {
        let (ending, text) = file(number);
        size += text.len();
        repo.write(format!("part{}/m{number}.{ending}", number % 40), text);
    }
    let ticket = "A door that is locked must not be opened by price17_of_12";
    let (mut wall, mut cpu) = (Vec::new(), Vec::new());
    let mut length = 0;
    for _ in 0..RUNS {
        let (began, spent) = (Instant::now(), cpu_ms());
        length = draw(repo.path(), ticket, TOKENS).expect("a map").len();
        cpu.push(cpu_ms() - spent);
        wall.push(began.elapsed().as_secs_f64() * 1e3);
    }
    println!(
        "map: {FILES} files, {:.1} MB, {length} bytes",
        size as f64 / 1e6
    );
    vec![
        Figure::below("map of 2,000 files".to_owned(), median(&wall), "ms", 1000.0),
        Figure::plain(
            "map of 2,000 files: processor".to_owned(),
            median(&cpu),
            "ms",
        ),
    ]
}

/// The ending and the text of a file that uses some of the files before it.
fn file(number: usize) -> (&'static str, String) {
    let of = |step: usize| (number * 7 + step * 13) % number.max(1);
    let functions = 8 + number % 9;
    let (ending, head): (_, fn(&str) -> String) = match number % 5 {
        0 => ("py", |name| format!("def {name}(first, second=None):\n")),
        1 => ("rs", |name| {
            format!("pub fn {name}(first: &str, second: u32) -> u32 {{\n")
        }),
        2 => ("ts", |name| {
            format!("export function {name}(first: string, second: number): number {{\n")
        }),
        3 => ("go", |name| {
            format!("func {name}(first string, second int) int {{\n")
        }),
        _ => ("java", |name| {
            format!("    public int {name}(String first, int second) {{\n")
        }),
    };
    let mut text = String::new();
    if ending == "java" {
        text.push_str(&format!("public class M{number} {{\n"));
    }
    for function in 0..functions {
        text.push_str(&head(&format!("price{function}_of_{number}")));
        for line in 0..9 {
            let used = of(line + function);
            let call = format!("price{line}_of_{used}(first, second)");
            text.push_str(&match ending {
                "py" => format!("    total_{line} = {call} + {line} * second\n"),
                "rs" => format!("    let total_{line} = {call} + {line} * second;\n"),
                "ts" => format!("    const total_{line} = {call} + {line} * second;\n"),
                "go" => format!("    total_{line} := {call} + {line} * second\n"),
                _ => format!("        int total_{line} = {call} + {line} * second;\n"),
            });
        }
        text.push_str(if ending == "py" {
            "    return total_0\n\n"
        } else {
            "    return total_0;\n}\n\n"
        });
    }
    if ending == "java" {
        text.push_str("}\n");
    }
    (ending, text)
}
