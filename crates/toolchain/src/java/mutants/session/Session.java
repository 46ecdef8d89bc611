package redgreen_switch;

import java.io.File;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Compiles mutants, traces tests, or tries mutants one after another, as a plan says. */
public final class Session {
    private static OutputStream said;
    private static String nonce;

    private final Plan plan;
    private final long begun = System.nanoTime();
    private final Engine engine;
    private final boolean assertions;

    private Session(Plan plan) throws Exception {
        this.plan = plan;
        this.assertions = plan.of("assertions").equals("true");
        this.engine = (Engine) Class.forName("redgreen_switch." + plan.of("engine")).getDeclaredConstructor().newInstance();
    }

    public static void main(String[] args) throws Exception {
        Plan plan = new Plan(args[0]);
        nonce = plan.of("nonce");
        said = new FileOutputStream(plan.of("said"), true);
        for (String[] property : plan.all("property")) {
            System.setProperty(property[1], property[2]);
        }
        // Tests expect that it is there.
        new File(System.getProperty("java.io.tmpdir")).mkdirs();
        System.setOut(new PrintStream(OutputStream.nullOutputStream()));
        System.setErr(new PrintStream(OutputStream.nullOutputStream()));
        try {
            switch (plan.of("mode")) {
                case "prepare":
                    lend(plan);
                    Builds builds = new Builds(plan);
                    if (builds.all()) {
                        builds.alone();
                        new Session(plan).trace();
                    }
                    break;
                case "try":
                    new Session(plan).attempts();
                    break;
                default:
                    new Session(plan).single();
            }
            say("done");
        } catch (Throwable error) {
            say("trouble", error.toString());
        }
        // Threads that tests have left behind keep nothing alive.
        Runtime.getRuntime().halt(0);
    }

    /** Adds a line for redgreen. Never to the standard output: tests print there. */
    static synchronized void say(String... words) {
        StringBuilder line = new StringBuilder(nonce);
        for (String word : words) {
            line.append('\t').append(Plan.escaped(word));
        }
        line.append('\n');
        try {
            said.write(line.toString().getBytes(StandardCharsets.UTF_8));
        } catch (IOException error) {
            Runtime.getRuntime().halt(5);
        }
    }

    /** Lets the system's own loader find what is no class: tests ask it for their files. */
    private static void lend(Plan plan) throws IOException {
        for (String place : plan.each("classes")) {
            Path root = Path.of(place);
            List<Path> files = List.of();
            if (Files.isDirectory(root)) {
                try (Stream<Path> all = Files.walk(root)) {
                    files = all.filter(Files::isRegularFile).collect(Collectors.toList());
                }
            }
            for (Path file : files) {
                String name = root.relativize(file).toString();
                Path lent = Path.of(plan.of("lent"), name);
                // A service would name a class that this loader must not have.
                if (!name.endsWith(".class") && !name.startsWith("META-INF") && !Files.exists(lent)) {
                    Files.createDirectories(lent.getParent());
                    Files.createSymbolicLink(lent, file);
                }
            }
        }
    }

    /** Classes as if nobody had loaded any: those with mutants before those of the build. */
    private ClassLoader fresh(String own) throws Exception {
        List<URL> places = new ArrayList<>();
        if (!own.isEmpty()) {
            places.add(new File(own).toURI().toURL());
        }
        for (String place : plan.each("classes")) {
            places.add(new File(place).toURI().toURL());
        }
        URLClassLoader loader = new URLClassLoader(places.toArray(new URL[0]), Session.class.getClassLoader());
        loader.setDefaultAssertionStatus(assertions);
        Thread.currentThread().setContextClassLoader(loader);
        return loader;
    }

    private void trace() throws Exception {
        int places = Integer.parseInt(plan.of("places"));
        Watch.guard();
        for (String name : plan.each("test")) {
            say("class", name);
            On.reached = new boolean[places];
            On.loading = new boolean[places];
            ClassLoader loader = fresh(plan.of("out"));
            Trace trace = new Trace(Long.parseLong(plan.of("limit")));
            Class<?> type;
            try {
                type = loader.loadClass(name);
            } catch (ClassNotFoundException | LinkageError missing) {
                say("lost", name, missing.toString());
                continue;
            }
            engine.all(type, trace);
            trace.conclude();
        }
    }

    /** The tests of one chunk, with classes that no other chunk has touched. */
    private Watch chunk(String own, List<String> tests, long limit) throws Exception {
        fresh(own);
        Watch watch = new Watch(tests, limit);
        watch.begin();
        try {
            engine.some(tests, watch);
        } catch (OutOfMemoryError error) {
            watch.spent();
        }
        watch.end();
        return watch;
    }

    private void attempts() throws Exception {
        long budget = Long.parseLong(plan.of("budget"));
        Set<String> survivors = new HashSet<>(plan.each("survivor"));
        Watch.guard();
        List<String[]> lines = plan.lines;
        for (int at = 0; at < lines.size(); at++) {
            String[] mutant = lines.get(at);
            if (!mutant[0].equals("attempt")) {
                continue;
            }
            if ((System.nanoTime() - begun) / 1_000_000 >= budget) {
                return;
            }
            if (survivors.contains(mutant[4])) {
                say("skipped", mutant[1]);
                continue;
            }
            if (attempt(mutant, at + 1) && !mutant[4].isEmpty()) {
                survivors.add(mutant[4]);
            }
        }
    }

    /** Whether nobody noticed. */
    private boolean attempt(String[] mutant, int from) throws Exception {
        say("try", mutant[1]);
        int number = Integer.parseInt(mutant[2]);
        for (int at = from; at < plan.lines.size() && plan.lines.get(at)[0].equals("chunk"); at++) {
            String[] words = plan.lines.get(at);
            List<String> tests = List.of(words).subList(2, words.length);
            On.number = number;
            Watch watch = chunk(mutant[3], tests, Long.parseLong(words[1]));
            if (watch.failed == null) {
                say("passed", mutant[1]);
                continue;
            }
            watch.tellMemory(mutant[1]);
            String noticed = watch.failed;
            String how = watch.how;
            On.number = 0;
            Watch again = chunk(plan.of("out"), tests, Long.parseLong(words[1]));
            if (again.failed == null) {
                say("killed", mutant[1], noticed, how);
                return false;
            }
            say("spoiled", mutant[1], noticed);
            Runtime.getRuntime().halt(4);
        }
        say("survived", mutant[1]);
        return true;
    }

    /** One mutant in a process of its own, and limits that are not ours. */
    private void single() throws Exception {
        String[] mutant = plan.all("attempt").get(0);
        String[] words = plan.all("chunk").get(0);
        List<String> tests = List.of(words).subList(2, words.length);
        Watch without = chunk(plan.of("out"), tests, Long.MAX_VALUE / 2);
        if (without.failed != null) {
            say("broken", mutant[1], without.failed);
            return;
        }
        say("try", mutant[1]);
        On.number = Integer.parseInt(mutant[2]);
        Watch watch = chunk(mutant[3], tests, Long.MAX_VALUE / 2);
        if (watch.failed == null) {
            say("passed", mutant[1]);
        } else {
            watch.tellMemory(mutant[1]);
            say("killed", mutant[1], watch.failed, watch.how);
        }
    }
}
