"""One background thread with an asyncio loop: the network never runs in the thread of the window."""

import asyncio
import threading
from collections.abc import Callable, Coroutine
from concurrent.futures import Future
from typing import Any, TypeVar

from dyad_desktop.errors import DyadError

_T = TypeVar("_T")
_JOIN = 10.0


class LoopThread:
    """Runs coroutines in a thread of its own until it is closed.

    A bug in one of them goes to ``threading.excepthook``, as from any other thread.
    """

    def __init__(self, name: str) -> None:
        """Start the thread."""
        self.loop = asyncio.new_event_loop()
        self._tasks: set[asyncio.Task[Any]] = set()
        self._closed = False
        self._lock = threading.Lock()
        self._thread = threading.Thread(target=self._run, name=name, daemon=True)
        self._thread.start()

    @property
    def inside(self) -> bool:
        """Return whether the caller runs in this thread."""
        return threading.current_thread() is self._thread

    def start(self, work: Coroutine[Any, Any, _T]) -> Future[_T]:
        """Run a coroutine, from any thread; its outcome is the future's.

        Raises:
            DyadError: the thread was closed.
        """
        with self._lock:
            if not self._closed:
                return asyncio.run_coroutine_threadsafe(work, self.loop)
        work.close()
        raise DyadError("The connection to other computers is switched off. Switch it on first.")

    def post(self, act: Callable[[], object]) -> None:
        """Call ``act`` in the thread soon, from any thread; nothing happens once it is closed."""
        with self._lock:
            if not self._closed:
                self.loop.call_soon_threadsafe(act)

    def spawn(self, work: Coroutine[Any, Any, None]) -> asyncio.Task[None]:
        """Run a coroutine on its own, from inside the thread."""
        task = self.loop.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._over)
        return task

    def guard(self, act: Callable[[], object]) -> bool:
        """Call somebody else's ``act``; a bug in it is reported, not spread; returns whether it went well."""
        try:
            act()
        except Exception as error:  # noqa: BLE001 - reported as the bug it is
            self._report(error)
            return False
        return True

    def close(self) -> None:
        """End all that runs and, unless called from inside, wait for the thread."""
        with self._lock:
            if not self._closed:
                self._closed = True
                self.loop.call_soon_threadsafe(self.loop.stop)
        if not self.inside:
            self._thread.join(_JOIN)

    def _run(self) -> None:
        try:
            self.loop.run_forever()
            self.loop.run_until_complete(self._cancel_all())
            self.loop.run_until_complete(self.loop.shutdown_asyncgens())
        finally:
            self.loop.close()

    async def _cancel_all(self) -> None:
        others = asyncio.all_tasks() - {asyncio.current_task()}
        for task in others:
            task.cancel()
        if others:
            await asyncio.wait(others, timeout=_JOIN / 2)
        for _ in range(16):  # an aborted transport below TLS closes some turns later
            await asyncio.sleep(0)

    def _over(self, task: asyncio.Task[Any]) -> None:
        self._tasks.discard(task)
        if not task.cancelled() and (error := task.exception()) is not None:
            self._report(error)

    def _report(self, error: BaseException) -> None:
        kind, trace = type(error), error.__traceback__
        threading.excepthook(threading.ExceptHookArgs((kind, error, trace, self._thread)))
