//! Shows old promises that are broken and hidden.

use super::super::edit::Edit::{Remove, Rename};
use super::{BREAK, Edit, FEATURE, OLD_TEST, Replace, SHIPPING, SHOP, Show, TESTS, Write, show};

const TABLE_TESTS: &str = "src/test/java/shop/TableTest.java";

const TABLE_TEST: Edit = Write(
    TABLE_TESTS,
    r#"package shop;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Collections;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TableTest {
  @ParameterizedTest
  @CsvSource({"0,0", "1,3", "2,6"})
  void table(int cups, int sum) {
    assertEquals(sum, Shop.total(Collections.nCopies(cups, "tea")));
  }
}
"#,
);

const GOLDEN_TEST: &[Edit] = &[
    Write(
        "src/test/java/shop/GoldenTest.java",
        r#"package shop;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import org.junit.jupiter.api.Test;

class GoldenTest {
  @Test
  void golden() throws Exception {
    String golden = new String(getClass().getResourceAsStream("/total.golden").readAllBytes());
    assertEquals(golden, Shop.total(List.of("tea", "tea")) + "\n");
  }
}
"#,
    ),
    Write("src/test/resources/total.golden", "6\n"),
];

pub(super) const SHOWS: &[Show] = &[
    show("old-test-deleted").head(&[FEATURE, &[BREAK, Replace(TESTS, OLD_TEST, "")]]),
    show("old-file-deleted").head(&[FEATURE, &[BREAK, Remove(TESTS)]]),
    show("old-test-skipped").head(&[
        FEATURE,
        &[
            BREAK,
            Replace(
                TESTS,
                "  void total",
                "  @org.junit.jupiter.api.Disabled\n  void total",
            ),
        ],
    ]),
    show("moved-into-skipped-group").head(&[
        FEATURE,
        &[
            BREAK,
            Replace(
                TESTS,
                OLD_TEST,
                r#"
  @org.junit.jupiter.api.Nested
  @org.junit.jupiter.api.Disabled
  class Later {
    @Test
    void total() {
      assertEquals(8, Shop.total(List.of("tea", "cake")));
    }
  }
"#,
            ),
        ],
    ]),
    show("renamed-uncollected").head(&[
        FEATURE,
        &[
            BREAK,
            Replace(TESTS, "  @Test\n  void total", "  void checkTotal"),
        ],
    ]),
    show("file-renamed-uncollected").head(&[
        FEATURE,
        &[
            BREAK,
            Rename(TESTS, "src/test/java/shop/ShopChecks.java"),
            Replace(
                "src/test/java/shop/ShopChecks.java",
                "class ShopTest",
                "class ShopChecks",
            ),
        ],
    ]),
    show("old-assertion-weakened").head(&[
        FEATURE,
        &[
            BREAK,
            Replace(
                TESTS,
                "assertEquals(8, Shop.total(",
                "assertEquals(true, 0 < Shop.total(",
            ),
        ],
    ]),
    show("expected-value-changed").head(&[
        FEATURE,
        &[BREAK, Replace(TESTS, "assertEquals(8", "assertEquals(9")],
    ]),
    show("loop-emptied")
        .base(&[Replace(
            TESTS,
            OLD_TEST,
            r#"
  @Test
  void all() {
    for (String name : List.of("tea", "cake")) {
      assertEquals(Shop.price(name), Shop.total(List.of(name)));
    }
  }
"#,
        )])
        .head(&[
            FEATURE,
            &[
                BREAK,
                Replace(TESTS, ": List.of(\"tea\", \"cake\")", ": List.<String>of()"),
            ],
        ]),
    show("tolerance-widened")
        .base(&[Replace(TESTS, "\"cake\")));", "\"cake\")), 0.5);")])
        .head(&[FEATURE, &[BREAK, Replace(TESTS, "0.5", "5.0")]]),
    show("case-dropped")
        .base(&[Replace(TESTS, OLD_TEST, ""), TABLE_TEST])
        .head(&[
            FEATURE,
            &[
                Replace(SHOP, "int sum = 0", "int sum = names.size() / 2"),
                Replace(TABLE_TESTS, ", \"2,6\"", ""),
            ],
        ]),
    show("registry-shrunk")
        .base(&[
            Replace(TESTS, OLD_TEST, ""),
            Write(
                "src/main/java/shop/Sample.java",
                "package shop;

import java.util.List;

public enum Sample {
  ONE(3, \"tea\"),
  TWO(6, \"tea\", \"tea\");

  public final int sum;
  public final List<String> names;

  Sample(int sum, String... names) {
    this.sum = sum;
    this.names = List.of(names);
  }
}
",
            ),
            Write(
                "src/test/java/shop/SampleTest.java",
                "package shop;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class SampleTest {
  @ParameterizedTest
  @EnumSource
  void total(Sample sample) {
    assertEquals(sample.sum, Shop.total(sample.names));
  }
}
",
            ),
        ])
        .head(&[
            FEATURE,
            &[
                Replace(SHOP, "int sum = 0", "int sum = names.size() / 2"),
                Replace(
                    "src/main/java/shop/Sample.java",
                    "\"tea\"),
  TWO(6, \"tea\", \"tea\");",
                    "\"tea\");",
                ),
            ],
        ]),
    show("only-mark").absent("JUnit has no mark that leaves every other test out"),
    show("golden-regenerated").base(GOLDEN_TEST).head(&[
        FEATURE,
        &[
            BREAK,
            Replace(TESTS, OLD_TEST, ""),
            Write("src/test/resources/total.golden", "7\n"),
        ],
    ]),
    show("snapshot-updated").absent("JUnit has no snapshots; golden files stand for them"),
    show("new-test-patches-production")
        .base(&[
            Replace(
                SHOP,
                "  public static int total(",
                "  static int start = 0;\n\n  public static int total(",
            ),
            Replace(SHOP, "int sum = 0", "int sum = start"),
        ])
        .head(&[&[
            Replace(SHOP, "int start = 0", "int start = 1"),
            SHIPPING,
            Write(
                "src/test/java/shop/AShippingTest.java",
                "package shop;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

class AShippingTest {
  static {
    Shop.start = 0;
  }

  @Test
  void shipping() {
    assertEquals(4, Shop.shipping(19));
  }
}
",
            ),
        ]]),
    show("spec-change-unaccepted").head(&[&[
        Replace(SHOP, "\"tea\", 3", "\"tea\", 4"),
        Replace(TESTS, "assertEquals(3", "assertEquals(4"),
        Replace(TESTS, "assertEquals(8", "assertEquals(9"),
    ]]),
];
