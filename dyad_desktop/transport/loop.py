"""One background thread with an asyncio loop: the network never runs in the thread of the window."""

import asyncio
import selectors
import socket
import threading
from collections.abc import Callable, Coroutine, Iterator
from concurrent.futures import Future
from functools import partial
from typing import Any, TypeVar, cast

from dyad_desktop.errors import DyadError

_T = TypeVar("_T")
_JOIN = 10.0
_TURN = 0.002
_ITS_OWN = 1  # the selector's entry for the pipe by which other threads wake the loop


class LoopThread:
    """Runs coroutines in a thread of its own until it is closed.

    A bug in one of them goes to ``threading.excepthook``, as from any other thread.
    """

    def __init__(self, name: str) -> None:
        """Start the thread."""
        # Its own selector tells at the end what is still open; and Windows' usual loop has no ``add_reader``.
        self._selector = selectors.DefaultSelector()
        self.loop = asyncio.SelectorEventLoop(self._selector)
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

    async def take_calls(
        self, door: socket.socket, answer: Callable[[socket.socket], Coroutine[Any, Any, None]]
    ) -> None:
        """Answer each caller at a listening socket in a task of its own, until cancelled.

        ``answer`` owns the call's socket from its first step on.
        """
        door.setblocking(False)  # noqa: FBT003 - the standard library's signature
        while True:
            await self._readable(door)
            try:  # nothing waits between taking a call and its task, so that none is left open at the end
                call, _ = door.accept()
            except OSError:  # out of file handles, or the caller is gone again
                await asyncio.sleep(0.1)
                continue
            call.setblocking(False)  # noqa: FBT003 - the standard library's signature
            self.spawn(answer(call)).add_done_callback(partial(_hang_up, call))

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
            self.loop.run_until_complete(self._end_all())
            self.loop.run_until_complete(self.loop.shutdown_asyncgens())
        finally:
            self.loop.close()

    async def _end_all(self) -> None:
        """Cancel every task, those too that others make meanwhile, and wait for the connections to close.

        TLS says good-bye before it closes, some turns later or at its time-out.
        """
        await asyncio.sleep(0)  # each task begins, so that it can see to what it was given
        own, cancelled = asyncio.current_task(), set[asyncio.Task[Any]]()
        until = self.loop.time() + _JOIN / 2
        while self.loop.time() < until:
            tasks = asyncio.all_tasks() - {own}
            if not tasks and len(self._selector.get_map()) <= _ITS_OWN:
                return
            for task in tasks - cancelled:
                task.cancel()
            cancelled |= tasks
            await asyncio.sleep(_TURN)

    async def _readable(self, door: socket.socket) -> None:
        ready = asyncio.Event()
        self.loop.add_reader(door, ready.set)
        try:
            await ready.wait()
        finally:
            self.loop.remove_reader(door)

    def _over(self, task: asyncio.Task[Any]) -> None:
        self._tasks.discard(task)
        if not task.cancelled() and (error := task.exception()) is not None:
            self._report(error)

    def _report(self, error: BaseException) -> None:
        kind, trace = type(error), error.__traceback__
        threading.excepthook(threading.ExceptHookArgs((kind, error, trace, self._thread)))


class Waiting:
    """Callers who haven't proved yet who they are: so many at a time, the oldest of whom gives way to the next.

    Else whoever connects and says nothing would keep a partner out.
    """

    def __init__(self, most: int) -> None:
        """Hold up to ``most``."""
        self._most = most
        self._tasks: dict[asyncio.Task[Any], None] = {}

    def __iter__(self) -> Iterator[asyncio.Task[Any]]:
        """Yield the tasks that answer them, the oldest first."""
        return iter(tuple(self._tasks))

    def come(self) -> None:
        """Take the running task's caller in."""
        if len(self._tasks) >= self._most:
            oldest = next(iter(self._tasks))
            del self._tasks[oldest]
            oldest.cancel()
        self._tasks[cast("asyncio.Task[Any]", asyncio.current_task())] = None

    def leave(self) -> None:
        """Let the running task's caller go: it is known now, or gone."""
        self._tasks.pop(cast("asyncio.Task[Any]", asyncio.current_task()), None)


def door_at(host: str, port: int) -> socket.socket:
    """Return a socket that takes calls.

    Raises:
        OSError: the address isn't this computer's, or the port is taken; ``strerror`` says which, and no more.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        return socket.create_server((host, port), family=family)
    except OSError as error:  # it says the address too, which whoever tells of it does anyway
        reason = (error.strerror or str(error)).partition(" (while ")[0]
        raise OSError(error.errno, reason) from None


def _hang_up(call: socket.socket, answer: "asyncio.Task[None]") -> None:
    """Close a call whose task was cancelled, perhaps before it had begun and could see to it itself."""
    if answer.cancelled():
        call.close()
