package redgreen_switch;

import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.Test;
import org.junit.runner.Description;
import org.junit.runner.JUnitCore;
import org.junit.runner.Request;
import org.junit.runner.RunWith;
import org.junit.runner.Runner;
import org.junit.runner.manipulation.Filter;
import org.junit.runner.manipulation.NoTestsRemainException;
import org.junit.runner.notification.Failure;
import org.junit.runner.notification.RunListener;

/**
 * Tests of JUnit 4 and 3. A test is known by the class that is run for it, its own class and its
 * method, which stands for all of its cases: `a.AllTests/a.ATest#adds`.
 */
final class Vintage implements Engine {
    @Override public void all(Class<?> type, Watch watch) throws Exception {
        if (holdsTests(type)) {
            run(type, null, watch);
        }
    }

    @Override public void some(List<String> tests, Watch watch) throws Exception {
        Map<String, Set<String>> classes = new LinkedHashMap<>();
        for (String test : tests) {
            classes.computeIfAbsent(test.substring(0, test.indexOf('/')), name -> new LinkedHashSet<>()).add(test);
        }
        for (Map.Entry<String, Set<String>> one : classes.entrySet()) {
            ClassLoader loader = Thread.currentThread().getContextClassLoader();
            run(Class.forName(one.getKey(), false, loader), one.getValue(), watch);
        }
    }

    /** Whether Surefire takes a class for one with tests. */
    private static boolean holdsTests(Class<?> type) {
        if (Modifier.isAbstract(type.getModifiers())) {
            return false;
        }
        if (junit.framework.Test.class.isAssignableFrom(type) || type.getAnnotation(RunWith.class) != null) {
            return true;
        }
        try {
            return Modifier.isStatic(type.getMethod("suite").getModifiers());
        } catch (NoSuchMethodException none) {
            // It is no suite.
        }
        for (Class<?> each = type; each != null; each = each.getSuperclass()) {
            for (Method method : each.getDeclaredMethods()) {
                if (method.getAnnotation(Test.class) != null) {
                    return true;
                }
            }
        }
        return false;
    }

    /** Runs these tests of a class; all of them where nothing is said. */
    private static void run(Class<?> type, Set<String> tests, Watch watch) {
        String top = type.getName();
        Runner runner = Request.aClass(type).getRunner();
        if (tests != null) {
            try {
                new Filter() {
                    @Override public boolean shouldRun(Description one) {
                        return one.isTest() ? tests.contains(id(top, one)) : one.getChildren().stream().anyMatch(this::shouldRun);
                    }

                    @Override public String describe() {
                        return "the tests of a chunk";
                    }
                }.apply(runner);
            } catch (NoTestsRemainException none) {
                // A test that is gone does not fail.
                return;
            }
        }
        JUnitCore core = new JUnitCore();
        core.addListener(new RunListener() {
            @Override public void testStarted(Description one) {
                watch.started(id(top, one), name(one));
            }

            @Override public void testFailure(Failure failure) {
                watch.failed(owner(top, failure.getDescription()), failure.getException());
            }

            @Override public void testAssumptionFailure(Failure failure) {
                Description one = failure.getDescription();
                // One case that does not fit is not the whole test.
                if (one.getMethodName() != null && plain(one.getMethodName()).equals(one.getMethodName())) {
                    watch.aborted(id(top, one));
                }
            }

            @Override public void testFinished(Description one) {
                watch.finished(id(top, one));
            }
        });
        core.run(runner);
    }

    /** The runner's name of a test, without its case. */
    private static String name(Description one) {
        String method = one.getMethodName();
        return one.getClassName() + "#" + (method == null ? one.getDisplayName() : plain(method));
    }

    private static String plain(String method) {
        int at = method.indexOf('[');
        return at < 1 ? method : method.substring(0, at);
    }

    private static String id(String top, Description one) {
        return top + "/" + name(one);
    }

    /** The id of a test, or what the ids of all tests of a class begin with. */
    private static String owner(String top, Description one) {
        if (one.getMethodName() != null) {
            return id(top, one);
        }
        return top.equals(one.getClassName()) ? top + "/" : top + "/" + one.getClassName() + "#";
    }
}
