package org.shop;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

class OldTest {
    @Test
    void namesAndCounts() {
        Till till = new Till("a");
        assertEquals("a", till.name(0));
        assertEquals("", till.name(1));
        assertEquals("less", Shapes.of(-1));
    }

    @Test
    void startsAtNothing() {
        assertEquals(Till.used, Till.spoiled());
    }

    @Test
    void broken() {
        assertEquals(5, new Till().failing());
    }
}
