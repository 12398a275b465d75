"""YAML as PyYAML's safe loader and dumper have it, by their compiled twins: the example is read hundreds of times."""

from typing import Any

import yaml


def load(text: str) -> Any:  # noqa: ANN401 - whatever the text holds
    return yaml.load(text, Loader=yaml.CSafeLoader)


def dump(data: object) -> str:
    return str(yaml.dump(data, Dumper=yaml.CSafeDumper, allow_unicode=True, sort_keys=False))
