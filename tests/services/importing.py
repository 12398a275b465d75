"""What an import's preview shows of a source, as the dialog first asks for it."""

from dyad_desktop.exchange.observations import Source, read_clipboard
from dyad_desktop.services.importing import Preview, Wish, guessed, known_of, preview
from dyad_desktop.services.session import Session


def looked_at(session: Session, source: Source | str, wish: Wish | None = None) -> Preview:
    """Return the preview of a source, or of text that was copied, with the mapping that is guessed."""
    read = read_clipboard(source) if isinstance(source, str) else source
    known = known_of(session.book)
    return preview(session.book, read, guessed(read, known), wish, known=known)
