//! Shows runners that are told what to say.

use super::{
    BEFORE_TOTAL, BREAK, Edit, FEATURE, Replace, SHIPPING, SHIPPING_TEST, SHOP, SUREFIRE, Show,
    TESTS, Write, show,
};

/// Fails now, and passes on every second run from then on.
const EVERY_SECOND_TIME: Edit = Replace(
    SHOP,
    BEFORE_TOTAL,
    "  public static int shipping(int amount) throws java.io.IOException {
    java.nio.file.Path calls = java.nio.file.Path.of(\"{outside}/calls\");
    java.nio.file.Files.writeString(
        calls,
        \"x\",
        java.nio.file.StandardOpenOption.CREATE,
        java.nio.file.StandardOpenOption.APPEND);
    return java.nio.file.Files.size(calls) % 2 == 0 ? 0 : 4;
  }

  public static int total(",
);

const LAUNCHER_SERVICE: &str =
    "src/test/resources/META-INF/services/org.junit.jupiter.api.extension.Extension";
const PROPERTIES: &str = "src/test/resources/junit-platform.properties";

pub(super) const SHOWS: &[Show] = &[
    show("config-deselects").head(&[
        FEATURE,
        &[
            BREAK,
            Replace(
                "pom.xml",
                SUREFIRE,
                "<version>3.5.2</version>
        <configuration><excludes><exclude>**/ShopTest.java</exclude></excludes></configuration>
",
            ),
        ],
    ]),
    show("collection-narrowed").head(&[
        FEATURE,
        &[
            BREAK,
            Replace(
                "pom.xml",
                SUREFIRE,
                "<version>3.5.2</version>
        <configuration><includes><include>**/Ship*Test.java</include></includes></configuration>
",
            ),
        ],
    ]),
    show("fail-fast-hides")
        .base(&[Write(
            "src/test/java/shop/AFirstTest.java",
            "package shop;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

class AFirstTest {
  @Test
  void first() {
    assertEquals(\"cake\", \"tea\");
  }
}
",
        )])
        .head(&[
            FEATURE,
            &[
                BREAK,
                Replace(
                    "pom.xml",
                    SUREFIRE,
                    "<version>3.5.2</version>
        <configuration><skipAfterFailureCount>1</skipAfterFailureCount></configuration>
",
                ),
            ],
        ]),
    show("outcomes-rewritten").head(&[
        FEATURE,
        &[
            BREAK,
            Write(
                PROPERTIES,
                "junit.jupiter.extensions.autodetection.enabled=true\n",
            ),
            Write(LAUNCHER_SERVICE, "shop.Forgive\n"),
            Write(
                "src/test/java/shop/Forgive.java",
                "package shop;

import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.TestExecutionExceptionHandler;

public class Forgive implements TestExecutionExceptionHandler {
  @Override
  public void handleTestExecutionException(ExtensionContext context, Throwable error) {}
}
",
            ),
        ],
    ]),
    show("set-up-exits").head(&[
        FEATURE,
        &[
            BREAK,
            Write(
                PROPERTIES,
                "junit.jupiter.extensions.autodetection.enabled=true\n",
            ),
            Write(LAUNCHER_SERVICE, "shop.Leave\n"),
            Write(
                "src/test/java/shop/Leave.java",
                "package shop;

import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

public class Leave implements AfterAllCallback {
  @Override
  public void afterAll(ExtensionContext context) {
    Runtime.getRuntime().halt(0);
  }
}
",
            ),
        ],
    ]),
    show("production-exits").head(&[&[
        Replace(
            SHOP,
            BEFORE_TOTAL,
            "  public static int shipping(int amount) {
    System.exit(0);
    return 0;
  }

  public static int total(",
        ),
        SHIPPING_TEST,
    ]]),
    show("exit-hook-forges").head(&[
        FEATURE,
        &[
            BREAK,
            Replace(
                SHOP,
                BEFORE_TOTAL,
                "  static {
    Runtime.getRuntime().addShutdownHook(new Thread(() -> Runtime.getRuntime().halt(0)));
  }

  public static int total(",
            ),
        ],
    ]),
    show("retries-in-config").head(&[&[
        EVERY_SECOND_TIME,
        Write(
            super::SHIPPING_TESTS,
            "package shop;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

class ShippingTest {
  @Test
  void shipping() throws Exception {
    assertEquals(0, Shop.shipping(20));
  }
}
",
        ),
        Replace(
            "pom.xml",
            SUREFIRE,
            "<version>3.5.2</version>
        <configuration><rerunFailingTestsCount>3</rerunFailingTestsCount></configuration>
",
        ),
    ]]),
    show("runner-shadowed").head(&[
        FEATURE,
        &[
            BREAK,
            Write(
                "src/test/java/org/junit/jupiter/api/Assertions.java",
                "package org.junit.jupiter.api;

public class Assertions {
  public static void assertEquals(int expected, int actual) {}
}
",
            ),
        ],
    ]),
    show("start-up-hook-planted").head(&[
        FEATURE,
        &[
            BREAK,
            Write(".mvn/jvm.config", "-Dmaven.test.failure.ignore=true\n"),
        ],
    ]),
    show("own-config-edited").head(&[&[
        SHIPPING,
        Write("redgreen.toml", "[surface]\ndocs = ['src/main/']\n"),
        Replace(TESTS, "  void price", "  // Tea.\n  void price"),
    ]]),
];
