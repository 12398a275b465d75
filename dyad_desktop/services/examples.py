"""The example partnership that anyone may explore, change and make anew."""

from dyad_desktop.services import files
from dyad_desktop.services.local import data_folder
from dyad_desktop.services.session import Session


def open_example() -> Session:
    """Open this user's copy of the example, made when there is none."""
    folder = data_folder() / "examples"
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / "Larkhaven Heart and Vascular.dyad"
    return Session.open(path) if path.exists() else files.demo(path)
