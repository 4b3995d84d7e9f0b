"""The street of `street` with strands under its trunk, and a probe that says what it is told to."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import date

from automation.birth.prober import Probed, ProbeTask, When
from inventory.consents import Consent, ConsentCover
from inventory.devices import PortRef
from inventory.organisations import MemberRole, Organisation
from inventory.plant import (
    AssetKind,
    AssetRef,
    Bore,
    BoreRef,
    Cable,
    CableBore,
    Duct,
    Odf,
    OdfPosition,
    Patch,
    PositionRef,
    Strand,
    StrandRef,
    StrandState,
)
from inventory.snapshot import Inventory
from tests.integration.street import DX_SWITCH, DXP_SWITCH, street

COOP = ("coop", "coop", "coop")
OPTIC = "100GBASE-LR4"
DX, DXP = (384_000.0, 397_000.0), (384_500.0, 397_500.0)


def lit_street(homes: int) -> Inventory:
    """The trunk is lit on strands 1 and 2 of one cable of 710 m: 0.25 dB of strand and two connectors, 0.85 dB."""
    bore = BoreRef("d-1", 1)
    ends = (("odf-dx", "dx", DX_SWITCH), ("odf-dxp", "dxp", DXP_SWITCH))
    dark = street(homes)
    return replace(
        dark,
        organisations=(
            *dark.organisations,
            Organisation("coop", "The co-operative", frozenset({MemberRole.CONTRIBUTOR})),
        ),
        ducts=(Duct("d-1", "dx", "dxp", (DX, DXP), 710.0, *COOP),),
        bores=(Bore(bore, 40.0, 20.0, 40.0),),
        cables=(Cable("k-1", "dx", "dxp", 12, 6, 10.1, 0.0, *COOP),),
        cable_bores=(CableBore("k-1", 1, bore),),
        strands=tuple(Strand(StrandRef("k-1", number), StrandState.USABLE) for number in range(1, 13)),
        odfs=tuple(Odf(odf, place, 12, *COOP) for odf, place, _ in ends),
        odf_positions=tuple(
            OdfPosition(PositionRef(odf, number), StrandRef("k-1", number))
            for odf, _, _ in ends
            for number in range(1, 13)
        ),
        patches=tuple(
            Patch(PositionRef(odf, number), PortRef(switch, "Ethernet1"), None, OPTIC)
            for odf, _, switch in ends
            for number in (1, 2)
        ),
        consents=(Consent("c-1", "The city", "GM1", "wayleave", date(2020, 1, 1), None, 0),),
        consent_covers=(ConsentCover("c-1", AssetRef(AssetKind.DUCT, "d-1")),),
    )


@dataclass
class Probe:
    """Implements `Prober`: sends nothing, says what was set. A test of what becomes of it, not of any frame."""

    says: dict[str, object] = field(default_factory=dict)
    before: dict[str, object] = field(default_factory=dict)
    asked: list[ProbeTask] = field(default_factory=list)
    then: Callable[[ProbeTask], object] = lambda _task: None

    def probe(self, task: ProbeTask) -> Probed:
        self.asked.append(task)
        self.then(task)
        if task.when is When.BEFORE:
            return replace(Probed(strays=tuple((port, 0) for port in task.neighbours), method="told"), **self.before)
        counted = Probed(
            sent=1000,
            lost=0,
            delay_us=550.0,
            rate_mbps=0.98 * task.cir_mbps,
            largest_frame_bytes=task.frame_bytes,
            tags=((0x88A8, task.s_vlan), (0x8100, 101)),
            strays=tuple((port, 0) for port in task.neighbours),
            method="told",
        )
        return replace(counted, **self.says)
