"""A trail that was touched is found out, and the row that was touched is named."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from provisioning import verify_audit
from provisioning.verify_audit import GENESIS, find_faults, hash_of, main, read_export, read_head

type Rows = list[dict[str, Any]]


def trail(count: int) -> Rows:
    rows: Rows = []
    last = GENESIS
    for number in range(1, count + 1):
        row: dict[str, Any] = {"number": number, "who": f"user-{number}", "facts": {"é": "ü"}, "previous": last}
        row["hash"] = last = hash_of(row)
        rows.append(row)
    return rows


def head_of(rows: Rows) -> tuple[int, str]:
    return (len(rows), rows[-1]["hash"]) if rows else (0, GENESIS)


def faults(rows: Rows, *heads: tuple[int, str]) -> list[str]:
    return list(find_faults(rows, heads))


def test_a_whole_trail_has_no_faults() -> None:
    rows = trail(5)
    assert faults(rows, head_of(rows), head_of(rows[:2]), (0, GENESIS)) == []
    assert faults([], (0, GENESIS)) == []


def test_a_changed_row_is_named() -> None:
    rows = trail(5)
    rows[2]["who"] = "nobody"
    assert faults(rows, head_of(rows)) == ["Row 3 was changed: its hash is not that of what it says."]


def test_a_changed_row_with_a_new_hash_breaks_the_chain_behind_it() -> None:
    rows = trail(5)
    rows[2]["who"] = "nobody"
    rows[2]["hash"] = hash_of(rows[2])
    assert faults(rows) == ["Row 4 does not follow row 3: one of them was changed, put in or moved."]


def test_missing_rows_are_named() -> None:
    rows = trail(6)
    assert faults(rows[:2] + rows[3:])[0] == "Row 3 is missing."
    assert faults(rows[:2] + rows[4:])[0] == "Rows 3 to 4 are missing."
    assert faults(rows[1:])[0] == "Row 1 is missing."


def test_rows_that_were_moved_are_named() -> None:
    rows = trail(4)
    assert "Row 2 stands after row 3: rows were moved." in faults([rows[0], rows[2], rows[1], rows[3]])


def test_a_tail_that_was_cut_off_is_found_by_the_head() -> None:
    rows = trail(5)
    assert faults(rows[:3], head_of(rows)) == ["Rows 4 to 5 are missing: the trail was cut off at its end."]


def test_a_trail_written_anew_is_found_by_a_head_that_was_kept() -> None:
    kept, anew = head_of(trail(3)), trail(5)
    for row in anew:
        row["who"] = "somebody else"
    last = GENESIS
    for row in anew:
        row["previous"] = last
        row["hash"] = last = hash_of(row)
    assert faults(anew, head_of(anew)) == []
    assert faults(anew, head_of(anew), kept)[0].startswith("Row 3 is not the one that the head names")


@given(st.integers(1, 12), st.data())
def test_no_single_change_goes_unseen(count: int, data: st.DataObject) -> None:
    rows = trail(count)
    head = head_of(rows)
    place = data.draw(st.integers(0, count - 1))
    match data.draw(st.sampled_from(["change", "remove", "swap", "repeat"])):
        case "change":
            field = data.draw(st.sampled_from(["number", "who", "facts", "previous", "hash"]))
            rows[place][field] = data.draw(st.sampled_from(["x", 0, None, "f" * 64]))
        case "remove":
            del rows[place]
        case "swap" if count > 1:
            other = data.draw(st.integers(0, count - 1).filter(lambda index: index != place))
            rows[place], rows[other] = rows[other], rows[place]
        case _:
            rows.insert(place, dict(rows[place]))
    assert faults(rows, head)


def export(folder: Path, rows: Rows, head: tuple[int, str]) -> Path:
    lines = [*rows, {"format": verify_audit.FORMAT, "count": head[0], "hash": head[1]}]
    file = folder / "trail.jsonl"
    file.write_text("".join(f"{json.dumps(line)}\n" for line in lines), encoding="ascii")
    return file


def test_the_script_alone_says_whole_or_names_the_row(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    rows = trail(3)
    file = export(tmp_path, rows, head_of(rows))
    assert main([str(file)]) == 0
    assert capsys.readouterr().out == f"Whole. 3 rows; head 3:{rows[-1]['hash']}\n"
    assert main([str(file), "--head", f"4:{'0' * 64}"]) == 1
    assert "Rows 4 to 4 are missing" in capsys.readouterr().err
    rows[0]["who"] = "nobody"
    assert main([str(export(tmp_path, rows, head_of(rows)))]) == 1
    assert capsys.readouterr().err == "Row 1 was changed: its hash is not that of what it says.\n"


def test_the_script_needs_nothing_of_ours(tmp_path: Path) -> None:
    rows = trail(2)
    file = export(tmp_path, rows, head_of(rows))
    copied = tmp_path / "verify_audit.py"
    copied.write_text(Path(verify_audit.__file__).read_text(encoding="utf-8"), encoding="utf-8")
    ran = subprocess.run([sys.executable, "-I", str(copied), str(file)], capture_output=True, text=True, check=False)
    assert (ran.returncode, ran.stdout[:14]) == (0, "Whole. 2 rows;")


@pytest.mark.parametrize("lines", [[], ["[]"], ['{"number": 1}'], ["no JSON"]])
def test_what_is_no_export_is_said_to_be_none(lines: list[str]) -> None:
    with pytest.raises(ValueError, match=r"export|cut off|Expecting"):
        read_export(lines)


def test_a_file_that_is_not_there_or_a_head_that_is_none_ends_with_one(tmp_path: Path) -> None:
    assert main([str(tmp_path / "none")]) == 1
    assert main([]) == 1
    assert main(["x", "--head", "y"]) == 1
    for text in ("", "5", "5:abc", "-1:" + "0" * 64, "٣:" + "0" * 64):
        with pytest.raises(ValueError, match="COUNT:HASH"):
            read_head(text)
