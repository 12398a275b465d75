"""Resident memory of the window with the example open and every page visited."""

import subprocess
import sys
import tempfile
from pathlib import Path

from dyad_desktop.services import files

RESIDENT = """
import re
from pathlib import Path
def resident():
    text = Path("/proc/self/status").read_text()
    return int(re.search(r"VmRSS:\\s+(\\d+)", text).group(1)) / 1024
"""
FLOOR = """
import sqlalchemy, sqlalchemy.orm
from matplotlib.backends.backend_qtagg import FigureCanvasQTAgg
from PySide6.QtWidgets import QApplication, QMainWindow
app = QApplication([])
window = QMainWindow()
window.show()
app.processEvents()
print(resident())
"""
OURS = """
import sys
VIEWS = "measure budget volumes positions chart gantt risks rights decisions meetings partners".split()
from dyad_desktop.app import make_application
from dyad_desktop.picture import settle
from dyad_desktop.services.session import Session
from dyad_desktop.ui.pages import PAGES
from dyad_desktop.ui.shell.window import MainWindow
app = make_application()
window = MainWindow()
window.resize(1440, 900)
window.use_session(Session.open(Path(sys.argv[1])))
window.show()
settle(window)
for entry in PAGES:
    window.show_page(entry.name)
    settle(window)
    for view in VIEWS:
        if hasattr(window.page, "show_view"):
            window.page.show_view(view)
            settle(window)
print(resident())
window.close()
"""


def measure() -> tuple[float, float]:
    """Return (ours, floor) in megabytes; Linux only, elsewhere zeros."""
    if not Path("/proc/self/status").exists():
        return 0.0, 0.0
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "example.dyad"
        files.demo(path).close()
        return _run(RESIDENT + OURS, str(path)), _run(RESIDENT + FLOOR)


def _run(program: str, *arguments: str) -> float:
    done = subprocess.run(
        [sys.executable, "-c", program, *arguments], capture_output=True, text=True, check=True
    )
    return float(done.stdout.split()[-1])
