"""The laptops of the partnership: who they belong to, when they were met, and every way to exchange."""

import time
from typing import TYPE_CHECKING

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QGridLayout, QLineEdit, QPushButton, QWidget

from dyad_desktop.domain.partnership import Partner
from dyad_desktop.errors import DyadError
from dyad_desktop.services.together import (
    Laptop,
    Met,
    apart,
    names_of,
    place_of,
    possessive,
    standing,
)
from dyad_desktop.ui import format as show
from dyad_desktop.ui import settings
from dyad_desktop.ui.pages import PAGES
from dyad_desktop.ui.pages.partnership.view import View
from dyad_desktop.ui.tokens import GRID
from dyad_desktop.ui.widgets.basics import Avatar, Card, Pill, button, label, row

if TYPE_CHECKING:
    from dyad_desktop.replication.membership import Device, GivenUp
    from dyad_desktop.ui.desk import Desk
    from dyad_desktop.ui.travel.commands import TravelCommands

_TIPS = {
    "give_up": "Send nothing to {whose} laptop any more, and take nothing that it writes",
    "take_back": "Take back that {whose} laptop was given up",
    "vouch": "Say that this is {whose} laptop: it gets everything, like any other",
}
_TITLES = {entry.name: entry.title for entry in PAGES}


class LaptopsView(View):
    """Devices, pairing, network, folder, bundles."""

    def __init__(self, desk: "Desk") -> None:
        super().__init__(desk)
        desk.around.connect(self._on_around)

    @Slot()
    def _on_around(self) -> None:
        if self.isVisible() and not self.address.hasFocus():
            self.show_book(anew=True)

    def shape(self) -> object:
        """Return who there is, and what is switched on."""
        return self.desk.met, self._is_live, self._folder, self.desk.book.all(Partner)

    @property
    def _travel(self) -> "TravelCommands | None":
        return self.desk.travel

    @property
    def _is_live(self) -> bool:
        return self._travel is not None and self._travel.hub.is_live

    @property
    def _folder(self) -> str:
        folder = self._travel.hub.folder if self._travel is not None else None
        return str(folder) if folder is not None else ""

    def build(self) -> None:
        """Fill the view."""
        self.column.addWidget(self._laptops(self.desk.met or Met()))
        self.column.addWidget(self._pairing())
        self.column.addWidget(self._network())
        self.column.addWidget(self._by_file())

    # -- parts ---------------------------------------------------------------------------------

    def _laptops(self, met: Met) -> Card:
        card = Card("Laptops")
        if not (met.laptops or met.given_up or met.unsure or met.unreached):
            text = (
                "Nobody is paired yet. Once your partner's laptop is, what each of you changes reaches the other: live"
                " on one network, by a shared folder, or as a file. Nothing is ever overruled."
            )
            card.column.addWidget(label(text, "muted", wrap=True))
            return card
        self._names = names_of(met)
        grid = QGridLayout()
        grid.setHorizontalSpacing(GRID * 2)
        grid.setColumnStretch(3, 1)
        lost = {one.device.key: one for one in met.given_up}
        for n, laptop in enumerate(met.laptops):
            self._laptop(grid, n, laptop, lost.pop(laptop.key, None))
        for n, device in enumerate(met.unsure, len(met.laptops)):
            self._unsure(grid, n, device)
        for device in met.unreached:
            self._unreached(grid, grid.rowCount(), device)
        for one in lost.values():
            self._lost(grid, grid.rowCount(), one, is_mine=one.device.key == met.mine)
        card.column.addLayout(grid)
        return card

    def _laptop(self, grid: QGridLayout, n: int, laptop: Laptop, lost: "GivenUp | None") -> None:
        """Show a laptop to which this one sends; ``lost``: another partner gave it up, which isn't in force."""
        name = self._names[laptop.key]
        self._whose(grid, n, laptop.partner, name)
        told = apart(laptop, time.time_ns() // 1_000_000)
        if lost is not None:
            told = standing(self.desk.book, lost, self.desk.partner)
        grid.addWidget(label(told, "muted"), n, 3)
        if laptop.connected:
            where = "here"
            if laptop.presence is not None:
                where = place_of(self.desk.book, laptop.presence, _TITLES)
            grid.addWidget(Pill(f"● {where}"), n, 4)
        text = "Lost …" if lost is None else "Agree …"
        offered = self._offer(text, "give_up", (laptop.key, laptop.partner, name))
        grid.addLayout(row(1, offered), n, 5)

    def _unsure(self, grid: QGridLayout, n: int, device: "Device") -> None:
        """Show a laptop that turned up after another of its person was given up."""
        asked = (device.key, device.partner, self._names[device.key])
        self._whose(grid, n, *asked[1:])
        told = label("turned up after one was given up", "muted")
        told.setToolTip("Nothing is sent to it until you say whose it is")
        grid.addWidget(told, n, 3)
        mine = device.partner == self.desk.partner
        whose = "mine" if mine else possessive(self.desk.book, device.partner, self.desk.partner)
        offered = (
            self._offer(f"It is {whose} …", "vouch", asked),
            self._offer("It isn’t …", "give_up", asked),
        )
        grid.addLayout(row(1, *offered), n, 5)

    def _unreached(self, grid: QGridLayout, n: int, device: "Device") -> None:
        """Show a laptop that wrote here, and to which nothing can be sent."""
        asked = (device.key, device.partner, self._names[device.key])
        self._whose(grid, n, *asked[1:])
        told = label("wrote here · nothing is sent to it", "muted")
        told.setToolTip(
            "Nothing says how to reach it: it was never paired, or by a word that doesn’t count"
        )
        grid.addWidget(told, n, 3)
        grid.addLayout(row(1, self._offer("Lost …", "give_up", asked)), n, 5)

    def _lost(self, grid: QGridLayout, n: int, lost: "GivenUp", *, is_mine: bool) -> None:
        device = (lost.device.key, lost.device.partner, self._names[lost.device.key])
        self._whose(grid, n, *device[1:])
        told = standing(self.desk.book, lost, self.desk.partner)
        grid.addWidget(label(f"this laptop · {told}" if is_mine else told, "muted"), n, 3)
        if is_mine:
            return  # it has no say in that
        offered: list[QWidget] = []
        if lost.in_force:
            look = button("Look through …", "quiet", name=f"What {device[2]} wrote since")
            look.setToolTip(
                "What this laptop wrote after it was given up: take it, or leave it out"
            )
            look.clicked.connect(self._on_look_through)
            offered.append(look)
        if self.desk.partner in lost.by:
            offered.append(self._offer("Found …", "take_back", device))
        elif not lost.in_force:
            offered.append(self._offer("Agree …", "give_up", device))
        grid.addLayout(row(1, *offered), n, 5)

    @Slot()
    def _on_look_through(self) -> None:
        self.desk.go("aside")

    def _whose(self, grid: QGridLayout, n: int, who: str, device: str) -> None:
        partner = self.desk.book.get(Partner, who)
        name = partner.name if partner is not None else who
        initials = partner.initials if partner is not None else who
        mine = " (yours)" if who == self.desk.partner else ""
        grid.addWidget(Avatar(initials, name, self.desk.place(who), 24), n, 0)
        grid.addWidget(label(name + mine, "strong"), n, 1)
        grid.addWidget(label(device), n, 2)

    def _offer(self, text: str, act: str, device: tuple[bytes, str, str]) -> QPushButton:
        """Offer to give up a laptop (its key, partner and name), or to take that back."""
        _, partner, name = device
        whose = possessive(self.desk.book, partner, self.desk.partner)
        made = button(text, "quiet", name=f"{text.removesuffix(' …')}: {whose} laptop {name}")
        made.setToolTip(_TIPS[act].format(whose=whose))
        made.setEnabled(self._travel is not None)
        if self._travel is not None:
            chosen = getattr(self._travel, act)
            made.clicked.connect(lambda: chosen(*device))
        return made

    def _pairing(self) -> Card:
        card = Card("Pair")
        self._say(card, "Side by side or on one network: one shows a code, the other types it.")
        self._buttons(
            card,
            ("Pair by code …", "pair_by_code", "primary"),
            ("My second laptop …", "pair_second_laptop", ""),
        )
        second = card.findChildren(QPushButton)[-1]
        if self.desk.met is not None and self.desk.met.no_further:
            second.setEnabled(False)
            self._say(card, show.sentence(self.desk.met.no_further))
        self._say(card, "Apart: an invitation by mail, a reply, and eight words by telephone.")
        self._buttons(card, ("Invite …", "invite", ""), ("Admit a reply …", "admit", ""))
        return card

    def _network(self) -> Card:
        card = Card("Local network")
        state = (
            "On: edits reach your partner at once while both are on one network."
            if self._is_live
            else "Off: no connection is opened."
        )
        self._say(card, state)
        self.address = QLineEdit()
        self.address.setAccessibleName("Address of the other computer")
        self.address.setPlaceholderText("found by itself, or 192.168.1.7:40123")
        self.address.setText(settings.address(self.desk.session.workspace_id))
        self.switch = button("Switch off" if self._is_live else "Switch on")
        self.switch.clicked.connect(self._on_switch)
        here = self._here()
        if here:
            self._say(card, here)
        card.column.addLayout(row(label("Address", "small"), self.address, self.switch))
        self._reason = label("", "error", wrap=True)
        self._reason.hide()
        card.column.addWidget(self._reason)
        self.address.textEdited.connect(self._reason.hide)
        return card

    def _here(self) -> str:
        """Return where this computer takes calls."""
        live = self._travel.hub.live if self._travel is not None else None
        if live is None or not live.port:
            return ""
        from dyad_desktop.transport.discovery import local_addresses  # noqa: PLC0415 - when it is on

        hosts = local_addresses()[:1] or ["127.0.0.1"]
        return f"This computer: {hosts[0]}:{live.port}"

    def _by_file(self) -> Card:
        card = Card("Folder and bundles")
        folder = self._folder
        self._say(card, f"Exchanging by {folder}." if folder else "No shared folder.")
        self._buttons(
            card,
            ("Shared folder …", "choose_folder", ""),
            *([("Stop using it", "leave_folder", "")] if folder else []),
        )
        self._say(card, "A bundle is a sealed file that only your partner's laptops can open.")
        self._buttons(
            card,
            ("Send a bundle …", "send_bundle", ""),
            ("Receive a bundle …", "receive_bundle", ""),
        )
        return card

    def _say(self, card: Card, text: str) -> None:
        card.column.addWidget(label(text, "muted", wrap=True))

    def _buttons(self, card: Card, *wanted: tuple[str, str, str]) -> None:
        made: list[QWidget] = []
        for text, name, look in wanted:
            one = button(text, look)
            one.setEnabled(self._travel is not None)
            if self._travel is not None:
                one.clicked.connect(getattr(self._travel, name))
            made.append(one)
        card.column.addLayout(row(*made, 1))

    @Slot()
    def _on_switch(self) -> None:
        if self._travel is None:
            return
        try:
            self._travel.hub.set_lan(on=not self._is_live, address=self.address.text().strip())
        except DyadError as error:
            self._reason.setText(show.sentence(error, "Nothing was switched."))
            self._reason.show()
            return
        self.show_book(anew=True)
