"""The APIs of the face: one module each."""

from web.sonata.addresses import ADDRESSES
from web.sonata.operation import SonataApi

APIS: tuple[SonataApi, ...] = (ADDRESSES,)
