"""Work away from the interface thread: one worker for the database, two for files, one relay back."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, Qt, Signal, Slot

from dyad_desktop.errors import DyadError

if TYPE_CHECKING:
    from concurrent.futures import Future, ThreadPoolExecutor

Done = Callable[[Any], None]
Failed = Callable[[DyadError], None]


@dataclass(frozen=True, slots=True)
class _Outcome:
    """What a piece of work gave, on its way to the interface thread."""

    value: object
    error: BaseException | None
    done: Done | None
    failed: Failed | None
    trace: str = ""


class Runner(QObject):
    """Runs work in order and brings results back to the interface thread.

    ``failed`` tells of errors that nobody asked to hear; ``crashed`` of bugs, with their trace; ``idle`` that
    the last piece of work has come back.
    """

    failed = Signal(object)
    crashed = Signal(object)
    idle = Signal()
    _relay = Signal(object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._pools: dict[str, ThreadPoolExecutor] = {}
        self._waiting = 0
        self._closed = False
        self._relay.connect(self._deliver, Qt.ConnectionType.QueuedConnection)

    def _pool(self, name: str, workers: int) -> "ThreadPoolExecutor":
        """Return a pool, made when it is first needed: not before the first window has painted."""
        from concurrent.futures import ThreadPoolExecutor  # noqa: PLC0415 - as above

        if name not in self._pools:
            self._pools[name] = ThreadPoolExecutor(workers, f"dyad-{name}")
        return self._pools[name]

    @property
    def busy(self) -> bool:
        """Return whether work is under way."""
        return self._waiting > 0

    def database(
        self, work: Callable[[], Any], done: Done | None = None, failed: Failed | None = None
    ) -> None:
        """Run work that reads or writes the workspace; one at a time, in order."""
        self._submit(self._pool("database", 1), work, done, failed)

    def files(
        self, work: Callable[[], Any], done: Done | None = None, failed: Failed | None = None
    ) -> None:
        """Run work on other files."""
        self._submit(self._pool("files", 2), work, done, failed)

    def _submit(
        self,
        pool: "ThreadPoolExecutor",
        work: Callable[[], Any],
        done: Done | None,
        failed: Failed | None,
    ) -> None:
        if self._closed:
            return
        self._waiting += 1

        def finish(future: "Future[Any]") -> None:
            error = future.exception()
            trace = trace_of(error) if error else ""
            value = None if error else future.result()
            self._relay.emit(_Outcome(value, error, done, failed, trace))

        pool.submit(work).add_done_callback(finish)

    @Slot(object)
    def _deliver(self, outcome: _Outcome) -> None:
        self._waiting -= 1
        if self._closed:
            return
        if outcome.error is None:
            if outcome.done is not None:
                outcome.done(outcome.value)
        elif not isinstance(outcome.error, DyadError):
            self.crashed.emit(outcome.trace)
        elif outcome.failed is not None:
            outcome.failed(outcome.error)
        else:
            self.failed.emit(outcome.error)
        if self._waiting == 0:
            self.idle.emit()

    def close(self, last: Callable[[], Any] | None = None) -> None:
        """Run ``last`` on the database worker after all that waits, then end the workers."""
        if self._closed:
            return
        self._closed = True
        try:
            if last is not None:
                self._pool("database", 1).submit(last).result()
        finally:
            for pool in self._pools.values():
                pool.shutdown(wait=True)


def trace_of(error: BaseException) -> str:
    """Return an exception's trace as text."""
    import traceback  # noqa: PLC0415 - only a bug needs it

    return "".join(traceback.format_exception(error))
