//! Shows the cases with JUnit 5 through Maven.

mod accused;
mod broken;
mod hollow;
mod honest;
mod kept;
mod runner;

use super::case::{Ecosystem, SearchPath, Show, show};
use super::edit::Edit::{self, Replace, Write};

pub(super) static MAVEN: Ecosystem = Ecosystem {
    name: "maven",
    runs: true,
    start: &[
        ("pom.xml", POM),
        (".gitignore", "target\n"),
        (SHOP, SHOP_TEXT),
        (TESTS, TESTS_TEXT),
    ],
    path: SearchPath::Own,
    links: &[],
    home: &[".m2"],
    shows: &[
        hollow::SHOWS,
        broken::SHOWS,
        runner::SHOWS,
        honest::SHOWS,
        accused::SHOWS,
        kept::SHOWS,
    ],
};

const POM: &str = r#"<project xmlns="http://maven.apache.org/POM/4.0.0">
  <modelVersion>4.0.0</modelVersion>
  <groupId>org.shop</groupId>
  <artifactId>shop</artifactId>
  <version>1</version>
  <properties>
    <maven.compiler.release>17</maven.compiler.release>
    <project.build.sourceEncoding>UTF-8</project.build.sourceEncoding>
  </properties>
  <dependencies>
    <dependency>
      <groupId>org.junit.jupiter</groupId>
      <artifactId>junit-jupiter</artifactId>
      <version>5.11.4</version>
      <scope>test</scope>
    </dependency>
  </dependencies>
  <build>
    <plugins>
      <plugin>
        <artifactId>maven-resources-plugin</artifactId>
        <version>3.3.1</version>
      </plugin>
      <plugin>
        <artifactId>maven-compiler-plugin</artifactId>
        <version>3.13.0</version>
      </plugin>
      <plugin>
        <artifactId>maven-surefire-plugin</artifactId>
        <version>3.5.2</version>
      </plugin>
    </plugins>
  </build>
</project>
"#;

/// The end of Surefire's version, where its configuration goes.
const SUREFIRE: &str = "<version>3.5.2</version>\n";

const SHOP: &str = "src/main/java/shop/Shop.java";
const TESTS: &str = "src/test/java/shop/ShopTest.java";
const SHIPPING_TESTS: &str = "src/test/java/shop/ShippingTest.java";

const SHOP_TEXT: &str = r#"package shop;

import java.util.List;
import java.util.Map;

public class Shop {
  static final Map<String, Integer> PRICES = Map.of("tea", 3, "cake", 5);

  public static int price(String name) {
    return PRICES.get(name);
  }

  public static int total(List<String> names) {
    int sum = 0;
    for (String name : names) {
      sum += price(name);
    }
    return sum;
  }
}
"#;

const TESTS_TEXT: &str = r#"package shop;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import org.junit.jupiter.api.Test;

class ShopTest {
  @Test
  void price() {
    assertEquals(3, Shop.price("tea"));
  }

  @Test
  void total() {
    assertEquals(8, Shop.total(List.of("tea", "cake")));
  }
}
"#;

/// The last lines of the first method of `Shop`, before which others can stand.
const BEFORE_TOTAL: &str = "  public static int total(";

/// The feature that most cases are about.
const SHIPPING: Edit = Replace(
    SHOP,
    BEFORE_TOTAL,
    "  public static int shipping(int amount) {
    return amount >= 20 ? 0 : 4;
  }

  public static int total(",
);

/// Its honest test.
const SHIPPING_TEST: Edit = Write(
    SHIPPING_TESTS,
    "package shop;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

class ShippingTest {
  @Test
  void shipping() {
    assertEquals(0, Shop.shipping(20));
    assertEquals(4, Shop.shipping(19));
  }
}
",
);

/// A first commit that is as it should be, so that only the second one is in question.
const FEATURE: &[Edit] = &[SHIPPING, SHIPPING_TEST];

/// Breaks the promise of `ShopTest#total`.
const BREAK: Edit = Replace(SHOP, "int sum = 0", "int sum = 1");

/// `total` in `ShopTest`, to be taken out.
const OLD_TEST: &str = r#"
  @Test
  void total() {
    assertEquals(8, Shop.total(List.of("tea", "cake")));
  }
"#;
