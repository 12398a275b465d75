"""YAML text as places: a value together with where it stands, so that every complaint can say where."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any, NoReturn

import yaml

from dyad_desktop.errors import BadInputError

MAX_CHARACTERS = 32 * 1024 * 1024
_DEPTH = 40
_DIGITS = 40
"""How far from the point the first digit of a number may stand: none can be written that fills the memory."""
_INTEGER = re.compile(rf"[-+]?(0|[1-9]\d{{0,{_DIGITS - 1}}})")
_TAG = "tag:yaml.org,2002:"
_Loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


@dataclass(frozen=True, slots=True)
class Place:
    """A YAML node and its path, such as ``goals[0].measures[1].target``."""

    node: yaml.Node
    path: str

    @property
    def where(self) -> str:
        """Return the path and line that a person can go to."""
        return f"{self.path or 'the file'} (line {self.node.start_mark.line + 1})"

    def fail(self, reason: str) -> NoReturn:
        """Raise a ``BadInputError`` at this place."""
        raise BadInputError(reason, self.where)

    @property
    def empty(self) -> bool:
        """Return whether the value is null."""
        return isinstance(self.node, yaml.ScalarNode) and self.node.tag == _TAG + "null"

    @property
    def keyed(self) -> bool:
        """Return whether it is a mapping."""
        return isinstance(self.node, yaml.MappingNode)

    def mapping(self) -> dict[str, "Place"]:
        """Return the entries of a mapping.

        Raises:
            BadInputError: it is no plain mapping, a key is no text, or stands twice.
        """
        if not isinstance(self.node, yaml.MappingNode):
            self.fail(f"a mapping is expected, not {self._kind}")
        self._check_tag("map")
        found: dict[str, Place] = {}
        for key, value in self.node.value:
            if not isinstance(key, yaml.ScalarNode):
                self.fail("a key must be plain text")
            place = Place(value, f"{self.path}.{key.value}" if self.path else key.value)
            if key.tag == _TAG + "merge":
                place.fail("merge keys (<<) are not allowed; write the values out")
            if key.tag != _TAG + "str":
                place.fail(f"the key {key.value[:40]!r} is not text; write it in quotes")
            if key.value in found:
                place.fail(f"the key {key.value!r} stands here twice")
            found[key.value] = place
        return found

    def items(self) -> list["Place"]:
        """Return the items of a list.

        Raises:
            BadInputError: it is no list.
        """
        if not isinstance(self.node, yaml.SequenceNode):
            self.fail(f"a list is expected, not {self._kind}")
        self._check_tag("seq")
        return [Place(item, f"{self.path}[{n}]") for n, item in enumerate(self.node.value)]

    def _check_tag(self, plain: str) -> None:
        if self.node.tag != _TAG + plain:
            self.fail(f"the YAML tag {self.node.tag.removeprefix(_TAG)[:40]!r} is not allowed")

    @property
    def _kind(self) -> str:
        if isinstance(self.node, yaml.MappingNode):
            return "a mapping"
        return "a list" if isinstance(self.node, yaml.SequenceNode) else repr(self.node.value[:40])

    def plain(self) -> Any:  # noqa: ANN401 - whatever the file holds
        """Return the value as Python data: ``Decimal`` for numbers with a point, text for dates."""
        if isinstance(self.node, yaml.MappingNode):
            return {key: place.plain() for key, place in self.mapping().items()}
        if isinstance(self.node, yaml.SequenceNode):
            return [place.plain() for place in self.items()]
        return self._scalar()

    def _scalar(self) -> Any:  # noqa: ANN401
        text, tag = self.node.value, self.node.tag.removeprefix(_TAG)
        if tag == "null":
            return None
        if tag == "bool":
            return text.lower() in ("true", "yes", "on")
        if tag == "int":
            if _INTEGER.fullmatch(text) is None:
                self.fail(f"{text[:40]!r} is not a plain whole number")
            return int(text)
        if tag == "float":
            return self._decimal(text)
        if tag in ("str", "timestamp"):
            return text
        return self.fail(f"the YAML tag {tag[:40]!r} is not allowed")

    def _decimal(self, text: str) -> Decimal:
        try:
            number = Decimal(text.replace("_", "").replace(".inf", "inf").replace(".nan", "nan"))
        except InvalidOperation:
            self.fail(f"{text[:40]!r} is not a plain number")
        if not number.is_finite():
            self.fail(f"{text[:40]!r} is not a finite number")
        if abs(number.adjusted()) > _DIGITS:
            self.fail(f"{text[:40]!r} is too large or too small to be kept")
        return number


def read(text: str) -> Place:
    """Return the root of a YAML document.

    Raises:
        BadInputError: it is no YAML, more than one document, too large, too deep, or uses aliases.
    """
    if len(text) > MAX_CHARACTERS:
        raise BadInputError(
            f"the file has {len(text):,} characters; at most {MAX_CHARACTERS:,} are read"
        )
    try:
        node = yaml.compose(text, Loader=_Loader)
    except (yaml.YAMLError, RecursionError, ValueError) as error:
        raise BadInputError(f"this is not YAML: {_reason(error)}", _mark(error)) from None
    if node is None:
        raise BadInputError("the file is empty")
    for depth, place in _walk(Place(node, ""), 0, set()):
        if depth > _DEPTH:
            place.fail(f"nested deeper than {_DEPTH} levels")
    return Place(node, "")


def _walk(place: Place, depth: int, seen: set[int]) -> Iterator[tuple[int, Place]]:
    waiting = [(depth, place)]
    while waiting:
        depth, place = waiting.pop()
        yield depth, place
        if isinstance(place.node, yaml.ScalarNode):
            continue
        if id(place.node) in seen:
            place.fail("aliases (*name) are not allowed; write the value out")
        seen.add(id(place.node))
        inner = (
            [*place.mapping().values()]
            if isinstance(place.node, yaml.MappingNode)
            else place.items()
        )
        waiting.extend((depth + 1, part) for part in inner)


def _reason(error: Exception) -> str:
    text = getattr(error, "problem", None) or str(error) or "nested too deeply"
    return str(text).splitlines()[0]


def _mark(error: Exception) -> str:
    mark = getattr(error, "problem_mark", None)
    return f"line {mark.line + 1}" if mark is not None else ""


class _Dumper(getattr(yaml, "CSafeDumper", yaml.SafeDumper)):  # type: ignore[misc]
    """Writes ``Decimal`` as a plain number and never uses aliases."""

    def ignore_aliases(self, _data: object) -> bool:
        return True


def _number(dumper: Any, value: Decimal) -> yaml.Node:  # noqa: ANN401
    text = format(value, "f")
    tag = "float" if "." in text else "int"
    return dumper.represent_scalar(_TAG + tag, text)  # type: ignore[no-any-return]


_Dumper.add_representer(Decimal, _number)


def write(data: object) -> str:
    """Return data as YAML text, keys in their order."""
    return str(yaml.dump(data, Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=120))
