package redgreen_switch;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

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

    @Override void started(String id, String method) {
        if (open != null || method == null) {
            return;
        }
        take(around);
        open = id;
        // The cases of one test may come one by one.
        Seen seen = tests.computeIfAbsent(id, name -> new Seen());
        seen.name = method;
        seen.began = System.nanoTime();
        begin();
    }

    @Override void failed(String id, Throwable error) {
        if (open == null) {
            broken.add(id);
        } else {
            tests.get(open).state = "failed";
        }
    }

    @Override void aborted(String id) {
        if (id.equals(open) && tests.get(open).state.equals("passed")) {
            tests.get(open).state = "skipped";
        }
    }

    @Override void finished(String id) {
        if (id.equals(open)) {
            Seen seen = tests.get(open);
            seen.ms += (System.nanoTime() - seen.began) / 1_000_000;
            seen.places = seen.places == null ? new boolean[around.length] : seen.places;
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
