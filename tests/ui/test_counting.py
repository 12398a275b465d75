"""What waits to be settled is counted anew by every change that can move the count."""

from functools import partial

from pytestqt.qtbot import QtBot

from dyad_desktop.replication.change import Address, Edit
from dyad_desktop.services.disagreements import count_open, disagreements
from dyad_desktop.services.editing import set_field
from dyad_desktop.services.planning import choose_method
from dyad_desktop.services.settling import mend
from dyad_desktop.ui.shell.window import MainWindow

AT = Address("draft_line", "working.L40", "driver")


def test_a_plan_by_nothing_is_counted_and_is_no_more_once_it_is_let_go(
    example_window: MainWindow, qtbot: QtBot
) -> None:
    desk = example_window.desk
    assert desk is not None
    session = desk.session
    rest = partial(qtbot.waitUntil, lambda: not desk.runner.busy)

    def counted() -> int:
        return -1 if desk.standing is None else desk.standing.count

    desk.do(choose_method, "working", "L40", "volume_rate")
    rest()
    # A partner's plan by a volume that was deleted here: no command of one's own writes it.
    desk.tell(session.commit([Edit(AT, "gone")], "Plan by a volume that is gone"))
    qtbot.waitUntil(lambda: counted() == 1)
    desk.do(set_field, AT[:2], "months", 1_000_00, slot="2026-08")
    rest()
    assert counted() == 1
    (found,) = disagreements(session)
    desk.do(mend, found.at, "let_go")
    qtbot.waitUntil(lambda: counted() == 0)
    assert count_open(session) == 0
