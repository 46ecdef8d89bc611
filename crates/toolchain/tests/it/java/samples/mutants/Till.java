package org.shop;

import java.util.ArrayList;
import java.util.List;

/** What every mutant of statements and limits is about. */
public class Till {
    static final int MOST = 100;
    private static final int STEP = 2;
    static int used;
    private final List<String> names = new ArrayList<>();
    private int sum;

    public Till(String... names) {
        super();
        this.names.addAll(List.of(names));
        used++;
    }

    public int add(int price) {
        if (price < 0) {
            throw new IllegalArgumentException("negative: " + price);
        }
        sum += price; // each
        if (sum > MOST) {
            throw new IllegalStateException("full");
        }
        return sum;
    }

    public String name(int index) {
        try {
            return names.get(index);
        } catch (IndexOutOfBoundsException missing) {
            sum = -1;
            return "";
        }
    }

    public static int countdown(int from) {
        int left = from;
        int steps = 0;
        while (left > 0) {
            left--;
            steps += STEP;
        }
        return steps / STEP;
    }

    public static int fill(int wanted) {
        List<byte[]> chunks = new ArrayList<>();
        while (chunks.size() < wanted * 1) {
            chunks.add(new byte[1 << 20]);
            wanted--;
        }
        return chunks.size();
    }

    public static int leave(int code) {
        if (code != 0) {
            System.exit(code);
        }
        return code;
    }

    public static boolean unused(int left, int right) {
        return left < right;
    }

    public static String plain(String text) {
        return text.trim();
    }

    public static int spoiled() {
        int before = used;
        used = before + 1;
        return before;
    }

    public int typed(Object any) {
        byte small = 1;
        int size = any instanceof String text && text.length() > 2 ? text.length() : small;
        int once;
        once = size;
        return once;
    }

    public int failing() {
        return 4;
    }
}
