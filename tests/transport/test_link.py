import contextlib
import queue
import socket
import ssl
import threading
import time

import pytest

from dyad_desktop.errors import DyadError
from dyad_desktop.transport.certificate import LinkIdentity, contexts, new_identity
from dyad_desktop.transport.channel import BYE, DATA, HELLO
from dyad_desktop.transport.frames import MAX_FRAME, pack_frame
from dyad_desktop.transport.link import Link, LinkEvents, LinkService, LinkTimes
from tests.transport.ends import HOST, PATIENT, QUICK, WAIT, End, joined, two_ends

GREETING = pack_frame(HELLO + b"dyad-link/1")
LONG = LinkTimes(hello=600.0, retry_first=0.02, retry_last=0.1)
"""Nobody is dropped for its silence alone."""


def _raw(port: int, identity: LinkIdentity, trusted: bytes) -> ssl.SSLSocket:
    """A TLS connection made by hand."""
    context = contexts(identity, [trusted]).client
    plain = socket.create_connection((HOST, port), timeout=WAIT)
    return context.wrap_socket(plain, server_hostname=None)


def _all_of(connection: socket.socket) -> bytes:
    """Everything that comes until the other end closes."""
    parts = []
    with contextlib.suppress(ConnectionError, ssl.SSLError):
        while part := connection.recv(65536):
            parts.append(part)
    return b"".join(parts)


def test_frames_arrive_both_ways_in_order() -> None:
    with two_ends() as (here, there):
        mine, theirs = joined(here, there)
        assert mine.peer == there.identity.certificate
        assert theirs.peer == here.identity.certificate
        sent = [b"", b"one", bytes(MAX_FRAME), b"last"]
        for frame in sent:
            mine.send(frame)
            theirs.send(frame)
        assert [there.frames.get(timeout=WAIT) for _ in sent] == sent
        assert [here.frames.get(timeout=WAIT) for _ in sent] == sent


def test_it_is_tls_1_3_and_says_so() -> None:
    with two_ends() as (here, there):
        mine, _ = joined(here, there)
        assert mine._streams.writer.get_extra_info("ssl_object").version() == "TLSv1.3"


def test_an_older_tls_is_refused_even_from_the_partner() -> None:
    with two_ends() as (here, there):
        context = contexts(here.identity, [there.identity.certificate]).client
        context.minimum_version = ssl.TLSVersion.TLSv1_2
        context.maximum_version = ssl.TLSVersion.TLSv1_2
        with (
            socket.create_connection((HOST, there.port), timeout=WAIT) as plain,
            pytest.raises((ssl.SSLError, ConnectionError)),
        ):
            context.wrap_socket(plain)
        assert there.opened.empty()


def test_a_stranger_who_calls_gets_nothing() -> None:
    with two_ends() as (_, there):
        with _raw(there.port, new_identity(), there.identity.certificate) as stranger:
            # Here TLS 1.3 believes itself connected.
            with contextlib.suppress(OSError):
                stranger.sendall(GREETING)
            assert _all_of(stranger) == b""
        assert there.opened.empty()
        assert there.closed.empty()


def test_a_stranger_who_calls_is_told_that_it_is_not_accepted() -> None:
    with two_ends() as (_, there):
        stranger = End(pins=[there.identity.certificate])
        with pytest.raises(DyadError, match="didn't accept"):
            stranger.service.connect(HOST, there.port).result(WAIT)
        assert stranger.opened.empty()
        stranger.service.close()


def test_a_stranger_who_is_called_gets_nothing() -> None:
    with two_ends() as (here, _):
        door = socket.create_server((HOST, 0))
        heard: queue.Queue[bytes] = queue.Queue()

        def answer() -> None:
            plain, _ = door.accept()
            context = contexts(new_identity(), [here.identity.certificate]).server
            context.maximum_version = ssl.TLSVersion.TLSv1_3
            with contextlib.suppress(OSError), context.wrap_socket(plain, server_side=True) as tls:
                heard.put(_all_of(tls))
            heard.put(b"")

        impostor = threading.Thread(target=answer)
        impostor.start()
        with pytest.raises(DyadError, match="not your partner's"):
            here.service.connect(HOST, door.getsockname()[1]).result(WAIT)
        impostor.join(WAIT)
        door.close()
        assert heard.get(timeout=WAIT) == b""
        assert here.opened.empty()


def test_a_certificate_that_is_no_longer_pinned_is_refused_on_the_next_call() -> None:
    with two_ends() as (here, there):
        mine, _ = joined(here, there)
        mine.close()
        there.closed.get(timeout=WAIT)
        here.closed.get(timeout=WAIT)
        there.pins = [new_identity().certificate]
        with pytest.raises(DyadError, match="didn't accept"):
            here.service.connect(HOST, there.port).result(WAIT)
        there.pins = []
        with pytest.raises(DyadError, match="didn't accept"):
            here.service.connect(HOST, there.port).result(WAIT)
        there.pins = [here.identity.certificate]
        joined(here, there)


def test_the_certificate_of_a_partner_without_its_key_is_useless() -> None:
    with two_ends() as (here, there):
        thief = LinkIdentity(here.identity.certificate, new_identity().private_key)
        with pytest.raises(ssl.SSLError, match=r"KEY_VALUES_MISMATCH|key values mismatch"):
            contexts(thief, [there.identity.certificate])


def test_a_partner_who_says_no_hello_is_no_link() -> None:
    with two_ends(QUICK) as (here, there):
        with _raw(there.port, here.identity, there.identity.certificate) as silent:
            assert _all_of(silent) == b""
        assert there.opened.empty()


def test_a_caller_who_is_silent_below_tls_is_dropped() -> None:
    with two_ends(QUICK) as (_, there):
        with socket.create_connection((HOST, there.port), timeout=WAIT) as silent:
            assert _all_of(silent) == b""
        assert there.opened.empty()


def test_an_answer_that_never_comes_ends_the_call() -> None:
    with (
        two_ends(QUICK) as (here, _),
        socket.create_server((HOST, 0)) as door,
        pytest.raises(DyadError, match="No computer answers"),
    ):
        here.service.connect(HOST, door.getsockname()[1]).result(WAIT)


def test_nobody_there_is_one_sentence() -> None:
    with two_ends() as (here, _), socket.socket() as unused:
        unused.bind((HOST, 0))
        with pytest.raises(DyadError, match="No computer answers"):
            here.service.connect(HOST, unused.getsockname()[1]).result(WAIT)


def test_strangers_who_hold_their_calls_are_bounded_the_oldest_gives_way() -> None:
    with two_ends(LONG) as (_, there):
        held = [socket.create_connection((HOST, there.port), timeout=WAIT) for _ in range(33)]
        assert _all_of(held[0]) == b""
        for call in held:
            call.close()


def test_silent_neighbours_keep_no_partner_out() -> None:
    with two_ends(LONG) as (here, there):
        held = [socket.create_connection((HOST, there.port), timeout=WAIT) for _ in range(40)]
        link, _ = joined(here, there)
        assert link.is_open
        for call in held:
            call.close()


def test_a_partner_whose_link_is_open_gives_way_to_no_stranger() -> None:
    with two_ends(LONG) as (here, there):
        link, back = joined(here, there)
        held = [socket.create_connection((HOST, there.port), timeout=WAIT) for _ in range(40)]
        assert _all_of(held[0]) == b""
        link.send(b"still here")
        assert there.frames.get(timeout=WAIT) == b"still here"
        assert back.is_open
        for call in held:
            call.close()


def _greeted(here: End, there: End) -> ssl.SSLSocket:
    """A link whose near end is made by hand."""
    tls = _raw(there.port, here.identity, there.identity.certificate)
    tls.sendall(GREETING)
    assert tls.recv(100) == GREETING
    there.opened.get(timeout=WAIT)
    return tls


def test_a_frame_of_more_than_4_mib_ends_the_link() -> None:
    with two_ends() as (here, there), _greeted(here, there) as tls:
        tls.sendall((MAX_FRAME + 2).to_bytes(4, "big") + DATA)
        _, reason = there.closed.get(timeout=WAIT)
        assert "more than this program accepts" in reason


def test_a_frame_that_drips_ends_the_link() -> None:
    with two_ends(QUICK) as (here, there), _greeted(here, there) as tls:
        tls.sendall((100).to_bytes(4, "big"))
        with contextlib.suppress(OSError):
            for _ in range(1000):
                tls.sendall(DATA)
                if not there.closed.empty():
                    break
                threading.Event().wait(0.01)
        _, reason = there.closed.get(timeout=WAIT)
        assert "stopped answering" in reason or "more than" in reason


def test_a_partner_who_falls_silent_is_noticed() -> None:
    with two_ends(QUICK) as (here, there), _greeted(here, there):
        link, reason = there.closed.get(timeout=WAIT)
        assert "stopped answering" in reason
        assert not link.is_open
        with pytest.raises(DyadError, match="is closed"):
            link.send(b"late")


def test_a_link_without_traffic_lives_on() -> None:
    with two_ends(QUICK) as (here, there):
        mine, theirs = joined(here, there)
        with pytest.raises(queue.Empty):
            there.closed.get(timeout=2 * QUICK.dead)
        assert mine.is_open
        assert theirs.is_open


@pytest.mark.parametrize("frame", [b"", b"\x07what", HELLO + b"dyad-link/1"])
def test_what_no_version_says_ends_the_link(frame: bytes) -> None:
    with two_ends() as (here, there), _greeted(here, there) as tls:
        tls.sendall(pack_frame(frame))
        _, reason = there.closed.get(timeout=WAIT)
        assert "version" in reason


def test_another_version_is_told_on_both_sides() -> None:
    with two_ends() as (here, there):
        with _raw(there.port, here.identity, there.identity.certificate) as tls:
            tls.sendall(pack_frame(HELLO + b"dyad-link/9"))
            assert tls.recv(100) == GREETING
        assert there.opened.empty()


def test_a_cut_is_noticed_at_once() -> None:
    with two_ends() as (here, there):
        tls = _greeted(here, there)
        tls.close()
        _, reason = there.closed.get(timeout=2)
        assert "cut" in reason


def test_closing_sends_what_was_queued_and_tells_the_peer() -> None:
    with two_ends() as (here, there):
        mine, _ = joined(here, there)
        for at in range(50):
            mine.send(bytes([at]) * 10_000)
        mine.close()
        assert [there.frames.get(timeout=WAIT)[0] for _ in range(50)] == list(range(50))
        assert "closed" in there.closed.get(timeout=WAIT)[1]
        assert "closed here" in here.closed.get(timeout=WAIT)[1]
        with pytest.raises(DyadError, match="is closed"):
            mine.send(b"late")


def test_closing_the_service_ends_its_links_once_and_twice_is_fine() -> None:
    with two_ends() as (here, there):
        joined(here, there)
        here.service.close()
        here.service.close()
        assert "closed here" in here.closed.get(timeout=WAIT)[1]
        assert here.closed.empty()
        there.closed.get(timeout=WAIT)
        with pytest.raises(DyadError, match="switched off"):
            here.service.connect(HOST, there.port)


def _flood(link: Link) -> None:
    for _ in range(100):
        link.send(bytes(MAX_FRAME))


def test_sending_waits_for_a_peer_who_reads_slowly_and_ends_when_it_stops() -> None:
    with two_ends(QUICK) as (here, there), _greeted(here, there):
        link = there.links[0]
        with pytest.raises(DyadError, match="is closed"):
            _flood(link)
        assert link._waiting <= 3 * MAX_FRAME


def test_a_full_buffer_is_an_error_in_the_thread_of_the_callbacks() -> None:
    outcome: queue.Queue[str] = queue.Queue()

    def flood(link: Link) -> None:
        try:
            _flood(link)
        except DyadError as error:
            outcome.put(str(error))

    here = End()
    there = LinkService(
        identity := new_identity(),
        lambda: [here.identity.certificate],
        LinkEvents(flood, lambda _link, _frame: None, lambda _link, _reason: None),
    )
    here.pins = [identity.certificate]
    here.service.connect(HOST, there.listen(HOST)).result(WAIT)
    assert "more slowly" in outcome.get(timeout=WAIT)
    here.service.close()
    there.close()


def test_a_small_frame_takes_milliseconds() -> None:
    with two_ends() as (here, there):
        mine, theirs = joined(here, there)
        times = []
        for _ in range(50):
            start = time.perf_counter()
            mine.send(b"ping")
            theirs.send(there.frames.get(timeout=WAIT))
            here.frames.get(timeout=WAIT)
            times.append(time.perf_counter() - start)
        # There and back; with Nagle's algorithm it would be 40 ms and more.
        assert sorted(times)[len(times) // 2] < 0.02


@pytest.mark.parametrize("_time", range(10))
def test_two_calls_at_once_end_with_one_link(_time: int) -> None:
    with two_ends() as (here, there):
        calls = [
            here.service.connect(HOST, there.port),
            there.service.connect(HOST, here.port),
            here.service.connect(HOST, there.port),
        ]
        for call in calls:
            with contextlib.suppress(DyadError):
                call.result(WAIT)
        mine, theirs = here.links, there.links
        assert len(mine) == len(theirs) == 1
        mine[0].send(b"to there")
        theirs[0].send(b"to here")
        assert there.frames.get(timeout=WAIT) == b"to there"
        assert here.frames.get(timeout=WAIT) == b"to here"
        for end in (here, there):
            assert end.opened.qsize() - end.closed.qsize() == 1


def test_a_second_call_to_the_same_peer_gets_the_link_there_is() -> None:
    with two_ends() as (here, there):
        mine, theirs = joined(here, there)
        assert here.service.connect(HOST, there.port).result(WAIT) is mine
        assert there.service.connect(HOST, here.port).result(WAIT) is theirs
        assert here.opened.empty()
        assert there.opened.empty()


def test_a_peer_that_restarted_replaces_its_old_link() -> None:
    with two_ends() as (here, there):
        gone = _greeted(here, there)  # its process restarted, but nothing was heard of that
        old = there.links[0]
        link, theirs = joined(here, there)
        ended, reason = there.closed.get(timeout=WAIT)
        assert ended is old
        assert "anew" in reason
        link.send(b"hello again")
        assert there.frames.get(timeout=WAIT) == b"hello again"
        assert there.links == [theirs]
        gone.close()


def test_staying_connected_calls_until_it_works_and_again_after_an_end() -> None:
    with two_ends() as (here, there):
        there.pins = []
        keeping = here.service.keep_connected(HOST, there.port)
        there.pins = [here.identity.certificate]
        here.opened.get(timeout=WAIT)
        there.opened.get(timeout=WAIT).close()
        here.closed.get(timeout=WAIT)
        here.opened.get(timeout=WAIT)
        keeping.cancel()
        there.opened.get(timeout=WAIT).close()
        here.closed.get(timeout=WAIT)
        with pytest.raises(queue.Empty):
            here.opened.get(timeout=0.3)


def test_a_port_in_use_is_one_sentence() -> None:
    with two_ends() as (here, there), pytest.raises(DyadError, match="can't take calls"):
        here.service.listen(HOST, there.port)


def test_a_bug_in_a_callback_is_reported_and_ends_the_link(monkeypatch: pytest.MonkeyPatch) -> None:
    seen: queue.Queue[BaseException | None] = queue.Queue()
    monkeypatch.setattr(threading, "excepthook", lambda said: seen.put(said.exc_value))

    def break_(_link: Link, _frame: bytes) -> None:
        raise RuntimeError("a bug")

    here = End()
    there = LinkService(
        identity := new_identity(),
        lambda: [here.identity.certificate],
        LinkEvents(lambda _link: None, break_, lambda _link, _reason: None),
        PATIENT,
    )
    here.pins = [identity.certificate]
    here.service.connect(HOST, there.listen(HOST)).result(WAIT).send(b"x")
    assert str(seen.get(timeout=WAIT)) == "a bug"
    here.closed.get(timeout=WAIT)
    here.service.close()
    there.close()


def test_goodbye_before_a_hello_is_no_link() -> None:
    with two_ends() as (here, there):
        with _raw(there.port, here.identity, there.identity.certificate) as tls:
            tls.sendall(pack_frame(BYE))
            assert _all_of(tls) == pack_frame(BYE)
        assert there.opened.empty()


def test_the_service_may_be_closed_in_a_callback() -> None:
    here = End()
    closed = threading.Event()

    def leave(_link: Link, _frame: bytes) -> None:
        there.close()

    there = LinkService(
        identity := new_identity(),
        lambda: [here.identity.certificate],
        LinkEvents(lambda _link: None, leave, lambda _link, _reason: closed.set()),
        PATIENT,
    )
    here.pins = [identity.certificate]
    here.service.connect(HOST, there.listen(HOST)).result(WAIT).send(b"leave")
    assert closed.wait(WAIT)
    here.closed.get(timeout=WAIT)
    here.service.close()
    there.close()
