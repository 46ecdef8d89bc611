package org.shop;

import java.util.Comparator;
import java.util.List;
import java.util.function.Function;

/** What every mutant in the many shapes of Java is about. */
public final class Shapes {
    enum Size {
        SMALL(1), LARGE(9);

        final int width;

        Size(int width) {
            this.width = width;
        }

        boolean holds(int other) {
            return other <= width;
        }
    }

    record Point(int x, int y) {
        Point {
            if (x < 0) throw new IllegalArgumentException();
        }

        int distance() {
            return Math.abs(x) + Math.abs(y);
        }
    }

    interface Priced {
        int price();

        default int doubled() {
            return price() * 2;
        }
    }

    static class Box<T extends Comparable<T>> {
        private final List<T> all;

        Box(List<T> all) {
            this.all = all;
        }

        T largest() {
            T best = all.get(0);
            for (T one : all) {
                if (one.compareTo(best) > 0) best = one;
            }
            return best;
        }

        class Inner {
            int count() {
                return all.size();
            }
        }
    }

    static final Function<Integer, Integer> NEXT = n -> n + 1;
    static final int FIRST = NEXT.apply(3);

    static List<String> longer(List<String> all, int than) {
        return all.stream().filter(one -> one.length() > than).sorted(Comparator.naturalOrder()).toList();
    }

    static String of(int n) {
        return switch (n) {
            case 1 -> "one";
            case 2 -> {
                String two = "two";
                yield two;
            }
            default -> n < 0 ? "less" : "many";
        };
    }

    static String text() {
        return """
            say "hello"
            twice""".replace("\n", " ");
    }

    static int classic(int n) {
        int result = 0;
        switch (n) {
            case 1:
                result = 10;
                break;
            default:
                result = 20;
        }
        for (int i = 0; i < n; i++) {
            result += i;
        }
        return result;
    }
}
