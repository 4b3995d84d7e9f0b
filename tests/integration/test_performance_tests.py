"""A service in use is measured for a while, on demand; what came of it stands with its other certificates."""

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner
from pydantic import SecretStr

from automation.birth.prober import When
from automation.birth.results import TestKind, Verdict
from provisioning import front_desk
from provisioning import performance_desk as desk
from provisioning.certificate_key import new_key, read_key
from provisioning.cli.logs import stop_logging
from provisioning.cli.main import command
from provisioning.cli.performance import _wait
from provisioning.errors import Forbidden, UnknownService
from provisioning.front_desk import SYSTEM
from provisioning.isps import Principal, Role
from provisioning.performance_errors import (
    PerformanceTestGoesOn,
    ServiceNotTestable,
    TooManyPerformanceTests,
    UnknownPerformanceTest,
)
from provisioning.performance_tests import PERFORMANCE_TEST, PerformanceState, PerformanceTest
from provisioning.verify_certificate import find_faults
from tests.integration.faces import USER_PASSWORD, page_words
from tests.integration.lit_street import Probe, lit_street
from tests.integration.running import Running, running, wait_until
from tests.web_town import Browser, Machine
from web.app import create_app
from web.settings import WebSettings

QUAYSIDE = Principal("quentin", Role.ISP_USER, "quayside")
OTHER = Principal("olga", Role.ISP_USER, "canalside")
ENGINEER = Principal("ed", Role.ENGINEER, None)


@pytest.fixture
def probe() -> Probe:
    return Probe()


@pytest.fixture
def key() -> SecretStr:
    return SecretStr(new_key())


@pytest.fixture
def town(database_url: str, probe: Probe, key: SecretStr) -> Iterator[Running]:
    with running(database_url, lit_street(1), prober=probe, certificate_key=key) as town:
        yield town


def served(town: Running) -> str:
    [done] = town.wait([town.order(1)])
    return done.service_id or ""


def ended(town: Running, test: PerformanceTest) -> PerformanceTest:
    found = test

    def has_ended() -> bool:
        nonlocal found
        found = desk.performance_test(town.house.tools, ENGINEER, test.id)
        return found.state is PerformanceState.ENDED

    wait_until(has_ended, 30)
    return found


def test_what_a_minute_counts_is_added_up_signed_and_shown_with_the_service(
    town: Running, probe: Probe, key: SecretStr
) -> None:
    service_id = served(town)
    probe.asked.clear()
    probe.says |= {"delay_us": 400.0}
    probe.then = lambda _task: probe.says.update(lost=1 if len(probe.asked) == 2 else 0)

    test = ended(town, desk.begin_performance_test(town.house.tools, ENGINEER, service_id, 1))

    assert [(task.when, task.in_service, task.seconds, task.steps) for task in probe.asked] == [
        (When.IN_USE, True, 10.0, ())
    ] * 6
    made = test.certificate
    assert made is not None
    [loss, delay] = made.results
    assert (loss.kind, loss.verdict, loss.measured) == (TestKind.FRAME_LOSS, Verdict.FAILED, "0.017")
    assert "1 of 6000 frames, 6 measurements of 10 s" in loss.detail
    assert (delay.kind, delay.verdict, delay.measured) == (TestKind.FRAME_DELAY, Verdict.PASSED, "400")
    assert find_faults(made.document.encode(), read_key(key).public) == ()
    assert find_faults(made.document.replace('"minutes":1,', '"minutes":9,').encode(), read_key(key).public)
    assert front_desk.service(town.house.tools, SYSTEM, service_id).state == "active"
    _faces_show(town, service_id, test)


def _faces_show(town: Running, service_id: str, test: PerformanceTest) -> None:
    tools = town.house.tools
    front_desk.create_user(tools, SYSTEM, "quentin", Role.ISP_USER, "quayside", USER_PASSWORD)
    app = create_app(tools, WebSettings(cookies_secure=False, _env_file=None))
    browser = Browser(app.test_client())
    assert browser.sign_in("quentin", USER_PASSWORD).status_code == 303
    page = page_words(browser.get(f"/services/{service_id}"))
    assert "Performance test 1: failed" in page
    assert browser.client.get(f"/performance-tests/{test.id}.pdf").data.startswith(b"%PDF-")
    token, _ = front_desk.create_token(tools, SYSTEM, "quentin", "a test", None)
    machine = Machine(app.test_client(), token)
    [shown] = machine.get(f"/services/{service_id}/performance-tests").json["items"]
    assert (shown["percent_done"], shown["certificate"]["verdict"], shown["certificate"]["kind"]) == (
        100, "failed", "performance test",
    )  # fmt: skip
    assert machine.call("POST", f"/services/{service_id}/performance-tests", {"minutes": 1}).status_code == 403
    with tools.open_unit_of_work() as work:
        work.performance.save(replace(test, id="PT-OVER", number=0, key_id="", document=""))
        work.commit()
    assert "PT-OVER ended with the service" in page_words(browser.get(f"/services/{service_id}"))


def test_where_nothing_can_be_sent_nothing_has_passed(town: Running, probe: Probe) -> None:
    service_id = served(town)
    probe.says |= {"sent": None, "why_not": (("sent", "the head is away"),)}

    test = ended(town, desk.begin_performance_test(town.house.tools, ENGINEER, service_id, 1))

    made = test.certificate
    assert made is not None
    assert {one.verdict for one in made.results} == {Verdict.NOT_MEASURED}
    assert made.content["verdict"] == "failed"
    assert "the head is away" in made.results[0].detail
    assert json.loads(made.document)["required"] == ["frame-delay", "frame-loss"]
    assert _wait(town.house.tools, test) == made


def test_the_command_line_waits_and_its_exit_code_says_how_it_went(
    town: Running, probe: Probe, database_url: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    service_id = served(town)
    for name, value in (("DATABASE_URL", database_url), ("DEVICE_PASSWORD", "twin"), ("TOKEN_PEPPER", "pepper")):
        monkeypatch.setenv(f"NEUTRALHOST_{name}", value)
    words = ["service", "test", service_id, "--minutes", "1", "--follow"]

    well = CliRunner().invoke(command, [*words, "--out", str(tmp_path / "test.json")])
    probe.says["lost"] = 500
    badly = CliRunner().invoke(command, [*words, "--json"])
    listed = CliRunner().invoke(command, ["service", "birth-certificate", service_id, "--all"])
    stop_logging()

    assert (well.exit_code, badly.exit_code) == (0, 1), well.output + badly.output
    assert f"measures {service_id} for 1 min" in well.output
    assert json.loads((tmp_path / "test.json").read_text())["verdict"] == "passed"
    assert json.loads(badly.stdout)["birth_certificates"][0]["verdict"] == "failed"
    assert [line.split("  ")[0] for line in listed.output.splitlines() if "of S-" in line] == [
        "birth certificate", "performance test", "performance test",
    ]  # fmt: skip


def test_one_at_a_time_of_a_service_two_in_all_and_none_of_what_is_another_isps_or_over(town: Running) -> None:
    tools, service_id = town.house.tools, served(town)
    for who in (QUAYSIDE, OTHER):
        with pytest.raises(Forbidden):
            desk.begin_performance_test(tools, who, service_id)
    with pytest.raises(UnknownService):
        desk.performance_tests(tools, OTHER, service_id)
    begun = desk.begin_performance_test(tools, ENGINEER, service_id, 1)
    done = ended(town, begun)
    with pytest.raises(UnknownPerformanceTest):
        desk.performance_test(tools, OTHER, begun.id)

    with tools.open_unit_of_work() as work:
        going_on = replace(done, state=PerformanceState.RUNNING, asked_at=tools.now())
        work.performance.save(going_on)
        work.commit()
    with pytest.raises(PerformanceTestGoesOn, match=begun.id):
        desk.begin_performance_test(tools, ENGINEER, service_id)
    with tools.open_unit_of_work() as work:
        work.performance.save(replace(going_on, asked_at=tools.now() - timedelta(hours=2)))  # its worker has died
        work.commit()
    ended(town, desk.begin_performance_test(tools, ENGINEER, service_id, 1))
    with tools.open_unit_of_work() as work:
        other = replace(going_on, service_id=work.services.get(service_id).id)
        work.performance.save(replace(other, id="PT-0000000001"))
        work.performance.save(replace(other, id="PT-0000000002"))
        work.commit()
    with pytest.raises((PerformanceTestGoesOn, TooManyPerformanceTests)):
        desk.begin_performance_test(tools, ENGINEER, service_id)
    town.wait([town.cease(service_id)])
    with pytest.raises(ServiceNotTestable, match="it is terminated"):
        desk.begin_performance_test(tools, ENGINEER, service_id)


def test_one_that_is_enqueued_twice_is_measured_once(town: Running, probe: Probe) -> None:
    service_id = served(town)
    test = ended(town, desk.begin_performance_test(town.house.tools, ENGINEER, service_id, 1))
    asked = len(probe.asked)

    with town.house.tools.open_unit_of_work() as work:
        work.jobs.walk(PERFORMANCE_TEST, test.id)
        work.commit()
    again = ended(town, test)

    assert (len(probe.asked), again.number, again.document) == (asked, test.number, test.document)
