//! Proposes what stands in place of a whole body, by the type that the function gives back.
//!
//! The same values as cargo-mutants, so that the verdicts of both can be compared.

use super::super::outline::Function;
use super::super::syntax::text_of;
use redgreen_core::mutant::{Draft, Operator};
use tree_sitter::Node;

/// What a comment that changes nothing says.
pub(super) const NO_OP: &str = "/* redgreen: no change */";
/// Values that one body is given at most.
const VALUES: usize = 12;

/// Drafts for the body of one function: nothing changed, and every value that its type allows.
pub(super) fn drafts(function: &Function<'_>, text: &str) -> Vec<Draft> {
    let Some(body) = function.node.child_by_field_name("body") else {
        return Vec::new();
    };
    let start = body.start_byte() + 1;
    let draft = |bytes: std::ops::Range<usize>, operator: Operator, now: String| Draft {
        function: function.name.clone(),
        lines: crate::mutate::lines_of(text, &bytes),
        bytes,
        operator,
        now,
    };
    let mut drafts = vec![draft(start..start, Operator::NoOp, NO_OP.to_owned())];
    let own = squeezed(text_of(body, text));
    for value in of_function(function.node, text) {
        let now = format!("{{ {value} }}");
        let bare = if value == "()" { "{}" } else { &now };
        if squeezed(bare) != own {
            let now = if value == "()" { "{}".to_owned() } else { now };
            drafts.push(draft(body.byte_range(), Operator::Body, now));
        }
    }
    drafts
}

fn squeezed(text: &str) -> String {
    text.split_whitespace().collect()
}

/// The values that a function may give back.
fn of_function(function: Node<'_>, text: &str) -> Vec<String> {
    let mut values = match function.child_by_field_name("return_type") {
        Some(of) => of_type(of, text, 0),
        None => vec!["()".to_owned()],
    };
    values.truncate(VALUES);
    values
}

fn words(of: &[&str]) -> Vec<String> {
    of.iter().map(|word| (*word).to_owned()).collect()
}

/// Values of a type.
fn of_type(of: Node<'_>, text: &str, depth: usize) -> Vec<String> {
    let default = || words(&["Default::default()"]);
    if depth > 6 {
        return default();
    }
    let inner = |node: Option<Node<'_>>| match node {
        Some(node) => of_type(node, text, depth + 1),
        None => Vec::new(),
    };
    match of.kind() {
        "unit_type" => words(&["()"]),
        "never_type" => Vec::new(),
        "primitive_type" | "type_identifier" | "scoped_type_identifier" => plain(text_of(of, text)),
        "reference_type" => reference(of, text, depth),
        "tuple_type" => tuple(of, text, depth),
        "array_type" => {
            let length = of.child_by_field_name("length");
            let Some(length) = length else {
                return default();
            };
            let values = inner(of.child_by_field_name("element")).into_iter();
            let length = text_of(length, text);
            values.map(|value| format!("[{value}; {length}]")).collect()
        }
        "generic_type" => generic(of, text, depth),
        "abstract_type" => opaque(of, text, depth),
        "bounded_type" => inner(of.named_child(0)),
        _ => default(),
    }
}

/// Values of a type without parameters.
fn plain(name: &str) -> Vec<String> {
    let last = name.rsplit("::").next().unwrap_or(name);
    match last {
        "bool" => words(&["true", "false"]),
        "String" => words(&["String::new()", "\"xyzzy\".into()"]),
        "u8" | "u16" | "u32" | "u64" | "u128" | "usize" => words(&["0", "1"]),
        "i8" | "i16" | "i32" | "i64" | "i128" | "isize" => words(&["0", "1", "-1"]),
        "f32" | "f64" => words(&["0.0", "1.0", "-1.0"]),
        "Result" => words(&["Ok(Default::default())"]),
        _ if last.starts_with("NonZeroI") => {
            words(&["1.try_into().unwrap()", "(-1).try_into().unwrap()"])
        }
        _ if last.starts_with("NonZeroU") => words(&["1.try_into().unwrap()"]),
        _ => words(&["Default::default()"]),
    }
}

fn reference(of: Node<'_>, text: &str, depth: usize) -> Vec<String> {
    let Some(target) = of.child_by_field_name("type") else {
        return Vec::new();
    };
    let mut cursor = of.walk();
    let mutable = of
        .named_children(&mut cursor)
        .any(|child| child.kind() == "mutable_specifier");
    if text_of(target, text) == "str" && !mutable {
        return words(&["\"\"", "\"xyzzy\""]);
    }
    let slice = target
        .child_by_field_name("element")
        .filter(|_| target.child_by_field_name("length").is_none());
    if let Some(element) = slice {
        let values = of_type(element, text, depth + 1).into_iter();
        let filled = values.map(|value| format!("Vec::leak(vec![{value}])"));
        return words(&["Vec::leak(Vec::new())"])
            .into_iter()
            .chain(filled)
            .collect();
    }
    let values = of_type(target, text, depth + 1).into_iter();
    if mutable {
        values
            .map(|value| format!("Box::leak(Box::new({value}))"))
            .collect()
    } else {
        values.map(|value| format!("&{value}")).collect()
    }
}

/// Every combination of the parts' values.
fn tuple(of: Node<'_>, text: &str, depth: usize) -> Vec<String> {
    let mut rows: Vec<Vec<String>> = vec![Vec::new()];
    let mut cursor = of.walk();
    for part in of.named_children(&mut cursor) {
        let values = of_type(part, text, depth + 1);
        let longer = rows.iter().flat_map(|row| {
            let with = |value: &String| [row.as_slice(), std::slice::from_ref(value)].concat();
            values.iter().map(with)
        });
        rows = longer.take(VALUES).collect();
    }
    let shown = rows.into_iter().map(|row| match row.as_slice() {
        [only] => format!("({only},)"),
        parts => format!("({})", parts.join(", ")),
    });
    shown.collect()
}

/// Values of a type with parameters.
fn generic(of: Node<'_>, text: &str, depth: usize) -> Vec<String> {
    let name = of
        .child_by_field_name("type")
        .map_or("", |name| text_of(name, text));
    let last = name.rsplit("::").next().unwrap_or(name);
    let arguments = of.child_by_field_name("type_arguments");
    let mut cursor = of.walk();
    let types: Vec<Node<'_>> = arguments
        .map(|arguments| arguments.named_children(&mut cursor).collect())
        .unwrap_or_default();
    let types: Vec<Node<'_>> = types
        .into_iter()
        .filter(|one| one.kind() != "lifetime")
        .collect();
    let Some(first) = types.first() else {
        return plain(name);
    };
    let values = of_type(*first, text, depth + 1);
    let each = |shape: &dyn Fn(&str) -> String| -> Vec<String> {
        values.iter().map(|value| shape(value)).collect()
    };
    let with = |one: &str, rest: Vec<String>| -> Vec<String> {
        std::iter::once(one.to_owned()).chain(rest).collect()
    };
    match last {
        "Result" => each(&|value| format!("Ok({value})")),
        "Option" => with("None", each(&|value| format!("Some({value})"))),
        "Vec" => with("vec![]", each(&|value| format!("vec![{value}]"))),
        "Cow" => values
            .iter()
            .flat_map(|value| {
                [
                    format!("Cow::Borrowed({value})"),
                    format!("Cow::Owned({value}.to_owned())"),
                ]
            })
            .collect(),
        "Box" | "Rc" | "Arc" | "Cell" | "RefCell" | "Mutex" | "RwLock" => {
            each(&|value| format!("{last}::new({value})"))
        }
        "HashSet" | "BTreeSet" | "VecDeque" | "BinaryHeap" | "LinkedList" => with(
            &format!("{last}::new()"),
            each(&|value| format!("{last}::from_iter([{value}])")),
        ),
        "HashMap" | "BTreeMap" => {
            let second = types
                .get(1)
                .map_or_else(Vec::new, |second| of_type(*second, text, depth + 1));
            let pairs = values.iter().flat_map(|key| {
                let pair = |value: &String| format!("{last}::from_iter([({key}, {value})])");
                second.iter().map(pair).collect::<Vec<_>>()
            });
            with(&format!("{last}::new()"), pairs.collect())
        }
        _ => words(&["Default::default()"]),
    }
}

/// Values of `impl Iterator<Item = T>`; of other opaque types none is known.
fn opaque(of: Node<'_>, text: &str, depth: usize) -> Vec<String> {
    let bound = of.child_by_field_name("trait");
    let bound = bound.map(|bound| match bound.kind() {
        "bounded_type" => bound.named_child(0).unwrap_or(bound),
        _ => bound,
    });
    let arguments = bound
        .filter(|bound| text_of(*bound, text).starts_with("Iterator"))
        .and_then(|bound| bound.child_by_field_name("type_arguments"));
    let item = arguments
        .and_then(|arguments| arguments.named_child(0))
        .and_then(|binding| binding.child_by_field_name("type"));
    let Some(item) = item else {
        return Vec::new();
    };
    let values = of_type(item, text, depth + 1).into_iter();
    let once = values.map(|value| format!("::std::iter::once({value})"));
    words(&["::std::iter::empty()"])
        .into_iter()
        .chain(once)
        .collect()
}
