//! Knows the code in which a defect means nothing to a test: types, words, logs, imports.

use super::super::syntax::{children, text_of};
use tree_sitter::Node;

/// What loggers are commonly called.
const LOGGERS: [&str; 10] = [
    "logging", "logger", "log", "_logger", "_log", "LOG", "LOGGER", "_LOGGER", "_LOG", "warnings",
];

/// What they are asked for.
const LEVELS: [&str; 11] = [
    "debug",
    "info",
    "warning",
    "warn",
    "warn_explicit",
    "error",
    "exception",
    "critical",
    "fatal",
    "log",
    "trace",
];

/// Whether nothing is changed in `node` and below it.
pub(super) fn is_arid(node: Node<'_>, text: &str) -> bool {
    match node.kind() {
        "comment"
        | "type"
        | "decorator"
        | "import_statement"
        | "import_from_statement"
        | "future_import_statement"
        | "type_alias_statement"
        | "type_parameter"
        | "global_statement"
        | "nonlocal_statement" => true,
        "string" => children(node)
            .iter()
            .any(|each| each.kind() == "interpolation"),
        "argument_list" => node
            .parent()
            .is_some_and(|parent| parent.kind() == "class_definition"),
        "expression_statement" => is_words(node, text) || is_declaration(node, text),
        "if_statement" => is_apart(node, text),
        "raise_statement" => text_of(node, text).contains("NotImplementedError"),
        _ => false,
    }
}

/// A docstring, `...`, or something for a reader of the output.
fn is_words(statement: Node<'_>, text: &str) -> bool {
    let [only] = children(statement)[..] else {
        return false;
    };
    match only.kind() {
        "string" | "concatenated_string" | "ellipsis" => true,
        "call" => is_log(only, text),
        _ => false,
    }
}

fn is_log(call: Node<'_>, text: &str) -> bool {
    let Some(function) = call.child_by_field_name("function") else {
        return false;
    };
    let path = text_of(function, text);
    let Some((object, method)) = path.rsplit_once('.') else {
        return path == "print" || path == "warn";
    };
    let object = object.rsplit('.').next().unwrap_or_default();
    let object = object.split('(').next().unwrap_or_default();
    LEVELS.contains(&method) && (LOGGERS.contains(&object) || object == "getLogger")
}

/// `__all__ = …`, `T = TypeVar("T")`, `x: int`.
fn is_declaration(statement: Node<'_>, text: &str) -> bool {
    let assigned = statement
        .named_child(0)
        .filter(|each| matches!(each.kind(), "assignment" | "augmented_assignment"));
    let Some(assigned) = assigned else {
        return false;
    };
    let left = assigned.child_by_field_name("left");
    let left = left.map_or("", |left| text_of(left, text));
    let Some(value) = assigned.child_by_field_name("right") else {
        return true;
    };
    let value = text_of(value, text).trim_start_matches("typing.");
    let makes_type = ["TypeVar(", "ParamSpec(", "NewType(", "TypeVarTuple("];
    matches!(
        left,
        "__all__" | "__version__" | "__author__" | "__license__" | "__doc__"
    ) || makes_type.iter().any(|start| value.starts_with(start))
}

/// `if TYPE_CHECKING:` and `if __name__ == "__main__":`, which no test enters.
fn is_apart(statement: Node<'_>, text: &str) -> bool {
    let condition = statement.child_by_field_name("condition");
    let condition = condition.map_or("", |condition| text_of(condition, text));
    condition == "TYPE_CHECKING"
        || condition == "typing.TYPE_CHECKING"
        || condition.starts_with("__name__ ==")
}
