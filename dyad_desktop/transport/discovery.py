"""Finding each other on the local network: multicast DNS that tells strangers nothing.

What is announced for a room is a random number and its HMAC under the room's secret: who holds the secret
knows the room again, anybody else sees noise that is new each time. Names of service and host are random too:
no computer, person or partnership is named. An offer to pair announces the public number of its code.

Where multicast doesn't pass (guest networks, firewalls), a typed address always works.
"""

import contextlib
import hmac
import ipaddress
import secrets
import socket
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence

import ifaddr  # comes with zeroconf, which finds its interfaces with it
from zeroconf import (
    Error,
    IPVersion,
    ServiceBrowser,
    ServiceInfo,
    ServiceListener,
    Zeroconf,
)

from dyad_desktop.errors import BadInputError, DyadError

SERVICE = "_dyad._tcp.local."
_NONCE, _TAG, _NUMBER = b"n", b"t", b"o"
_GROUP = "224.0.0.251"  # of multicast DNS
_BYTES = 16
_PATIENCE = 1500  # milliseconds to ask for the details of what was announced
_HEARD = 256  # announcements remembered, so that a flood of them takes no memory

# Told, in a thread of the discovery, a numeric address and a port where a computer listens.
Found = Callable[[str, int], None]


class DiscoveryError(DyadError):
    """This network or computer doesn't let computers find each other."""


class Discovery:
    """Announces and finds rooms and offers while it is open; every method may block for about a second."""

    def __init__(self, interfaces: Sequence[str] | None = None) -> None:
        """Open multicast on the interfaces with these IPv4 addresses; all but loopback if none are given.

        Raises:
            DiscoveryError: there is no such interface, or it takes no multicast.
        """
        given = local_addresses() if interfaces is None else interfaces
        self._addresses = [address for address in given if _takes_multicast(address)]
        self._lock = threading.Lock()
        self._open = True
        self._own: dict[str, ServiceInfo] = {}
        self._own_names: set[str] = set()
        self._heard: dict[str, ServiceInfo] = {}
        self._rooms: dict[bytes, Found] = {}
        self._offers: dict[int, Found] = {}
        with _quietly():
            if not self._addresses:
                raise OSError("no network with multicast")
            self._zeroconf = Zeroconf(
                interfaces=self._addresses, ip_version=IPVersion.V4Only, use_asyncio=False
            )
            self._browser = ServiceBrowser(self._zeroconf, [SERVICE], listener=_Ear(self._hear))

    def announce_room(self, secret: bytes, port: int) -> None:
        """Let holders of the room's secret find this computer; again for a new number, which renews it.

        Raises:
            DiscoveryError: the network refuses it.
        """
        nonce = secrets.token_bytes(_BYTES)
        self._announce(f"room {secret.hex()}", port, {_NONCE: nonce, _TAG: room_tag(secret, nonce)})

    def announce_offer(self, number: int, port: int) -> None:
        """Let whoever types a code with this number find this computer.

        Raises:
            DiscoveryError: the network refuses it.
        """
        self._announce(f"offer {number}", port, {_NUMBER: str(number).encode()})

    def withdraw_offer(self, number: int) -> None:
        """Take an offer back."""
        self._withdraw(f"offer {number}")

    def withdraw_room(self, secret: bytes) -> None:
        """Be found no longer in a room."""
        self._withdraw(f"room {secret.hex()}")

    def find_room(self, secret: bytes, found: Found) -> None:
        """Tell about computers in this room, those heard before at once."""
        with self._lock:
            self._rooms[secret] = found
        self._tell_heard()

    def find_offer(self, number: int, found: Found) -> None:
        """Tell about offers with this number, those heard before at once."""
        with self._lock:
            self._offers[number] = found
        self._tell_heard()

    def close(self) -> None:
        """Take back what was announced and listen no longer."""
        with self._lock:
            self._open = False
            self._rooms.clear()
            self._offers.clear()
        with contextlib.suppress(OSError, Error):
            self._browser.cancel()
            self._zeroconf.close()

    def _announce(self, what: str, port: int, text: Mapping[bytes, bytes]) -> None:
        self._withdraw(what)
        name = secrets.token_hex(_BYTES)
        info = ServiceInfo(
            SERVICE,
            f"{name}.{SERVICE}",
            port=port,
            properties=dict(text),
            server=f"{name}.local.",
            parsed_addresses=self._addresses,
        )
        with self._lock, _quietly():
            if not self._open:
                raise OSError("closed")
            self._own[what] = info
            self._own_names.add(info.name)
        with _quietly():
            self._zeroconf.register_service(info)

    def _withdraw(self, what: str) -> None:
        with self._lock:
            info = self._own.pop(what, None)
        if info is not None and self._open:
            with contextlib.suppress(OSError, Error):
                self._zeroconf.unregister_service(info)

    def _hear(self, name: str, *, gone: bool) -> None:
        with self._lock:
            self._heard.pop(name, None)
            if gone or name in self._own_names:
                return
        info = self._zeroconf.get_service_info(SERVICE, name, _PATIENCE)
        if info is None:
            return
        with self._lock:
            self._heard[name] = info
            if len(self._heard) > _HEARD:
                del self._heard[next(iter(self._heard))]
        self._tell(info)

    def _tell_heard(self) -> None:
        with self._lock:
            heard = list(self._heard.values())
        for info in heard:
            self._tell(info)

    def _tell(self, info: ServiceInfo) -> None:
        with self._lock:
            found = [tell for secret, tell in self._rooms.items() if _is_room(info, secret)]
            found += [tell for number, tell in self._offers.items() if _is_offer(info, number)]
        for tell in found:
            for host in info.parsed_addresses(IPVersion.V4Only):
                tell(host, info.port or 0)


class _Ear(ServiceListener):
    """Passes on what zeroconf hears, in zeroconf's own shape."""

    def __init__(self, hear: Callable[..., None]) -> None:
        self._hear = hear

    def add_service(self, _zc: Zeroconf, _type: str, name: str) -> None:
        self._hear(name, gone=False)

    def update_service(self, _zc: Zeroconf, _type: str, name: str) -> None:
        self._hear(name, gone=False)

    def remove_service(self, _zc: Zeroconf, _type: str, name: str) -> None:
        self._hear(name, gone=True)


def room_tag(secret: bytes, nonce: bytes) -> bytes:
    """Return what a holder of the room's secret announces beside ``nonce``."""
    return hmac.digest(secret, b"dyad-room/1" + nonce, "sha256")[:_BYTES]


def local_addresses() -> list[str]:
    """Return this computer's IPv4 addresses that others may reach: what to show for typing."""
    found = {str(ip.ip) for adapter in ifaddr.get_adapters() for ip in adapter.ips if ip.is_IPv4}
    usable = [address for address in found if not ipaddress.ip_address(address).is_loopback]
    # An address that a router gave is likelier to work than one that the computer made up.
    return sorted(
        usable, key=lambda address: (ipaddress.ip_address(address).is_link_local, address)
    )


def read_address(typed: str) -> tuple[str, int]:
    """Return host and port from ``192.168.1.7:40123``, a host name instead, or ``[::1]:40123``.

    Raises:
        BadInputError: it isn't that.
    """
    host, colon, port = typed.strip().rpartition(":")
    host = host.removeprefix("[").removesuffix("]")
    if not (colon and host and port.isascii() and port.isdigit() and 0 < int(port) < 65536):
        raise BadInputError(
            "an address has a colon and a number up to 65535 at its end: 192.168.1.7:40123"
        )
    return host, int(port)


def _is_room(info: ServiceInfo, secret: bytes) -> bool:
    nonce, tag = info.properties.get(_NONCE), info.properties.get(_TAG)
    return bool(nonce and tag) and hmac.compare_digest(room_tag(secret, nonce or b""), tag or b"")


def _is_offer(info: ServiceInfo, number: int) -> bool:
    return info.properties.get(_NUMBER) == str(number).encode()


def _takes_multicast(address: str) -> bool:
    """Return whether an interface does; a private network over the internet, for one, doesn't."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            group = socket.inet_aton(_GROUP) + socket.inet_aton(address)
            probe.setsockopt(socket.IPPROTO_IP, socket.IP_ADD_MEMBERSHIP, group)
        except OSError:
            return False
    return True


@contextlib.contextmanager
def _quietly() -> Iterator[None]:
    """Turn what multicast does where it isn't available into one sentence."""
    try:
        yield
    except (OSError, Error) as error:
        raise DiscoveryError(
            "This network doesn't let computers find each other by themselves. Nothing is lost: "
            "type the address that the other computer shows."
        ) from error
