"""The door of access points out of their box: POST /phone-home, with a serial and a one-time key and nothing else.

It stands outside the API: who calls is nobody's user. Calls from one address, and about one serial, are counted
as sign-ins are; neither key nor configuration is ever logged, and no cache may keep the answer.
"""

from dataclasses import asdict
from typing import Annotated

from flask import Blueprint, Response, jsonify, request
from pydantic import Field, SecretStr, StringConstraints, ValidationError

from provisioning import enrolment_desk
from provisioning.tools import Tools
from web.api.fields import Asked, ShortText
from web.api.routes import faults
from web.request_errors import BodyInvalid, MediaTypeUnsupported
from web.sessions import SignInGate

PATH = "/phone-home"
LONGEST_KEY = 200
LONGEST_CSR = 8_192


class PhoneHomeBody(Asked):
    """Who calls: the serial on its label, and the key it was given. `csr` asks for a certificate (PKCS #10, PEM)."""

    serial: Annotated[ShortText, StringConstraints(min_length=1)]
    key: Annotated[SecretStr, Field(min_length=1, max_length=LONGEST_KEY)]
    csr: Annotated[str, StringConstraints(max_length=LONGEST_CSR)] = ""


def phone_home_blueprint(tools: Tools, gate: SignInGate) -> Blueprint:
    """The one door. `gate` counts the calls of an address and of a serial."""
    blueprint = Blueprint("phone_home", __name__)

    @blueprint.post(PATH)
    def phone_home() -> Response:
        asked = _asked()
        address = request.remote_addr or ""
        gate.attempt(f"access point {asked.serial}", address)
        first = enrolment_desk.phone_home(tools, asked.serial, asked.key.get_secret_value(), address, asked.csr)
        answer = jsonify(asdict(first))
        answer.headers["Cache-Control"] = "no-store"
        return answer

    return blueprint


def _asked() -> PhoneHomeBody:
    """Raises: MediaTypeUnsupported, BodyInvalid. What was sent is not repeated."""
    if request.mimetype != "application/json":
        raise MediaTypeUnsupported
    try:
        return PhoneHomeBody.model_validate_json(request.get_data(cache=False))
    except ValidationError as invalid:
        raise BodyInvalid(faults(invalid)) from None
