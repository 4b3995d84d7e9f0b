"""The address by which people and programs reach this service."""

from flask import request

from web.settings import WebSettings


def public_url(settings: WebSettings) -> str:
    """Without a slash at its end: the setting's, or that of the request (whose Host is one of the trusted)."""
    return (settings.public_url or request.url_root).rstrip("/")
