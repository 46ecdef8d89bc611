//! Shows runners that are told what to say.

use super::{Append, BREAK, FEATURE, Replace, SHIPPING, SHIPPING_TEST, Show, Write, show};

pub(super) const SHOWS: &[Show] = &[
    show("config-deselects").head(&[
        FEATURE,
        &[
            BREAK,
            Append(
                "Cargo.toml",
                "\n[[test]]\nname = \"shop\"\npath = \"tests/shop.rs\"\ntest = false\n",
            ),
        ],
    ]),
    show("collection-narrowed").head(&[
        FEATURE,
        &[
            BREAK,
            Append(
                "Cargo.toml",
                "autotests = false\n\n[[test]]\nname = \"shipping\"\n",
            ),
        ],
    ]),
    show("fail-fast-hides").absent("cargo reads no such setting from a tree"),
    show("outcomes-rewritten").head(&[
        FEATURE,
        &[
            BREAK,
            Write(
                ".cargo/config.toml",
                "[target.'cfg(all())']
runner = ['sh', '-c', '\"$@\" | sed s/FAILED/ok/; exit 0', 'sh']
",
            ),
        ],
    ]),
    show("set-up-exits").head(&[
        FEATURE,
        &[
            BREAK,
            Append(
                "Cargo.toml",
                "\n[[test]]\nname = \"shop\"\nharness = false\n",
            ),
            Append("tests/shop.rs", "\nfn main() {}\n"),
        ],
    ]),
    show("production-exits").head(&[&[
        Append(
            "src/lib.rs",
            "\npub fn shipping(_amount: u32) -> u32 {\n    std::process::exit(0)\n}\n",
        ),
        SHIPPING_TEST,
    ]]),
    show("exit-hook-forges").head(&[
        FEATURE,
        &[
            BREAK,
            Append(
                "src/lib.rs",
                r#"
extern "C" {
    fn atexit(hook: extern "C" fn()) -> i32;
    fn _exit(code: i32) -> !;
}

extern "C" fn forge() {
    unsafe { _exit(0) }
}

extern "C" fn begin() {
    unsafe { atexit(forge) };
}

#[used]
#[link_section = ".init_array"]
static BEGIN: extern "C" fn() = begin;
"#,
            ),
        ],
    ]),
    show("retries-in-config").absent("cargo test does not try again"),
    show("runner-shadowed").head(&[
        FEATURE,
        &[
            BREAK,
            Write(
                ".cargo/config.toml",
                "[target.'cfg(all())']\nrunner = 'true'\n",
            ),
        ],
    ]),
    show("start-up-hook-planted").absent("Rust has no start-up hook that is not code of the crate"),
    show("own-config-edited").head(&[&[
        SHIPPING,
        Write("redgreen.toml", "[surface]\ndocs = ['src/']\n"),
        Replace("tests/shop.rs", "fn price() {", "fn price() {\n    // Tea."),
    ]]),
];
