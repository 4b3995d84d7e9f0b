"""The last step of an order for strands: where they are two legs, a certificate says that they share nothing."""

from provisioning.certificate_errors import CertificateKeyInvalid, CertificateKeyMissing
from provisioning.certificates import LEGS
from provisioning.reproving import prove_again, prover_of
from provisioning.services import SERVICE_ENDED
from provisioning.tools import Tools
from provisioning.workflows.reading import read_order_and_service
from provisioning.workflows.story import record_done


def certify(order_id: str, tools: Tools) -> None:
    """Prove the service's diversity and sign it. Safe to repeat: a certificate that stands is not made again.

    Without a key, the story says so, and the order is as complete as with one.

    Raises: NotDiverse, LegNotTraced: the plant changed since the order was designed; the order stays completed.
    """
    _order, service = read_order_and_service(order_id, tools)
    text = ""
    if len(service.legs) != LEGS:
        text = "One leg: there is no other one to compare it with."
    elif service.state in SERVICE_ENDED:
        text = "The service ended before."
    else:
        try:
            made = prove_again(prover_of(tools), service.id)
            text = f"Diversity certificate {made.number} stands."
        except (CertificateKeyMissing, CertificateKeyInvalid) as lacking:
            text = f"Diverse, but not signed. {lacking}"
    with tools.open_unit_of_work() as work:
        record_done(work, tools, order_id, "certify", text)
        work.commit()
