"""Machines: the bearer token of a request (RFC 6750), an API token of a user or an access token of a client."""

from flask import request

from provisioning import front_desk
from provisioning.clients import ACCESS_PREFIX
from provisioning.isps import Principal
from provisioning.tools import Tools
from web.request_errors import SignInNeeded


def principal_of_request(tools: Tools) -> Principal:
    """Who the request that is being answered comes from. The API and the Sonata face ask this, and nothing else.

    Raises: SignInNeeded (it has no bearer token), TokenInvalid.
    """
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not token.strip():
        raise SignInNeeded
    text = token.strip()
    if text.startswith(ACCESS_PREFIX):
        return front_desk.principal_of_access_token(tools, text)
    return front_desk.principal_of_token(tools, text)
