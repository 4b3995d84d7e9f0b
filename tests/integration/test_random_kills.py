"""Workers killed at moments nobody chose (tests/system has hundreds of orders)."""

from tests.integration.chaos import chaos
from tests.integration.street import street


def test_workers_killed_at_any_moment_lose_nothing_and_do_nothing_twice(database_url: str) -> None:
    workers = 2 if database_url.startswith("postgresql") else 1
    played = chaos(database_url, street(homes=4), orders=4, ceases=2, kills=2, workers=workers, seed=7, longest_s=0.6)
    assert played.kills >= 2
