import os
import socket
from pathlib import Path

import pytest

from dyad_desktop.replication.messages import RefusedError
from dyad_desktop.transport.folder import Run, read_run
from dyad_desktop.transport.reading import read_regular

TOO_LARGE = "It is too large."


def test_a_file_of_the_greatest_size_is_read_and_a_larger_one_refused(tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_bytes(b"12345")
    assert read_regular(path, 5, TOO_LARGE) == b"12345"
    with pytest.raises(RefusedError, match=TOO_LARGE):
        read_regular(path, 4, TOO_LARGE)


def test_a_link_to_a_file_is_followed(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"x")
    (tmp_path / "link").symlink_to(tmp_path / "file")
    assert read_regular(tmp_path / "link", 5, TOO_LARGE) == b"x"


def _odd(tmp_path: Path, what: str) -> Path:
    """Make something that has a name but isn't a file."""
    path = tmp_path / what
    if what == "folder":
        path.mkdir()
    elif what == "pipe":
        os.mkfifo(path)
    elif what == "socket":
        with socket.socket(socket.AF_UNIX) as made:
            made.bind(str(path))
    else:
        path.symlink_to("/dev/zero")
    return path


@pytest.mark.skipif(os.name == "nt", reason="Windows has none of these under a file's name")
@pytest.mark.parametrize("what", ["folder", "pipe", "socket", "device"])
def test_what_is_no_file_is_refused_at_once(tmp_path: Path, what: str) -> None:
    path = _odd(tmp_path, what)
    with pytest.raises(RefusedError, match="isn't a file") as caught:
        read_regular(path, 5, TOO_LARGE)
    assert str(path) in str(caught.value)
    assert read_run(Run(path, b"", 1, 1, 0, "e3b0c44298fc1c149afbf4c8996fb924")) is None
