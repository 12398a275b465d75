"""Anna's and Boris's copies of one partnership, and further laptops."""

from dataclasses import dataclass

from dyad_desktop.replication.membership import Device
from dyad_desktop.replication.signing import Keys
from dyad_desktop.store.merge import Merged
from dyad_desktop.store.workspace import Workspace
from tests.store.desk import Desk


@dataclass
class Pair:
    """Anna's copy (partner A) and Boris's copy (partner B), each of whom knows the other's person."""

    a: Workspace
    b: Workspace
    persons: dict[bytes, str]

    def send(self, source: Workspace, target: Workspace) -> Merged:
        return target.receive(source.segments_since(target.vector()), self.persons)

    def meet(self) -> None:
        self.send(self.a, self.b)
        self.send(self.b, self.a)

    def know(self, by: Workspace, partner: str, desk: Desk) -> None:
        """Have a laptop make another one of its owner known, as pairing does."""
        keys = desk.keys(by.id, partner)
        device = keys.device_public
        made = Device(device, keys.person_public, partner, desk.name, keys.certify(device), "", b"")
        by.admit(partner, made.changes(), "Admitted a laptop")

    @property
    def same(self) -> bool:
        return self.a.digest() == self.b.digest()


@dataclass
class SecondLaptop(Desk):
    """Another laptop of Boris's, or of another owner's."""

    owner: str = "boris"

    def keys(self, workspace: bytes, partner: str) -> Keys:
        mine = super().keys(workspace, partner)
        return Keys(Desk(self.folder, self.owner).keys(workspace, partner).person, mine.device)
