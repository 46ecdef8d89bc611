//! Says which nodes of each language's syntax tree define a name.

use tree_sitter::Language;

/// What is known of one language.
pub(super) struct Grammar {
    pub(super) language: fn(&str) -> Language,
    pub(super) rules: &'static [Rule],
    /// Nodes that only stand around definitions.
    pub(super) passed: &'static [&'static str],
}

/// A node that defines a name.
pub(super) struct Rule {
    pub(super) kind: &'static str,
    /// The field that holds the name.
    pub(super) name: &'static str,
    /// Whether definitions inside of it are shown.
    pub(super) opens: bool,
}

const fn leaf(kind: &'static str) -> Rule {
    Rule {
        kind,
        name: "name",
        opens: false,
    }
}

const fn open(kind: &'static str) -> Rule {
    Rule {
        kind,
        name: "name",
        opens: true,
    }
}

impl Grammar {
    /// The grammar of the language called `name`.
    pub(super) fn of(name: &str) -> Option<&'static Self> {
        match name {
            "python" => Some(&PYTHON),
            "rust" => Some(&RUST),
            "javascript" => Some(&JAVASCRIPT),
            "go" => Some(&GO),
            "java" => Some(&JAVA),
            _ => None,
        }
    }
}

const PYTHON: Grammar = Grammar {
    language: |_| tree_sitter_python::LANGUAGE.into(),
    rules: &[leaf("function_definition"), open("class_definition")],
    passed: &[
        "decorated_definition",
        "if_statement",
        "try_statement",
        "block",
    ],
};

const RUST: Grammar = Grammar {
    language: |_| tree_sitter_rust::LANGUAGE.into(),
    rules: &[
        leaf("function_item"),
        leaf("function_signature_item"),
        leaf("struct_item"),
        leaf("enum_item"),
        leaf("union_item"),
        leaf("const_item"),
        leaf("static_item"),
        leaf("type_item"),
        leaf("macro_definition"),
        open("trait_item"),
        open("mod_item"),
        Rule {
            kind: "impl_item",
            name: "type",
            opens: true,
        },
    ],
    passed: &["foreign_mod_item"],
};

const JAVASCRIPT: Grammar = Grammar {
    language: |path| {
        let types = [".ts", ".mts", ".cts"];
        if types.iter().any(|end| path.ends_with(end)) {
            tree_sitter_typescript::LANGUAGE_TYPESCRIPT.into()
        } else {
            tree_sitter_typescript::LANGUAGE_TSX.into()
        }
    },
    rules: &[
        leaf("function_declaration"),
        leaf("generator_function_declaration"),
        leaf("type_alias_declaration"),
        leaf("enum_declaration"),
        leaf("interface_declaration"),
        leaf("method_definition"),
        leaf("abstract_method_signature"),
        leaf("variable_declarator"),
        open("class_declaration"),
        open("abstract_class_declaration"),
        open("internal_module"),
    ],
    passed: &[
        "export_statement",
        "lexical_declaration",
        "ambient_declaration",
        "expression_statement",
    ],
};

const GO: Grammar = Grammar {
    language: |_| tree_sitter_go::LANGUAGE.into(),
    rules: &[
        leaf("function_declaration"),
        leaf("method_declaration"),
        leaf("type_spec"),
        leaf("type_alias"),
        leaf("const_spec"),
        leaf("var_spec"),
    ],
    passed: &[
        "type_declaration",
        "const_declaration",
        "var_declaration",
        "var_spec_list",
    ],
};

const JAVA: Grammar = Grammar {
    language: |_| tree_sitter_java::LANGUAGE.into(),
    rules: &[
        leaf("method_declaration"),
        open("class_declaration"),
        open("interface_declaration"),
        open("enum_declaration"),
        open("record_declaration"),
        leaf("annotation_type_declaration"),
    ],
    passed: &["enum_body_declarations"],
};
