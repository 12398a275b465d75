"""What this user prefers on this computer: theme, zoom, recent files, the window's place."""

import os
from pathlib import Path

from PySide6.QtCore import QByteArray, QSettings

MAX_RECENT = 8


def _settings() -> QSettings:
    home = os.environ.get("DYAD_HOME")
    if home:
        return QSettings(str(Path(home) / "settings.ini"), QSettings.Format.IniFormat)
    return QSettings(
        QSettings.Format.IniFormat, QSettings.Scope.UserScope, "dyad-desktop", "dyad-desktop"
    )


def recent_files() -> list[Path]:
    """Return the files opened last that are still there, the newest first."""
    found = _settings().value("recent", [])
    texts = [found] if isinstance(found, str) else list(found or [])  # type: ignore[call-overload]
    return [Path(text) for text in texts if Path(text).is_file()]


def title_of(path: Path) -> str:
    """Return what the partnership in a recent file is called, as far as it was told; else the file's name."""
    return str(_settings().value(f"title/{_key(path)}") or path.stem)


def _key(path: Path) -> str:
    """Return a path as a key: settings take slashes for groups."""
    import hashlib  # noqa: PLC0415 - OpenSSL, which nobody should wait for before the first paint

    return hashlib.sha256(str(path.resolve()).encode()).hexdigest()[:16]


def remember_file(path: Path, title: str = "") -> None:
    """Put a file in front of the recent ones, with its partnership's title."""
    if title:
        _settings().setValue(f"title/{_key(path)}", title)
    texts = [str(path.resolve()), *(str(p) for p in recent_files() if p != path.resolve())]
    _settings().setValue("recent", texts[:MAX_RECENT])


def dark_choice() -> bool | None:
    """Return the chosen theme; ``None`` follows the system."""
    found = str(_settings().value("theme", "system"))
    return {"dark": True, "light": False}.get(found)


def choose_dark(dark: bool | None) -> None:  # noqa: FBT001 - one value, three states
    """Keep the chosen theme."""
    _settings().setValue("theme", "system" if dark is None else "dark" if dark else "light")


def zoom() -> float:
    """Return the zoom, 0.8 to 2."""
    try:
        return min(2.0, max(0.8, float(str(_settings().value("zoom", 1.0)))))
    except ValueError:
        return 1.0


def choose_zoom(scale: float) -> None:
    """Keep the zoom."""
    _settings().setValue("zoom", scale)


def geometry() -> QByteArray | None:
    """Return where the window last was."""
    found = _settings().value("geometry")
    return found if isinstance(found, QByteArray) else None


def keep_geometry(data: QByteArray) -> None:
    """Keep where the window is."""
    _settings().setValue("geometry", data)


def writer_for(workspace: str) -> str | None:
    """Return which partner last wrote to a workspace on this computer."""
    found = _settings().value(f"writer/{workspace}")
    return str(found) if found else None


def keep_writer(workspace: str, partner: str) -> None:
    """Keep which partner writes to a workspace on this computer."""
    _settings().setValue(f"writer/{workspace}", partner)


def unit_of_service(workspace: str) -> str | None:
    """Return the volume for each unit of which ratios of a workspace were last shown on this computer."""
    found = _settings().value(f"unit/{workspace}")
    return str(found) if found else None


def keep_unit_of_service(workspace: str, volume: str) -> None:
    """Keep for each unit of which volume ratios are shown."""
    _settings().setValue(f"unit/{workspace}", volume)


def export_target(workspace: str, profile: str) -> Path | None:
    """Return where an export of a workspace was last written to on this computer."""
    found = _settings().value(f"export/{workspace}/{profile}")
    return Path(str(found)) if found else None


def exports(workspace: str) -> list[tuple[str, str, str]]:
    """Return (UTC ISO time, what was written, path) of earlier exports of a workspace, the newest first."""
    found = _settings().value(f"exports/{workspace}", [])
    texts = [found] if isinstance(found, str) else list(found or [])  # type: ignore[call-overload]
    rows = [str(text).split("\t") for text in texts]
    return [(row[0], row[1], row[2]) for row in rows if len(row) == 3]


def remember_export(workspace: str, profile: str, path: Path, when: str, what: str) -> None:
    """Keep that an export was written, and where, for the next one."""
    kept = _settings()
    rows = ["\t".join((when, what, str(path))), *("\t".join(row) for row in exports(workspace))]
    kept.setValue(f"exports/{workspace}", rows[:MAX_RECENT])
    kept.setValue(f"export/{workspace}/{profile}", str(path))


def source_of_values(workspace: str, what: str) -> str:
    """Return what was kept of how a source of values is read; empty for one that wasn't read yet."""
    return str(_settings().value(f"source/{workspace}/{what}", ""))


def keep_source_of_values(workspace: str, what: str, text: str) -> None:
    """Keep how a source of values is read: a habit of this computer, about which partners needn't agree."""
    _settings().setValue(f"source/{workspace}/{what}", text)


def draft_at_hand(workspace: str) -> str:
    """Return the draft of a workspace that was last at hand on this computer; empty for none yet."""
    return str(_settings().value(f"draft/{workspace}", ""))


def keep_draft_at_hand(workspace: str, draft: str) -> None:
    """Keep which draft of a workspace is at hand."""
    _settings().setValue(f"draft/{workspace}", draft)


def lan(workspace: str) -> bool:
    """Return whether a workspace is exchanged on the local network; off unless someone switched it on."""
    return str(_settings().value(f"lan/{workspace}", "off")) == "on"


def keep_lan(workspace: str, *, on: bool) -> None:
    """Keep whether a workspace is exchanged on the local network."""
    _settings().setValue(f"lan/{workspace}", "on" if on else "off")


def address(workspace: str) -> str:
    """Return the typed address of the partner's computer, empty when it is found by itself."""
    return str(_settings().value(f"address/{workspace}", ""))


def keep_address(workspace: str, text: str) -> None:
    """Keep the typed address of the partner's computer."""
    _settings().setValue(f"address/{workspace}", text)


def shared_folder(workspace: str) -> Path | None:
    """Return the shared folder of a workspace on this computer."""
    found = str(_settings().value(f"shared/{workspace}", ""))
    return Path(found) if found else None


def keep_shared_folder(workspace: str, folder: Path | None) -> None:
    """Keep the shared folder of a workspace on this computer."""
    _settings().setValue(f"shared/{workspace}", str(folder) if folder else "")


def port(workspace: str) -> int:
    """Return the port where calls were taken last, so that an address that was typed stays good; 0 for any."""
    found = str(_settings().value(f"port/{workspace}", "0"))
    return int(found) if found.isdigit() and int(found) < 65536 else 0


def keep_port(workspace: str, number: int) -> None:
    """Keep the port where calls are taken."""
    _settings().setValue(f"port/{workspace}", str(number))
