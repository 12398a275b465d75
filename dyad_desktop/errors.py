"""What the world does to us: errors that are shown kindly, after which nothing is lost."""


class DyadError(Exception):
    """Something outside the program went wrong; the message is one clear sentence for a person."""


class BadInputError(DyadError):
    """Input that can't be taken; ``place`` says where, and nothing was changed."""

    def __init__(self, reason: str, place: str = "") -> None:
        """Keep the reason and its place apart so that a form can show the reason alone."""
        super().__init__(f"{place}: {reason}" if place else reason)
        self.reason = reason
        self.place = place


class WorkspaceError(DyadError):
    """A workspace file that can't be opened or written, with what to do about it."""


class DamagedError(WorkspaceError):
    """A workspace file whose content contradicts itself."""
