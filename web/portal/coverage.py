"""Coverage: find premises, and see what can be delivered there at what price."""

import re

from werkzeug.wrappers import Response

from inventory.premises import Premises
from provisioning import front_desk
from provisioning.qualification import QualificationRequest
from web.api.fields import UPRN
from web.portal.visit import Visit, go, show
from web.request_errors import BodyInvalid

POSTCODE = re.compile(r"[A-Za-z]{1,2}[0-9][A-Za-z0-9]? ?([0-9][A-Za-z]{2})?")
MOST_FOUND = 50
LONGEST_SEARCH = 100


def coverage(visit: Visit) -> Response:
    """The search, and what it found. A UPRN goes straight to its premises."""
    text = visit.argument("q")
    if text is None:
        return show(visit, "coverage.html", text="", found=None)
    if re.fullmatch(UPRN.strip("^$"), text):
        return go("premises", uprn=text)
    return show(visit, "coverage.html", text=text, found=_find(visit, text))


def _find(visit: Visit, text: str) -> tuple[Premises, ...]:
    if len(text) > LONGEST_SEARCH or not text.isprintable():
        raise BodyInvalid([f"q: at most {LONGEST_SEARCH} printable characters"])
    by_postcode = POSTCODE.fullmatch(text) is not None
    return front_desk.find_premises(
        visit.tools,
        visit.who,
        postcode=text if by_postcode else None,
        text=None if by_postcode else text,
        limit=MOST_FOUND,
    )


def premises(visit: Visit) -> Response:
    """What can be delivered at one UPRN, product by product."""
    uprn = visit.path["uprn"]
    tools = visit.tools
    answers = [
        (product, front_desk.qualify(tools, visit.who, QualificationRequest(product.code, uprn)))
        for product in front_desk.products(tools)
    ]
    return show(visit, "premises.html", answers=answers, uprn=uprn)
