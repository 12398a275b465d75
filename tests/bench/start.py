"""From process start to the first painted window, and to Home filled; against bare windows."""

import subprocess
import sys
import tempfile
import time
from compileall import compile_dir
from dataclasses import dataclass
from pathlib import Path
from statistics import median

import dyad_desktop
from dyad_desktop.services import files

ROUNDS = 15

BARE = """
{imports}
import sys
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication, QLabel, QMainWindow
class Window(QMainWindow):
    def paintEvent(self, event):
        super().paintEvent(event)
        print("painted", flush=True)
        QTimer.singleShot(0, app.quit)
app = QApplication([])
window = Window()
window.setCentralWidget(QLabel("hello"))
window.resize(1440, 900)
window.show()
app.exec()
"""
OURS = """
import sys
from pathlib import Path
import dyad_desktop.app
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication
from dyad_desktop.ui.shell.window import MainWindow
class Watched(MainWindow):
    painted = False
    def paintEvent(self, event):
        super().paintEvent(event)
        if not self.painted:
            self.painted = True
            print("painted", flush=True)
    def build(self):
        super().build()
        self.runner.idle.connect(self.filled)
    def filled(self):
        if self.desk is not None and self.page is not None and self.page.count:
            self.grab()
            print("filled", flush=True)
            QApplication.instance().quit()
dyad_desktop.app.MainWindow = Watched
dyad_desktop.app.run(Path(sys.argv[1]))
"""


@dataclass(frozen=True, slots=True)
class StartTimes:
    """Medians in seconds, and medians of how many times its floor each took in one and the same round."""

    bare: float
    bare_with_sqlalchemy: float
    shell: float
    home: float
    shell_ratio: float
    home_ratio: float


def measure(rounds: int = ROUNDS) -> StartTimes:
    """Start each program by turns."""
    imports = "import sqlalchemy, sqlalchemy.orm"
    compile_dir(str(Path(dyad_desktop.__file__).parent), quiet=1)  # as an installed package is
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "example.dyad"
        files.demo(path).close()
        times: dict[str, list[float]] = {"bare": [], "orm": [], "painted": [], "filled": []}
        for _ in range(rounds):
            times["bare"] += _run(BARE.format(imports=""))["painted"]
            times["orm"] += _run(BARE.format(imports=imports))["painted"]
            ours = _run(OURS, str(path))
            times["painted"] += ours["painted"]
            times["filled"] += ours["filled"]
    return StartTimes(
        bare=median(times["bare"]),
        bare_with_sqlalchemy=median(times["orm"]),
        shell=median(times["painted"]),
        home=median(times["filled"]),
        shell_ratio=_ratio(times["painted"], times["bare"]),
        home_ratio=_ratio(times["filled"], times["orm"]),
    )


def _ratio(ours: list[float], floor: list[float]) -> float:
    """Return the median of the rounds' ratios: what slows the machine for a while slows both of a round."""
    return median(a / b for a, b in zip(ours, floor, strict=True))


def _run(program: str, *arguments: str) -> dict[str, list[float]]:
    began = time.perf_counter()
    process = subprocess.Popen(
        [sys.executable, "-c", program, *arguments],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    found: dict[str, list[float]] = {"painted": [], "filled": []}
    assert process.stdout is not None
    for line in process.stdout:
        if (name := line.strip()) in found and not found[name]:
            found[name].append(time.perf_counter() - began)
    process.wait()
    return found
