"""The folder of a sandbox: a demo's, a copy of its data as they were seeded, and what was seeded."""

import json
import shutil
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from provisioning.cli.demo_folder import PRIVATE_FILE, PRIVATE_FOLDER, DemoFolder
from provisioning.cli.sandbox_seed import Seeded


@dataclass(frozen=True, slots=True)
class SandboxFolder:
    """The paths of one sandbox."""

    demo: DemoFolder

    @property
    def seeded(self) -> Path:
        """Who may ask, with which token: written last, so where it is, all is there."""
        return self.demo.root / "sandbox.json"

    @property
    def is_seeded(self) -> bool:
        return self.seeded.exists()

    @property
    def _copy(self) -> Path:
        return self.demo.root / "seed"

    def read_seeded(self) -> tuple[Seeded, ...]:
        found = json.loads(self.seeded.read_text(encoding="utf-8"))
        return tuple(Seeded(**one | {"services": tuple(one["services"])}) for one in found)

    def keep(self, found: Sequence[Seeded]) -> None:
        """Copy the data aside; nothing may be running on them."""
        shutil.rmtree(self._copy, ignore_errors=True)
        self._copy.mkdir(mode=PRIVATE_FOLDER)
        _copy_data(self.demo.root, self._copy)
        draft = self.seeded.with_suffix(".new")
        draft.unlink(missing_ok=True)
        draft.touch(mode=PRIVATE_FILE)
        draft.write_text(json.dumps([asdict(one) for one in found], indent=1), encoding="utf-8")
        draft.replace(self.seeded)

    def restore(self) -> None:
        """Bring the copy back; nothing may be running on the data."""
        self._remove_data()
        _copy_data(self._copy, self.demo.root)

    def clear(self) -> None:
        """Throw away what is there, but the secrets."""
        self.seeded.unlink(missing_ok=True)
        self._remove_data()

    def _remove_data(self) -> None:
        for path in _data_of(self.demo.root):
            if path.is_dir():
                shutil.rmtree(path)
            else:
                path.unlink()


def _copy_data(source: Path, target: Path) -> None:
    for path in _data_of(source):
        if path.is_dir():
            shutil.copytree(path, target / path.name)
        else:
            shutil.copy2(path, target / path.name)


def _data_of(root: Path) -> list[Path]:
    """The database with whatever SQLite keeps beside it, and what the devices would boot."""
    demo = DemoFolder(root)
    beside = [path for path in root.glob(f"{demo.database.name}*") if not path.name.endswith(".worker")]
    return beside + ([demo.twin] if demo.twin.exists() else [])
