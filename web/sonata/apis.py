"""The APIs of the face: one module each."""

from web.sonata.addresses import ADDRESSES
from web.sonata.catalogue import CATALOGUE
from web.sonata.inventory import INVENTORY
from web.sonata.operation import SonataApi
from web.sonata.orders import ORDERS
from web.sonata.qualifications import POQ
from web.sonata.quotes import QUOTES
from web.sonata.sites import SITES
from web.sonata.tickets import TICKETS

APIS: tuple[SonataApi, ...] = (ADDRESSES, SITES, CATALOGUE, POQ, QUOTES, ORDERS, TICKETS, INVENTORY)
