"""The colours of both themes, as text: nothing of Qt is needed to know them."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Colours:
    """One theme. Pairs that carry text keep WCAG 2.2 AA contrast (a test computes it)."""

    window: str
    rail: str
    surface: str
    raised: str
    line: str
    line_strong: str
    ink: str
    muted: str
    faint: str
    on_ink: str
    hover: str
    selected: str
    band: str
    on_track: str
    at_risk: str
    off_track: str
    no_data: str
    partners: tuple[str, str, str]
    partner_tints: tuple[str, str, str]
    on_partner: str


LIGHT = Colours(
    window="#F4F5F7",
    rail="#ECEEF2",
    surface="#FFFFFF",
    raised="#FFFFFF",
    line="#E1E4EA",
    line_strong="#C3C9D3",
    ink="#18202B",
    muted="#56606F",
    faint="#697383",
    on_ink="#FFFFFF",
    hover="#E4E8EE",
    selected="#E3ECF8",
    band="#F6F7F9",
    on_track="#006FAD",
    at_risk="#846500",
    off_track="#AE4E00",
    no_data="#656565",
    partners=("#6D4BB8", "#1F7A4D", "#B0447A"),
    partner_tints=("#ECE7F7", "#E2F1E9", "#F8E6EF"),
    on_partner="#FFFFFF",
)
DARK = Colours(
    window="#14171C",
    rail="#191D23",
    surface="#1E2228",
    raised="#262B33",
    line="#313741",
    line_strong="#4A5260",
    ink="#E9ECF1",
    muted="#AAB3C0",
    faint="#8F99A8",
    on_ink="#14171C",
    hover="#2A303A",
    selected="#263650",
    band="#22272E",
    on_track="#56B4E9",
    at_risk="#D9B44A",
    off_track="#E69F00",
    no_data="#9E9E9E",
    partners=("#A78BEA", "#5CC08B", "#E58BB7"),
    partner_tints=("#33294A", "#1F3B2D", "#43283A"),
    on_partner="#14171C",
)
# #C65A00 reaches 4.3:1 on white, and blue, ochre and orange less than 4.5:1 on a selected row: in light all three
# are a step darker than the palette they come from.

RAIL_WIDTH = 160
"""Width of the rail in pixels at 100 %, here since the first paint draws it before anything else is there."""
STRIP_HEIGHT = 42
"""Height of the purpose line in pixels at 100 %."""
