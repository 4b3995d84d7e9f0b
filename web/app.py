"""The web application: one factory, no state at import, every answer hardened and measured."""

import time

import structlog
from flask import Flask, Response, g, jsonify, request
from jinja2 import StrictUndefined
from werkzeug.middleware.proxy_fix import ProxyFix
from werkzeug.routing import BaseConverter

from monitoring.metrics import Metrics
from provisioning.sandbox import SandboxControls
from provisioning.tools import Tools
from web.api.fields import IN_PATH
from web.api.openapi import openapi
from web.api.routes import api_blueprint
from web.auth.oauth2 import oauth2_blueprint
from web.headers import harden
from web.health import WorkerSeen, health_blueprint
from web.phone_home import phone_home_blueprint
from web.portal.blueprint import portal_blueprint
from web.portal.problems import problems_blueprint
from web.refusals import install_refusals
from web.sandbox.blueprint import install_sandbox
from web.sessions import SignInGate
from web.settings import WebSettings
from web.sonata.openapi import sonata_openapi
from web.sonata.operation import SONATA_ROOT, Seller
from web.sonata.routes import sonata_blueprints

LOG = structlog.get_logger(__name__)


class NameConverter(BaseConverter):
    """A name in a path: what any of our ids, keys and user names look like. Anything else lives nowhere."""

    regex = IN_PATH.strip("^$")


def create_app(
    tools: Tools,
    settings: WebSettings,
    *,
    metrics: Metrics | None = None,
    worker_seen: WorkerSeen | None = None,
    sandbox: SandboxControls | None = None,
) -> Flask:
    """Build the application over the tools it is given.

    `worker_seen` tells when a worker last said that it lives, where that is known. The app keeps
    nothing but the sign-in attempts of the last minute, so any number of it may run side by side.
    """
    app = Flask(__name__, static_url_path="/static")
    app.config.update(MAX_CONTENT_LENGTH=settings.max_body_bytes, MAX_FORM_MEMORY_SIZE=settings.max_body_bytes)
    app.config["TRUSTED_HOSTS"] = [*settings.trusted_hosts, settings.listen_host]
    app.url_map.converters["name"] = NameConverter
    app.url_map.strict_slashes = False
    app.jinja_env.undefined = StrictUndefined
    app.json.sort_keys = False  # type: ignore[attr-defined]  # Flask's default provider has it, its base has not
    measured = metrics or Metrics()
    gate = SignInGate(settings.sign_ins_per_minute, time.monotonic)
    grants = SignInGate(settings.access_tokens_per_minute, time.monotonic)
    for blueprint in (
        api_blueprint(tools),
        health_blueprint(tools, measured, worker_seen),
        portal_blueprint(tools, settings, gate),
        oauth2_blueprint(tools, settings, gate, grants),
        phone_home_blueprint(tools, SignInGate(settings.sign_ins_per_minute, time.monotonic)),
        problems_blueprint(),
        *sonata_blueprints(tools, _seller(settings)),
    ):
        app.register_blueprint(blueprint)
    app.add_url_rule("/api/v1/openapi.json", "openapi", lambda: jsonify(openapi()))
    app.add_url_rule(f"{SONATA_ROOT}/openapi.json", "sonata-openapi", lambda: jsonify(sonata_openapi()))
    install_refusals(app)
    _watch_requests(app, measured, https=settings.cookies_secure)
    app.jinja_env.globals["sandbox"] = False
    if sandbox is not None:
        install_sandbox(app, sandbox)
    if settings.proxy_hops:
        hops = settings.proxy_hops
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=hops, x_proto=hops, x_host=hops)  # type: ignore[method-assign]
    return app


def _seller(settings: WebSettings) -> Seller:
    """Who sells, as the Sonata face says it."""
    return Seller(
        settings.seller_id, settings.seller_contact_name, settings.seller_contact_email, settings.seller_contact_number
    )


def _watch_requests(app: Flask, metrics: Metrics, *, https: bool) -> None:
    """Time each request, harden each answer, and log one line for it."""

    @app.before_request
    def start() -> None:
        g.started = time.perf_counter()

    @app.after_request
    def finish(response: Response) -> Response:
        seconds = time.perf_counter() - g.get("started", time.perf_counter())
        route = request.url_rule.rule if request.url_rule is not None else "unmatched"
        metrics.request_seconds.labels(_method(), route, str(response.status_code)).observe(seconds)
        LOG.info("request", method=_method(), route=route, status=response.status_code, seconds=round(seconds, 4))
        return harden(response, https=https and request.is_secure)


def _method() -> str:
    """The method as a label: anybody may invent one, and a label's values must be few."""
    known = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")
    return request.method if request.method in known else "other"
