"""Why a product cannot be had as it was asked for.

ProvisioningError
├── SameUprn              both ends of an E-Line are at one UPRN
├── NotMultiplexed        a UNI would carry more than one C-VLAN
├── NetworkTagsExhausted  no S-VLAN is free on all devices of an E-Line's path
├── EndUnfit              a cross-connect cannot end there
├── SsidInvalid           no possible SSID, or no possible passphrase
├── RealmInvalid          no domain name
├── SsidAsItIs            an SSID is as it is asked to be already
├── SsidStillShared       realms of others are on an SSID that is to end
├── SsidNotHosted         an area has no access point, or no room for one more SSID
├── HostingRefused        a place has no position, power or consent for the equipment
├── SlotNotUsed           nothing can be read of how much a site slot is used
├── PassphraseNotThere    a service has no passphrase
├── SealBroken            a sealed passphrase cannot be opened
└── LetterNotThere        a service has no letter of authority
"""

from collections.abc import Sequence

from inventory.errors import quoted
from provisioning.errors import ProvisioningError
from provisioning.orders import Reason


class SameUprn(ProvisioningError):
    """An E-Line has two ends, and both are the same premises."""

    code = "same-uprn"
    next_step = "Give the UPRN of other premises for the far end."

    def __init__(self, uprn: str) -> None:
        self.uprn = uprn
        super().__init__(f"Both ends of the E-Line are at UPRN {quoted(uprn)}.", uprn=uprn)


class NotMultiplexed(ProvisioningError):
    """More than one C-VLAN at a UNI: one port polices one circuit, and exchanges one tag."""

    code = "not-multiplexed"
    next_step = "Name one C-VLAN id, or order an EPL, which carries all that the UNI sends."

    def __init__(self, field: str, count: int) -> None:
        self.field = field
        sentence = f"{field} names {count} C-VLAN ids, and a UNI of ours carries one circuit with one of them."
        super().__init__(sentence, field=field, count=count)


class NetworkTagsExhausted(ProvisioningError):
    """No S-VLAN outside the handovers' ranges is free on every device of the path."""

    code = "network-tags-exhausted"
    next_step = "Ask the operator: an E-Line that shares a device must be ceased or moved first."

    def __init__(self, devices: Sequence[str]) -> None:
        self.devices = tuple(devices)
        sentence = f"No S-VLAN is free on all of {', '.join(self.devices)} and outside every handover's range."
        super().__init__(sentence, devices=list(self.devices))


class Refused(ProvisioningError):
    """What an engineer delivers cannot be had; carries the first reason."""

    def __init__(self, reason: Reason) -> None:
        self.reason = reason
        super().__init__(reason.sentence, reason=reason.code, next=reason.next_step)


class EndUnfit(Refused):
    """A cross-connect cannot end there."""

    code = "end-unfit"
    next_step = "Choose another end, or ask the operator about this one."


class SsidNotHosted(Refused):
    """An area has no access point, or no room for one more SSID."""

    code = "ssid-not-hosted"
    next_step = "Choose another SSID or area, or ask the operator for access points there."


class HostingRefused(Refused):
    """A place has no position, power or consent for the equipment."""

    code = "hosting-refused"
    next_step = "Choose another place or window, or equipment that draws less."


class SlotNotUsed(ProvisioningError):
    """Nothing can be read of how much a site slot's backhaul is used."""

    code = "slot-not-used"
    next_step = "Ask for that of an active site slot with a backhaul, and again later where its switch is away."

    def __init__(self, service_id: str, reason: str) -> None:
        self.service_id = service_id
        super().__init__(f"No usage of {quoted(service_id)} can be read: {reason}.", service_id=service_id)


class SsidInvalid(ProvisioningError):
    """No possible SSID or passphrase. What was typed is not repeated: a passphrase is a secret."""

    code = "ssid-invalid"
    next_step = "An SSID is 1 to 32 octets of UTF-8 that can be printed; a passphrase is 8 to 63 ASCII characters."

    def __init__(self, field: str, reason: str) -> None:
        self.field = field
        super().__init__(f"The {field} cannot be used: {reason}.", field=field)


class RealmInvalid(ProvisioningError):
    """No possible realm: RFC 7542, 2.2 has it a domain name."""

    code = "realm-invalid"
    next_step = "A realm is what stands behind the @ of your people's names, such as isp.example: without the @."

    def __init__(self, reason: str) -> None:
        super().__init__(f"The realm cannot be used: {reason}.")


class SsidAsItIs(ProvisioningError):
    """Nothing of the SSID would be otherwise. Whether the passphrase is the same is said to whoever set it."""

    code = "ssid-as-it-is"
    next_step = "Name another SSID, area, security or passphrase."

    def __init__(self, service_id: str) -> None:
        self.service_id = service_id
        super().__init__(f"The SSID of {quoted(service_id)} is like that already.", service_id=service_id)


class SsidStillShared(ProvisioningError):
    """Realms are on the SSID: what ends it would end them."""

    code = "ssid-still-shared"
    next_step = "Have the realms on it ceased first."

    def __init__(self, service_id: str, tenants: Sequence[str]) -> None:
        self.service_id = service_id
        self.tenants = tuple(tenants)
        count = "A realm is" if len(self.tenants) == 1 else f"{len(self.tenants)} realms are"
        words = f"{count} on the SSID of {quoted(service_id)}."
        super().__init__(words, service_id=service_id, tenants=len(self.tenants))


class PassphraseNotThere(ProvisioningError):
    """Only an SSID that was ordered with a passphrase has one."""

    code = "passphrase-not-there"
    next_step = "Ask for that of a hosted SSID with WPA2 or WPA3 Personal."

    def __init__(self, service_id: str) -> None:
        self.service_id = service_id
        super().__init__(f"{quoted(service_id)} has no passphrase.", service_id=service_id)


class SealBroken(ProvisioningError):
    """A sealed text is not what this key sealed: another key, or a changed row."""

    code = "seal-broken"
    next_step = "Set the NEUTRALHOST_TOKEN_PEPPER that was set when it was ordered, or have the ISP order it again."

    def __init__(self) -> None:
        super().__init__("A sealed passphrase cannot be opened with the key that is set.")


class LetterNotThere(ProvisioningError):
    """Only a cross-connect has a letter of authority, from the moment its ends are held."""

    code = "letter-not-there"
    next_step = "Ask for the letter of a cross-connect that is not ceased."

    def __init__(self, service_id: str) -> None:
        self.service_id = service_id
        super().__init__(f"{quoted(service_id)} has no letter of authority.", service_id=service_id)
