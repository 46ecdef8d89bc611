//! Shows old promises that stay, and what a person says of those that do not.

use super::super::edit::Edit::Remove;
use super::{
    Edit, FEATURE, OLD_TEST, Replace, SHIPPING, SHIPPING_TEST, SHIPPING_TESTS, SHOP, SHOP_TEXT,
    SUREFIRE, Show, TESTS, Write, show,
};

const CASES_TESTS: &str = "src/test/java/shop/CasesTest.java";

const CASES: Edit = Write(
    CASES_TESTS,
    r#"package shop;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CasesTest {
  @ParameterizedTest(name = "costs: {0}")
  @CsvSource({"tea,tea,3", "cake,cake,5"})
  void cases(String title, String name, int price) {
    assertEquals(price, Shop.price(name));
  }
}
"#,
);

const REFUSES: Edit = Replace(
    SHOP,
    "    return PRICES.get(name);",
    "    if (!PRICES.containsKey(name)) {
      throw new IllegalArgumentException(\"unknown\");
    }
    return PRICES.get(name);",
);

const ERRORS_TESTS: &str = "src/test/java/shop/ErrorsTest.java";

const REFUSED_TEST: Edit = Write(
    ERRORS_TESTS,
    "package shop;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.api.Test;

class ErrorsTest {
  @Test
  void refused() {
    var error = assertThrows(IllegalArgumentException.class, () -> Shop.price(\"pie\"));
    assertEquals(\"unknown\", error.getMessage());
  }
}
",
);

const COINS: &str = "src/main/java/coins/Coins.java";

pub(super) const SHOWS: &[Show] = &[
    show("refactor").flags(&["--kind", "refactor"]).head(&[&[Replace(
        SHOP,
        "    int sum = 0;
    for (String name : names) {
      sum += price(name);
    }
    return sum;",
        "    return names.stream().mapToInt(Shop::price).sum();",
    )]]),
    show("rename-through-tests").flags(&["--kind", "refactor"]).head(&[&[
        Replace(SHOP, "int total(", "int sumOf("),
        Replace(TESTS, "Shop.total(", "Shop.sumOf("),
    ]]),
    show("feature-and-test-moved").head(&[
        FEATURE,
        &[
            Replace(TESTS, OLD_TEST, ""),
            Write(
                "src/test/java/shop/TotalTest.java",
                r#"package shop;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import org.junit.jupiter.api.Test;

class TotalTest {
  @Test
  void total() {
    assertEquals(8, Shop.total(List.of("tea", "cake")));
  }
}
"#,
            ),
        ],
    ]),
    show("feature-and-test-renamed")
        .head(&[FEATURE, &[Replace(TESTS, "void total()", "void theTotalIsASum()")]]),
    show("feature-and-case-renamed").base(&[CASES]).head(&[
        FEATURE,
        &[Replace(CASES_TESTS, "\"cake,cake,5\"", "\"a cake,cake,5\"")],
    ]),
    show("feature-and-helper-extracted").head(&[
        FEATURE,
        &[
            Replace(TESTS, "    assertEquals(8, Shop.total(List.of(\"tea\", \"cake\")));", "    check(8, \"tea\", \"cake\");"),
            Replace(
                TESTS,
                "class ShopTest {\n",
                "class ShopTest {
  private static void check(int total, String... names) {
    assertEquals(total, Shop.total(List.of(names)));
  }

",
            ),
        ],
    ]),
    show("feature-and-tests-reformatted").head(&[
        FEATURE,
        &[Replace(
            TESTS,
            "    assertEquals(8, Shop.total(List.of(\"tea\", \"cake\")));",
            "    // The sum of both.\n    assertEquals(\n        8,\n        Shop.total(List.of(\"tea\", \"cake\")));",
        )],
    ]),
    show("feature-and-harmless-config").head(&[
        FEATURE,
        &[Replace(
            "pom.xml",
            SUREFIRE,
            "<version>3.5.2</version>
        <configuration><trimStackTrace>false</trimStackTrace></configuration>
",
        )],
    ]),
    show("feature-beside-failing-test")
        .base(&[Write(
            "src/test/java/shop/OldTest.java",
            "package shop;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

class OldTest {
  @Test
  void old() {
    assertEquals(2, Shop.price(\"tea\"));
  }
}
",
        )])
        .head(&[FEATURE]),
    show("feature-beside-skipped-test")
        .base(&[Write(
            "src/test/java/shop/OldTest.java",
            "package shop;

import org.junit.jupiter.api.Disabled;
import org.junit.jupiter.api.Test;

class OldTest {
  @Test
  @Disabled(\"needs a printer\")
  void old() {}
}
",
        )])
        .head(&[FEATURE]),
    show("feature-beside-flaky-test")
        .base(&[Write(
            "src/test/java/shop/OldTest.java",
            "package shop;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.junit.jupiter.api.Test;

class OldTest {
  @Test
  void old() throws Exception {
    Path calls = Path.of(\"{outside}/calls\");
    Files.writeString(calls, \"x\", StandardOpenOption.CREATE, StandardOpenOption.APPEND);
    assertEquals(0, Files.size(calls) % 2);
  }
}
",
        )])
        .head(&[FEATURE]),
    show("new-dev-dependency").absent("a dependency of Maven is installed, not read from the tree"),
    show("test-package-below-tests")
        .absent("a dependency of Maven is installed, not read from the tree"),
    show("spec-change-accepted")
        .flags(&["--kind", "spec-change", "--accept", "shop.ShopTest#price"])
        .base(&[
            Replace(TESTS, "List.of(\"tea\", \"cake\")", "List.of(\"cake\")"),
            Replace(TESTS, "assertEquals(8", "assertEquals(5"),
        ])
        .head(&[&[
            Replace(SHOP, "\"tea\", 3", "\"tea\", 4"),
            Replace(TESTS, "assertEquals(3", "assertEquals(4"),
        ]]),
    show("error-message-changed")
        .flags(&["--accept", "shop.ErrorsTest#refused"])
        .base(&[REFUSES, REFUSED_TEST])
        .head(&[&[
            Replace(SHOP, "\"unknown\"", "\"no \" + name + \" here\""),
            Replace(ERRORS_TESTS, "\"unknown\"", "\"no pie here\""),
        ]]),
    show("removed-with-its-test")
        .flags(&["--kind", "removal"])
        .base(&[SHIPPING, SHIPPING_TEST])
        .head(&[&[Write(SHOP, SHOP_TEXT), Remove(SHIPPING_TESTS)]]),
    show("dependency-upgraded")
        .flags(&["--kind", "dependency"])
        .base(&[
            Write(
                COINS,
                "package coins;

import java.util.Collections;
import java.util.List;

/** Version 1. */
public class Coins {
  public static List<Integer> coins(int amount) {
    return Collections.nCopies(amount, 1);
  }
}
",
            ),
            Write(
                "src/main/java/shop/Change.java",
                "package shop;

public class Change {
  public static int change(int amount) {
    return coins.Coins.coins(amount).stream().mapToInt(Integer::intValue).sum();
  }
}
",
            ),
            Write(
                "src/test/java/shop/ChangeTest.java",
                "package shop;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

class ChangeTest {
  @Test
  void change() {
    assertEquals(3, Change.change(3));
  }
}
",
            ),
        ])
        .head(&[&[
            Replace(COINS, "Version 1", "Version 2"),
            Replace(COINS, "Collections.nCopies(amount, 1)", "List.of(amount)"),
            Replace(COINS, "import java.util.Collections;\n", ""),
        ]]),
    show("characterization").flags(&["--kind", "characterization"]).head(&[&[Replace(
        TESTS,
        "class ShopTest {\n",
        "class ShopTest {
  @Test
  void nothingCostsNothing() {
    assertEquals(0, Shop.total(List.of()));
  }

",
    )]]),
    show("duplicate-test-removed")
        .flags(&["--accept", "shop.ShopTest#again"])
        .base(&[Replace(
            TESTS,
            "class ShopTest {\n",
            "class ShopTest {
  @Test
  void again() {
    assertEquals(8, Shop.total(List.of(\"tea\", \"cake\")));
  }

",
        )])
        .head(&[
            FEATURE,
            &[Replace(
                TESTS,
                "  @Test
  void again() {
    assertEquals(8, Shop.total(List.of(\"tea\", \"cake\")));
  }

",
                "",
            )],
        ]),
    show("docs-only").head(&[&[Write("README.md", "# Shop\n")]]),
    show("comments-only").head(&[&[
        Replace(SHOP, "  public static int total", "  /** What a cart costs. */\n  public static int total"),
        Replace(SHOP, "\"tea\", 3, \"cake\", 5", "\"tea\",  3, \"cake\",  5"),
    ]]),
    show("red-commit-alone").head(&[&[SHIPPING_TEST]]),
];
