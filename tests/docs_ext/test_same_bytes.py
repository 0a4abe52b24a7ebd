"""Archives whose bytes tell nothing of when and where they were packed."""

import os
import zipfile
from pathlib import Path

import pytest

from sitebuild.same_bytes import rewrite
from sitebuild.shown import without_roles


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


def test_a_member_that_has_changed_since_is_packed_as_it_is_now(tmp_path: Path) -> None:
    """The others stay."""
    pack(tmp_path / "one.zip", {"a.py": "print(1)\n", "b.py": "print(2)\n"}, 1_000_000_000)
    rewrite(tmp_path / "one.zip", {"b.py": b"print(3)\n"})
    with zipfile.ZipFile(tmp_path / "one.zip") as packed:
        assert [packed.read(name) for name in packed.namelist()] == [b"print(1)\n", b"print(3)\n"]


@pytest.mark.parametrize(
    ("role", "plain"),
    [
        (":term:`kernel`", "kernel"),
        (":term:`pixels <pixel>`", "pixels"),
        (r":term:`receptive\nfields <receptive field>`", r"receptive\nfields"),
        (":doc:`the next page </pages/next>`", "the next page"),
        (":func:`convdocs.sizes.conv_output_size`", "`convdocs.sizes.conv_output_size`"),
        (":py:class:`~torch.nn.Conv2d`", "`torch.nn.Conv2d`"),
        ("x[:2] `plain` code", "x[:2] `plain` code"),
    ],
)
def test_a_notebook_shows_words_in_the_place_of_roles(role: str, plain: str) -> None:
    """Nothing resolves them there."""
    assert without_roles(f'"Look at {role}."') == f'"Look at {plain}."'
