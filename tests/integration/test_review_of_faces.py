"""What a reviewer tried at the faces, and found open: each of these failed once."""

from base64 import b64encode

import pytest
from sqlalchemy import Engine, func, select

from provisioning import front_desk
from provisioning.elsewhere import Elsewhere
from provisioning.errors import Forbidden, RequestInvalid
from provisioning.front_desk import SYSTEM
from provisioning.isps import Principal, Role, Scope
from provisioning.people_errors import SignInElsewhereRefused
from provisioning.store.people_tables import access_tokens
from tests.web_town import PASSWORD, Town
from web.sonata.apis import APIS

ISSUER = "https://id.example"
GROUPS = {"noc-team": "noc", "beta-staff": "isp-user@beta"}
FAR_OFF = ("0001-01-01T00:00:00%2B14:00", "9999-12-31T23:59:59-14:00")


@pytest.fixture
def town(engine: Engine) -> Town:
    return Town(engine)


def come_in(town: Town, person: Elsewhere) -> Principal:
    return front_desk.sign_in_elsewhere(town.tools, person, GROUPS)[1]


def ned(*groups: str) -> Elsewhere:
    return Elsewhere(ISSUER, "s-2", "ned@host.example", frozenset(groups))


# Users whose name is an address.


def test_a_user_whose_name_is_an_address_can_be_shut_out_by_page_and_by_api(town: Town) -> None:
    come_in(town, ned("noc-team"))
    olga = town.browser("olga")
    olga.get("/people")
    assert olga.post("/people/ned@host.example/disabled", {"disabled": "yes"}).status_code == 303
    answer = town.machine("olga").call("PATCH", "/users/ned@host.example", {"disabled": False})
    assert (answer.status_code, (answer.json or {})["disabled"]) == (200, False)


# Signing in elsewhere.


def test_an_address_that_another_organisation_wrote_down_does_not_take_a_person_away_from_its_own(town: Town) -> None:
    """An administrator of one ISP cannot have another's people, or the operator's, work in its own ISP's name."""
    anna = Principal("anna", Role.ISP_ADMIN, "alpha")
    front_desk.create_user(town.tools, anna, "trap", Role.ISP_USER, "alpha", PASSWORD, email="ned@host.example")
    for group in ("noc-team", "beta-staff"):
        with pytest.raises(SignInElsewhereRefused, match="another organisation"):
            come_in(town, ned(group))


def test_who_was_made_by_its_groups_cannot_outlive_them_by_a_password_of_its_own(town: Town) -> None:
    who = come_in(town, ned("noc-team"))
    with pytest.raises(Forbidden):
        front_desk.set_password(town.tools, who, who.user_name, PASSWORD)
    with pytest.raises(SignInElsewhereRefused, match="no role here any more"):
        come_in(town, ned())


# Names.


@pytest.mark.parametrize("name", ["system", "rule", "nhc_0123456789ab"])
def test_nobody_is_called_like_the_house_itself_or_like_a_client(town: Town, name: str) -> None:
    """In the audit trail, histories, approvals and idempotency keys a name stands for who it was."""
    anna = Principal("anna", Role.ISP_ADMIN, "alpha")
    for who, isp_code, role in ((anna, "alpha", Role.ISP_USER), (SYSTEM, None, Role.OPERATOR)):
        with pytest.raises(RequestInvalid):
            front_desk.create_user(town.tools, who, name, role, isp_code, PASSWORD)


# The token endpoint.


def test_a_token_that_is_one_too_many_is_neither_given_nor_kept(engine: Engine) -> None:
    town = Town(engine, access_tokens_per_minute=2)
    anna = Principal("anna", Role.ISP_ADMIN, "alpha")
    secret, client = front_desk.create_client(town.tools, anna, None, "order robot", [Scope.ORDERS_READ])
    basic = b64encode(f"{client.id}:{secret}".encode()).decode()

    def ask() -> int:
        form = {"grant_type": "client_credentials"}
        headers = {"Authorization": f"Basic {basic}"}
        return town.app.test_client().post("/oauth2/token", data=form, headers=headers).status_code

    assert [ask() for _ in range(4)] == [200, 200, 429, 429]
    with engine.connect() as connection:
        assert connection.execute(select(func.count()).select_from(access_tokens)).scalar_one() == 2


def test_programs_read_every_refusal_of_the_token_endpoint(town: Town) -> None:
    client = town.app.test_client()
    wrong_method = client.get("/oauth2/token")
    assert (wrong_method.status_code, wrong_method.mimetype) == (405, "application/problem+json")
    too_large = client.post("/oauth2/token", data={"grant_type": "x" * 3_000_000})
    assert (too_large.status_code, too_large.mimetype) == (413, "application/problem+json")


# Moments that no clock shows.


def test_moments_at_the_ends_of_time_are_refused_and_no_fault_of_ours(town: Town) -> None:
    anna = town.machine("anna")
    headers = {"Authorization": f"Bearer {anna.token}"}
    looked = 0
    for api in APIS:
        for operation in (each for each in api.operations if each.many and each.offered):
            for field in operation.query.model_fields.values():
                if not str(field.alias).endswith((".gt", ".lt")):
                    continue
                for moment in FAR_OFF:
                    looked += 1
                    path = f"{api.root}{operation.path}?{field.alias}={moment}"
                    assert anna.client.get(path, headers=headers).status_code == 400, path
    assert looked > 20


def test_a_moment_at_the_end_of_time_in_a_body_is_refused(town: Town) -> None:
    service = town.deliver(town.place())
    ticket = {
        "about": {"kind": "service", "id": service.id},
        "description": "Nothing since then",
        "observed": "down",
        "severity": "minor",
    }
    for moment in ("0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00"):
        answer = town.machine("anna").post("/tickets", ticket | {"observed_at": moment})
        assert answer.status_code == 422, answer.text


# What the pages offer to whom.


def test_pages_offer_trouble_to_those_who_may_work_on_it_and_to_nobody_else(town: Town) -> None:
    service = town.deliver(town.place())
    for name, may_raise, may_open in (("nora", True, True), ("ella", True, True), ("amit", False, False)):
        browser = town.browser(name)
        assert ("Report trouble" in browser.get(f"/services/{service.id}").text) is may_raise, name
        assert ("Open an incident" in browser.get("/incidents").text) is may_open, name
