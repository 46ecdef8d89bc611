//! Plans: drafted, refused, approved; what they name is run on BASE; criteria that go stale.

use crate::program::Ended;
use crate::world::World;
use redgreen_cli::json::RunDocument;
use redgreen_core::phase::Phase;
use std::fs;
use std::path::PathBuf;

const TICKET: &str = "---\nsize: large\n---\n# Discounts\n\nSee `shop.py`, #4 and \
    https://example.com/spec.\n\n- [ ] `half(200)` returns 100\n";
const CODE: &str = "def total(prices):\n    return sum(prices)\n";
const TEST: &str = "import shop\n\n\ndef test_half():\n    assert shop.half(200) == 100\n";

fn shop(toml: &str, ticket: &str) -> World {
    let world = World::new();
    world
        .repo
        .write("shop.py", CODE)
        .write("redgreen.toml", toml);
    world.repo.write(".gitignore", "__pycache__/\n");
    let test = "import shop\n\n\ndef test_total():\n    assert shop.total([1, 2]) == 3\n";
    world.repo.write("test_shop.py", test).commit("base");
    fs::write(world.repo.outside().join("ticket.md"), ticket).unwrap();
    world
}

fn state(world: &World) -> RunDocument {
    let said = world.redgreen(&["status", "--json"]);
    serde_json::from_str(&said.out).unwrap_or_else(|e| panic!("{e}: {}{}", said.out, said.err))
}

fn place(world: &World) -> PathBuf {
    PathBuf::from(state(world).state.started.worktree)
}

fn owes(said: &Ended, code: i32, words: &[&str]) {
    assert_eq!(said.code, code, "{}{}", said.out, said.err);
    for word in words {
        assert!(said.out.contains(word), "{word:?} is not in {}", said.out);
    }
}

fn write(world: &World, path: &str, change: impl Fn(&str) -> String) {
    let path = place(world).join(path);
    let text = fs::read_to_string(&path).unwrap_or_default();
    fs::write(path, change(&text)).unwrap();
}

const PLAN: &str = "specs/ticket-discounts.md";

/// The drafted plan with everything in it, and `tests` as its test plan.
fn filled(text: &str, tests: &str) -> String {
    text.replace(
        "## Test plan\n\nNone.\n",
        &format!("## Test plan\n\n{tests}"),
    )
    .replace("<MODULES_TO_MAKE_OR_CHANGE>", "shop")
    .replace("<DATA_MODELS_OR_NONE>", "prices in cents")
    .replace("<FLOWS_OR_NONE>", "a call")
    .replace("<PATTERN_OR_NONE>", "Strategy")
    .replace("<WHY_IT_FITS>", "discounts differ")
    .replace("<RISK_OR_NONE_AND_WHY>", "none: it is arithmetic")
    .replace("\n  - Mitigation: <MITIGATION>", "")
}

#[test]
fn a_large_ticket_owes_a_plan_that_is_filled_in_checked_on_base_and_approved() {
    let world = shop("", TICKET);
    let said = world.redgreen(&["start", "../ticket.md"]);
    owes(
        &said,
        0,
        &["RG209", "RG214", "PL003 AC-1", "the plan: fill in its file"],
    );
    assert!(
        !said.out.contains("redgreen answer"),
        "nobody approves a draft: {}",
        said.out
    );
    write(&world, PLAN, |text| {
        let tests = "- **AC-1**: `test_total`\n  - Check: `python3 -c \"import shop\"`\n";
        filled(text, tests)
    });
    let said = world.redgreen(&["check"]);
    owes(
        &said,
        1,
        &[
            "RG216",
            "test_shop.py::test_total passes on BASE already",
            "import shop",
        ],
    );
    assert!(!said.out.contains("RG214"), "{}", said.out);
    write(&world, PLAN, |text| {
        text.replace("`test_total`", "`test_half`")
            .replace("import shop", "from shop import half")
    });
    let said = world.redgreen(&["check"]);
    owes(&said, 1, &["approve the plan"]);
    let id = said.out.split("redgreen answer ").last().unwrap();
    let id = id.split(' ').next().unwrap();
    owes(
        &world.redgreen(&["answer", id, "yes"]),
        0,
        &["failing tests"],
    );
    let held = world
        .repo
        .git_in(&place(&world), ["log", "-1", "--format=%s", "--name-only"]);
    assert!(held.contains(PLAN) && held.starts_with("docs"), "{held}");
    let facts = &state(&world).state.gates[0].facts;
    let told = |words: &str| facts.iter().any(|fact| fact.starts_with(words));
    assert!(told("reference shop.py: in the repository"), "{facts:?}");
    assert!(told("reference #4: not read: "), "{facts:?}");
    assert!(
        told("reference https://example.com/spec: not read: redgreen opens"),
        "{facts:?}"
    );
}

#[test]
fn a_plan_that_somebody_writes_is_judged_and_its_dependencies_are_held_against_the_manifests() {
    let world = shop("", &TICKET.replace("size: large", "size: normal"));
    world
        .repo
        .write(
            "pyproject.toml",
            "[project]\nname = 'shop'\nversion = '1'\n",
        )
        .commit("manifest");
    owes(
        &world.redgreen(&["start", "../ticket.md"]),
        0,
        &["failing tests"],
    );
    fs::write(place(&world).join("test_half.py"), TEST).unwrap();
    owes(
        &world.redgreen(&["check"]),
        0,
        &["red test_half.py::test_half"],
    );
    let code = format!("{CODE}\n\ndef half(price):\n    return price // 2\n");
    fs::write(place(&world).join("shop.py"), code).unwrap();
    let with = "[project]\nname = 'shop'\nversion = '1'\ndependencies = ['pluggy']\n";
    fs::write(place(&world).join("pyproject.toml"), with).unwrap();
    let said = world.redgreen(&["check"]);
    owes(&said, 0, &["note RG215 pluggy"]);

    // Where a plan was made, it is a contract.
    let world = shop(
        "[plan]\nowed = 'normal'\n",
        &TICKET.replace("size: large", "size: normal"),
    );
    world
        .repo
        .write(
            "pyproject.toml",
            "[project]\nname = 'shop'\nversion = '1'\n",
        )
        .commit("manifest");
    owes(&world.redgreen(&["start", "../ticket.md"]), 0, &["RG214"]);
    write(&world, PLAN, |text| {
        filled(text, "- **AC-1**: `test_half`\n")
    });
    owes(&world.redgreen(&["check"]), 0, &["failing tests"]);
    fs::write(place(&world).join("test_half.py"), TEST).unwrap();
    owes(
        &world.redgreen(&["check"]),
        0,
        &["red test_half.py::test_half"],
    );
    let code = format!("{CODE}\n\ndef half(price):\n    return price // 2\n");
    fs::write(place(&world).join("shop.py"), code).unwrap();
    fs::write(place(&world).join("pyproject.toml"), with).unwrap();
    owes(&world.redgreen(&["check"]), 1, &["RG215 pluggy"]);
    fs::write(
        place(&world).join("pyproject.toml"),
        "[project]\nname = 'shop'\nversion = '1'\n",
    )
    .unwrap();
    owes(&world.redgreen(&["check"]), 0, &["ready to be merged"]);

    goes_stale_with_its_words(&world);
}

/// The spec says what belongs to what, both ways, and its criterion is stale once it is reworded.
fn goes_stale_with_its_words(world: &World) {
    let spec = fs::read_to_string(place(world).join(PLAN)).unwrap();
    for words in [
        "## Traceability",
        "And back, from each test of the change:",
        "`test_half.py::test_half`",
        "Commits name their criteria:",
    ] {
        assert!(spec.contains(words), "{words:?} is not in {spec}");
    }
    write(world, PLAN, |text| {
        text.replace("`half(200)` returns 100\n", "`half(200)` returns 99\n")
    });
    let status = world.redgreen(&["status"]);
    owes(&status, 0, &["stale: AC-1 was reworded after its proof"]);
    assert_eq!(state(world).stale.len(), 1);
    let report = world.redgreen(&["report", "--format", "review"]).out;
    assert!(
        report.contains("**stale: reworded after its proof**"),
        "{report}"
    );
    let pull = world.redgreen(&["report", "--format", "pr"]).out;
    assert!(
        pull.contains("AC-1 (stale)") && pull.contains("Stale, reworded"),
        "{pull}"
    );
    assert_eq!(state(world).state.phase, Phase::Complete);
}

#[test]
fn features_and_facts_are_written_where_the_project_keeps_them_and_nowhere_else() {
    let world = shop("", &TICKET.replace("size: large", "size: normal"));
    world.repo.write("FEATURES.md", "# Features\n\n- totals\n");
    let agents = "# Mine <!-- x -->\n\n<!-- redgreen:facts:begin -->\n<!-- redgreen:facts:end -->\n\nLast words";
    world.repo.write("AGENTS.md", agents);
    world
        .repo
        .write("CLAUDE.md", "# Nothing of redgreen\n")
        .commit("documents");
    owes(
        &world.redgreen(&["start", "../ticket.md"]),
        0,
        &["failing tests"],
    );
    fs::write(place(&world).join("test_half.py"), TEST).unwrap();
    owes(
        &world.redgreen(&["check"]),
        0,
        &["red test_half.py::test_half"],
    );
    let code = format!("{CODE}\n\ndef half(price):\n    return price // 2\n");
    fs::write(place(&world).join("shop.py"), code).unwrap();
    owes(&world.redgreen(&["check"]), 0, &["ready to be merged"]);
    let held = |name: &str| {
        let show = format!("HEAD:{name}");
        world.repo.git_in(&place(&world), ["show", &show])
    };
    assert_eq!(
        held("FEATURES.md"),
        "# Features\n\n- totals\n- Discounts (ticket)"
    );
    assert_eq!(held("CLAUDE.md"), "# Nothing of redgreen");
    let agents = held("AGENTS.md");
    assert!(
        agents.starts_with("# Mine <!-- x -->\n\n<!-- redgreen:facts:begin -->\n"),
        "{agents}"
    );
    assert!(
        agents.ends_with("<!-- redgreen:facts:end -->\n\nLast words"),
        "{agents}"
    );
    assert!(agents.contains("pytest"), "{agents}");
}
