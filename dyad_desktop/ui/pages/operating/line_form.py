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
    _before: tuple[str, str] | None = None
    """The pair that was seen before anything else was said of it; none once something was handed in."""

    def hand_in(self, name: str, value: Any) -> None:  # noqa: ANN401 - any field's value
        """Write a field, but the pair only once it is whole."""
        line = self._desk.book.get(OperatingLine, self.key[1])
        if name not in _PAIR or line is None:
            super().hand_in(name, value)  # of a line that is gone, any field is refused
            return
        self._begin(line)
        kind, ref = self.fields[_KIND].text, self.fields[_REF].text.strip()
        if (kind, ref) == self._before:
            self._rest()  # it was taken back: whatever arrived meanwhile stands
        elif kind == _FIXED:
            self._hand_in_fixed(line, name, ref)
        elif not ref or (name == _KIND and ref not in drivers_there(self._desk.book, kind)):
            self._wait(_REF, f"say which {DRIVER_WORDS[kind]} drives it; {self._stays(line)}")
        else:
            self._write(line, kind, ref, _REF)

    def _begin(self, line: OperatingLine) -> None:
        """Remember what is seen of the pair when the first half is said."""
        if not self.waiting:
            self._before = _pair(self._book.get(OperatingLine, line.id) or line)
        self.hold(_PAIR)

    def _hand_in_fixed(self, line: OperatingLine, name: str, ref: str) -> None:
        """Let the line be fixed; a name that is said of a fixed line waits for what it is the name of."""
        kind, before = self._before or _pair(line)
        if name == _KIND and kind == _FIXED and self._before is not None:
            self._rest()  # only a name was said of it, which is taken back
        elif name == _KIND or ref == before:
            self._write(line, _FIXED, line.driver_ref or "", _KIND)  # for when it is driven again
        elif ref:
            self._wait(_KIND, f"say what it is driven by; {self._stays(line)}")
        else:
            self._write(line, _FIXED, "", _KIND)

    def _stays(self, line: OperatingLine) -> str:
        return f"until then it stays {_driven(self._desk.book, line)}"

    def _wait(self, at: str, words: str) -> None:
        self._half = True
        for name in _PAIR:
            self.fields[name].unsay()
        self.fields[at].hint(words)

    def _write(self, line: OperatingLine, kind: str, ref: str, told: str) -> None:
        """Write what of the pair differs; where nothing does, nothing waits any more."""
        self._half, self._before = False, None
        wished = {_KIND: (kind, line.driver_kind), _REF: (ref or None, line.driver_ref)}
        values = {name: new for name, (new, old) in wished.items() if new != old}
        if values:
            self.write(values, told, self._on_written)
        else:
            self._rest()

    @Slot(object)
    def _on_written(self, _changes: object) -> None:
        if not self._half:  # else more was said meanwhile, and waits
            self._rest()

    def _rest(self) -> None:
        """Show the pair as it stands."""
        self._half = False
        self.waiting -= _PAIR
        for name in _PAIR:
            self.fields[name].unsay()
        self.refresh()

    @Slot()
    def tell_half(self) -> None:
        """Tell, when the form is left, that half of the pair wasn't kept."""
        line = self._desk.book.get(OperatingLine, self.key[1])
        refused = self.waiting and any(self.fields[name].changed for name in _PAIR)
        if (self._half or refused) and line is not None:
            driven = _driven(self._desk.book, line)
            self._desk.say(
                f"{line.name} stays {driven}: what else drives it was only said by half."
            )


def _pair(line: OperatingLine) -> tuple[str, str]:
    return line.driver_kind, line.driver_ref or ""


def _driven(book: Book, line: OperatingLine) -> str:
    """Return what drives a line: ``fixed``, ``driven by Cath cases (V03)``, ``driven by the group benefits``."""
    kind, ref = line.driver_kind, line.driver_ref or ""
    if kind == _FIXED:
        return kind
    if kind == GROUP:
        return f"driven by the group {show.words(ref)}"
    return f"driven by {book.label(_LABELLED[kind], ref)} ({ref})"
