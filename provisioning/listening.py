"""Listeners and their deliveries, as ISPs and the operator keep them. Part of the front desk."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from pydantic import SecretStr

from provisioning.changes import ChangeKind
from provisioning.deeds import about, acts
from provisioning.events import message_of_test
from provisioning.isps import Principal
from provisioning.listener_errors import TooManyListeners, UnknownDelivery, UnknownListener
from provisioning.listeners import Attempt, Delivery, DeliveryPage, DeliveryState, Face, Listener
from provisioning.policy import Action, must
from provisioning.references import new_listener_id
from provisioning.rights import must_be_isp, must_be_text
from provisioning.signing import secret_of
from provisioning.store.work import UnitOfWork
from provisioning.targets import LONGEST_URL, addresses_of, read_target
from provisioning.tools import Tools

MOST_LISTENERS = 20  # of one ISP
LONGEST_QUERY = 500


@dataclass(frozen=True, slots=True)
class DeliveryStory:
    """A delivery with all its tries."""

    delivery: Delivery
    attempts: tuple[Attempt, ...]


@acts("add a webhook", says=("url", "kinds", "isp_code"))
def add_listener(
    tools: Tools, who: Principal, url: str, kinds: Sequence[ChangeKind] = (), *, isp_code: str | None = None
) -> tuple[SecretStr, Listener]:
    """Tell this address of changes of these kinds (none: of all) from now on. Return its secret, shown this once.

    The operator may name an ISP; without, the listener is its own and hears of everybody's.

    Raises: Forbidden, UnknownIsp, ListenerRefused, TooManyListeners.
    """
    must(who, Action.KEEP_LISTENERS)
    owner = _owner(tools, who, isp_code)
    listener = _keep(tools, who, _new(tools, who, Face.V1, url, owner, kinds))
    return secret_of(tools.settings.token_pepper, listener), listener


def listeners(tools: Tools, who: Principal) -> tuple[Listener, ...]:
    """Those of one's own ISP, hubs of the Sonata face among them; the operator's people see all. Raises: Forbidden."""
    must(who, Action.READ_LISTENERS)
    with tools.open_unit_of_work(reading=True) as work:
        return work.listeners.all(who.isp_code)


@acts("remove a webhook", "listener", "listener_id")
def remove_listener(tools: Tools, who: Principal, listener_id: str) -> None:
    """Tell it nothing more; what waited for it is given up. Raises: Forbidden, UnknownListener."""
    must(who, Action.KEEP_LISTENERS)
    with tools.open_unit_of_work(by=who.user_name) as work:
        work.listeners.remove(own_listener(work, who, listener_id).id)
        work.commit()


@acts("renew a webhook's secret", "listener", "listener_id")
def renew_listener_secret(tools: Tools, who: Principal, listener_id: str) -> tuple[SecretStr, Listener]:
    """Sign with a new secret, shown this once; for a day the one before counts too.

    Raises: Forbidden, UnknownListener.
    """
    must(who, Action.KEEP_LISTENERS)
    with tools.open_unit_of_work(by=who.user_name) as work:
        work.listeners.renew_secret(own_listener(work, who, listener_id).id)
        listener = work.listeners.get(listener_id)
        work.commit()
    return secret_of(tools.settings.token_pepper, listener), listener


@acts("test a webhook", "listener", "listener_id")
def send_test(tools: Tools, who: Principal, listener_id: str) -> Delivery:
    """Send it a message that says nothing happened. Raises: Forbidden, UnknownListener."""
    must(who, Action.KEEP_LISTENERS)
    with tools.open_unit_of_work(by=who.user_name) as work:
        listener = own_listener(work, who, listener_id)
        delivery = work.deliveries.get(work.deliveries.add_test(listener_id, message_of_test(listener, tools.now())))
        work.commit()
    return delivery


def deliveries(
    tools: Tools,
    who: Principal,
    *,
    listener_id: str | None = None,
    state: DeliveryState | None = None,
    cursor: str | None = None,
    limit: int = 50,
) -> DeliveryPage:
    """One page of the delivery log, newest first: an ISP's own; the operator's people see all.

    Raises: Forbidden, UnknownListener, CursorInvalid.
    """
    must(who, Action.READ_LISTENERS)
    with tools.open_unit_of_work(reading=True) as work:
        if listener_id is not None:
            own_listener(work, who, listener_id)
        return work.deliveries.page(
            isp_code=who.isp_code, listener_id=listener_id, state=state, cursor=cursor, limit=limit
        )


def delivery(tools: Tools, who: Principal, delivery_id: str) -> DeliveryStory:
    """Raises: Forbidden; UnknownDelivery, also where it is another ISP's."""
    must(who, Action.READ_LISTENERS)
    with tools.open_unit_of_work(reading=True) as work:
        return DeliveryStory(_own_delivery(work, who, delivery_id), work.deliveries.attempts(delivery_id))


@acts("replay a delivery", "delivery", "delivery_id")
def replay_delivery(tools: Tools, who: Principal, delivery_id: str) -> Delivery:
    """Send the same once more, with the same message id: what was given up, or taken and lost behind the door.

    Raises: Forbidden, UnknownDelivery, UnknownListener (it was removed), NotReplayable.
    """
    must(who, Action.KEEP_LISTENERS)
    with tools.open_unit_of_work(by=who.user_name) as work:
        found = _own_delivery(work, who, delivery_id)
        own_listener(work, who, found.listener_id)
        again = work.deliveries.get(work.deliveries.replay(found.id))
        work.commit()
    return again


@acts("register a hub", says=("api", "callback", "query"))
def add_sonata_listener(
    tools: Tools, who: Principal, api: str, callback: str, query: str = "", kinds: Sequence[ChangeKind] = ()
) -> Listener:
    """Keep a hub registration of one of the Sonata APIs. It hears of these kinds, and its `query` may leave more out.

    Raises: Forbidden, RequestInvalid, ListenerRefused, TooManyListeners.
    """
    must(who, Action.KEEP_LISTENERS)
    must_be_text("query", query, LONGEST_QUERY, shortest=0)
    return _keep(tools, who, _new(tools, who, Face.SONATA, callback, who.isp_code, kinds, api=api, query=query))


def sonata_listener(tools: Tools, who: Principal, api: str, listener_id: str) -> Listener:
    """Raises: Forbidden; UnknownListener, also where it is another ISP's or another API's."""
    must(who, Action.READ_LISTENERS)
    with tools.open_unit_of_work(reading=True) as work:
        return _own_hub(work, who, api, listener_id)


def sonata_listeners(tools: Tools, who: Principal, api: str) -> tuple[Listener, ...]:
    """The hub registrations of one's own at one API. Raises: Forbidden."""
    must(who, Action.READ_LISTENERS)
    with tools.open_unit_of_work(reading=True) as work:
        return work.listeners.all(who.isp_code, Face.SONATA, api)


@acts("remove a hub", "listener", "listener_id", says=("api",))
def remove_sonata_listener(tools: Tools, who: Principal, api: str, listener_id: str) -> None:
    """Raises: Forbidden; UnknownListener, also where it is another ISP's or another API's."""
    must(who, Action.KEEP_LISTENERS)
    with tools.open_unit_of_work(by=who.user_name) as work:
        work.listeners.remove(_own_hub(work, who, api, listener_id).id)
        work.commit()


def forget_deliveries(tools: Tools) -> int:
    """Let go of the log of what ended long ago; return how many deliveries. The changes themselves stay."""
    before = tools.now() - timedelta(days=tools.settings.keep_deliveries_days)
    with tools.open_unit_of_work() as work:
        forgotten = work.deliveries.forget(before)
        work.commit()
    return forgotten


def own_listener(work: UnitOfWork, who: Principal, listener_id: str) -> Listener:
    """Raises: UnknownListener, also where it is another ISP's."""
    found = work.listeners.get(listener_id)
    if who.isp_code not in {None, found.isp_code}:
        raise UnknownListener(listener_id)
    return found


def _own_hub(work: UnitOfWork, who: Principal, api: str, listener_id: str) -> Listener:
    found = own_listener(work, who, listener_id)
    if found.face is not Face.SONATA or found.api != api:
        raise UnknownListener(listener_id)
    return found


def _own_delivery(work: UnitOfWork, who: Principal, delivery_id: str) -> Delivery:
    found = work.deliveries.get(delivery_id)
    if who.isp_code is not None and found.isp_code != who.isp_code:
        raise UnknownDelivery(delivery_id)
    return found


def _owner(tools: Tools, who: Principal, isp_code: str | None) -> str | None:
    if who.isp_code is not None or isp_code is None:
        return who.isp_code
    return must_be_isp(tools.load_snapshot(), isp_code)


def _new(
    tools: Tools,
    who: Principal,
    face: Face,
    url: str,
    owner: str | None,
    kinds: Sequence[ChangeKind],
    *,
    api: str = "",
    query: str = "",
) -> Listener:
    """Raises: RequestInvalid, ListenerRefused: nothing may be sent there, as far as its name is known now."""
    must_be_text("url", url, LONGEST_URL)
    addresses_of(read_target(url, tools.settings.hosts_allowed), tools.wire.resolve)
    now = tools.now()
    wanted = tuple(sorted(set(kinds)))
    return Listener(
        new_listener_id(), face, owner, url, wanted, who.user_name, now, secret_since=now, api=api, query=query
    )


def _keep(tools: Tools, who: Principal, listener: Listener) -> Listener:
    with tools.open_unit_of_work(by=who.user_name) as work:
        if work.listeners.count(listener.isp_code) >= MOST_LISTENERS:
            raise TooManyListeners(MOST_LISTENERS)
        work.listeners.add(listener)
        about("listener", listener.id)
        work.commit()
    return listener
