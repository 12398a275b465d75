import queue
import secrets
import socket
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st
from zeroconf import IPVersion, ServiceBrowser, ServiceInfo, ServiceListener, Zeroconf

from dyad_desktop.errors import BadInputError, DyadError
from dyad_desktop.transport.discovery import (
    SERVICE,
    Discovery,
    local_addresses,
    read_address,
    room_tag,
)

LOOPBACK = ["127.0.0.1"]
WAIT = 15.0


@pytest.fixture(scope="module")
def two() -> Iterator[tuple[Discovery, Discovery]]:
    here, there = Discovery(LOOPBACK), Discovery(LOOPBACK)
    yield here, there
    here.close()
    there.close()


class _Stranger(ServiceListener):
    """Anybody on the network who listens."""

    def __init__(self) -> None:
        self.heard: queue.Queue[ServiceInfo] = queue.Queue()
        self._zeroconf = Zeroconf(
            interfaces=LOOPBACK, ip_version=IPVersion.V4Only, use_asyncio=False
        )
        self._browser = ServiceBrowser(self._zeroconf, [SERVICE], listener=self)

    def add_service(self, zc: Zeroconf, type_: str, name: str) -> None:
        info = zc.get_service_info(type_, name)
        assert info is not None
        self.heard.put(info)

    def update_service(self, zc: Zeroconf, type_: str, name: str) -> None:
        pass

    def remove_service(self, zc: Zeroconf, type_: str, name: str) -> None:
        pass

    def next_at(self, port: int) -> ServiceInfo:
        while (info := self.heard.get(timeout=WAIT)).port != port:
            pass
        return info

    def close(self) -> None:
        self._browser.cancel()
        self._zeroconf.close()


def test_partners_find_their_own_room_and_no_other(two: tuple[Discovery, Discovery]) -> None:
    here, there = two
    room, other = secrets.token_bytes(32), secrets.token_bytes(32)
    mine: queue.Queue[tuple[str, int]] = queue.Queue()
    strange: queue.Queue[tuple[str, int]] = queue.Queue()
    here.find_room(room, lambda host, port: mine.put((host, port)))
    here.find_room(other, lambda host, port: strange.put((host, port)))
    there.announce_room(room, 40123)
    assert mine.get(timeout=WAIT) == ("127.0.0.1", 40123)
    assert strange.empty()


def test_what_was_announced_before_is_found_at_once(two: tuple[Discovery, Discovery]) -> None:
    here, there = two
    room = secrets.token_bytes(32)
    first: queue.Queue[tuple[str, int]] = queue.Queue()
    again: queue.Queue[tuple[str, int]] = queue.Queue()
    here.find_room(room, lambda host, port: first.put((host, port)))
    there.announce_room(room, 40124)
    first.get(timeout=WAIT)
    here.find_room(room, lambda host, port: again.put((host, port)))
    assert again.get_nowait() == ("127.0.0.1", 40124)


def test_nobody_finds_itself(two: tuple[Discovery, Discovery]) -> None:
    here, there = two
    room = secrets.token_bytes(32)
    mine: queue.Queue[tuple[str, int]] = queue.Queue()
    theirs: queue.Queue[tuple[str, int]] = queue.Queue()
    here.find_room(room, lambda host, port: mine.put((host, port)))
    there.find_room(room, lambda host, port: theirs.put((host, port)))
    here.announce_room(room, 1001)
    there.announce_room(room, 1002)
    assert mine.get(timeout=WAIT) == ("127.0.0.1", 1002)
    assert theirs.get(timeout=WAIT) == ("127.0.0.1", 1001)
    assert mine.empty()
    assert theirs.empty()


def test_an_offer_is_found_by_its_number(two: tuple[Discovery, Discovery]) -> None:
    here, there = two
    places: queue.Queue[tuple[str, int]] = queue.Queue()
    wrong: queue.Queue[tuple[str, int]] = queue.Queue()
    number = secrets.randbelow(1 << 30)  # another run of these tests may be on this network
    here.find_offer(number, lambda host, port: places.put((host, port)))
    here.find_offer(number + 1, lambda host, port: wrong.put((host, port)))
    there.announce_offer(number, 40125)
    assert places.get(timeout=WAIT) == ("127.0.0.1", 40125)
    assert wrong.empty()
    there.withdraw_offer(number)
    there.withdraw_offer(number)


def test_a_stranger_sees_noise_that_is_new_each_time(two: tuple[Discovery, Discovery]) -> None:
    _, there = two
    room = secrets.token_bytes(32)
    stranger = _Stranger()
    there.announce_room(room, 40126)
    first = stranger.next_at(40126)
    there.announce_room(room, 40127)
    second = stranger.next_at(40127)
    stranger.close()
    for info in (first, second):
        assert set(info.properties) == {b"n", b"t"}
        assert info.name.removesuffix(f".{SERVICE}") == (info.server or "").removesuffix(".local.")
        bytes.fromhex(info.name.removesuffix(f".{SERVICE}"))
        seen = repr((info.name, info.server, info.properties)).lower()
        assert room.hex() not in seen
        assert socket.gethostname().lower() not in seen
    assert not set(first.properties.values()) & set(second.properties.values())
    assert first.name != second.name


@given(
    st.binary(min_size=32, max_size=32), st.binary(min_size=32, max_size=32), st.binary(max_size=20)
)
def test_a_tag_is_of_one_room_and_one_number(room: bytes, other: bytes, nonce: bytes) -> None:
    assert (room_tag(room, nonce) == room_tag(other, nonce)) == (room == other)
    assert room_tag(room, nonce) != room_tag(room, nonce + b"\0")


def test_no_multicast_is_one_sentence() -> None:
    with pytest.raises(DyadError, match="type the address"):
        Discovery(["192.0.2.77"])  # not an address of this computer
    with pytest.raises(DyadError, match="type the address"):
        Discovery([])


def test_closing_twice_is_fine() -> None:
    discovery = Discovery(LOOPBACK)
    discovery.close()
    discovery.close()
    with pytest.raises(DyadError, match="type the address"):
        discovery.announce_offer(42, 1)


def test_the_addresses_to_type_are_not_loopback() -> None:
    assert not [address for address in local_addresses() if address.startswith("127.")]


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        (" 192.168.1.7:40123 ", ("192.168.1.7", 40123)),
        ("laptop.local:1", ("laptop.local", 1)),
        ("[fe80::1]:65535", ("fe80::1", 65535)),
    ],
)
def test_a_typed_address_is_read(typed: str, read: tuple[str, int]) -> None:
    assert read_address(typed) == read


@pytest.mark.parametrize(
    "typed", ["", "192.168.1.7", ":80", "host:", "host:0", "host:65536", "host:-1"]
)
def test_what_is_no_address_is_said_so(typed: str) -> None:
    with pytest.raises(BadInputError, match="colon"):
        read_address(typed)
