"""Every metric this service exposes: name, unit, labels. The one door of prometheus_client.

Names follow Prometheus's naming practice: base units (seconds), `_total` for counters. No
label ever holds an ISP, an order, a UPRN or anything else without a small, fixed set of values,
except `device`, whose values are the devices automation manages, `link` and `cable`, whose values
are the links between them, and, where the operator has switched them on, `ssid` and `tenant` of
what access points send: at most eight a radio.
"""

from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.exposition import CONTENT_TYPE_LATEST
from prometheus_client.registry import Collector

from inventory.errors import DatabaseUnavailable

EXPOSITION_CONTENT_TYPE = CONTENT_TYPE_LATEST

STEP_BUCKETS_S = (0.01, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300)
REQUEST_BUCKETS_S = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10)


type OnAirRow = tuple[str, str, str, int, int, int]
"""Access point, SSID, the tenant's code; devices on it, octets received and sent."""

type SlotUseRow = tuple[str, str, str, bool, int, int]
"""Place, position, tenant (an ISP's code), whether its port has link, octets received and sent."""

type LinkRow = tuple[str, str, bool]
"""The link that circuits are put on, its cable (a member of its port-channel, or the link again), whether it is up."""


class Metrics:
    """The metrics of one process, in a registry of its own (so that two apps in a test do not share any)."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry(auto_describe=True)
        self.step_seconds = Histogram(
            "neutralhost_order_step_seconds",
            "How long one step of an order's workflow took.",
            ["workflow", "step", "outcome"],  # outcome: done, failed
            buckets=STEP_BUCKETS_S,
            registry=self.registry,
        )
        self.orders_ended = Counter(
            "neutralhost_orders_ended_total",
            "Orders that ended, by action and by the state they ended in.",
            ["action", "state"],
            registry=self.registry,
        )
        self.device_up = Gauge(
            "neutralhost_device_up",
            "1 where automation reached the device at the last look, 0 where it did not.",
            ["device"],
            registry=self.registry,
        )
        self.device_checked = Gauge(
            "neutralhost_device_checked_timestamp_seconds",
            "When automation last looked whether devices answer.",
            registry=self.registry,
        )
        self.link_up = Gauge(
            "neutralhost_link_up",
            "1 where a cable of a link was up at every end that answered at the last look, 0 where it was not.",
            ["link", "cable"],
            registry=self.registry,
        )
        self._links_shown: frozenset[tuple[str, str]] = frozenset()
        self.link_unread = Gauge(
            "neutralhost_link_unread_devices",
            "Devices with ends of links that did not say at the last look how these are.",
            registry=self.registry,
        )
        self.worker_heartbeat = Gauge(
            "neutralhost_worker_heartbeat_timestamp_seconds",
            "When this worker last said that it lives.",
            registry=self.registry,
        )
        whose = ["device", "ssid", "tenant"]
        self.ssid_stations = Gauge(
            "neutralhost_ssid_stations",
            "Devices of people that are on an SSID of an access point.",
            whose,
            registry=self.registry,
        )
        self.ssid_received = Gauge(
            "neutralhost_ssid_received_bytes",
            "Octets an access point has received on an SSID, since the SSID came up.",
            whose,
            registry=self.registry,
        )
        self.ssid_sent = Gauge(
            "neutralhost_ssid_sent_bytes",
            "Octets an access point has sent on an SSID, since the SSID came up.",
            whose,
            registry=self.registry,
        )
        of_slot = ["place", "position", "tenant"]
        self.slot_up = Gauge(
            "neutralhost_site_slot_up",
            "Whether the backhaul port of a site slot has link (1) or not (0).",
            of_slot,
            registry=self.registry,
        )
        self.slot_received = Gauge(
            "neutralhost_site_slot_received_bytes",
            "Octets the backhaul port of a site slot has received from its equipment, since its switch counts.",
            of_slot,
            registry=self.registry,
        )
        self.slot_sent = Gauge(
            "neutralhost_site_slot_sent_bytes",
            "Octets the backhaul port of a site slot has sent to its equipment, since its switch counts.",
            of_slot,
            registry=self.registry,
        )
        self.request_seconds = Histogram(
            "neutralhost_http_request_seconds",
            "How long one request to the portal or an API took.",
            ["method", "route", "status"],
            buckets=REQUEST_BUCKETS_S,
            registry=self.registry,
        )

    def set_on_air(self, rows: Iterable[OnAirRow]) -> None:
        """Record one look at who is on which SSID; what is not sent any more disappears.

        A tenant that has several services on one SSID (its own people and a realm, two realms) has their sum.
        """
        gauges = (self.ssid_stations, self.ssid_received, self.ssid_sent)
        for gauge in gauges:
            gauge.clear()
        for device, ssid, tenant, *figures in rows:
            for gauge, figure in zip(gauges, figures, strict=True):
                gauge.labels(device, ssid, tenant).inc(figure)

    def set_site_slots(self, rows: Iterable[SlotUseRow]) -> None:
        """Record one look at the backhaul ports of site slots; what is not read any more disappears."""
        gauges = (self.slot_up, self.slot_received, self.slot_sent)
        for gauge in gauges:
            gauge.clear()
        for place, position, tenant, *figures in rows:
            for gauge, figure in zip(gauges, figures, strict=True):
                gauge.labels(place, position, tenant).set(figure)

    def watch_orders(self, count_by_state: Callable[[], Mapping[str, int]]) -> None:
        """Expose how many orders are in each state, asked for anew at every scrape."""
        self.registry.register(_States("neutralhost_orders", "Orders in each state.", count_by_state))

    def watch_certificates(self, count_by_state: Callable[[], Mapping[str, int]]) -> None:
        """Expose how many current diversity certificates stand and are broken, asked for anew at every scrape."""
        explained = "Current diversity certificates in each state: standing, broken."
        self.registry.register(_States("neutralhost_diversity_certificates", explained, count_by_state))

    def watch_consents(self, count_by_state: Callable[[], Mapping[str, int]]) -> None:
        """Expose how many consents end soon, and how many ended and left an asset without any."""
        explained = "Consents that end within 90 days (ending), and that ended and left an asset without any (lapsed)."
        self.registry.register(_States("neutralhost_consents", explained, count_by_state))

    def watch_audit(self, count_by_state: Callable[[], Mapping[str, int]]) -> None:
        """Expose what the last audit by the clock found, asked for anew at every scrape."""
        explained = "Findings of the last audit by the clock: not as intended (drift), and not to be read (unread)."
        self.registry.register(_States("neutralhost_audit_findings", explained, count_by_state))

    def watch_change_plans(self, count_by_state: Callable[[], Mapping[str, int]]) -> None:
        """Expose how many change plans are in each state, asked for anew at every scrape."""
        explained = "Change plans in each state: changes of devices that are not an order's."
        self.registry.register(_States("neutralhost_change_plans", explained, count_by_state))

    def watch_uncertain(self, count_by_state: Callable[[], Mapping[str, int]]) -> None:
        """Expose of how many devices nobody knows for certain what they say (uncertain), asked for at every scrape."""
        explained = "Devices that could not be told to go back, until an audit has read them right."
        self.registry.register(_States("neutralhost_uncertain_devices", explained, count_by_state))

    def watch_drift(self, count_by_kind: Callable[[], Mapping[str, int]]) -> None:
        """Expose what the last audit by the clock found, by kind, asked for anew at every scrape."""
        explained = "Findings of the last audit by the clock that are not as intended, by kind of drift."
        self.registry.register(_States("neutralhost_drift_findings", explained, count_by_kind, label="kind"))

    def watch_backups(self, seconds: Callable[[], Mapping[str, int]], counts: Callable[[], Mapping[str, int]]) -> None:
        """Expose how old the devices' last backups are, and how many are fresh, stale or were never taken."""
        age = "Seconds since a device's last backup was taken or seen unchanged: of the oldest, and of the newest."
        self.registry.register(_States("neutralhost_backup_age_seconds", age, seconds, label="which"))
        explained = "Devices whose last backup is fresh, stale (older than twice its schedule), or was never taken."
        self.registry.register(_States("neutralhost_device_backups", explained, counts))

    def watch_schedules(self, count_by_state: Callable[[], Mapping[str, int]]) -> None:
        """Expose how what is done by the clock stands, asked for anew at every scrape."""
        explained = "Schedules whose last run was done, or failed, and those that are long overdue (late)."
        self.registry.register(_States("neutralhost_schedules", explained, count_by_state))

    def set_devices_up(self, up_by_device: Mapping[str, bool], at_timestamp_s: float) -> None:
        """Record one look at the devices; a device that is no longer looked at disappears."""
        self.device_up.clear()
        for device, up in up_by_device.items():
            self.device_up.labels(device).set(1 if up else 0)
        self.device_checked.set(at_timestamp_s)

    def set_links(self, rows: Iterable[LinkRow], unread_devices: int) -> None:
        """Record one look at the ends of links; a cable that no end told of disappears.

        None is missing for a moment that is still there: without one of its cables a link would look lost.
        """
        now = {(link, cable): up for link, cable, up in rows}
        for labels, up in now.items():
            self.link_up.labels(*labels).set(1 if up else 0)
        for labels in self._links_shown - now.keys():
            self.link_up.remove(*labels)
        self._links_shown = frozenset(now)
        self.link_unread.set(unread_devices)

    def exposition(self) -> bytes:
        """All of it in Prometheus's text format."""
        return generate_latest(self.registry)


class _States(Collector):
    """Counts come from the database at the moment of the scrape, so that every process tells the same."""

    def __init__(
        self, name: str, explained: str, count_by_state: Callable[[], Mapping[str, int]], label: str = "state"
    ) -> None:
        self._name = name
        self._explained = explained
        self._count_by_state = count_by_state
        self._label = label

    def describe(self) -> Iterable[Metric]:
        return [self._family()]

    def collect(self) -> Iterable[Metric]:
        """Without samples while the database is away: everything else is worth most just then."""
        family = self._family()
        with suppress(DatabaseUnavailable):
            for state, count in self._count_by_state().items():
                family.add_metric([state], count)
        return [family]

    def _family(self) -> GaugeMetricFamily:
        return GaugeMetricFamily(self._name, self._explained, labels=[self._label])
