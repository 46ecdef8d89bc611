package org.shop;

import org.junit.runner.RunWith;
import org.junit.runners.Suite;

@RunWith(Suite.class)
@Suite.SuiteClasses({InSuite.class, OldTest.class})
public class AllTests {
}
