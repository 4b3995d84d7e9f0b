"""What /metrics says, read back with Prometheus's own parser."""

from prometheus_client.parser import text_string_to_metric_families

from monitoring.metrics import Metrics


def samples(metrics: Metrics) -> dict[tuple[str, tuple[tuple[str, str], ...]], float]:
    text = metrics.exposition().decode()
    return {
        (sample.name, tuple(sorted(sample.labels.items()))): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }


def test_order_states_are_asked_for_at_every_scrape():
    counts = {"inProgress": 2}
    metrics = Metrics()
    metrics.watch_orders(lambda: counts)
    assert samples(metrics)[("neutralhost_orders", (("state", "inProgress"),))] == 2

    counts["inProgress"] = 5

    assert samples(metrics)[("neutralhost_orders", (("state", "inProgress"),))] == 5


def test_consents_that_end_are_asked_for_at_every_scrape():
    metrics = Metrics()
    metrics.watch_consents(lambda: {"ending": 3, "lapsed": 1})

    assert samples(metrics)[("neutralhost_consents", (("state", "ending"),))] == 3
    assert samples(metrics)[("neutralhost_consents", (("state", "lapsed"),))] == 1


def test_a_device_that_is_no_longer_looked_at_disappears():
    metrics = Metrics()
    metrics.set_devices_up({"sw-a": True, "sw-b": False}, at_timestamp_s=100)
    metrics.set_devices_up({"sw-b": True}, at_timestamp_s=200)

    found = samples(metrics)

    assert ("neutralhost_device_up", (("device", "sw-a"),)) not in found
    assert found[("neutralhost_device_up", (("device", "sw-b"),))] == 1
    assert found[("neutralhost_device_checked_timestamp_seconds", ())] == 200


def test_a_cable_that_no_end_told_of_disappears_and_its_link_is_seen_by_what_is_left():
    metrics = Metrics()
    metrics.set_links([("trunk", "trunk-a", True), ("trunk", "trunk-b", True)], unread_devices=0)
    metrics.set_links([("trunk", "trunk-b", False)], unread_devices=1)

    found = samples(metrics)

    assert {labels: value for (name, labels), value in found.items() if name == "neutralhost_link_up"} == {
        (("cable", "trunk-b"), ("link", "trunk")): 0
    }
    assert found[("neutralhost_link_unread_devices", ())] == 1


def test_two_processes_worth_of_metrics_do_not_share_a_registry():
    first, second = Metrics(), Metrics()

    first.orders_ended.labels("add", "completed").inc()

    assert ("neutralhost_orders_ended_total", (("action", "add"), ("state", "completed"))) in samples(first)
    assert ("neutralhost_orders_ended_total", (("action", "add"), ("state", "completed"))) not in samples(second)


def test_a_tenant_with_two_services_on_one_ssid_has_their_sum_and_each_look_begins_anew() -> None:
    metrics = Metrics()
    row = ("ap-1", "Community", "quayside")

    for _look in range(2):
        metrics.set_on_air([(*row, 2, 10, 20), (*row, 3, 1, 2)])

    said = metrics.exposition().decode()
    assert 'neutralhost_ssid_stations{device="ap-1",ssid="Community",tenant="quayside"} 5.0' in said
    assert 'neutralhost_ssid_received_bytes{device="ap-1",ssid="Community",tenant="quayside"} 11.0' in said
