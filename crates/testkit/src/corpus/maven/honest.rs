//! Shows new behaviour with tests that notice it.

use super::{
    BEFORE_TOTAL, BREAK, Edit, FEATURE, Replace, SHIPPING, SHIPPING_TEST, SHIPPING_TESTS, SHOP,
    Show, TESTS, Write, show,
};

const IN_SHOP_TEST: &str = "class ShopTest {\n";

const LOADED_TEST: &[Edit] = &[
    Write(
        "src/test/java/shop/RowsTest.java",
        r#"package shop;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import org.junit.jupiter.api.Test;

class RowsTest {
  @Test
  void rows() throws Exception {
    String rows = new String(getClass().getResourceAsStream("/rows.txt").readAllBytes());
    for (String row : rows.lines().toList()) {
      String[] parts = row.split(" ");
      assertEquals(parts[1], "" + Shop.total(List.of(parts[0].split(","))));
    }
  }
}
"#,
    ),
    Write("src/test/resources/rows.txt", "tea 3\n"),
    Replace(SHOP, ": names)", ": new java.util.HashSet<>(names))"),
];

pub(super) const SHOWS: &[Show] = &[
    show("honest-feature").head(&[FEATURE]),
    show("new-file-new-tests").head(&[&[
        Write(
            "src/main/java/shop/Tax.java",
            "package shop;

public class Tax {
  public static int tax(int net) {
    return net * 2;
  }
}
",
        ),
        Write(
            "src/test/java/shop/TaxTest.java",
            "package shop;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

class TaxTest {
  @Test
  void tax() {
    assertEquals(8, Tax.tax(4));
  }
}
",
        ),
    ]]),
    show("bug-fix")
        .base(&[BREAK, Replace(TESTS, "assertEquals(8, Shop", "assertEquals(true, 0 < Shop")])
        .head(&[&[
            Replace(SHOP, "int sum = 1", "int sum = 0"),
            Replace(
                TESTS,
                IN_SHOP_TEST,
                "class ShopTest {
  @Test
  void totalOfNothing() {
    assertEquals(0, Shop.total(List.of()));
  }

",
            ),
        ]]),
    show("red-then-green").head(&[&[SHIPPING_TEST], &[SHIPPING]]),
    show("method-added")
        .base(&[Write(
            "src/main/java/shop/Cart.java",
            "package shop;

import java.util.ArrayList;
import java.util.List;

public class Cart {
  public final List<String> names = new ArrayList<>();
}
",
        )])
        .head(&[&[
            Replace(
                "src/main/java/shop/Cart.java",
                "new ArrayList<>();\n",
                "new ArrayList<>();\n\n  public void add(String name) {\n    names.add(name);\n  }\n",
            ),
            Write(
                "src/test/java/shop/CartTest.java",
                "package shop;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import org.junit.jupiter.api.Test;

class CartTest {
  @Test
  void whatIsAddedIsIn() {
    Cart cart = new Cart();
    cart.add(\"tea\");
    assertEquals(List.of(\"tea\"), cart.names);
  }
}
",
            ),
        ]]),
    show("parameter-added").head(&[&[
        Replace(
            SHOP,
            "total(List<String> names) {\n    int sum = 0;\n",
            "total(List<String> names) {
    return total(names, 0);
  }

  public static int total(List<String> names, int tip) {
    int sum = tip;
",
        ),
        Replace(
            TESTS,
            IN_SHOP_TEST,
            "class ShopTest {
  @Test
  void tip() {
    assertEquals(4, Shop.total(List.of(\"tea\"), 1));
  }

",
        ),
    ]]),
    show("two-functions").head(&[&[
        Replace(
            SHOP,
            BEFORE_TOTAL,
            "  public static boolean isFree(int amount) {
    return amount >= 20;
  }

  public static int shipping(int amount) {
    return isFree(amount) ? 0 : 4;
  }

  public static int total(",
        ),
        SHIPPING_TEST,
        Replace(
            SHIPPING_TESTS,
            "class ShippingTest {\n",
            "class ShippingTest {
  @Test
  void twentyIsFree() {
    assertEquals(true, Shop.isFree(20));
    assertEquals(false, Shop.isFree(19));
  }

",
        ),
    ]]),
    show("data-row-added").head(&[&[
        Replace(SHOP, "\"cake\", 5", "\"cake\", 5, \"milk\", 1"),
        Replace(
            TESTS,
            IN_SHOP_TEST,
            "class ShopTest {
  @Test
  void milk() {
    assertEquals(1, Shop.price(\"milk\"));
  }

",
        ),
    ]]),
    show("expects-an-error").head(&[&[
        Replace(
            SHOP,
            "    return PRICES.get(name);",
            "    if (!PRICES.containsKey(name)) {
      throw new IllegalArgumentException(\"no \" + name + \" here\");
    }
    return PRICES.get(name);",
        ),
        Write(
            "src/test/java/shop/ErrorsTest.java",
            "package shop;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.api.Test;

class ErrorsTest {
  @Test
  void unknownNamesAreRefused() {
    var error = assertThrows(IllegalArgumentException.class, () -> Shop.price(\"pie\"));
    assertEquals(\"no pie here\", error.getMessage());
  }
}
",
        ),
    ]]),
    show("collaborator-mocked")
        .base(&[Write(
            "src/main/java/shop/Calendar.java",
            "package shop;

public interface Calendar {
  boolean isSunday();
}
",
        )])
        .head(&[&[
            Replace(
                SHOP,
                BEFORE_TOTAL,
                "  public static boolean isOpen(Calendar calendar) {
    return !calendar.isSunday();
  }

  public static int total(",
            ),
            Write(
                "src/test/java/shop/OpenTest.java",
                "package shop;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

class OpenTest {
  @Test
  void closedOnSunday() {
    assertEquals(false, Shop.isOpen(() -> true));
    assertEquals(true, Shop.isOpen(() -> false));
  }
}
",
            ),
        ]]),
    show("honest-fixture").head(&[&[
        SHIPPING,
        Write(
            "src/test/java/shop/Stage.java",
            "package shop;

class Stage {
  static int amount() {
    return 20;
  }
}
",
        ),
        SHIPPING_TEST,
        Replace(SHIPPING_TESTS, "shipping(20)", "shipping(Stage.amount())"),
        Replace(SHIPPING_TESTS, "shipping(19)", "shipping(Stage.amount() - 1)"),
    ]]),
    show("fixture-only").base(LOADED_TEST).head(&[&[
        Replace(SHOP, ": new java.util.HashSet<>(names))", ": names)"),
        Write("src/test/resources/rows.txt", "tea 3\ntea,tea 6\n"),
    ]]),
    show("parametrised-test").head(&[&[
        SHIPPING,
        Write(
            SHIPPING_TESTS,
            "package shop;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ShippingTest {
  @ParameterizedTest
  @CsvSource({\"20,0\", \"19,4\", \"0,4\"})
  void shipping(int amount, int cost) {
    assertEquals(cost, Shop.shipping(amount));
  }
}
",
        ),
    ]]),
    show("inline-tests-old-file").absent("Maven compiles tests apart from production files"),
    show("inline-tests-new-file").absent("Maven compiles tests apart from production files"),
];
