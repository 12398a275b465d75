"""The place of a chart: loaded when it is seen, beside the window; real modules stand for slow and broken ones."""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from textwrap import dedent
from threading import Event

import pytest
from PySide6.QtCore import QTimer
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLineEdit, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from dyad_desktop.services.session import Session
from dyad_desktop.ui.charts import loading
from dyad_desktop.ui.charts.loading import WAITS, WATERFALL, Which, load, loaded
from dyad_desktop.ui.charts.waterfall import STEP, Bar, Waterfall
from dyad_desktop.ui.desk import Desk
from dyad_desktop.ui.runner import Runner
from dyad_desktop.ui.widgets.chart_place import LOOK_MS, ChartPlace, prepare_soon

SLOW = """
    from {name}_gate import begun, opened
    from dyad_desktop.ui.charts.waterfall import Waterfall
    class Slow(Waterfall):
        pass
    begun.set()
    assert opened.wait(20)
"""
GATE = "from threading import Event\nbegun, opened = Event(), Event()\n"


class Chart:
    """A chart in a module of its own, whose loading goes on until its gate is opened."""

    def __init__(self, folder: Path, name: str) -> None:
        self.which: Which = (name, "Slow")
        (folder / f"{name}.py").write_text(dedent(SLOW.format(name=name)))
        (folder / f"{name}_gate.py").write_text(GATE)

    def _event(self, name: str) -> Event:
        found = getattr(__import__(f"{self.which[0]}_gate"), name)
        assert isinstance(found, Event)
        return found

    @property
    def begun(self) -> Event:
        """Set once its module is being loaded."""
        return self._event("begun")

    @property
    def opened(self) -> Event:
        """Lets the loading come to its end."""
        return self._event("opened")


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of modules; what was loaded from it is forgotten after the test."""
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.setattr(loading, "classes", dict(loading.classes))
    for name in [known for known in sys.modules if known.startswith("chart_")]:
        monkeypatch.delitem(sys.modules, name)
    return tmp_path


@pytest.fixture
def slow(folder: Path) -> Iterator[Chart]:
    """A chart that takes its time."""
    made = Chart(folder, "chart_slow")
    yield made
    made.opened.set()


@pytest.fixture
def desk(session: Session, qtbot: QtBot) -> Iterator[Desk]:
    """A desk with workers."""
    del qtbot
    with closing(Runner()) as runner:
        yield Desk(session, runner)


@pytest.fixture
def page(qtbot: QtBot) -> QWidget:
    """An active window with a field and room for charts."""
    made = QWidget()
    qtbot.addWidget(made)
    made.resize(700, 700)
    column = QVBoxLayout(made)
    column.addWidget(QLineEdit())
    return made


def shown(page: QWidget, qtbot: QtBot, *places: ChartPlace[Waterfall]) -> None:
    """Show a page with places on it."""
    layout = page.layout()
    assert layout is not None
    for place in places:
        layout.addWidget(place)
    page.show()
    with qtbot.waitActive(page):
        page.activateWindow()


def bars(chart: Waterfall) -> None:
    """Draw one step."""
    chart.show_bars([Bar("Mix", STEP, 0, 5, "5", "Mix adds 5.", good=True)], "US$", "Said.")


def test_a_loaded_chart_is_there_at_once(desk: Desk, page: QWidget, qtbot: QtBot) -> None:
    place: ChartPlace[Waterfall] = ChartPlace(desk, WATERFALL, lambda chart: chart(small=True))
    shown(page, qtbot, place)
    with qtbot.waitSignal(place.made) as made:
        place.draw(bars)
    assert made.args == [place.chart]
    chart = place.chart
    assert chart is not None
    assert chart.isVisible()
    assert chart.margins[0] == 58
    assert chart.accessibleDescription().startswith("Said.")
    assert chart.geometry() == place.rect()


def test_nothing_moves_when_the_chart_comes(
    desk: Desk, page: QWidget, qtbot: QtBot, slow: Chart
) -> None:
    place: ChartPlace[Waterfall] = ChartPlace(desk, slow.which)
    shown(page, qtbot, place)
    place.draw(bars)
    assert place.note.text() == WAITS
    before = place.geometry(), place.sizeHint(), place.minimumSizeHint()
    qtbot.waitUntil(slow.begun.is_set)
    slow.opened.set()
    qtbot.waitUntil(lambda: place.chart is not None)
    assert (place.geometry(), place.sizeHint(), place.minimumSizeHint()) == before
    assert not place.note.isVisible()


def test_only_the_last_that_was_asked_for_is_drawn(
    desk: Desk, page: QWidget, qtbot: QtBot, slow: Chart
) -> None:
    place: ChartPlace[Waterfall] = ChartPlace(desk, slow.which)
    drawn: list[str] = []
    shown(page, qtbot, place)
    for word in ("first", "second", "last"):
        place.draw(lambda _chart, word=word: drawn.append(word))  # type: ignore[misc]
    made: list[object] = []
    place.made.connect(made.append)
    slow.opened.set()
    qtbot.waitUntil(lambda: place.chart is not None)
    assert drawn == ["last"]
    place.draw(lambda _chart: drawn.append("more"))
    assert drawn == ["last", "more"]
    assert made == [place.chart]


def test_the_focus_of_the_note_goes_on_to_the_chart(
    desk: Desk, page: QWidget, qtbot: QtBot, slow: Chart
) -> None:
    place: ChartPlace[Waterfall] = ChartPlace(desk, slow.which)
    shown(page, qtbot, place)
    place.draw(bars)
    place.setFocus()
    assert place.note.hasFocus()
    slow.opened.set()
    qtbot.waitUntil(lambda: place.chart is not None)
    assert place.chart is not None
    assert place.chart.hasFocus()
    assert "Mix adds 5." in place.chart.accessibleDescription()
    page.findChildren(QLineEdit)[0].setFocus()
    place.setFocus()
    assert place.chart.hasFocus()


def test_who_went_on_keeps_the_focus(desk: Desk, page: QWidget, qtbot: QtBot, slow: Chart) -> None:
    place: ChartPlace[Waterfall] = ChartPlace(desk, slow.which)
    shown(page, qtbot, place)
    place.draw(bars)
    place.setFocus()
    field = page.findChildren(QLineEdit)[0]
    field.setFocus()
    slow.opened.set()
    qtbot.waitUntil(lambda: place.chart is not None)
    QTest.keyClicks(field, "12")
    assert field.hasFocus()
    assert field.text() == "12"


def test_a_module_that_is_being_loaded_does_not_count_as_loaded(
    desk: Desk, page: QWidget, qtbot: QtBot, slow: Chart
) -> None:
    first: ChartPlace[Waterfall] = ChartPlace(desk, slow.which)
    second: ChartPlace[Waterfall] = ChartPlace(desk, slow.which)
    shown(page, qtbot, first, second)
    first.draw(bars)
    qtbot.waitUntil(slow.begun.is_set)
    assert slow.which[0] in sys.modules
    assert loaded(slow.which) is None
    second.draw(bars)
    assert second.chart is None
    assert second.note.text() == WAITS
    slow.opened.set()
    qtbot.waitUntil(lambda: first.chart is not None and second.chart is not None)
    assert first.chart is not second.chart
    assert loaded(slow.which) is load(slow.which)


def test_two_charts_of_one_page_are_loaded_one_after_the_other(
    desk: Desk, page: QWidget, qtbot: QtBot, slow: Chart, folder: Path
) -> None:
    another = Chart(folder, "chart_another")
    places: list[ChartPlace[Waterfall]] = [
        ChartPlace(desk, slow.which), ChartPlace(desk, another.which),
    ]  # fmt: skip
    shown(page, qtbot, *places)
    for place in places:
        place.draw(bars)
    another.opened.set()
    qtbot.waitUntil(slow.begun.is_set)
    assert places[1].chart is None
    slow.opened.set()
    qtbot.waitUntil(lambda: all(place.chart is not None for place in places))


def test_nothing_is_loaded_before_the_place_is_seen(
    desk: Desk, page: QWidget, qtbot: QtBot, slow: Chart
) -> None:
    place: ChartPlace[Waterfall] = ChartPlace(desk, slow.which)
    place.hide()
    shown(page, qtbot, place)
    place.draw(bars)
    qtbot.waitUntil(lambda: not desk.runner.busy)
    assert slow.which[0] not in sys.modules
    slow.opened.set()
    place.show()
    qtbot.waitUntil(lambda: place.chart is not None)
    assert place.chart is not None
    assert place.chart.accessibleDescription().startswith("Said.")


def test_a_chart_that_comes_while_its_place_is_hidden_is_there_when_it_shows(
    desk: Desk, page: QWidget, qtbot: QtBot, slow: Chart
) -> None:
    place: ChartPlace[Waterfall] = ChartPlace(desk, slow.which)
    shown(page, qtbot, place)
    place.draw(bars)
    place.hide()
    slow.opened.set()
    qtbot.waitUntil(lambda: place.chart is not None)
    assert place.chart is not None
    assert not place.chart.isVisible()
    place.show()
    assert place.chart.isVisible()
    assert not place.note.isVisible()


def test_a_place_that_goes_while_it_waits_is_left_alone(
    desk: Desk, page: QWidget, qtbot: QtBot, slow: Chart
) -> None:
    place: ChartPlace[Waterfall] = ChartPlace(desk, slow.which)
    shown(page, qtbot, place)
    place.draw(bars)
    qtbot.waitUntil(slow.begun.is_set)
    place.setParent(None)
    place.deleteLater()
    with qtbot.waitSignal(place.destroyed):
        del place
    with qtbot.waitSignal(desk.runner.idle):
        slow.opened.set()


def test_nothing_comes_up_after_the_partnership_was_closed(
    desk: Desk, page: QWidget, qtbot: QtBot, slow: Chart
) -> None:
    place: ChartPlace[Waterfall] = ChartPlace(desk, slow.which)
    shown(page, qtbot, place)
    place.draw(bars)
    qtbot.waitUntil(slow.begun.is_set)
    desk.closed = True
    with qtbot.waitSignal(desk.runner.idle):
        slow.opened.set()
    assert place.chart is None


def test_what_cannot_be_loaded_is_said_and_tried_again(
    desk: Desk, page: QWidget, qtbot: QtBot, folder: Path
) -> None:
    module = folder / "chart_broken.py"
    module.write_text("import no_such_library\n")
    place: ChartPlace[Waterfall] = ChartPlace(desk, ("chart_broken", "Broken"))
    said: list[str] = []
    desk.said.connect(lambda sentence, _undo: said.append(sentence))
    shown(page, qtbot, place)
    place.setFocus()
    place.draw(bars)
    qtbot.waitUntil(lambda: bool(said))
    assert said[0].startswith(
        "What draws the chart can’t be loaded (No module named 'no_such_library'). No figure is lost"
    )
    assert place.note.text() == said[0]
    assert place.note.isVisible()
    place.draw(bars)  # every change draws anew
    qtbot.waitUntil(lambda: not desk.runner.busy)
    assert len(said) == 1
    module.unlink()
    (folder / "chart_broken").mkdir()
    (folder / "chart_broken" / "__init__.py").write_text(
        "from dyad_desktop.ui.charts.waterfall import Waterfall\nclass Broken(Waterfall): pass\n"
    )
    place.hide()
    place.show()
    qtbot.waitUntil(lambda: place.chart is not None)


class Beneath:
    """A library that charts stand on; it notes that it is loaded, and fails or waits as it is told."""

    def __init__(self, folder: Path, name: str, then: str = "") -> None:
        self.name = name
        (folder / f"{name}.py").write_text(then)

    @property
    def loaded(self) -> bool:
        """Whether its loading began."""
        return self.name in sys.modules


@pytest.fixture
def nothing_loaded(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """No chart was loaded before."""
    monkeypatch.setattr(loading, "classes", {})
    return folder


def test_what_charts_stand_on_is_loaded_while_somebody_looks(
    desk: Desk, page: QWidget, qtbot: QtBot, nothing_loaded: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    broken = Beneath(nothing_loaded, "chart_broken_beneath", "raise ValueError\n")
    sound = Beneath(nothing_loaded, "chart_sound_beneath")
    monkeypatch.setattr(loading, "BENEATH", (broken.name, sound.name))
    said: list[object] = []
    for signal in (desk.said, desk.runner.failed, desk.runner.crashed):
        signal.connect(lambda *parts: said.append(parts))
    with qtbot.waitSignal(desk.runner.idle):
        prepare_soon(page, desk)
    assert sound.loaded
    assert not loading.any_loaded()
    assert said == []


def test_what_charts_stand_on_waits_until_nothing_is_under_way(
    desk: Desk, page: QWidget, qtbot: QtBot, nothing_loaded: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    sound = Beneath(nothing_loaded, "chart_sound_beneath")
    monkeypatch.setattr(loading, "BENEATH", (sound.name,))
    shown(page, qtbot)
    goes_on, looked = Event(), Event()
    desk.runner.files(goes_on.wait)
    prepare_soon(page, desk)
    QTimer.singleShot(3 * LOOK_MS, page, looked.set)
    qtbot.waitUntil(looked.is_set)
    assert not sound.loaded
    goes_on.set()
    qtbot.waitUntil(lambda: sound.loaded)


def look(page: QWidget, qtbot: QtBot) -> None:
    """Look at a page for longer than it takes until something is prepared."""
    looked = Event()
    QTimer.singleShot(2 * LOOK_MS, page, looked.set)
    qtbot.waitUntil(looked.is_set)


def test_a_page_that_went_prepares_nothing(
    desk: Desk, page: QWidget, qtbot: QtBot, nothing_loaded: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    sound = Beneath(nothing_loaded, "chart_sound_beneath")
    monkeypatch.setattr(loading, "BENEATH", (sound.name,))
    owner = QWidget(page)
    prepare_soon(owner, desk)
    with qtbot.waitSignal(owner.destroyed):
        owner.deleteLater()
    look(page, qtbot)
    assert not sound.loaded


def test_once_a_chart_is_loaded_nothing_is_prepared(
    desk: Desk, page: QWidget, qtbot: QtBot, nothing_loaded: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    sound = Beneath(nothing_loaded, "chart_sound_beneath")
    monkeypatch.setattr(loading, "BENEATH", (sound.name,))
    load(WATERFALL)
    prepare_soon(page, desk)
    look(page, qtbot)
    assert not sound.loaded


def test_a_chart_that_is_asked_for_while_that_is_loaded_comes(
    desk: Desk, page: QWidget, qtbot: QtBot, nothing_loaded: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    slow = Chart(nothing_loaded, "chart_slow_beneath")
    monkeypatch.setattr(loading, "BENEATH", (slow.which[0],))
    place: ChartPlace[Waterfall] = ChartPlace(desk, WATERFALL)
    shown(page, qtbot, place)
    prepare_soon(page, desk)
    qtbot.waitUntil(slow.begun.is_set)
    place.draw(bars)
    slow.opened.set()
    qtbot.waitUntil(lambda: place.chart is not None)


UNSEEN = """
import sys
from pathlib import Path
from dyad_desktop.app import make_application
from dyad_desktop.picture import settle
from dyad_desktop.services.session import Session
from dyad_desktop.ui.charts.loading import BENEATH
from dyad_desktop.ui.shell.window import MainWindow
app = make_application()
window = MainWindow()
window.resize(1440, 900)
window.use_session(Session.open(Path(sys.argv[1])))
window.show()
settle(window)
for page, view in (
    ("home", ""), ("performance", "scorecard"), ("performance", "ratios"), ("operating", "lines"),
    ("operating", "scenarios"), ("capital", "list"),
):
    window.show_page(page)
    if view:
        window.page.show_view(view)
    settle(window)
    assert "matplotlib" not in sys.modules, (page, view)
while not set(BENEATH) <= set(sys.modules):  # they come when the window is at rest
    settle(window)
assert "matplotlib" not in sys.modules
window.show_page("performance")
window.page.show_view("bridge")
settle(window)
assert window.page.budget.part.chart.isVisible()
window.close()
"""


def test_matplotlib_is_not_loaded_before_a_chart_shows_and_the_chart_is_settled_for(
    example_file: Path,
) -> None:
    done = subprocess.run(
        [sys.executable, "-c", UNSEEN, str(example_file)],
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    assert done.returncode == 0, done.stderr


PREPARED = """
import sys
import PySide6.QtWidgets
from dyad_desktop.ui.charts.loading import CHARTS, load, prepare
prepare()
assert "numpy" in sys.modules
assert "matplotlib" not in sys.modules
before = set(sys.modules)
for which in CHARTS:
    load(which)
files = {name: getattr(module, "__file__", None) or "" for name, module in list(sys.modules.items())}
print(*sorted({
    name.partition(".")[0] for name, file in files.items() if name not in before and "site-packages" in file
}))
"""


def test_all_that_charts_stand_on_is_prepared_but_matplotlib() -> None:
    done = subprocess.run(
        [sys.executable, "-c", PREPARED], capture_output=True, text=True, check=True
    )
    assert set(done.stdout.split()) <= {"matplotlib", "mpl_toolkits", "PIL", "PySide6"}
