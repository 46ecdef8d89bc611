"""Ends tests that run past their limit."""


class TimeLimit(BaseException):
    """A test ran past its limit. No `Exception`, so that no test catches it by accident."""


class Alarm:
    """Ends a test that runs past its limit, where no other alarm rings earlier."""

    def __init__(self, limit_ms):
        self.limit = limit_ms / 1000.0
        self.was = None

    def set(self):
        try:
            import signal

            left = signal.getitimer(signal.ITIMER_REAL)[0]
            if self.limit <= 0 or 0 < left <= self.limit:
                return
            self.was = (signal.signal(signal.SIGALRM, self.ring), left)
            signal.setitimer(signal.ITIMER_REAL, self.limit)
        except (ImportError, AttributeError, ValueError, OSError):
            self.was = None  # no alarms here, or not the main thread

    def ring(self, _number, _frame):
        raise TimeLimit("ran past its limit of %d ms" % (self.limit * 1000))

    def clear(self):
        if self.was is None:
            return
        import signal

        handler, left = self.was
        self.was = None
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, handler if handler is not None else signal.SIG_DFL)
        if left:
            signal.setitimer(signal.ITIMER_REAL, left)
