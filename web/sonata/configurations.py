"""Product configurations that we take and tell: MEF's own for Ethernet, and ours where MEF has none.

Of MEF's schemas (MEF 106 Access E-Line v5, MEF 6.3 E-Line v1) only what we can do stands here, under the
standard's names; a property of MEF's that is not here is refused with its place. Ours have urns of our own.
"""

from datetime import date
from enum import StrEnum
from typing import Annotated, Final, Literal

from pydantic import Field

from inventory.devices import PortRef
from provisioning.wanted import HostedEquipment
from web.sonata.payload import Payload, Text

ACCESS_E_LINE: Final = "urn:mef:lso:spec:sonata:access-eline-ovc:v5.0.0:all"
EPL: Final = "urn:mef:lso:spec:cantata-sonata:epl-evc:v1.0.0:all"
EVPL: Final = "urn:mef:lso:spec:cantata-sonata:evpl-evc:v1.0.0:all"
STRANDS: Final = "urn:neutralhost:spec:dark-fibre-pair:v1:all"
CROSS_CONNECT: Final = "urn:neutralhost:spec:cross-connect:v1:all"
SITE_HOSTING: Final = "urn:neutralhost:spec:site-hosting:v1:all"

type Vlan = Annotated[int, Field(ge=1, le=4094)]


class RateUnit(StrEnum):
    """Units of an information rate that we take; decimal."""

    KBPS = "KBPS"
    MBPS = "MBPS"
    GBPS = "GBPS"


class SizeUnit(StrEnum):
    """Units of a burst that we take; a KBYTE is 1,024 bytes there."""

    BYTES = "BYTES"
    KBYTES = "KBYTES"
    MBYTES = "MBYTES"


class Rate(Payload):
    """InformationRate of the standard."""

    ir_value: Annotated[float, Field(ge=0, le=1_000_000_000, strict=False)]
    ir_units: RateUnit

    @property
    def mbps(self) -> float:
        return self.ir_value * {RateUnit.KBPS: 0.001, RateUnit.MBPS: 1, RateUnit.GBPS: 1000}[self.ir_units]


class Size(Payload):
    """DataSize of the standard."""

    data_size_value: Annotated[int, Field(ge=0, le=1_000_000_000)]
    data_size_units: SizeUnit

    @property
    def in_bytes(self) -> int:
        factors = {SizeUnit.BYTES: 1, SizeUnit.KBYTES: 1024, SizeUnit.MBYTES: 1024**2}
        return self.data_size_value * factors[self.data_size_units]


class Flow(Payload):
    """BwpFlow: what is let in. CIR and EIR together are our bandwidth; bursts are ours where left out."""

    cir: Rate
    eir: Rate | None = None
    cbs: Size | None = None
    ebs: Size | None = None
    coupling_flag: Literal[False] | None = None
    color_mode: Literal["COLOR_BLIND"] | None = None


class FlowOfClass(Payload):
    """BandwidthProfilePerClassOfServiceName of the standard."""

    class_of_service_name: Text
    bwp_flow: Flow


class ClassFromEndPoint(Payload):
    """CosNameFromEp: all that comes in is of one class. We map by nothing else."""

    map_type: Literal["ENDPOINT"] = "ENDPOINT"
    class_name: Annotated[str, Field(validation_alias="map_M", serialization_alias="map_M")]


class CTagMap(Payload):
    """EndPointMapFormU: which C-VLANs of a UNI. An Access E-Line takes all 4,094."""

    map_type: Literal["FORM_U"]
    ovc_end_point_map_form_u: Annotated[list[Vlan], Field(min_length=1, max_length=4094)]


class STagMap(Payload):
    """EndPointMapFormE: the S-VLAN at the handover. We choose it, and tell it in the inventory."""

    map_type: Literal["FORM_E"]
    ovc_end_point_map_form_e: Annotated[list[Vlan], Field(min_length=1, max_length=1)]


class OvcUniEnd(Payload):
    """The OVC end point at the UNI: what may be sent decides the bandwidth."""

    identifier: Annotated[str, Field(pattern=r"^[\x20-\x7e]{1,45}$")] | None = None
    ovc_end_point_map: CTagMap | None = None
    ingress_class_of_service_map: ClassFromEndPoint | None = None
    ingress_bandwidth_profile_per_class_of_service_name: Annotated[list[FlowOfClass], Field(min_length=1, max_length=1)]


class OvcEnniEnd(Payload):
    """The OVC end point at the handover."""

    identifier: Annotated[str, Field(pattern=r"^[\x20-\x7e]{1,45}$")] | None = None
    ovc_end_point_map: STagMap | None = None


class AccessELine(Payload):
    """Access E-Line OVC (MEF 51.1, MEF 106)."""

    type: Literal["urn:mef:lso:spec:sonata:access-eline-ovc:v5.0.0:all"] = ACCESS_E_LINE
    uni_ep: OvcUniEnd
    enni_ep: OvcEnniEnd
    ce_vlan_id_preservation: Literal["PRESERVE"] | None = None
    c_tag_pcp_preservation: Literal["ENABLED"] | None = None
    c_tag_dei_preservation: Literal["ENABLED"] | None = None
    list_of_class_of_service_names: Annotated[list[Text], Field(min_length=1, max_length=1)] | None = None


class EndPointVlans(Payload):
    """EvcEndPointMap: which C-VLANs of a UNI belong to an EVPL."""

    vlan_type: Literal["LIST"]
    vlan_id: Annotated[list[Vlan], Field(min_length=1, max_length=4094)]


class EvcEnd(Payload):
    """An EVC end point. The bandwidth is the same at both; it may be said at one."""

    identifier: Annotated[str, Field(pattern=r"^[\x20-\x7e]{1,45}$")] | None = None
    ingress_class_of_service_map: ClassFromEndPoint | None = None
    ingress_bandwidth_profile_per_classof_service_name: (
        Annotated[list[FlowOfClass], Field(min_length=1, max_length=1)] | None
    ) = None


class EvplEnd(EvcEnd):
    """The same of an EVPL, with its C-VLANs."""

    evc_end_point_map: EndPointVlans


class Epl(Payload):
    """Ethernet Private Line (MEF 6.3): the whole port at both ends."""

    type: Literal["urn:mef:lso:spec:cantata-sonata:epl-evc:v1.0.0:all"] = EPL
    evc_end_point_a: EvcEnd
    evc_end_point_z: EvcEnd
    list_of_cos_names: Annotated[list[Text], Field(min_length=1, max_length=1)] | None = None


class Evpl(Payload):
    """Ethernet Virtual Private Line (MEF 6.3): some C-VLANs at both ends."""

    type: Literal["urn:mef:lso:spec:cantata-sonata:evpl-evc:v1.0.0:all"] = EVPL
    evc_end_point_a: EvplEnd
    evc_end_point_z: EvplEnd
    list_of_cos_names: Annotated[list[Text], Field(min_length=1, max_length=1)] | None = None


class Windowed(Payload):
    """A window of days, both included; until further notice where it has no last."""

    first_day: date
    last_day: date | None = None


class DarkFibrePair(Windowed):
    """Ours: a pair of strands between two places, for a window of days; both legs apart where `diverse`."""

    type: Literal["urn:neutralhost:spec:dark-fibre-pair:v1:all"] = STRANDS
    diverse: bool = False
    max_loss_db: Annotated[float, Field(gt=0, le=100, strict=False)] | None = None


class PatchEnd(Payload):
    """One end of a cross-connect: a position of an ODF, or a port of a device."""

    odf: Text | None = None
    position: Annotated[int, Field(ge=1, le=100_000)] | None = None
    device: Text | None = None
    port: Text | None = None


class CrossConnect(Windowed):
    """Ours: a patch between two ends in one exchange."""

    type: Literal["urn:neutralhost:spec:cross-connect:v1:all"] = CROSS_CONNECT
    end_a: PatchEnd
    end_z: PatchEnd


class SiteHosting(Windowed):
    """Ours: room and power for equipment at a place."""

    type: Literal["urn:neutralhost:spec:site-hosting:v1:all"] = SITE_HOSTING
    equipment: HostedEquipment
    power_w: Annotated[int, Field(ge=0, le=10_000)]


type Configuration = Annotated[
    AccessELine | Epl | Evpl | DarkFibrePair | CrossConnect | SiteHosting, Field(discriminator="type")
]


def port_of(end: PatchEnd) -> PortRef | None:
    """The device's port that an end is; None where it is none, or not one whole."""
    return None if end.device is None or end.port is None else PortRef(end.device, end.port)
