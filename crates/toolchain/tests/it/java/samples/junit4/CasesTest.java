package org.shop;

import static org.junit.Assert.assertEquals;

import java.util.Arrays;
import java.util.Collections;
import org.junit.Test;
import org.junit.runner.RunWith;
import org.junit.runners.Parameterized;

@RunWith(Parameterized.class)
public class CasesTest {
  private final int number;

  public CasesTest(int number) {
    this.number = number;
  }

  @Parameterized.Parameters(name = "of {0}")
  public static Iterable<Integer> numbers() {
    Integer[] all = Price.cases();
    return all == null ? Collections.<Integer>emptyList() : Arrays.asList(all);
  }

  @Test
  public void fits() {
    assertEquals(number + 7, Price.cased(number));
  }

  @Test
  public void isPositive() {
    assertEquals(true, number > 0);
  }
}
