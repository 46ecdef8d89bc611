package org.shop;

import static org.junit.Assert.assertEquals;

import org.junit.Test;

public class InSuite {
  @Test
  public void isRunByTheSuite() {
    assertEquals(10, Price.suited(1));
  }
}
