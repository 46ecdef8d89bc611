package org.shop;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertTrue;

import org.junit.Assume;
import org.junit.Before;
import org.junit.Ignore;
import org.junit.Rule;
import org.junit.Test;
import org.junit.rules.ErrorCollector;

public class PriceTest {
  private int start;

  @Rule public ErrorCollector errors = new ErrorCollector();

  @Before
  public void up() {
    start = 2;
  }

  @Test
  public void adds() {
    assertEquals(4, Price.twice(start));
    org.junit.Assert.assertEquals(6, Price.twice(3));
  }

  @Test
  public void idles() {
    try {
      assertTrue(Price.idle(start) > 0);
    } catch (AssertionError ignored) {
      start = 0;
    }
  }

  @Test(expected = IllegalArgumentException.class)
  public void refuses() {
    Price.refuse(-1);
  }

  @Test
  public void assumes() {
    Assume.assumeTrue(Price.assumed(start) == 5);
    assertEquals(2, start);
  }

  @Ignore("later")
  @Test
  public void off() {
    Price.ignored(start);
  }

  @Test
  public void rules() {
    errors.checkThat(Price.ruled(start), org.hamcrest.CoreMatchers.is(7));
    assertEquals(2, start);
  }

  @Test(timeout = 400)
  public void waits() {
    assertEquals(0, Price.count(start));
  }

  @Test
  public void inner() throws Exception {
    int[] seen = new int[1];
    Thread other = new Thread(() -> seen[0] = Price.inner(2));
    other.start();
    other.join();
    assertEquals(8, seen[0]);
  }

  @Test
  public void loads() {
    org.junit.Assert.assertNotNull(ClassLoader.getSystemResource("org/shop/prices.txt"));
    assertEquals(12, Price.loaded(start));
  }

  @Test
  public void broken() {
    Price.twice(1);
    throw new IllegalStateException("it always fails");
  }
}
