"""Runs a test as pytest does, without the reports that nobody reads."""

from contextlib import contextmanager

from rg_facts import is_skip


@contextmanager
def nullcontext():
    """`contextlib` has it from Python 3.7 on."""
    yield


class Subtests:
    """Sees failures that no test raises: those of subtests."""

    failed = None

    def pytest_runtest_logreport(self, report):
        if report.outcome == "failed":
            self.failed = report


def pending(item, subtests):
    """A failure that a test noted without raising it."""
    noted = getattr(item, "_excinfo", None)
    if noted:
        first = noted[0]
        del noted[:]
        return getattr(first, "value", None) or first[1]
    if subtests.failed is not None:
        failed, subtests.failed = subtests.failed, None
        return AssertionError(str(failed.nodeid))
    return None


# Phases of a test in which others than pytest may have a say.
HOOKS = ("pytest_runtest_setup", "pytest_runtest_call", "pytest_runtest_teardown",
         "pytest_pyfunc_call")


def is_plain(item, own):
    """Whether running the test is calling its function: no fixture, no mark, no argument, and
    nobody but pytest and the plug-in `own` hooks into it."""
    import pytest

    if type(item) is not pytest.Function or item.cls is not None:
        return False
    code = getattr(item.obj, "__code__", None)
    # Generators and coroutines only begin when they are called.
    if code is None or code.co_flags & (0x20 | 0x80 | 0x200) or code.co_argcount:
        return False
    if getattr(item, "fixturenames", True) or next(item.iter_markers(), None) is not None:
        return False
    return not any(are_others(item, name, own) for name in HOOKS) and not is_filtered(item)


def following(items, place):
    """The next test that is set up as pytest does it: until then, what it shares with the one at
    `place` stays."""
    for item in items[place + 1:]:
        if not getattr(item, "redgreen_plain", False):
            return item
    return None


def called(item):
    """The error that ended a plain test, or nothing."""
    try:
        item.obj()
    except BaseException as raised:
        return raised
    return None


def protocol(item, following, subtests, is_over=False):
    """The error that ended a test, or nothing. Builds no report that nobody reads. Where `is_over`
    after a failure, nothing is torn down."""
    if getattr(item, "redgreen_plain", False):
        return called(item)
    if hasattr(item, "_request") and not item._request:
        item._initrequest()
    subtests.failed = None
    with filtered(item):
        error = phases(item, following, subtests, is_over)
    if hasattr(item, "_request"):
        item._request = False
        item.funcargs = None
    return error


def phases(item, following, subtests, is_over):
    """What ended the test while it was set up, called or torn down."""
    hooks, reported = item.ihook, is_reported(item)

    def phase(when, hook, **named):
        try:
            error = None
            if reported:
                error = with_report(item, when, lambda: hook(item=item, **named))
            else:
                hook(item=item, **named)
            return pending(item, subtests) if error is None else error
        except BaseException as raised:
            return raised

    error = phase("setup", hooks.pytest_runtest_setup)
    if error is None:
        error = phase("call", hooks.pytest_runtest_call)
    if error is not None and is_over and not is_skip(error):
        return error
    last = phase("teardown", hooks.pytest_runtest_teardown, nextitem=following)
    return last if error is None or last is not None and is_skip(error) else error


def are_others(item, hook, own=None):
    """Whether anybody but pytest and the plug-in `own` has a say in a hook."""
    for impl in getattr(item.ihook, hook).get_hookimpls():
        module = getattr(impl.function, "__module__", None) or ""
        if impl.plugin is not own and module.split(".")[0] != "_pytest":
            return True
    return False


def is_reported(item):
    """Whether a fixture may ask how the phases of the test went: pytest's own temporary
    directories do, and so do hooks of a project, which leave the reports with the test."""
    if "tmp_path" in getattr(item, "fixturenames", ()):
        return True
    return are_others(item, "pytest_runtest_makereport")


def with_report(item, when, run):
    """The error of one phase, after its report was made."""
    from _pytest.runner import CallInfo

    if not hasattr(CallInfo, "from_call"):  # before pytest 4.1
        run()
        return None
    call = CallInfo.from_call(run, when=when)
    item.ihook.pytest_runtest_makereport(item=item, call=call)
    return None if call.excinfo is None else call.excinfo.value


def is_filtered(item):
    """Whether somebody says what becomes of its warnings."""
    options = getattr(item.config, "known_args_namespace", None)
    return bool(item.config.getini("filterwarnings") or getattr(options, "pythonwarnings", None)
                or next(item.iter_markers("filterwarnings"), None))


def filtered(item):
    """What pytest's protocol does about warnings: those that the project calls errors are."""
    if not is_filtered(item):
        return nullcontext()
    try:
        from _pytest.warnings import catch_warnings_for_item
    except ImportError:  # before pytest 3.8
        return nullcontext()
    return catch_warnings_for_item(config=item.config, ihook=item.ihook, when="runtest", item=item)
