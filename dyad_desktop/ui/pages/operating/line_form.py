"""A line's fields as a form in which what drives it, its kind and which one, is kept as a pair."""

from typing import Any

from PySide6.QtCore import Slot

from dyad_desktop.domain.book import Book
from dyad_desktop.domain.methods import FTE, GROUP, VOLUME
from dyad_desktop.domain.operating import OperatingLine
from dyad_desktop.services.rules import DRIVER_WORDS, drivers_there
from dyad_desktop.ui import format as show
from dyad_desktop.ui.widgets.form import Form

_KIND, _REF = "driver_kind", "driver_ref"
_PAIR = frozenset({_KIND, _REF})
_FIXED = "fixed"
_LABELLED = {VOLUME: "volume", FTE: "position"}


class LineForm(Form):
    """Either of the two may be said first: it waits for the other with a quiet word, then both are one commit."""

    _half = False
    """Whether half of the pair was said, and waits for the other half."""

    def hand_in(self, name: str, value: Any) -> None:  # noqa: ANN401 - any field's value
        """Write a field, but the pair only once it is whole."""
        if name not in _PAIR:
            super().hand_in(name, value)
            return
        kind, ref = self.fields[_KIND].text, self.fields[_REF].text.strip()
        if kind == _FIXED:
            self._hand_in_fixed(name, ref)
        elif not ref or (name == _KIND and ref not in drivers_there(self._desk.book, kind)):
            self._wait(_REF, f"say which {DRIVER_WORDS[kind]} drives it; {self._stays()}")
        else:
            self._write(kind, ref, _REF)

    def _hand_in_fixed(self, name: str, ref: str) -> None:
        """Let the line be fixed; a name that is said of a fixed line waits for what it is the name of."""
        before = self._line.driver_ref or ""
        if name == _KIND or ref == before:
            self._write(_FIXED, before, _KIND)  # comes back when the line is driven again
        elif ref:
            self._wait(_KIND, f"say what it is driven by; {self._stays()}")
        else:
            self._write(_FIXED, "", _KIND)

    @property
    def _line(self) -> OperatingLine:
        return self._desk.book.need(OperatingLine, self.key[1])

    def _stays(self) -> str:
        return f"until then it stays {_driven(self._desk.book, self._line)}"

    def _wait(self, at: str, words: str) -> None:
        self.waiting |= _PAIR
        self._half = True
        for name in _PAIR:
            self.fields[name].unsay()
        self.fields[at].hint(words)

    def _write(self, kind: str, ref: str, told: str) -> None:
        """Write what of the pair differs; where nothing does, nothing waits any more."""
        line, self._half = self._line, False
        wished = {_KIND: (kind, line.driver_kind), _REF: (ref or None, line.driver_ref)}
        values = {name: new for name, (new, old) in wished.items() if new != old}
        if values:
            self.waiting |= _PAIR  # until it stands
            self.write(values, told, self._on_written)
        else:
            self._rest()

    @Slot(object)
    def _on_written(self, _changes: object) -> None:
        self._rest()

    def _rest(self) -> None:
        """Show the pair as it stands."""
        self.waiting -= _PAIR
        for name in _PAIR:
            self.fields[name].unsay()
        self.refresh()

    @Slot()
    def tell_half(self) -> None:
        """Tell, when the form is left, that half of the pair wasn't kept."""
        refused = self.waiting and any(self.fields[name].changed for name in _PAIR)
        if (self._half or refused) and self._desk.book.get(OperatingLine, self.key[1]) is not None:
            name, driven = self._line.name, _driven(self._desk.book, self._line)
            self._desk.say(f"{name} stays {driven}: what else drives it was only said by half.")


def _driven(book: Book, line: OperatingLine) -> str:
    """Return what drives a line: ``fixed``, ``driven by Cath cases (V03)``, ``driven by the group benefits``."""
    kind, ref = line.driver_kind, line.driver_ref or ""
    if kind == _FIXED:
        return kind
    if kind == GROUP:
        return f"driven by the group {show.words(ref)}"
    return f"driven by {book.label(_LABELLED[kind], ref)} ({ref})"
