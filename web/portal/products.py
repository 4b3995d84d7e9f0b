"""What an ISP downloads of a product: a cross-connect's letter of authority."""

from flask import Response, make_response

from provisioning import product_desk
from provisioning.letter_pdf import letter_pdf
from web.portal.visit import Visit


def letter(visit: Visit) -> Response:
    """The letter, as PDF under its own number."""
    found = product_desk.letter(visit.tools, visit.who, visit.path["service_id"])
    response = make_response(letter_pdf(found))
    response.mimetype = "application/pdf"
    response.headers["Content-Disposition"] = f'attachment; filename="{found.number}.pdf"'
    return response
