from collections.abc import Iterator
from pathlib import Path

import keyring
import keyring.backend
import keyring.backends.fail
import keyring.errors
import pytest

from dyad_desktop.errors import WorkspaceError
from dyad_desktop.store import keys
from dyad_desktop.store.keys import (
    KeyringStore,
    SealedFileStore,
    SessionStore,
    find_key_store,
    partner_keys,
)
from tests.store.desk import Desk, behind, new_goal, set_title

SECRET = bytes(range(64))
REAL_COST = keys.MEMORY_KIB
"""As the program has it: each test seals at less."""


class _Drawer(keyring.backend.KeyringBackend):
    """A keyring in memory."""

    priority = 5

    def __init__(self) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self.kept: dict[tuple[str, str], str] = {}

    def get_password(self, service: str, username: str) -> str | None:
        return self.kept.get((service, username))

    def set_password(self, service: str, username: str, password: str) -> None:
        self.kept[service, username] = password


class _Locked(_Drawer):
    """A keyring whose owner doesn't unlock it."""

    def get_password(self, service: str, username: str) -> str | None:
        raise keyring.errors.KeyringLocked


@pytest.fixture
def any_keyring(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Put the computer's keyring back after the test."""
    monkeypatch.delenv("DYAD_PASSPHRASE", raising=False)
    before = keyring.get_keyring()
    yield
    keyring.set_keyring(before)


class TestSealedFile:
    def test_a_guess_costs_what_the_standard_asks_for(self) -> None:
        """RFC 9106 §4, the second recommended option: 64 MiB."""
        assert REAL_COST == 64 * 1024
        assert REAL_COST > keys.MEMORY_KIB

    def test_opens_with_its_passphrase_only(self, tmp_path: Path) -> None:
        SealedFileStore(tmp_path / "keys", "correct horse").save("ws:A", SECRET)
        assert SealedFileStore(tmp_path / "keys", "correct horse").load("ws:A") == SECRET
        with pytest.raises(WorkspaceError, match="doesn't open"):
            SealedFileStore(tmp_path / "keys", "wrong horse").load("ws:A")

    def test_holds_nothing_in_plain_text_and_is_its_owners(self, tmp_path: Path) -> None:
        SealedFileStore(tmp_path, "correct horse").save("ws:A", SECRET)
        (file,) = tmp_path.iterdir()
        assert file.stat().st_mode & 0o077 == 0
        assert all(SECRET[at : at + 8] not in file.read_bytes() for at in range(0, 64, 8))

    @pytest.mark.parametrize("at", [0, 20, 40, -1], ids=["salt", "nonce", "text", "tag"])
    def test_a_flipped_byte_is_refused(self, tmp_path: Path, at: int) -> None:
        store = SealedFileStore(tmp_path, "correct horse")
        store.save("ws:A", SECRET)
        (file,) = tmp_path.iterdir()
        data = bytearray(file.read_bytes())
        data[at] ^= 1
        file.write_bytes(data)
        with pytest.raises(WorkspaceError, match="doesn't open"):
            store.load("ws:A")

    @pytest.mark.parametrize("length", [0, 3, 16, 20, 28, 60])
    def test_a_cut_file_is_refused(self, tmp_path: Path, length: int) -> None:
        store = SealedFileStore(tmp_path, "correct horse")
        store.save("ws:A", SECRET)
        (file,) = tmp_path.iterdir()
        file.write_bytes(file.read_bytes()[:length])
        with pytest.raises(WorkspaceError, match="doesn't open"):
            store.load("ws:A")

    def test_one_name_does_not_open_for_another(self, tmp_path: Path) -> None:
        store = SealedFileStore(tmp_path, "correct horse")
        store.save("ws:A", SECRET)
        assert store.load("ws:B") is None
        (file,) = tmp_path.iterdir()
        file.rename(tmp_path / "ws-B.key")
        with pytest.raises(WorkspaceError, match="doesn't open"):
            store.load("ws:B")


class TestFindKeyStore:
    def test_a_passphrase_comes_first(
        self, tmp_path: Path, any_keyring: None, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        keyring.set_keyring(_Drawer())
        monkeypatch.setenv("DYAD_PASSPHRASE", "correct horse")
        assert isinstance(find_key_store(tmp_path), SealedFileStore)

    def test_then_the_keyring(self, tmp_path: Path, any_keyring: None) -> None:
        drawer = _Drawer()
        keyring.set_keyring(drawer)
        store = find_key_store(tmp_path)
        assert isinstance(store, KeyringStore)
        assert store.load("ws:A") is None
        store.save("ws:A", SECRET)
        assert store.load("ws:A") == SECRET
        assert list(tmp_path.iterdir()) == []

    @pytest.mark.parametrize("kind", [keyring.backends.fail.Keyring, _Locked])
    def test_without_either_keys_last_a_session(
        self, tmp_path: Path, any_keyring: None, kind: type[keyring.backend.KeyringBackend]
    ) -> None:
        keyring.set_keyring(kind())
        assert isinstance(find_key_store(tmp_path), SessionStore)
        assert list(tmp_path.iterdir()) == []


class TestPartnerKeys:
    def test_are_made_once_and_are_each_partners_own(self, tmp_path: Path) -> None:
        store = SessionStore()
        first = partner_keys(store, tmp_path, b"w" * 16, "A")
        assert partner_keys(store, tmp_path, b"w" * 16, "A") == first
        others = [
            partner_keys(store, tmp_path, b"w" * 16, "B"),
            partner_keys(store, tmp_path, b"v" * 16, "A"),
        ]
        assert len({first.person, first.device, *(k.person for k in others)}) == 4

    def test_are_not_made_anew_while_others_are_sealed(
        self, tmp_path: Path, any_keyring: None
    ) -> None:
        made = partner_keys(SealedFileStore(tmp_path, "correct horse"), tmp_path, b"w" * 16, "A")
        drawer = _Drawer()
        keyring.set_keyring(drawer)
        for store in (SessionStore(), KeyringStore()):
            with pytest.raises(WorkspaceError, match=r"are sealed in .*Set DYAD_PASSPHRASE"):
                partner_keys(store, tmp_path, b"w" * 16, "A")
        assert drawer.kept == {}
        again = partner_keys(SealedFileStore(tmp_path, "correct horse"), tmp_path, b"w" * 16, "A")
        assert again == made

    @pytest.mark.parametrize("partner", ["A\0", "../../A", "A/B", "x" * 5000, "é" * 90, ".."])
    def test_lie_in_their_folder_whatever_a_partner_is_called(
        self, tmp_path: Path, any_keyring: None, partner: str
    ) -> None:
        keyring.set_keyring(_Drawer())
        folder = tmp_path / "deep" / "keys"
        for store in (SealedFileStore(folder, "correct horse"), KeyringStore()):
            own = folder if isinstance(store, SealedFileStore) else tmp_path / "other"
            made = partner_keys(store, own, b"w" * 16, partner)
            assert partner_keys(store, own, b"w" * 16, partner) == made
            assert len(list(own.iterdir())) == 1
        assert len([path for path in tmp_path.rglob("*") if path.is_file()]) == 2

    def test_are_not_made_anew_while_others_are_in_the_keyring(
        self, tmp_path: Path, any_keyring: None
    ) -> None:
        keyring.set_keyring(_Drawer())
        made = partner_keys(KeyringStore(), tmp_path, b"w" * 16, "A")
        before = sorted(tmp_path.iterdir())
        assert all(path.read_bytes() == b"" for path in before)
        for store in (SealedFileStore(tmp_path, "correct horse"), SessionStore()):
            with pytest.raises(WorkspaceError, match="are in this computer's keyring"):
                partner_keys(store, tmp_path, b"w" * 16, "A")
            assert sorted(tmp_path.iterdir()) == before
        assert partner_keys(SessionStore(), tmp_path, b"v" * 16, "A") != made
        assert partner_keys(KeyringStore(), tmp_path, b"w" * 16, "A") == made

    def test_never_enter_the_workspace(self, desk: Desk) -> None:
        with desk.created() as workspace:
            new_goal(workspace, "T")
            set_title(workspace, "B", "U")
            keys = [desk.keys(workspace.id, partner) for partner in "AB"]
        kept = b"".join(path.read_bytes() for path in desk.folder.rglob("*") if path.is_file())
        assert keys[0].person_public in kept
        for secret in (s for k in keys for s in (k.person, k.device)):
            assert secret not in kept
            assert secret.hex().encode() not in kept
            assert secret[:16] not in kept

    def test_lost_with_the_session_make_a_fresh_actor(self, desk: Desk) -> None:
        with desk.created() as workspace:
            new_goal(workspace, "T")
        with behind(desk.path) as raw:
            assert raw.execute("SELECT count(*) FROM seal").fetchone()[0] == 1
        second = Desk(desk.folder, "desk", "later")
        second.keys = Desk(desk.folder, "new keys").keys  # type: ignore[method-assign]
        with second.opened() as workspace:
            set_title(workspace, "A", "U")
            assert len(workspace.actors) == 2
            assert workspace.check() == []
