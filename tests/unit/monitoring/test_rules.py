"""Every alert has a next step and a test of its own."""

from pathlib import Path

import yaml

import monitoring

RULES = Path(monitoring.__file__).parent / "rules"


def alerts() -> list[dict]:
    groups = yaml.safe_load((RULES / "neutralhost.yml").read_text())["groups"]
    return [rule for group in groups for rule in group["rules"] if "alert" in rule]


def alerts_under_test() -> dict[str, list[bool]]:
    """By alert, whether each of its checks expects it to fire."""
    found: dict[str, list[bool]] = {}
    for case in yaml.safe_load((RULES / "neutralhost.test.yml").read_text())["tests"]:
        for check in case["alert_rule_test"]:
            found.setdefault(check["alertname"], []).append(bool(check["exp_alerts"]))
    return found


def test_every_alert_says_what_where_and_what_next():
    for alert in alerts():
        assert {"summary", "description", "next_step"} <= set(alert["annotations"]), alert["alert"]
        assert alert["labels"]["severity"] in {"warning", "critical"}, alert["alert"]


def test_every_alert_is_seen_firing_and_seen_quiet():
    tested = alerts_under_test()
    for alert in alerts():
        assert set(tested.get(alert["alert"], [])) == {True, False}, alert["alert"]
