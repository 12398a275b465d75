"""One export under way: the worker tells how far it is, the page looks now and then and may say stop."""

from dataclasses import dataclass


@dataclass(slots=True)
class Writing:
    """Shared by the worker and the page: each attribute is written by one of them only."""

    what: str = "Starting"
    done: int = 0
    total: int = 0
    stopped: bool = False

    def tell(self, what: str, done: int, total: int) -> None:
        """Take note of how far the worker is."""
        self.what, self.done, self.total = what, done, total

    def is_stopped(self) -> bool:
        """Return whether the person said stop."""
        return self.stopped

    @property
    def words(self) -> str:
        """Return what is being done and how far."""
        if not self.total:
            return f"{self.what} …"
        return f"{self.what}: {self.done:,} of {self.total:,}"
