//! What a source file offers, by language.

use super::*;
use crate::languages;
use redgreen_core::id::UnitId;

fn found(path: &str, text: &str) -> Vec<(Sort, String)> {
    let language = languages().iter().find(|known| known.owns(path));
    let language = language.expect("a language");
    let unit = Unit {
        id: UnitId::new(".:x"),
        ..crate::custom::Settings::default()
            .unit()
            .unwrap_or_else(|_| empty())
    };
    let all = offers(*language, &unit, path, text);
    all.into_iter()
        .map(|offer| (offer.sort, offer.name))
        .collect()
}

fn empty() -> Unit {
    serde_json::from_value(serde_json::json!({
        "id": ".:x", "dir": "", "runner": "x", "because": [], "import_roots": [],
        "own_names": [], "packages": [], "locks": [], "install": []
    }))
    .expect("a unit")
}

fn names(path: &str, text: &str, sort: Sort) -> Vec<String> {
    let all = found(path, text).into_iter();
    all.filter(|(found, _)| *found == sort)
        .map(|(_, name)| name)
        .collect()
}

#[test]
fn flags_are_those_that_are_declared_and_not_those_that_are_passed_on() {
    let python = "p.add_argument('-l', '--limit', help='see --other')\n\
                  @click.option('--name/--no-name')\nsubprocess.run(['git', '--no-pager'])\n";
    assert_eq!(
        names("a.py", python, Sort::Flag),
        ["--limit", "--name", "--no-name"]
    );
    let rust = "#[derive(Parser)]\nstruct Args {\n    /// How many\n    #[arg(short, long)]\n    \
                max_depth: u32,\n    #[arg(long = \"only\", value_name = \"ID\")]\n    one: u8,\n}\n\
                fn f() { Arg::new(\"x\").long(\"deep\"); Command::new(\"git\").arg(\"--quiet\"); }\n";
    assert_eq!(
        names("a.rs", rust, Sort::Flag),
        ["--deep", "--max-depth", "--only"]
    );
    let js = "program.option('-p, --port <number>', 'port').requiredOption('--host <h>');\n";
    assert_eq!(names("a.js", js, Sort::Flag), ["--host", "--port"]);
    let go = "package main\nvar n = flag.Int(\"count\", 1, \"how many\")\n\
              func init() { root.Flags().StringVarP(&x, \"file\", \"f\", \"\", \"help\") }\n";
    assert_eq!(names("a.go", go, Sort::Flag), ["--count", "--file"]);
    let java = "class A { @Option(names = {\"-o\", \"--out\"}) String o; }\n";
    assert_eq!(names("A.java", java, Sort::Flag), ["--out"]);
}

#[test]
fn variables_are_those_that_are_read() {
    let python = "a = os.environ['APP_HOME']\nb = os.environ.get(\"APP_MODE\", 'x')\nc = os.getenv('APP_N')\n";
    assert_eq!(
        names("a.py", python, Sort::Variable),
        ["APP_HOME", "APP_MODE", "APP_N"]
    );
    let rust = "fn f() { std::env::var(\"APP_A\"); env::var_os(\"APP_B\"); }\n\
                struct A { #[arg(env = \"APP_C\")] c: u8 }\n";
    assert_eq!(
        names("a.rs", rust, Sort::Variable),
        ["APP_A", "APP_B", "APP_C"]
    );
    let js = "const a = process.env.APP_A ?? process.env['APP_B'];\n";
    assert_eq!(names("a.ts", js, Sort::Variable), ["APP_A", "APP_B"]);
    let go = "package a\nvar x = os.Getenv(\"APP_A\")\n";
    assert_eq!(names("a.go", go, Sort::Variable), ["APP_A"]);
    assert_eq!(
        names(
            "A.java",
            "class A { String s = System.getenv(\"APP_A\"); }",
            Sort::Variable
        ),
        ["APP_A"]
    );
}

#[test]
fn routes_are_declared_on_a_router_and_asked_for_on_a_client() {
    let python = "@app.get('/users/{id}')\ndef a(): pass\n@bp.route('/all')\ndef b(): pass\n\
                  requests.get('/other')\n";
    assert_eq!(
        names("a.py", python, Sort::Route),
        ["/all", "GET /users/{id}"]
    );
    let js = "router.post('/users', f); axios.get('/users'); app.delete(`/x/:id`, g);\n";
    assert_eq!(
        names("a.js", js, Sort::Route),
        ["DELETE /x/:id", "POST /users"]
    );
    let rust =
        "fn f() { Router::new().route(\"/a/{id}\", get(h)); }\n#[get(\"/b\")]\nasync fn b() {}\n";
    assert_eq!(names("a.rs", rust, Sort::Route), ["/a/{id}", "GET /b"]);
    let go = "package a\nfunc f() { mux.HandleFunc(\"GET /a/{id}\", h); r.POST(\"/b\", h) }\n";
    assert_eq!(names("a.go", go, Sort::Route), ["GET /a/{id}", "POST /b"]);
    let java = "class A { @GetMapping(\"/a\") void a() {} }\n";
    assert_eq!(names("A.java", java, Sort::Route), ["GET /a"]);
}

#[test]
fn keys_are_looked_up_or_fields_of_what_is_read() {
    let rust = "#[derive(Deserialize)]\n#[serde(default)]\npub struct AppConfig {\n    pub limit: u32,\n    \
                /// x\n    pub names: Vec<std::string::String>,\n}\nstruct OtherConfig { no: u8 }\n";
    assert_eq!(names("a.rs", rust, Sort::Key), ["limit", "names"]);
    let python = "class Settings(BaseSettings):\n    limit: int = 3\n    mode: str = Field('x')\n\n\
                  x = config['home']\ny = config.get('away')\nd = data['no']\n";
    assert_eq!(
        names("a.py", python, Sort::Key),
        ["away", "home", "limit", "mode"]
    );
    let go = "package a\ntype C struct {\n\tLimit int `yaml:\"limit,omitempty\"`\n\tN int `json:\"n\"`\n}\n";
    assert_eq!(names("a.go", go, Sort::Key), ["limit"]);
}

#[test]
fn public_functions_are_told_with_their_parameters() {
    let rust = "/// Adds.\npub fn add(a: u8, b: u8) -> u8 { a + b }\npub(crate) fn no() {}\nfn own() {}\n\
                #[cfg(test)]\nmod tests { pub fn helper() {} }\n";
    let language = languages()
        .iter()
        .find(|known| known.owns("a.rs"))
        .expect("rust");
    let all = offers(*language, &empty(), "src/a.rs", rust);
    assert_eq!(all.len(), 1, "{all:?}");
    assert_eq!(
        (all[0].name.as_str(), all[0].shape.as_str()),
        ("add", "a: u8, b: u8")
    );
    assert!(all[0].described);
    let python = "def median(values, *, strict=False):\n    \"\"\"Middle.\"\"\"\n    return 1\n\n\
                  def _own():\n    pass\n\ndef bare(\n    a,\n    b,\n):\n    return a\n";
    let language = languages()
        .iter()
        .find(|known| known.owns("a.py"))
        .expect("python");
    let all = offers(*language, &empty(), "stats.py", python);
    let told: Vec<_> = all
        .iter()
        .map(|o| (o.name.as_str(), o.shape.as_str(), o.described))
        .collect();
    assert_eq!(
        told,
        [
            ("bare", "a, b", false),
            ("median", "values, *, strict=False", true)
        ]
    );
    assert_eq!(
        names(
            "a.go",
            "package a\n// Add adds.\nfunc Add(a int) int { return a }\nfunc own() {}\n",
            Sort::Function
        ),
        ["Add"]
    );
    assert_eq!(
        names(
            "a.ts",
            "export function add(a: number) { return a }\nfunction own() {}\n",
            Sort::Function
        ),
        ["add"]
    );
    assert_eq!(
        names(
            "A.java",
            "public class A {\n  public int add(int a) { return a; }\n  int own() { return 1; }\n}\n",
            Sort::Function
        )
        .len(),
        1
    );
}
