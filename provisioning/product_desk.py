"""The desk of products: price lists, letters of authority, and the passphrase that an engineer must type in."""

from pydantic import SecretStr

from provisioning.catalogue import Catalogue
from provisioning.catalogues import PriceChange, changes_between
from provisioning.errors import UnknownService
from provisioning.isps import Principal
from provisioning.letters import Letter, letter_of
from provisioning.policy import Action, must
from provisioning.product_errors import PassphraseNotThere
from provisioning.rights import may_see
from provisioning.sealing import seal, unseal
from provisioning.services import Service
from provisioning.ssids import check_passphrase
from provisioning.store.work import UnitOfWork
from provisioning.tools import Tools
from provisioning.wanted import SsidWanted
from provisioning.wanted_now import wanted_of


def catalogues(tools: Tools, who: Principal) -> tuple[Catalogue, ...]:
    """Every price list, oldest first: the same for everybody, whoever asks. Raises: Forbidden."""
    must(who, Action.READ_CATALOGUE)
    return tools.catalogues.lists


def catalogue(tools: Tools, who: Principal, version: str | None = None) -> Catalogue:
    """A price list, by default the one that holds today. Raises: Forbidden, UnknownCatalogue, NoPriceList."""
    must(who, Action.READ_CATALOGUE)
    return tools.catalogue if version is None else tools.catalogues.version(version)


def price_changes(tools: Tools, who: Principal, was: str, now: str) -> tuple[PriceChange, ...]:
    """Every price that differs between two price lists. Raises: Forbidden, UnknownCatalogue."""
    must(who, Action.READ_CATALOGUE)
    return changes_between(tools.catalogues.version(was), tools.catalogues.version(now))


def letter(tools: Tools, who: Principal, service_id: str) -> Letter:
    """The letter of authority of a cross-connect.

    Raises: Forbidden, UnknownService, also where it is another ISP's; LetterNotThere.
    """
    must(who, Action.READ_SERVICES)
    snapshot = tools.load_snapshot()
    with tools.open_unit_of_work(reading=True) as work:
        return letter_of(work, snapshot, _own(work, who, service_id))


def passphrase(tools: Tools, who: Principal, service_id: str) -> SecretStr:
    """The passphrase of a hosted SSID, for the engineer who sets it. Never for a log.

    Raises: Forbidden, UnknownService, PassphraseNotThere, SealBroken.
    """
    must(who, Action.CONFIRM_WORK)
    with tools.open_unit_of_work(reading=True) as work:
        _own(work, who, service_id)
        wanted = wanted_of(work, service_id)
    if not isinstance(wanted, SsidWanted) or not wanted.sealed_passphrase:
        raise PassphraseNotThere(service_id)
    return SecretStr(unseal(wanted.sealed_passphrase, wanted.ssid, tools.settings.token_pepper))


def sealed(tools: Tools, ssid: str, given: SecretStr | None) -> str:
    """A passphrase as an order keeps it; "" where none was given. Raises: SsidInvalid."""
    if given is None:
        return ""
    check_passphrase(given.get_secret_value())
    return seal(given.get_secret_value(), ssid, tools.settings.token_pepper)


def _own(work: UnitOfWork, who: Principal, service_id: str) -> Service:
    found = work.services.get(service_id)
    if not may_see(who, found.isp_code):
        raise UnknownService(service_id)
    return found
