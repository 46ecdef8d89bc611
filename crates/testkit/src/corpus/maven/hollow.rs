//! Shows tests that test nothing.

use super::{
    BEFORE_TOTAL, Replace, SHIPPING, SHIPPING_TEST, SHIPPING_TESTS, SHOP, Show, TESTS, Write, show,
};

pub(super) const SHOWS: &[Show] = &[
    show("code-without-test").head(&[&[SHIPPING]]),
    show("empty-test").head(&[&[
        SHIPPING,
        Write(
            SHIPPING_TESTS,
            "package shop;

import org.junit.jupiter.api.Test;

class ShippingTest {
  @Test
  void shipping() {}
}
",
        ),
    ]]),
    show("no-assertion").head(&[&[
        Replace(SHOP, "PRICES.get(name)", "PRICES.getOrDefault(name, 0)"),
        Replace(
            TESTS,
            "class ShopTest {\n",
            "class ShopTest {\n  @Test\n  void any() {\n    Shop.price(\"cake\");\n  }\n\n",
        ),
    ]]),
    show("assert-true").head(&[&[
        SHIPPING,
        Write(
            SHIPPING_TESTS,
            "package shop;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.function.IntUnaryOperator;
import org.junit.jupiter.api.Test;

class ShippingTest {
  @Test
  void shipping() {
    IntUnaryOperator cost = Shop::shipping;
    assertTrue(cost != null);
  }
}
",
        ),
    ]]),
    show("existence-only").head(&[&[
        SHIPPING,
        Write(
            SHIPPING_TESTS,
            "package shop;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import org.junit.jupiter.api.Test;

class ShippingTest {
  @Test
  void shipping() {
    assertTrue(
        Arrays.stream(Shop.class.getMethods()).anyMatch(it -> it.getName().equals(\"shipping\")));
  }
}
",
        ),
    ]]),
    show("dead-assertion").head(&[&[
        SHIPPING,
        Write(
            SHIPPING_TESTS,
            "package shop;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

class ShippingTest {
  @Test
  void shipping() {
    for (int amount : new int[] {}) {
      assertEquals(0, Shop.shipping(amount));
    }
  }
}
",
        ),
    ]]),
    show("swallowed-assertion").head(&[&[
        SHIPPING,
        Write(
            SHIPPING_TESTS,
            "package shop;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

class ShippingTest {
  @Test
  void shipping() {
    try {
      assertEquals(7, Shop.shipping(20));
    } catch (Throwable error) {
      System.out.println(error.getClass());
    }
  }
}
",
        ),
    ]]),
    show("subject-mocked").head(&[&[
        Write(
            "src/main/java/shop/Post.java",
            "package shop;

public class Post {
  public int cost(int amount) {
    return amount >= 20 ? 0 : 4;
  }
}
",
        ),
        Write(
            SHIPPING_TESTS,
            "package shop;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

class ShippingTest {
  @Test
  void shipping() {
    Post post =
        new Post() {
          @Override
          public int cost(int amount) {
            return 0;
          }
        };
    assertEquals(0, post.cost(20));
  }
}
",
        ),
    ]]),
    show("fixture-does-the-work").head(&[&[
        SHIPPING,
        Write(
            SHIPPING_TESTS,
            "package shop;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.function.IntUnaryOperator;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ShippingTest {
  IntUnaryOperator subject;
  int cost;

  @BeforeEach
  void setUp() {
    subject = Shop::shipping;
    cost = 0;
  }

  @Test
  void shipping() {
    assertEquals(0, cost);
  }
}
",
        ),
    ]]),
    show("passes-without-change").head(&[&[
        SHIPPING,
        Replace(
            TESTS,
            "class ShopTest {\n",
            "class ShopTest {\n  @Test\n  void cake() {\n    assertEquals(5, Shop.price(\"cake\"));\n  }\n\n",
        ),
    ]]),
    show("misspelled-import").head(&[
        &[Write(
            SHIPPING_TESTS,
            "package shop;

import java.util.function.IntUnaryOperator;
import org.junit.jupiter.api.Test;

class ShippingTest {
  IntUnaryOperator subject = Shop::shiping;

  @Test
  void shipping() {}
}
",
        )],
        &[SHIPPING, Replace(SHIPPING_TESTS, "shiping", "shipping")],
    ]),
    show("skipped-test").head(&[&[
        SHIPPING,
        SHIPPING_TEST,
        Replace(SHIPPING_TESTS, "  @Test\n", "  @Test\n  @org.junit.jupiter.api.Disabled\n"),
    ]]),
    show("expected-failure").head(&[&[
        SHIPPING,
        Write(
            SHIPPING_TESTS,
            "package shop;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.api.Test;

class ShippingTest {
  @Test
  void shipping() {
    assertThrows(Throwable.class, () -> assertEquals(7, Shop.shipping(20)));
  }
}
",
        ),
    ]]),
    show("any-error-will-do").head(&[&[
        Replace(
            SHOP,
            BEFORE_TOTAL,
            "  public static int shipping(int amount) {
    return PRICES.get(\"pie\");
  }

  public static int total(",
        ),
        Write(
            SHIPPING_TESTS,
            "package shop;

import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.api.Test;

class ShippingTest {
  @Test
  void negativeAmountsAreRefused() {
    assertThrows(Throwable.class, () -> Shop.shipping(-1));
  }
}
",
        ),
    ]]),
    show("coin-flip").head(&[&[
        SHIPPING,
        Write(
            SHIPPING_TESTS,
            "package shop;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.junit.jupiter.api.Test;

class ShippingTest {
  @Test
  void shipping() throws Exception {
    Path calls = Path.of(\"{outside}/calls\");
    Files.writeString(calls, \"x\", StandardOpenOption.CREATE, StandardOpenOption.APPEND);
    assertEquals(1, Files.size(calls) % 2);
  }
}
",
        ),
    ]]),
    show("special-cased").head(&[&[
        Replace(
            SHOP,
            BEFORE_TOTAL,
            "  public static int shipping(int amount) {
    return Map.of(20, 0, 19, 4).get(amount);
  }

  public static int total(",
        ),
        SHIPPING_TEST,
    ]]),
    show("detects-the-runner").head(&[&[
        Replace(
            SHOP,
            BEFORE_TOTAL,
            "  public static int shipping(int amount) {
    if (System.getProperty(\"surefire.test.class.path\") == null) {
      return 9;
    }
    return amount >= 20 ? 0 : 4;
  }

  public static int total(",
        ),
        SHIPPING_TEST,
    ]]),
    show("call-without-assertion").head(&[&[
        SHIPPING,
        Write(
            SHIPPING_TESTS,
            "package shop;

import org.junit.jupiter.api.Test;

class ShippingTest {
  @Test
  void shipping() {
    Shop.shipping(20);
  }
}
",
        ),
    ]]),
    show("expected-from-code").head(&[&[
        SHIPPING,
        SHIPPING_TEST,
        Replace(SHIPPING_TESTS, "assertEquals(0, ", "assertEquals(Shop.shipping(20), "),
        Replace(SHIPPING_TESTS, "assertEquals(4, ", "assertEquals(Shop.shipping(19), "),
    ]]),
    show("type-only").head(&[&[
        SHIPPING,
        SHIPPING_TEST,
        Replace(SHIPPING_TESTS, "assertEquals(0, Shop.shipping(20));", "Integer cost = Shop.shipping(20);"),
        Replace(SHIPPING_TESTS, "assertEquals(4, Shop.shipping(19));", "assertEquals(Integer.class, cost.getClass());"),
    ]]),
    show("equal-to-all").head(&[&[
        Write(
            "src/main/java/shop/Cost.java",
            "package shop;

public class Cost {
  @Override
  public boolean equals(Object other) {
    return true;
  }

  @Override
  public int hashCode() {
    return 0;
  }

  public static Cost of(int amount) {
    return new Cost();
  }
}
",
        ),
        SHIPPING_TEST,
        Replace(SHIPPING_TESTS, "assertEquals(0, Shop.shipping(20));", "assertEquals(new Cost(), Cost.of(20));"),
        Replace(SHIPPING_TESTS, "    assertEquals(4, Shop.shipping(19));\n", ""),
    ]]),
    show("tautology").head(&[&[
        SHIPPING,
        SHIPPING_TEST,
        Replace(SHIPPING_TESTS, "assertEquals(0, Shop.shipping(20));", "int cost = Shop.shipping(20);"),
        Replace(SHIPPING_TESTS, "assertEquals(4, Shop.shipping(19));", "assertEquals(true, cost == 7 || cost != 7);"),
    ]]),
];
