package org.shop;

import junit.framework.TestCase;

public class OldTest extends TestCase {
  private int start;

  @Override
  protected void setUp() {
    start = 1;
  }

  public void testOld() {
    assertEquals(9, Price.old(start));
  }
}
