package redgreen_switch;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.platform.engine.FilterResult;
import org.junit.platform.engine.DiscoverySelector;
import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.engine.TestSource;
import org.junit.platform.engine.discovery.DiscoverySelectors;
import org.junit.platform.engine.support.descriptor.MethodSource;
import org.junit.platform.launcher.Launcher;
import org.junit.platform.launcher.PostDiscoveryFilter;
import org.junit.platform.launcher.TestExecutionListener;
import org.junit.platform.launcher.TestIdentifier;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;

/**
 * Tests of the JUnit Platform, by their unique ids. Those of JUnit 4 have cases whose ids differ from
 * run to run: there a method stands for all of them, `[engine:junit-vintage]/[runner:a.ATest]/a.ATest#adds`.
 */
final class Jupiter implements Engine {
    private static final String VINTAGE = "[engine:junit-vintage]/[runner:";

    private final Launcher launcher = LauncherFactory.create();

    @Override public void all(Class<?> type, Watch watch) {
        run(List.of(DiscoverySelectors.selectClass(type.getName())), watch);
    }

    @Override public void some(List<String> tests, Watch watch) {
        List<DiscoverySelector> selectors = new ArrayList<>();
        for (String test : tests) {
            selectors.add(!test.startsWith(VINTAGE) ? DiscoverySelectors.selectUniqueId(test)
                    : DiscoverySelectors.selectClass(test.substring(VINTAGE.length(), test.indexOf("]", VINTAGE.length()))));
        }
        PostDiscoveryFilter filter = one -> FilterResult.includedIf(one.isContainer()
                || !one.getUniqueId().toString().startsWith(VINTAGE)
                || tests.contains(id(one.getUniqueId().toString(), one.getSource())));
        run(selectors, watch, filter);
    }

    private static String name(Optional<TestSource> source) {
        MethodSource method = (MethodSource) source.filter(MethodSource.class::isInstance).orElse(null);
        return method == null ? null : method.getClassName() + "#" + method.getMethodName();
    }

    private static String id(String unique, Optional<TestSource> source) {
        String name = name(source);
        if (name == null || !unique.startsWith(VINTAGE)) {
            return unique;
        }
        return unique.substring(0, unique.indexOf("]", VINTAGE.length()) + 1) + "/" + name;
    }

    private void run(List<DiscoverySelector> selectors, Watch watch, PostDiscoveryFilter... filters) {
        launcher.execute(LauncherDiscoveryRequestBuilder.request().selectors(selectors).filters(filters).build(), new TestExecutionListener() {
            @Override public void executionStarted(TestIdentifier one) {
                watch.started(id(one.getUniqueId(), one.getSource()), name(one.getSource()));
            }

            @Override public void executionFinished(TestIdentifier one, TestExecutionResult result) {
                String id = id(one.getUniqueId(), one.getSource());
                String unique = one.getUniqueId();
                boolean isCase = !id.equals(unique) && unique.lastIndexOf("%5B") > unique.lastIndexOf("/[");
                switch (result.getStatus()) {
                    case FAILED:
                        watch.failed(id, result.getThrowable().orElse(null));
                        break;
                    case ABORTED:
                        // One case that does not fit is not the whole test.
                        if (!isCase) {
                            watch.aborted(id);
                        }
                        break;
                    default:
                }
                watch.finished(id);
            }
        });
    }
}
