"""Cables of NetBox whose link has another code by now. Pure."""

from collections.abc import Mapping, Sequence

from inventory.devices import PortRef
from inventory.links import Link
from inventory.netbox.tables import CableRow, InterfaceRow


def renamed_cables(
    links: Sequence[Link],
    interface_ids: Mapping[PortRef, int],
    cables: Sequence[CableRow],
    interfaces: Sequence[InterfaceRow],
) -> Mapping[int, str]:
    """The links whose cable NetBox has under the code of a link that is no more, by the cable's id.

    So it is with a link that becomes a member of a port-channel: its port has the cable already, and NetBox takes no
    second one there.
    """
    on = {row.id: row.cable_id for row in interfaces}
    codes, wanted = {row.id: row.nh_link_code for row in cables}, {link.code for link in links}
    there = set(codes.values())
    found: dict[int, str] = {}
    for link in links:
        ends = {on.get(interface_ids.get(end, 0)) for end in (link.a, link.z)}
        cable = ends.pop()
        if link.code not in there and not ends and cable is not None and codes.get(cable) not in {None, *wanted}:
            found[cable] = link.code
    return found
