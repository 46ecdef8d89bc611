package redgreen_switch;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Reads what is to be done: a line each, words with tabs between. */
final class Plan {
    final List<String[]> lines = new ArrayList<>();

    Plan(String path) throws IOException {
        for (String line : Files.readAllLines(Path.of(path))) {
            String[] words = line.split("\t", -1);
            for (int at = 0; at < words.length; at++) {
                words[at] = plain(words[at]);
            }
            lines.add(words);
        }
    }

    /** The words behind `name`, of its first line. */
    String of(String name) {
        List<String[]> all = all(name);
        return all.isEmpty() ? "" : all.get(0)[1];
    }

    List<String[]> all(String name) {
        List<String[]> found = new ArrayList<>();
        for (String[] words : lines) {
            if (words[0].equals(name)) {
                found.add(words);
            }
        }
        return found;
    }

    List<String> each(String name) {
        List<String> found = new ArrayList<>();
        for (String[] words : all(name)) {
            found.add(words[1]);
        }
        return found;
    }

    static String plain(String word) {
        StringBuilder made = new StringBuilder();
        for (int at = 0; at < word.length(); at++) {
            char letter = word.charAt(at);
            if (letter != '\\' || at + 1 == word.length()) {
                made.append(letter);
                continue;
            }
            at++;
            switch (word.charAt(at)) {
                case 'n': made.append('\n'); break;
                case 't': made.append('\t'); break;
                case 'r': made.append('\r'); break;
                default: made.append(word.charAt(at));
            }
        }
        return made.toString();
    }

    static String escaped(String word) {
        return word.replace("\\", "\\\\").replace("\n", "\\n").replace("\t", "\\t").replace("\r", "\\r");
    }
}
