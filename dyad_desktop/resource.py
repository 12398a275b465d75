"""Where the files in ``resources/`` are: beside the package in a checkout, inside it when installed."""

from pathlib import Path

_PACKAGE = Path(__file__).parent


def resource_path(*parts: str) -> Path:
    """Return the path of a resource, such as ``resource_path("examples", "larkhaven.yaml")``."""
    for root in (_PACKAGE / "resources", _PACKAGE.parent / "resources"):
        path = root.joinpath(*parts)
        if path.exists():
            return path
    message = "resources/" + "/".join(parts)
    raise FileNotFoundError(message)
