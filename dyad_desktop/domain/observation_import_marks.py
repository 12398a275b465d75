"""The decimal mark of a source, and its figures that can be two, such as ``1.234``: read as typed ones are. Pure."""

from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal

from dyad_desktop.domain.goals import Measure
from dyad_desktop.domain.observation_import_figures import (
    Fits,
    can_be_two,
    comma_by_size,
    exact_figure,
    read_figure,
)
from dyad_desktop.domain.observation_import_plausible import fitting
from dyad_desktop.errors import BadInputError

SAID, TOLD, USUAL, OPEN = "said", "told", "usual", "open"
"""How the decimal mark is known: by a person, by the figures, by what such sources usually have, or not at all."""
Texts = Mapping[tuple[str, str], Sequence[str]]
"""The figures of a source as they are written, by measure and field."""


class Marks:
    """Reads figures in the decimal mark of their source; what can be two must fit its measure, unless a person said it.

    ``beside`` gives all figures of the source, once one can be two.
    """

    def __init__(self, how: str, beside: Callable[[], Texts], *, comma: bool) -> None:
        self._how, self._comma = how, comma
        self._find, self._beside = beside, dict[tuple[str, str], Sequence[str]]()
        self._fits: dict[tuple[str, str], Fits] = {}

    def figure(self, measure: Measure, field: str, text: str) -> Decimal | None:
        """Return a figure with all its decimals; ``None`` where the text says that nothing was measured.

        Raises:
            BadInputError: it isn't one figure, or can be two.
        """
        percent = measure.unit == "%" and field == "values"
        if self._how == SAID or not can_be_two(text):
            return read_figure(text, comma=self._comma, percent=percent)
        fits = self._fitting(measure, field)
        comma = {TOLD: self._comma, USUAL: self._usual(text, fits)}.get(self._how)
        try:
            return exact_figure(text, comma=comma, percent=percent, fits=fits)
        except BadInputError as error:
            raise BadInputError(f"{error.reason}, or choose the decimal mark") from None

    def _usual(self, text: str, fits: Fits) -> bool:
        told = comma_by_size(text, fits)
        return self._comma if told is None else told

    def _fitting(self, measure: Measure, field: str) -> Fits:
        at = measure.id, field
        if at not in self._fits:
            self._beside = self._beside or dict(self._find())
            self._fits[at] = fitting(measure, field, self._beside.get(at, ()))
        return self._fits[at]


def told_by_size(texts: Texts, measures: Mapping[str, Measure]) -> frozenset[bool]:
    """Return which decimal marks the figures that can be two must have to fit their measures."""
    found = set[bool | None]()
    for (measure, field), many in texts.items():
        either = [text for text in many if can_be_two(text)]
        if either:
            fits = fitting(measures[measure], field, many)
            found |= {comma_by_size(text.strip(), fits) for text in either}
    return frozenset(one for one in found if one is not None)
