package redgreen_switch;

/** Says whether a mutant is on, and notes which places are come by. */
public final class On {
    /** The number of the mutant that is on; 0 is none. */
    static volatile int number;
    /** By place, whether it was come by since the last look; nothing where nobody looks. */
    static volatile boolean[] reached;
    /** The same, of what was come by while a class was loaded: that happens once. */
    static volatile boolean[] loading;

    private On() { }

    public static boolean is(int place, int which) {
        at(place);
        return number == which;
    }

    public static void at(int place) {
        boolean[] seen = reached;
        if (seen == null || seen[place]) {
            return;
        }
        seen[place] = true;
        boolean[] loads = loading;
        if (!loads[place] && StackWalker.getInstance().walk(all ->
                all.anyMatch(frame -> frame.getMethodName().equals("<clinit>")))) {
            loads[place] = true;
        }
    }
}
