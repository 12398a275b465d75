"""Python's collector of cycles, kept to the window's thread.

By itself it runs in whichever thread happens to allocate. A worker that meets a closed dialog or a timer among the
garbage would end it there, and Qt crashes when its things end in another thread than their own.
"""

import gc

from PySide6.QtCore import QObject, QTimer, Slot

EVERY_MS, AT_REST_MS = 1000, 5000


class Collector(QObject):
    """Runs the rounds of the collector by a timer, as often as Python would, while it lives."""

    def __init__(self, parent: QObject) -> None:
        """Take over from Python; ``parent`` belongs to the window's thread."""
        super().__init__(parent)
        gc.disable()
        self._timer = QTimer(self)
        self._timer.timeout.connect(self.look)
        self._timer.start(EVERY_MS)

    @Slot()
    def look(self) -> None:
        """Run the round that is due, if one is: of the young, or of all."""
        young, middle, old = gc.get_count()
        most_young, most_middle, most_old = gc.get_threshold()
        if old > most_old:
            gc.collect()
            # What lives through a whole round lives long: the next one need not walk it again.
            gc.freeze()
        elif middle > most_middle:
            gc.collect(1)
        elif young > most_young:
            gc.collect(0)

    @Slot()
    def sweep_soon(self) -> None:
        """Look at everything once a partnership has opened and is at rest: the one before it is gone with its pages."""
        QTimer.singleShot(AT_REST_MS, self, self.sweep)

    @Slot()
    def sweep(self) -> None:
        """Look at everything, also at what lived long."""
        gc.unfreeze()
        gc.collect()
        gc.freeze()

    def stop(self) -> None:
        """Leave the collector to Python again."""
        self._timer.stop()
        gc.unfreeze()
        gc.enable()
