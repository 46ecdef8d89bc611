//! Holds the proposed defects against small texts.

use super::*;
use std::collections::BTreeSet;

fn everywhere(text: &str) -> Wanted {
    let lines = Lines::new(1, u32::try_from(text.lines().count()).unwrap());
    Wanted {
        lines: vec![lines],
        ..Wanted::default()
    }
}

/// `was -> now` of every defect of one operator, or of all.
fn changes(text: &str, wanted: &Wanted, operator: Option<Operator>) -> Vec<String> {
    let drafts = of(text, wanted).into_iter();
    let drafts = drafts.filter(|draft| operator.is_none_or(|only| draft.operator == only));
    drafts
        .map(|draft| format!("{} -> {}", &text[draft.bytes.clone()], draft.now))
        .collect()
}

fn at(text: &str, operator: Operator) -> Vec<String> {
    changes(text, &everywhere(text), Some(operator))
}

#[test]
fn comparisons_conditions_and_logic_turn_round() {
    let text = "def f(a, b):\n    if a < b and not a:\n        return 1\n";
    assert_eq!(at(text, Operator::Boundary), ["< -> <=", "< -> >="]);
    assert_eq!(at(text, Operator::Logic), ["and -> or"]);
    let condition = "a < b and not a";
    assert_eq!(
        at(text, Operator::Condition),
        [
            format!("{condition} -> True"),
            format!("{condition} -> False"),
            "not a -> a".to_owned()
        ]
    );
    let text = "x = [a for a in b if a is not None]\ny = 1 if (z) else 2\nwhile q: pass\n";
    assert_eq!(at(text, Operator::Boundary), ["is not -> is"]);
    assert_eq!(
        at(text, Operator::Condition),
        [
            "a is not None -> True",
            "a is not None -> False",
            "z -> True",
            "z -> False",
            "q -> False"
        ]
    );
    let text = "if (m := f(x)):\n    pass\n";
    assert_eq!(
        at(text, Operator::Condition),
        ["m := f(x) -> not (m := f(x))"]
    );
}

#[test]
fn arithmetic_leaves_texts_alone() {
    let text = "def f(a):\n    a += 1\n    b = a * -a\n    return 'x' + a\n";
    assert_eq!(
        at(text, Operator::Arithmetic),
        ["+= -> -=", "* -> /", "-a -> a"]
    );
}

#[test]
fn errors_are_not_raised_and_not_handled() {
    let text = "def f():\n    try:\n        raise ValueError(1)\n    except KeyError:\n        x()\n        y()\n    except OSError:\n        raise\n";
    assert_eq!(
        at(text, Operator::ErrorPath),
        [
            "raise ValueError(1) -> pass",
            "x()\n        y() -> raise",
            "raise -> pass"
        ]
    );
}

#[test]
fn edges_of_collections_go() {
    let text = "def f(x, n):\n    for i in range(n): x[0]\n    return sorted(x[1:n], key=k), max(x), any(x)\n";
    assert_eq!(
        at(text, Operator::Collection),
        [
            "n -> 1, n",
            "n -> (n) - 1",
            "0 -> -1",
            "sorted(x[1:n], key=k) -> list(x[1:n])",
            "1 -> ",
            "n -> ",
            "max -> min",
            "any -> all"
        ]
    );
    assert_eq!(
        at(
            "for i in x:\n    if i: break\n    continue\n",
            Operator::Statement
        ),
        ["break -> continue", "continue -> break"]
    );
    assert_eq!(
        at("while x:\n    if i: break\n", Operator::Statement),
        Vec::<String>::new()
    );
}

#[test]
fn what_no_test_can_see_is_left_alone() {
    let text = "\"\"\"Doc.\"\"\"\nimport a\n__all__ = ['f']\nif TYPE_CHECKING:\n    x = 1\n@deco(1)\ndef f(x: 'int') -> 'str':\n    \"\"\"Doc.\"\"\"\n    logger.info('x %s', 1)\n    self.log.debug('x' + y)\n    print(1)\n    warnings.warn('x')\n    y: int\n    raise NotImplementedError('x')\nif __name__ == '__main__':\n    main(1)\n";
    let found = changes(text, &everywhere(text), None);
    assert_eq!(found, Vec::<String>::new());
}

#[test]
fn only_wanted_lines_change() {
    let text = "def f(a):\n    b = a + 1\n    return b + 2\n";
    let wanted = Wanted {
        lines: vec![Lines::new(3, 3)],
        ..Wanted::default()
    };
    assert_eq!(
        changes(text, &wanted, None),
        ["b + 2 -> None", "+ -> -", "2 -> 3"]
    );
}

fn bodies(text: &str, name: &str) -> Vec<String> {
    let wanted = Wanted {
        functions: BTreeSet::from([name.to_owned()]),
        ..Wanted::default()
    };
    let drafts = of(text, &wanted).into_iter();
    drafts
        .map(|draft| format!("{}: {}", draft.operator.as_str(), draft.now.trim_end()))
        .collect()
}

#[test]
fn a_body_gives_way_to_what_its_function_may_return() {
    let text = "def f(x, y) -> int:\n    \"\"\"Doc.\"\"\"\n    z = x\n    return z\n";
    assert_eq!(
        bodies(text, "f"),
        [
            "body: return None",
            "body: return 0",
            "body: return 1",
            "body: return x",
            "no-op: # no change",
            "no-op: z_renamed = x\n    return z_renamed"
        ]
    );
    let text = "class A:\n    async def f(self, x=1):\n        if x:\n            return [x]\n        return 'a'\n    def g(self): pass\n";
    assert_eq!(
        bodies(text, "A.f"),
        [
            "body: return None",
            "body: return []",
            "body: return \"\"",
            "body: return x",
            "no-op: # no change"
        ]
    );
    assert_eq!(bodies(text, "A.g"), Vec::<String>::new());
    let text = "def g(n):\n    for i in n:\n        yield i\n";
    assert_eq!(
        bodies(text, "g"),
        ["body: return; yield", "body: yield", "no-op: # no change"]
    );
}

#[test]
fn assertions_turn_round() {
    let text = "\
def test_a(self):
    assert f(1) == 2, 'why'
    assert(x)
    self.assertEqual(1, 2)
    with pytest.raises(ValueError) as e, other():
        f()
    with self.assertRaises(X): f()
    self.assertRaises(X, f, 1, k=2)
    m.assert_called_once_with(1)
def test_b():
    assert 1
";
    let wanted = Wanted {
        tests: vec![Lines::new(1, 9)],
        ..Wanted::default()
    };
    assert_eq!(
        changes(text, &wanted, None),
        [
            "f(1) == 2 -> not (f(1) == 2)",
            "(x) ->  not ((x))",
            "assertEqual -> assertNotEqual",
            &format!("pytest.raises(ValueError) -> {OPEN}"),
            &format!("self.assertRaises(X) -> {OPEN}"),
            "self.assertRaises(X, f, 1, k=2) -> (f)(1, k=2)",
            "m.assert_called_once_with(1) -> m.assert_not_called()",
        ]
    );
    let holders: BTreeSet<String> = of(text, &wanted).into_iter().map(|d| d.function).collect();
    assert_eq!(holders, BTreeSet::from(["test_a".to_owned()]));
}

const OPEN: &str = "__import__(\"contextlib\").nullcontext()";

#[test]
fn a_boundary_that_cannot_matter_is_not_moved() {
    let equal = [
        "if a != b:\n    x = a > b\n",
        "x = a != b and a > b\n",
        "x = a == b or b <= a\n",
        "if a == b:\n    pass\nelif a > b:\n    pass\n",
        "if b == a:\n    pass\nelse:\n    x = 1\n    y = a >= b\n",
    ];
    for text in equal {
        let found = at(text, Operator::Boundary);
        let toggles = |each: &&String| matches!(each.as_str(), "> -> >=" | ">= -> >" | "<= -> <");
        assert_eq!(found.iter().find(toggles), None, "{text}: {found:?}");
        assert!(!found.is_empty(), "{text}");
    }
    let matters = [
        "if a == b:\n    x = a > b\n",
        "if a != b:\n    a = 1\n    x = a > b\n",
        "if a != b or c:\n    x = a > b\n",
        "x = a != b or a > b\n",
        "if a.x != b:\n    x = a.x > b\n",
        "if a != b:\n    def f(a): return a > b\n",
        "if a == b and c:\n    pass\nelif a > b:\n    pass\n",
    ];
    for text in matters {
        let found = at(text, Operator::Boundary);
        assert!(found.contains(&"> -> >=".to_owned()), "{text}: {found:?}");
    }
}

#[test]
fn a_store_that_nobody_reads_is_left_alone() {
    let function = |body: &str| format!("def f(a):\n    {}\n", body.replace('\n', "\n    "));
    let of_x = |body: &str| {
        let text = function(body);
        let mut found = at(&text, Operator::Statement);
        found.extend(at(&text, Operator::Constant));
        found.retain(|one| one.starts_with("x = 1") || one.starts_with("1 ->"));
        found
    };
    let none: [&str; 0] = [];
    assert_eq!(of_x("x = 1\nreturn a"), none);
    assert_eq!(of_x("x = 1\n# twice\nx = a + 2\nreturn x"), none);
    let both = ["x = 1 -> pass", "1 -> 2"];
    for body in [
        "x = 1\nreturn x",
        "x = 1\nx = x + a\nreturn x",
        "x = 1\nreturn locals()",
        "x = 1\nreturn lambda: x",
        "try:\n    x = 1\n    x = a()\nfinally:\n    log(x)",
        "x = 1\nif a:\n    x = 2\nreturn x",
        "x = 1\nreturn f'{x}'",
    ] {
        assert_eq!(of_x(body), both, "{body}");
    }
    assert_eq!(of_x("global x\nx = 1\nreturn a"), both);
    assert_eq!(
        at("x = 1\n", Operator::Constant),
        ["1 -> 2"],
        "a module's own name"
    );
}

#[test]
fn a_local_name_gets_another_one_where_it_is_nobody_elses() {
    let renamed = |text: &str| {
        let wanted = Wanted {
            functions: ["f".to_owned()].into(),
            ..everywhere(text)
        };
        let mut found = changes(text, &wanted, Some(Operator::NoOp));
        found.retain(|one| one.contains("_renamed"));
        found
    };
    let text = "def f(a):\n    n = a\n    b = n.n\n    return b(n, n=n)\n";
    let owed = "n = a\n    b = n.n\n    return b(n, n=n -> \
                n_renamed = a\n    b = n_renamed.n\n    return b(n_renamed, n=n_renamed";
    assert_eq!(renamed(text), [owed]);
    let none: [&str; 0] = [];
    for text in [
        "def f(a):\n    a = 1\n    return a\n",
        "def f(a):\n    n = 1\n    return lambda: n\n",
        "def f(a):\n    n = 1\n    return [n for _ in a]\n",
        "def f(a):\n    global n\n    n = 1\n    return n\n",
        "def f(a):\n    n = 1\n    return locals()\n",
        "def f(a):\n    for n in a:\n        n = 1\n    return n\n",
        "def f(a):\n    n, m = a\n    return n\n",
        "def f(a):\n    n: int = 1\n    n += a\n    del n\n",
    ] {
        assert_eq!(renamed(text), none, "{text}");
    }
    let test = "def test_f():\n    expected = 3\n    assert f() == expected\n";
    let wanted = Wanted {
        tests: vec![Lines::new(1, 3)],
        ..Wanted::default()
    };
    assert_eq!(
        changes(test, &wanted, Some(Operator::NoOp)),
        ["expected = 3\n    assert f() == expected -> \
          expected_renamed = 3\n    assert f() == expected_renamed"]
    );
}
