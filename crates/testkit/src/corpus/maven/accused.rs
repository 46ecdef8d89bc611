//! Shows honest code that defects could accuse falsely: properties, tolerances, caches, tables.

use super::{BEFORE_TOTAL, Replace, SHIPPING, SHOP, Show, Write, show};

pub(super) const SHOWS: &[Show] = &[
    show("property-test").head(&[&[
        SHIPPING,
        Write(
            "src/test/java/shop/ShippingTest.java",
            r#"package shop;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

class ShippingTest {
  @Test
  void shippingIsFreeFromTwentyOn() {
    for (int amount = 0; amount < 60; amount++) {
      assertEquals(amount < 20 ? 4 : 0, Shop.shipping(amount));
    }
  }
}
"#,
        ),
    ]]),
    show("snapshot-added").head(&[&[
        Replace(
            SHOP,
            BEFORE_TOTAL,
            r#"  public static String bill(List<String> names) {
    StringBuilder text = new StringBuilder();
    for (String name : names) {
      text.append(String.format("%-6s%3d\n", name, price(name)));
    }
    return text.append(String.format("total %3d\n", total(names))).toString();
  }

  public static int total("#,
        ),
        Write(
            "src/test/java/shop/BillTest.java",
            r#"package shop;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

class BillTest {
  @Test
  void bill() throws Exception {
    String golden = Files.readString(Path.of("src/test/resources/bill.txt"));
    assertEquals(golden, Shop.bill(List.of("tea", "cake")));
  }
}
"#,
        ),
        Write(
            "src/test/resources/bill.txt",
            r#"tea     3
cake    5
total   8
"#,
        ),
    ]]),
    show("real-constants").head(&[&[
        Replace(
            SHOP,
            BEFORE_TOTAL,
            r#"  static final double LITRES_A_GALLON = 3.785411784;

  public static double litres(double gallons) {
    return gallons * LITRES_A_GALLON;
  }

  public static int total("#,
        ),
        Write(
            "src/test/java/shop/LitresTest.java",
            r#"package shop;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

class LitresTest {
  @Test
  void litres() {
    assertEquals(7.570823568, Shop.litres(2));
  }
}
"#,
        ),
    ]]),
    show("numeric-tolerance").head(&[&[
        Replace(
            SHOP,
            BEFORE_TOTAL,
            r#"  public static double mean(double... amounts) {
    double sum = 0;
    for (double amount : amounts) {
      sum += amount;
    }
    return sum / amounts.length;
  }

  public static int total("#,
        ),
        Write(
            "src/test/java/shop/MeanTest.java",
            r#"package shop;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

class MeanTest {
  @Test
  void mean() {
    assertEquals(2.3333333, Shop.mean(1, 2, 4), 1e-6);
  }
}
"#,
        ),
    ]]),
    show("cache-added").head(&[&[
        Replace(
            SHOP,
            BEFORE_TOTAL,
            r#"  static final Map<String, Integer> RATES = new java.util.HashMap<>();

  public static int rate(String country, java.util.function.ToIntFunction<String> fetch) {
    if (!RATES.containsKey(country)) {
      RATES.put(country, fetch.applyAsInt(country));
    }
    return RATES.get(country);
  }

  public static int total("#,
        ),
        Write(
            "src/test/java/shop/RateTest.java",
            r#"package shop;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

class RateTest {
  private int asked = 0;

  private int fetch(String country) {
    asked++;
    return country.length();
  }

  @Test
  void aRateIsFetchedOnce() {
    assertEquals(5, Shop.rate("malta", this::fetch));
    assertEquals(5, Shop.rate("malta", this::fetch));
    assertEquals(4, Shop.rate("peru", this::fetch));
    assertEquals(2, asked);
  }
}
"#,
        ),
    ]]),
    show("generated-code").head(&[&[
        Write(
            "src/main/java/shop/Spices.java",
            r#"package shop;

import java.util.HashMap;
import java.util.Map;

/** Written by Prices: do not edit. */
class Spices {
  static final Map<String, Integer> ROWS = new HashMap<>();

  static {
    ROWS.put("anise", 3);
    ROWS.put("basil", 10);
    ROWS.put("cumin", 17);
    ROWS.put("dill", 24);
    ROWS.put("fennel", 31);
    ROWS.put("ginger", 38);
    ROWS.put("hops", 45);
    ROWS.put("iris", 52);
    ROWS.put("kale", 59);
    ROWS.put("leek", 66);
    ROWS.put("mint", 73);
    ROWS.put("nutmeg", 80);
    ROWS.put("onion", 87);
    ROWS.put("pepper", 94);
    ROWS.put("rye", 101);
    ROWS.put("sage", 108);
    ROWS.put("thyme", 115);
    ROWS.put("vanilla", 122);
    ROWS.put("wheat", 129);
    ROWS.put("yam", 136);
  }
}
"#,
        ),
        Replace(
            SHOP,
            BEFORE_TOTAL,
            r#"  public static int spice(String name) {
    return Spices.ROWS.get(name);
  }

  public static int total("#,
        ),
        Write(
            "src/test/java/shop/SpiceTest.java",
            r#"package shop;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

class SpiceTest {
  @Test
  void spice() {
    assertEquals(3, Shop.spice("anise"));
    assertEquals(136, Shop.spice("yam"));
  }
}
"#,
        ),
    ]]),
];
