package redgreen_switch;

import java.io.File;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import javax.tools.Diagnostic;
import javax.tools.DiagnosticCollector;
import javax.tools.JavaCompiler;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;

/** Compiles the changed files with every mutant in them, and without those that do not fit. */
final class Builds {
    /** How often everything is compiled at most: the compiler finds some errors after others only. */
    private static final int ROUNDS = 12;
    /** From which time on every mutant of a member is to blame for an error between them, for one
     * inside of one of them, and every mutant of a file for an error in it. */
    private static final int[] STRICT = {2, 5, 9};
    /** How many mutants get classes of their own. */
    private static final int ALONE = 100;
    /** How many mutants have everything compiled for them. */
    private static final int WHOLE = 24;
    /** Files that everything may be. */
    private static final int SOURCES = 600;

    private final Plan plan;
    private final JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
    private final StandardJavaFileManager files;
    private final Set<String> dropped = new HashSet<>();
    private final Map<String, List<String[]>> pieces = new LinkedHashMap<>();

    Builds(Plan plan) {
        this.plan = plan;
        this.files = compiler.getStandardFileManager(null, Locale.ROOT, null);
        List<String[]> open = null;
        for (String[] words : plan.lines) {
            if (words[0].equals("file")) {
                open = new ArrayList<>();
                pieces.put(words[1], open);
            } else if (words[0].equals("T") || words[0].equals("B")) {
                open.add(words);
            }
        }
    }

    /** A source text that lies in no file. */
    private static final class Source extends SimpleJavaFileObject {
        final String path;
        final String text;

        Source(String path, String text) {
            super(URI.create("redgreen:///" + Path.of(path).toUri().getRawPath().replaceFirst("^/+", "")), Kind.SOURCE);
            this.path = path;
            this.text = text;
        }

        @Override public CharSequence getCharContent(boolean ignored) {
            return text;
        }
    }

    boolean all() throws Exception {
        String last = "";
        for (int round = 0; round < ROUNDS; round++) {
            List<Source> sources = new ArrayList<>();
            pieces.forEach((path, own) -> sources.add(new Source(path, written(own))));
            List<Diagnostic<? extends JavaFileObject>> errors = compile(sources, plan.of("out"));
            if (errors.isEmpty()) {
                return true;
            }
            last = words(errors.get(0));
            // Positions are those of the text that was compiled.
            Set<String> out = Set.copyOf(dropped);
            for (Diagnostic<? extends JavaFileObject> error : errors) {
                if (error.getSource() instanceof Source) {
                    Source source = (Source) error.getSource();
                    blame(pieces.get(source.path), out, error.getStartPosition(), round);
                }
            }
            if (dropped.size() == out.size()) {
                Session.say("trouble", words(errors.get(0)));
                return false;
            }
        }
        Session.say("trouble", "the mutants do not compile together: " + last);
        return false;
    }

    private String written(List<String[]> own) {
        StringBuilder made = new StringBuilder();
        for (String[] piece : own) {
            if (piece[0].equals("T")) {
                made.append(piece[2]);
            } else if (!dropped.contains(piece[1])) {
                made.append(piece[5]);
            }
        }
        return made.toString();
    }

    /** Drops whom an error at `position` is the fault of, in a text without those that are `out`. */
    private void blame(List<String[]> own, Set<String> out, long position, int round) {
        long at = 0;
        for (String[] piece : own) {
            boolean text = piece[0].equals("T");
            if (!text && out.contains(piece[1])) {
                continue;
            }
            long end = at + piece[text ? 2 : 5].length();
            if (position < end) {
                if (text && round < STRICT[2]) {
                    long head = Long.parseLong(piece[1]) + Math.max(0, position - at);
                    blameAround(own, out, head, round >= STRICT[0]);
                } else if (!text && round < STRICT[2]) {
                    dropped.add(piece[1]);
                    if (round >= STRICT[1]) {
                        blameAround(own, out, Long.parseLong(piece[2]), true);
                    }
                } else {
                    blameAround(own, out, -1, true);
                }
                return;
            }
            at = end;
        }
        blameAround(own, out, -1, true);
    }

    /** The error lies in what stood there before: those of the same member are to blame, the ones
     * first that take a statement out. */
    private void blameAround(List<String[]> own, Set<String> out, long head, boolean last) {
        List<String> risky = new ArrayList<>();
        List<String> within = new ArrayList<>();
        List<String> everywhere = new ArrayList<>();
        for (String[] piece : own) {
            if (piece[0].equals("T") || out.contains(piece[1])) {
                continue;
            }
            everywhere.add(piece[1]);
            if (Long.parseLong(piece[2]) <= head && head < Long.parseLong(piece[3])) {
                within.add(piece[1]);
                if (piece[4].equals("risky")) {
                    risky.add(piece[1]);
                }
            }
        }
        if (!risky.isEmpty() && !last) {
            dropped.addAll(risky);
        } else if (!within.isEmpty()) {
            dropped.addAll(within);
        } else {
            dropped.addAll(everywhere);
        }
    }

    /** Classes of their own for those that are in no build with the others. */
    void alone() throws Exception {
        Map<String, String> heads = new LinkedHashMap<>();
        for (String[] head : plan.all("head")) {
            heads.put(head[1], head[2]);
        }
        int made = 0;
        int wholes = 0;
        for (String[] mutant : plan.all("mutant")) {
            String index = mutant[1];
            boolean whole = mutant.length > 7;
            if (!mutant[2].equals("0") && !dropped.contains(mutant[2])) {
                continue;
            }
            String refusal = whole ? notWhole(wholes) : made == ALONE ? MANY : null;
            if (refusal != null) {
                Session.say("beyond", index, refusal);
                continue;
            }
            String head = heads.get(mutant[3]);
            String text = head.substring(0, Integer.parseInt(mutant[4])) + mutant[6]
                    + head.substring(Integer.parseInt(mutant[5]));
            List<Source> sources = whole ? others(mutant[3]) : new ArrayList<>();
            sources.add(new Source(mutant[3], text));
            List<Diagnostic<? extends JavaFileObject>> errors = compile(sources, plan.of("out") + "-" + index);
            if (errors.isEmpty()) {
                made += whole ? 0 : 1;
                wholes += whole ? 1 : 0;
                Session.say("alone", index);
            } else {
                Session.say("refused", index, words(errors.get(0)));
            }
        }
    }

    private static final String MANY = "no branch can hold it, and enough have classes of their own";
    private String trouble;

    /** Why not everything is compiled for one mutant; nothing where it is. */
    private String notWhole(int made) throws Exception {
        String why = "it changes what other files are compiled from, and ";
        if (plan.all("source").size() > SOURCES) {
            return why + "they are too many";
        }
        if (trouble == null) {
            List<Diagnostic<? extends JavaFileObject>> errors = compile(others(""), plan.of("out") + "-whole");
            trouble = errors.isEmpty() ? "" : "without it they do not compile here: " + words(errors.get(0));
        }
        if (!trouble.isEmpty()) {
            return why + trouble;
        }
        return made == WHOLE ? why + "only " + WHOLE + " get a build of their own" : null;
    }

    /** Every source but the one at `path`. */
    private List<Source> others(String path) throws Exception {
        List<Source> sources = new ArrayList<>();
        for (String one : plan.each("source")) {
            if (!one.equals(path)) {
                sources.add(new Source(one, Files.readString(Path.of(one))));
            }
        }
        return sources;
    }

    private List<Diagnostic<? extends JavaFileObject>> compile(List<Source> sources, String out)
            throws Exception {
        List<String> options = new ArrayList<>(plan.each("flag"));
        Files.createDirectories(Path.of(out));
        String path = String.join(File.pathSeparator, plan.each("compile"));
        // All classes are looked at, also behind one with an error.
        options.addAll(List.of("-XDshould-stop.ifError=FLOW", "-nowarn", "-Xmaxerrs", "10000", "-g", "-d", out, "-s", out, "-cp", path));
        DiagnosticCollector<JavaFileObject> told = new DiagnosticCollector<>();
        boolean good = compiler.getTask(null, files, told, options, null, sources).call();
        List<Diagnostic<? extends JavaFileObject>> errors = new ArrayList<>();
        for (Diagnostic<? extends JavaFileObject> one : told.getDiagnostics()) {
            if (!good && one.getKind() == Diagnostic.Kind.ERROR) {
                errors.add(one);
            }
        }
        if (!good && errors.isEmpty()) {
            throw new IllegalStateException("the compiler gives no reason");
        }
        return errors;
    }

    private static String words(Diagnostic<? extends JavaFileObject> error) {
        String message = error.getMessage(Locale.ROOT).lines().findFirst().orElse("");
        return "line " + error.getLineNumber() + ": " + message;
    }
}
