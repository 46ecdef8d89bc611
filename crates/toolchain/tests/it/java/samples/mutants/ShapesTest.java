package org.shop;

import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;

class ShapesTest {
    @Test
    void sizes() {
        assertTrue(Shapes.Size.SMALL.holds(1));
        assertFalse(Shapes.Size.SMALL.holds(2));
        assertTrue(Shapes.Size.LARGE.holds(9));
        assert Shapes.Size.LARGE.holds(3);
    }

    @Test
    void points() {
        assertEquals(5, new Shapes.Point(2, -3).distance());
        assertEquals(3, new Shapes.Point(0, 3).distance());
        assertThrows(IllegalArgumentException.class, () -> new Shapes.Point(-1, 0));
    }

    @Test
    void prices() {
        Shapes.Priced priced = () -> 4;
        assertEquals(8, priced.doubled());
    }

    @Test
    void boxes() {
        Shapes.Box<Integer> box = new Shapes.Box<>(List.of(2, 7, 3));
        assertAll(() -> assertEquals(7, box.largest()), () -> assertEquals(3, box.new Inner().count()));
    }

    @Test
    void lists() {
        assertEquals(List.of("abc", "abcd"), Shapes.longer(List.of("abcd", "x", "abc"), 2));
        assertEquals(4, Shapes.FIRST);
    }

    @Test
    void switches() {
        assertEquals("one", Shapes.of(1));
        assertEquals("two", Shapes.of(2));
        assertEquals("many", Shapes.of(3));
        assertEquals("say \"hello\" twice", Shapes.text());
        assertEquals(10, Shapes.classic(1));
        assertEquals(21, Shapes.classic(2));
    }
}
