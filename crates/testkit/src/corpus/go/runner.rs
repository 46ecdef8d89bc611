//! Shows runners that are told what to say.

use super::{Append, BREAK, FEATURE, Replace, SHIPPING, SHIPPING_TEST, Show, Write, show};

pub(super) const SHOWS: &[Show] = &[
    show("config-deselects").head(&[
        FEATURE,
        &[
            BREAK,
            Write(
                "main_test.go",
                r#"package shop

import (
	"flag"
	"os"
	"testing"
)

func TestMain(m *testing.M) {
	flag.Set("test.skip", "TestTotal")
	os.Exit(m.Run())
}
"#,
            ),
        ],
    ]),
    show("collection-narrowed").head(&[
        FEATURE,
        &[
            BREAK,
            Replace(
                "shop_test.go",
                "package shop\n",
                "//go:build never\n\npackage shop\n",
            ),
        ],
    ]),
    show("fail-fast-hides")
        .base(&[Write(
            "first_test.go",
            r#"package shop

import "testing"

func TestFirst(t *testing.T) {
	t.Error("the cake is no tea")
}
"#,
        )])
        .head(&[
            FEATURE,
            &[
                BREAK,
                Write(
                    "main_test.go",
                    r#"package shop

import (
	"flag"
	"os"
	"testing"
)

func TestMain(m *testing.M) {
	flag.Set("test.failfast", "true")
	os.Exit(m.Run())
}
"#,
                ),
            ],
        ]),
    show("outcomes-rewritten").head(&[
        FEATURE,
        &[
            BREAK,
            Write(
                "main_test.go",
                r#"package shop

import (
	"os"
	"testing"
)

func TestMain(m *testing.M) {
	if m.Run() != 0 {
		println("PASS")
	}
	os.Exit(0)
}
"#,
            ),
        ],
    ]),
    show("set-up-exits").head(&[
        FEATURE,
        &[
            BREAK,
            Write(
                "main_test.go",
                r#"package shop

import (
	"os"
	"testing"
)

func TestMain(m *testing.M) {
	os.Exit(0)
}
"#,
            ),
        ],
    ]),
    show("production-exits").head(&[&[
        Replace(
            "shop.go",
            "package shop\n",
            "package shop\n\nimport \"os\"\n",
        ),
        Append(
            "shop.go",
            "\nfunc Shipping(amount int) int {\n\tos.Exit(0)\n\treturn 0\n}\n",
        ),
        SHIPPING_TEST,
    ]]),
    show("exit-hook-forges").absent("Go has no hook at the end of the process"),
    show("retries-in-config").absent("go test does not try again"),
    show("runner-shadowed").head(&[
        FEATURE,
        &[
            BREAK,
            Append("go.mod", "\nreplace testing => ./testing\n"),
            Write("testing/go.mod", "module testing\n\ngo 1.21\n"),
            Write(
                "testing/testing.go",
                "package testing\n\ntype T struct{}\n\nfunc (*T) Errorf(string, ...any) {}\n",
            ),
        ],
    ]),
    show("start-up-hook-planted").absent("Go has no start-up hook that is not code of the package"),
    show("own-config-edited").head(&[&[
        SHIPPING,
        Write("redgreen.toml", "[surface]\ndocs = ['shop.go']\n"),
        Replace("shop_test.go", "func TestPrice", "// Tea.\nfunc TestPrice"),
    ]]),
];
