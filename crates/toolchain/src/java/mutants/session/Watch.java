package redgreen_switch;

import java.util.List;

/** Watches the tests of one chunk: which is running, which failed first, and for how long. */
class Watch {
    private static volatile Watch current;

    private final List<String> tests;
    private final long limit;
    private volatile long since;
    private volatile String running;
    String failed;
    String how;
    boolean memory;

    Watch(List<String> tests, long limit) {
        this.tests = tests;
        this.limit = limit;
    }

    /** Ends this process where a test takes too long. */
    static void guard() {
        Thread guard = new Thread(() -> {
            while (true) {
                try {
                    Thread.sleep(20);
                } catch (InterruptedException ignored) {
                    continue;
                }
                Watch watch = current;
                if (watch == null) {
                    continue;
                }
                String running = watch.running;
                if ((System.nanoTime() - watch.since) / 1_000_000 > watch.limit) {
                    Session.say("late", running == null ? "" : running);
                    Runtime.getRuntime().halt(6);
                }
            }
        });
        guard.setDaemon(true);
        guard.setPriority(Thread.MAX_PRIORITY);
        guard.start();
    }

    void begin() {
        since = System.nanoTime();
        running = tests.get(0);
        Session.say("on", running);
        current = this;
    }

    void end() {
        current = null;
    }

    /** The test of the list that an id is or stands below. */
    private String owner(String id) {
        for (String test : tests) {
            if (id.equals(test) || id.startsWith(test + "/")) {
                return test;
            }
        }
        return null;
    }

    /** Something begins: a test where `method` is its name. */
    void started(String id, String method) {
        String owner = owner(id);
        if (owner != null && !owner.equals(running)) {
            running = owner;
            since = System.nanoTime();
            Session.say("on", owner);
        }
    }

    void failed(String id, Throwable error) {
        if (failed != null) {
            return;
        }
        String owner = owner(id);
        // What fails around all tests of a class fails the first of them.
        failed = owner == null ? tests.get(0) : owner;
        how = error instanceof AssertionError ? "assertion" : "error";
        for (Throwable each = error; each != null && !memory; each = each.getCause()) {
            memory = each instanceof OutOfMemoryError;
        }
    }

    void aborted(String id) {
    }

    void finished(String id) {
    }

    /** Memory came to its end, and with it everything that ran. */
    void spent() {
        failed = failed == null ? running : failed;
        how = "error";
        memory = true;
    }

    /** Says that memory came to its end, and ends: nothing can be believed after that. */
    void tellMemory(String index) {
        if (memory) {
            Session.say("memory", index, failed);
            Runtime.getRuntime().halt(3);
        }
    }
}
