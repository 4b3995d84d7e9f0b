"""A price list that was used: kept with its digest, refused when its file changes, known when its file is gone."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import Engine

from provisioning.catalogue_errors import CatalogueChanged
from provisioning.catalogues import Catalogues
from provisioning.tools import Tools
from provisioning.used_catalogues import catalogues_in_use
from tests.integration.desk import desk_on

SHIPPED = Path("provisioning/price_lists")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for file in SHIPPED.glob("*.toml"):
        (tmp_path / file.name).write_text(file.read_text())
    return tmp_path


@pytest.fixture
def read(engine: Engine, folder: Path) -> Callable[[], Catalogues]:
    tools = desk_on(engine)
    use(tools)
    settings = tools.settings.model_copy(update={"catalogue_folder": folder})
    return lambda: catalogues_in_use(tools.open_unit_of_work, settings)


def use(tools: Tools) -> None:
    with tools.open_unit_of_work() as work:
        work.catalogues.use(tools.catalogue)
        work.catalogues.use(tools.catalogue)
        work.commit()


def test_the_same_lists_are_sold_by_as_before(read: Callable[[], Catalogues]) -> None:
    assert [one.version for one in read().lists] == ["2026-11", "2027-04"]
    assert read().withdrawn == ()


def test_a_used_list_whose_price_was_changed_is_refused_and_an_unused_one_is_not(
    read: Callable[[], Catalogues], folder: Path
) -> None:
    unused, used = folder / "2027-04.toml", folder / "2026-11.toml"
    unused.write_text(unused.read_text().replace("setup_pence = 11000", "setup_pence = 11001"))
    assert read()

    used.write_text(used.read_text().replace("setup_pence = 12500", "setup_pence = 1250"))
    with pytest.raises(CatalogueChanged, match="'2026-11' has been used, and is not what it was") as caught:
        read()
    assert "version and a first day of their own" in caught.value.next_step


def test_a_used_list_whose_file_is_gone_is_read_from_what_was_kept(
    read: Callable[[], Catalogues], folder: Path
) -> None:
    before = read().version("2026-11")
    (folder / "2026-11.toml").unlink()

    found = read()

    assert [one.version for one in found.lists] == ["2027-04"]
    assert found.withdrawn == (before,)
    assert found.version("2026-11") == before


def test_a_list_cannot_be_used_as_something_else_than_it_was_used_as_before(engine: Engine) -> None:
    tools = desk_on(engine)
    use(tools)
    with tools.open_unit_of_work() as work, pytest.raises(CatalogueChanged):
        work.catalogues.use(replace(tools.catalogue, digest="0" * 64))
