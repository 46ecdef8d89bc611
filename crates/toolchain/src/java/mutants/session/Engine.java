package redgreen_switch;

import java.util.List;

/** Runs tests and tells a watch what becomes of each. Classes are those of the thread's loader. */
interface Engine {
    /** Every test of a class. */
    void all(Class<?> type, Watch watch) throws Exception;

    /** Tests by the ids that they were told by. */
    void some(List<String> tests, Watch watch) throws Exception;
}
