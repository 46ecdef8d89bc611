package org.shop;

public class Price {
  public static int twice(int a) {
    return a * 2;
  }

  public static int idle(int a) {
    return a + 1;
  }

  public static int never(int a) {
    return a + 2;
  }

  public static void refuse(int a) {
    if (a < 0) {
      throw new IllegalArgumentException("negative");
    }
  }

  public static int assumed(int a) {
    return a + 3;
  }

  public static int ignored(int a) {
    return a + 4;
  }

  public static int ruled(int a) {
    return a + 5;
  }

  public static int inner(int a) {
    return a + 6;
  }

  public static int cased(int a) {
    return a + 7;
  }

  public static Integer[] cases() {
    return new Integer[] {1, 2, 3};
  }

  public static int old(int a) {
    return a + 8;
  }

  public static int suited(int a) {
    return a + 9;
  }

  public static int loaded(int a) {
    return a + 10;
  }

  public static int count(int left) {
    while (left > 0) {
      left--;
    }
    return left;
  }
}
