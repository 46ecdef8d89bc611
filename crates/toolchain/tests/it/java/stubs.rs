//! Stubs in every kind of body, as the compiler and the tests see them.

use super::project::{Project, plain};
use redgreen_core::outcome::FailureKind;
use redgreen_toolchain::java::Java;
use redgreen_toolchain::{Language, Unit};
use std::collections::BTreeSet;

const SHAPES: &str = "package org.shop;
import java.util.List;
import java.util.function.Supplier;
public class Shapes extends Base {
    private final int size;
    private final List<String> names;
    public Shapes(int size) { super(size); this.size = size; this.names = List.of(); }
    public Shapes() { this(3); }
    Shapes(String name) {
        if (name.isEmpty()) { size = 0; } else { size = 1; }
        names = List.of(name);
    }
    public int size() { return size; }
    public int always() { while (true) { if (size > 0) return 1; } }
    public int thrower() { throw new IllegalStateException(); }
    public Supplier<Integer> lazy() { return () -> { return size; }; }
    public <T extends Comparable<T>> T max(T left, T right) throws java.io.IOException { return left.compareTo(right) > 0 ? left : right; }
    public synchronized void empty() { }
    static int sum(int... all) { int sum = 0; for (int each : all) { sum += each; } return sum; }
    static class In { private final int x; In(final int x) { this.x = x; } int x() { return x; } }
    enum Kind { ONE { @Override int rank() { return 1; } }; abstract int rank(); static Kind first() { return ONE; } }
    record Pair(int left, String... right) { Pair { if (left < 0) throw new IllegalArgumentException(); } Pair(int left) { this(left, \"\"); } int twice() { return 2 * left; } }
    interface Named { String name(); default String loud() { return name().toUpperCase(); } static Named of(String text) { return () -> text; } private void hidden() { } }
    Object anonymous() { return new Object() { @Override public String toString() { return \"x\"; } }; }
    int choose(Object of) { return switch (of.hashCode()) { case 1 -> 2; default -> 3; }; }
}
class Base { Base() { } Base(int n) { } }
";

const TEST: &str = "package org.shop;
import static org.junit.jupiter.api.Assertions.*;
import org.junit.jupiter.api.*;
class ShapesTest {
    @Test void sums() { assertEquals(3, Shapes.sum(1, 2)); }
    @Test void makes() { assertEquals(3, new Shapes().size()); }
    @Test void pairs() { assertEquals(4, new Shapes.Pair(2).twice()); }
    @Test void wraps() { assertThrows(IllegalStateException.class, () -> Shapes.Kind.first()); }
    @Test void names() { assertEquals(\"A\", Shapes.Named.of(\"a\").loud()); }
}
";

#[test]
fn every_stub_compiles_and_is_hit() {
    let path = "src/main/java/org/shop/Shapes.java";
    let outline = Java.outline(&Unit::default(), path, SHAPES);
    let names: BTreeSet<String> = outline
        .functions
        .iter()
        .filter(|function| function.stubbable)
        .map(|function| function.name.clone())
        .collect();
    assert!(names.len() >= 22, "{names:?}");
    let stubbed = Java.stub(SHAPES, &names);
    assert_eq!(stubbed.lines().count(), SHAPES.lines().count());
    assert_eq!(stubbed.matches("redgreen stub: ").count(), names.len());
    let shop = Project::new(&[
        ("pom.xml", &plain()),
        (path, &stubbed),
        ("src/test/java/org/shop/ShapesTest.java", TEST),
    ]);
    let run = shop.whole();
    run.sound();
    for (test, stub) in [
        ("sums", "Shapes.sum(int...)"),
        ("makes", "Base.<init>(int)"),
        ("pairs", "Shapes.Pair.<init>"),
        ("wraps", "Shapes.Kind.first()"),
        ("names", "Shapes.Named.of(String)"),
    ] {
        let (kind, _) = run.failed(&format!("org.shop.ShapesTest#{test}"));
        assert_eq!(kind, FailureKind::Stub(stub.to_owned()), "{test}");
    }
}
