"""`/sandbox/v1`: what is switched on, switching it on and off, and the data as they were seeded.

Whoever reaches the sandbox may switch: it listens on loopback, holds made-up data, and a browser of another site
cannot send JSON to it.
"""

from http import HTTPStatus
from typing import Annotated

from flask import Blueprint, Flask, Response, json, make_response, request
from pydantic import Field, StringConstraints, ValidationError

from provisioning.sandbox import LONGEST_S, MEANING, MOST_TIMES, Failure, FailureKind, SandboxControls, SandboxState
from web.api.fields import NAME, Asked, Shown
from web.request_errors import BodyInvalid, MediaTypeUnsupported, PageNotFound

ROOT = "/sandbox/v1"
FACES = ("/api/", "/mefApi/", "/oauth2/")


class FailureAsked(Asked):
    """How a failure is to be switched on."""

    device: Annotated[str, StringConstraints(pattern=NAME)] | None = None
    seconds: Annotated[float, Field(ge=0, le=LONGEST_S)] = 0.0
    times: Annotated[int, Field(ge=0, le=MOST_TIMES)] = 0


class FailureShown(Shown):
    """A failure that is on."""

    kind: FailureKind
    meaning: str
    device: str | None
    seconds: float
    times: int


class StateShown(Shown):
    """What is on, what could be, and the devices there are."""

    started: str
    failures: list[FailureShown]
    kinds: dict[str, str]
    devices: list[str]

    @classmethod
    def of(cls, state: SandboxState) -> "StateShown":
        failures = [
            FailureShown(
                kind=each.kind,
                meaning=MEANING[each.kind],
                device=each.device,
                seconds=each.seconds,
                times=each.times,
            )
            for each in state.failures
        ]
        kinds = {kind.value: meaning for kind, meaning in MEANING.items()}
        return cls(started=state.started, failures=failures, kinds=kinds, devices=list(state.devices))


def install_sandbox(app: Flask, controls: SandboxControls) -> None:
    """Mount the switches, and let every request to an API of ISPs meet them."""
    app.register_blueprint(_blueprint(controls))
    app.jinja_env.globals["sandbox"] = True

    @app.before_request
    def meet() -> None:
        if request.path.startswith(FACES):
            controls.meet_request()


def _blueprint(controls: SandboxControls) -> Blueprint:
    blueprint = Blueprint("sandbox", __name__, url_prefix=ROOT)

    @blueprint.get("")
    def state() -> Response:
        return _shown(controls)

    @blueprint.put("/failures/<name:kind>")
    def switch_on(kind: str) -> Response:
        asked = _asked()
        controls.switch_on(Failure(_kind(kind), asked.device, asked.seconds, asked.times))
        return _shown(controls)

    @blueprint.delete("/failures/<name:kind>")
    def switch_off(kind: str) -> Response:
        controls.switch_off(_kind(kind))
        return _shown(controls)

    @blueprint.delete("/failures")
    def heal() -> Response:
        controls.switch_off()
        return _shown(controls)

    @blueprint.post("/reset")
    def reset() -> Response:
        _must_be_json()
        controls.reset()
        return make_response(json.dumps({"status": "resetting"}), HTTPStatus.ACCEPTED, _JSON)

    return blueprint


_JSON = {"Content-Type": "application/json"}


def _shown(controls: SandboxControls) -> Response:
    return make_response(StateShown.of(controls.state()).model_dump_json(), HTTPStatus.OK, _JSON)


def _kind(text: str) -> FailureKind:
    """Raises: PageNotFound."""
    try:
        return FailureKind(text)
    except ValueError:
        raise PageNotFound(request.path) from None


def _must_be_json() -> None:
    """Raises: MediaTypeUnsupported. A form of another site can send no JSON."""
    if request.mimetype != "application/json":
        raise MediaTypeUnsupported


def _asked() -> FailureAsked:
    """Raises: MediaTypeUnsupported, BodyInvalid."""
    _must_be_json()
    try:
        return FailureAsked.model_validate_json(request.get_data() or b"{}")
    except ValidationError as error:
        faults = error.errors(include_url=False, include_input=False)
        raise BodyInvalid(
            [f"{'.'.join(map(str, fault['loc'])) or 'body'}: {fault['msg']}" for fault in faults]
        ) from None
