"""Orders: the form, its review with the price, the list, and the page that follows one live."""

import secrets

from flask import Response, make_response, render_template
from werkzeug.wrappers import Response as PlainResponse

from inventory.handovers import Handover
from provisioning import front_desk
from provisioning.catalogue import Offer, Product
from provisioning.front_desk import OrderStory
from provisioning.orders import ENDED, OrderRequest, OrderState
from provisioning.qualification import QualificationRequest, SpeedAnswer
from web.portal import births, forms
from web.portal.order_life import life_facts
from web.portal.progress import progress
from web.portal.visit import Visit, go, show, standing_pauses
from web.request_errors import BodyInvalid

PER_PAGE = 25


def order_form(visit: Visit) -> Response:
    """What to order at one UPRN: speed, term, handover, reference."""
    product = _product(visit, visit.path["product"])
    answer = front_desk.qualify(visit.tools, visit.who, QualificationRequest(product.code, visit.path["uprn"]))
    terms = sorted({term for offer in product.offers for term in offer.monthly_pence_by_term})
    handovers = front_desk.handovers(visit.tools, visit.who)
    return show(
        visit,
        "order_form.html",
        product=product,
        answer=answer,
        terms=terms,
        handovers=handovers,
        chosen=visit.arguments,
        setups={offer.bandwidth_mbps: offer.setup_pence for offer in product.offers},
    )


def order_review(visit: Visit) -> Response:
    """The order once more with its price, before it is placed. Nothing has been stored yet."""
    request = forms.order_request(visit.arguments)
    product = _product(visit, request.product)
    answer = front_desk.qualify(
        visit.tools,
        visit.who,
        QualificationRequest(request.product, request.uprn, request.bandwidth_mbps, request.handover),
    )
    return show(
        visit,
        "order_review.html",
        request=request,
        product=product,
        answer=answer,
        speed=_speed(answer.speeds, request),
        offer=_offer(product, request),
        handover=_handover(visit, request.handover),
        key=f"portal-{secrets.token_urlsafe(18)}",
    )


def place_order(visit: Visit) -> PlainResponse:
    """Place it. The form's hidden key makes a second click the same order."""
    request = forms.order_request(visit.form)
    isp = _handover(visit, request.handover) if visit.who.is_operator else None
    order, _ = front_desk.place_order(
        visit.tools,
        visit.who,
        request,
        idempotency_key=forms.idempotency_key(visit.form),
        isp_code=isp.isp_code if isp is not None else None,
    )
    return go("order", order_id=order.id)


def orders(visit: Visit) -> Response:
    """The list, newest first."""
    state = _state(visit.argument("state"))
    page = front_desk.orders(visit.tools, visit.who, state=state, cursor=visit.argument("cursor"), limit=PER_PAGE)
    return show(visit, "orders.html", page=page, state=state, states=list(OrderState), paused=standing_pauses(visit))


def order(visit: Visit) -> Response:
    """One order: what was asked, how far it is, why it ended as it did."""
    story = _story(visit)
    birth = births.of_order(visit, story.order.id)
    return show(visit, "order.html", **_story_facts(story), **life_facts(visit, story.order), birth=birth)


def order_live(visit: Visit) -> Response:
    """The part of the order's page that changes, for the script that follows it."""
    story = _story(visit)
    response = make_response(render_template("_live.html", **_story_facts(story)))
    response.headers["X-Order-Ended"] = "true" if story.order.state in ENDED else "false"
    response.headers["X-Order-Waits"] = "true" if story.order.waits_for else "false"
    return response


def _story(visit: Visit) -> OrderStory:
    return front_desk.order_story(visit.tools, visit.who, visit.path["order_id"])


def _story_facts(story: OrderStory) -> dict[str, object]:
    return {
        "order": story.order,
        "story": story,
        "progress": progress(story),
    }


def _state(text: str | None) -> OrderState | None:
    try:
        return None if text is None else OrderState(text)
    except ValueError:
        raise BodyInvalid([f"state: one of {', '.join(OrderState)}"]) from None


def _product(visit: Visit, code: str) -> Product:
    """Raises: UnknownProduct."""
    return visit.tools.catalogue.product(code)


def _offer(product: Product, request: OrderRequest) -> Offer | None:
    return next((offer for offer in product.offers if offer.bandwidth_mbps == request.bandwidth_mbps), None)


def _speed(speeds: tuple[SpeedAnswer, ...], request: OrderRequest) -> SpeedAnswer | None:
    return next((speed for speed in speeds if speed.bandwidth_mbps == request.bandwidth_mbps), None)


def _handover(visit: Visit, code: str) -> Handover | None:
    handovers = front_desk.handovers(visit.tools, visit.who)
    return next((handover for handover in handovers if handover.code == code), None)
