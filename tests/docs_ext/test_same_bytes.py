"""Archives whose bytes tell nothing of when and where they were packed."""

import os
import zipfile
from pathlib import Path

from sitebuild.same_bytes import rewrite


def pack(archive: Path, members: dict[str, str], date: int) -> None:
    """Pack files of a given date, as Sphinx-Gallery does."""
    with zipfile.ZipFile(archive, "w") as packed:
        for name, text in members.items():
            path = archive.with_name(name)
            path.write_text(text, encoding="utf-8")
            path.chmod(0o600 if date % 2 else 0o755)
            os.utime(path, (date, date))
            packed.write(path, name)


def test_the_same_members_make_the_same_archive(tmp_path: Path) -> None:
    """Neither order nor dates nor modes of the members are left in the archive."""
    members = {"b.py": "print(2)\n", "a.py": "print(1)\n"}
    pack(tmp_path / "one.zip", members, 1_000_000_000)
    pack(tmp_path / "two.zip", dict(reversed(members.items())), 1_500_000_001)
    for name in ("one.zip", "two.zip"):
        rewrite(tmp_path / name)
    assert (tmp_path / "one.zip").read_bytes() == (tmp_path / "two.zip").read_bytes()
    with zipfile.ZipFile(tmp_path / "one.zip") as packed:
        assert packed.namelist() == ["a.py", "b.py"]
        assert {name: packed.read(name).decode() for name in packed.namelist()} == members
        assert packed.testzip() is None
