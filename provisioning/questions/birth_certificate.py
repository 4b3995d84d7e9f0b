"""`birth-certificate`: what was tested before a service was handed over, and how it went.

The operator's people may ask about every order and service, an ISP about its own: another's is one that does not exist.
"""

from provisioning.birth_certificates import BirthCertificate
from provisioning.birth_errors import UnknownBirthCertificate
from provisioning.errors import UnknownOrder, UnknownService
from provisioning.isps import Principal
from provisioning.policy import Action, must
from provisioning.rights import may_see
from provisioning.tools import Tools

MOST = 50  # of one service: the newest


def birth_certificate(tools: Tools, who: Principal, order_id: str) -> BirthCertificate:
    """What was tested for an order; one that failed, or is not issued yet, too.

    Raises: Forbidden, UnknownOrder, UnknownBirthCertificate.
    """
    must(who, Action.READ_ORDERS)
    with tools.open_unit_of_work(reading=True) as work:
        if not may_see(who, work.orders.get(order_id).isp_code):
            raise UnknownOrder(order_id)
        found = work.births.of_order(order_id)
    if found is None:
        raise UnknownBirthCertificate(order_id)
    return found


def birth_certificates(tools: Tools, who: Principal, service_id: str) -> tuple[BirthCertificate, ...]:
    """The newest of a service, oldest first: one for each order that put its circuit on devices, or tried to.

    Raises: Forbidden, UnknownService.
    """
    must(who, Action.READ_SERVICES)
    with tools.open_unit_of_work(reading=True) as work:
        if not may_see(who, work.services.get(service_id).isp_code):
            raise UnknownService(service_id)
        return work.births.of_service(service_id, MOST)
