package redgreen_switch;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.engine.support.descriptor.MethodSource;
import org.junit.platform.launcher.TestIdentifier;

/** Notes which places each test method of one class comes by, and how it ends. */
final class Trace extends Watch {
    private static final class Seen {
        String name;
        String state = "passed";
        long began;
        long ms;
        boolean[] places;
    }

    private final Map<String, Seen> tests = new LinkedHashMap<>();
    private final boolean[] around;
    private final List<String> broken = new ArrayList<>();
    private String open;

    Trace(long limit) {
        super(List.of(""), limit);
        around = new boolean[On.reached.length];
        begin();
    }

    @Override public void executionStarted(TestIdentifier one) {
        MethodSource method = (MethodSource) one.getSource().filter(MethodSource.class::isInstance).orElse(null);
        if (open != null || method == null) {
            return;
        }
        take(around);
        open = one.getUniqueId();
        Seen seen = new Seen();
        seen.name = method.getClassName() + "#" + method.getMethodName();
        seen.began = System.nanoTime();
        tests.put(open, seen);
        begin();
    }

    @Override public void executionSkipped(TestIdentifier one, String reason) {
    }

    @Override public void executionFinished(TestIdentifier one, TestExecutionResult result) {
        boolean failed = result.getStatus() == TestExecutionResult.Status.FAILED;
        if (open == null) {
            if (failed) {
                broken.add(one.getUniqueId());
            }
            return;
        }
        Seen seen = tests.get(open);
        if (failed) {
            seen.state = "failed";
        } else if (result.getStatus() == TestExecutionResult.Status.ABORTED && seen.state.equals("passed")
                && one.getUniqueId().equals(open)) {
            seen.state = "skipped";
        }
        if (one.getUniqueId().equals(open)) {
            seen.ms = (System.nanoTime() - seen.began) / 1_000_000;
            seen.places = new boolean[around.length];
            take(seen.places);
            open = null;
        }
    }

    /** Moves what was come by since the last look. */
    private static void take(boolean[] into) {
        boolean[] reached = On.reached;
        for (int at = 0; at < into.length; at++) {
            into[at] |= reached[at];
        }
        On.reached = new boolean[into.length];
    }

    void conclude() {
        end();
        take(around);
        tests.forEach((id, seen) -> {
            StringBuilder places = new StringBuilder();
            for (int at = 0; at < around.length; at++) {
                if (around[at] || On.loading[at] || seen.places != null && seen.places[at]) {
                    places.append(places.length() == 0 ? "" : ",").append(at);
                }
            }
            boolean is = broken.stream().anyMatch(one -> id.startsWith(one));
            Session.say("test", id, seen.name, is ? "failed" : seen.state, Long.toString(seen.ms), places.toString());
        });
    }
}
