package org.shop;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TillTest {
    static Till shared;

    @BeforeAll
    static void open() {
        shared = new Till("a", "b");
        assertEquals(1, Till.used);
    }

    @Test
    void adds() {
        Till till = new Till();
        assertEquals(3, till.add(3));
        assertEquals(7, till.add(4));
    }

    @Test
    void refuses() {
        assertThrows(IllegalArgumentException.class, () -> shared.add(-1));
    }

    @Test
    void vain() {
        shared.name(0);
        Till.plain("x");
        try {
            assertTrue(shared.name(1).isEmpty() || true);
        } catch (AssertionError caught) {
            shared.name(1);
        }
    }

    @ParameterizedTest
    @CsvSource({"0, 0", "3, 3"})
    void counts(int from, int steps) {
        assertEquals(steps, Till.countdown(from));
    }

    @Test
    void fills() {
        assertEquals(2, Till.fill(4));
    }

    @Test
    void leaves() {
        assertEquals(0, Till.leave(0));
    }

    @Test
    void types() {
        assertEquals(1, shared.typed("ab"));
        assertEquals(3, shared.typed("abc"));
    }

    @Test
    void limits() {
        assertEquals(100, Till.MOST);
    }

    @Nested
    class Deep {
        @Test
        void names() {
            assertEquals("b", shared.name(1));
            assertEquals(List.of(), List.of());
        }
    }
}
