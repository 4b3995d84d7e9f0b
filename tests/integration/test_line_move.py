"""A line moves to another ISP, make before break: real devices (simulated), the real store, engine and worker."""



from provisioning import front_desk
from provisioning.front_desk import SYSTEM
from provisioning.orders import OrderAction, OrderState
from provisioning.services import ServiceState
from tests.integration.running import Running, running, wait_until
from tests.integration.two_isps import active, line_of, look, move, two_isps


def ceases_of(town: Running, service_id: str) -> list[str]:
    page = front_desk.orders(town.house.tools, SYSTEM, limit=50)
    return [one.id for one in page.orders if one.service_id == service_id and one.action is OrderAction.DELETE]


def test_a_line_moves_in_one_commit_on_the_nte_and_nothing_of_the_old_circuit_is_left(database_url: str) -> None:
    with running(database_url, two_isps(homes=2)) as town:
        fresh = town.configs()
        losing = active(town)
        line = line_of(town, losing)

        [done] = town.wait([move(town, line)])

        assert (done.state, done.reasons) == (OrderState.COMPLETED, ())
        gained = look(town, done.service_id or "")
        assert (gained.state, gained.isp_code) == (ServiceState.ACTIVE, "wharfside")
        assert line_of(town, gained) == line
        [cease] = ceases_of(town, losing.id)
        wait_until(lambda: town.look(cease).state is OrderState.COMPLETED)
        assert look(town, losing.id).state is ServiceState.TERMINATED
        assert set(town.held()) == {gained.id}
        assert "uni nte-1:Ethernet1" in town.held()[gained.id]
        assert all("vlan 2001" not in text for text in town.configs().values())

        [ended] = town.wait([town.cease(gained.id)])
        assert ended.state is OrderState.COMPLETED
        assert (town.configs(), town.held()) == (fresh, {})
