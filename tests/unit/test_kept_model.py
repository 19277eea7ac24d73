"""A damaged model is refused with its name, and the copy that worked before takes its place."""

from __future__ import annotations

import io
import tarfile
from pathlib import Path

import pytest

from wegwijzer.product.kept_model import BrokenModel, check_model, keep_model, sound_model


@pytest.fixture
def model(tmp_path: Path) -> Path:
    path = tmp_path / "models" / "wegwijzer-1.tar.gz"
    path.parent.mkdir()
    words = bytes(range(256)) * 400
    with tarfile.open(path, "w:gz") as archive:
        described = tarfile.TarInfo("metadata.json")
        described.size = len(words)
        archive.addfile(described, io.BytesIO(words))
    return path


def damage(model: Path) -> None:
    content = bytearray(model.read_bytes())
    content[len(content) // 2] ^= 0xFF
    model.write_bytes(content)


def test_a_sound_model_is_used_as_it_is(model: Path, tmp_path: Path) -> None:
    assert sound_model(model, tmp_path / "kept") == (model, "")


@pytest.mark.parametrize("how", ["a byte", "half of it", "no model", "nothing in it"])
def test_a_damaged_model_is_refused_with_its_name(model: Path, tmp_path: Path, how: str) -> None:
    if how == "a byte":
        damage(model)
    elif how == "half of it":
        model.write_bytes(model.read_bytes()[: model.stat().st_size // 2])
    else:
        model.write_bytes(b"something else" if how == "no model" else b"")
    with pytest.raises(BrokenModel, match=r"wegwijzer-1\.tar\.gz is (damaged|empty)"):
        sound_model(model, tmp_path / "kept")


def test_the_copy_that_worked_takes_its_place_and_says_so(model: Path, tmp_path: Path) -> None:
    keep_model(model, tmp_path / "kept")
    damage(model)
    used, said = sound_model(model, tmp_path / "kept")
    assert used == tmp_path / "kept" / model.name
    assert "damaged" in said and str(model) in said
    check_model(used)


def test_a_copy_of_another_model_does_not(model: Path, tmp_path: Path) -> None:
    keep_model(model, tmp_path / "kept")
    other = model.rename(model.with_name("wegwijzer-2.tar.gz"))
    damage(other)
    with pytest.raises(BrokenModel):
        sound_model(other, tmp_path / "kept")


def test_a_copy_that_is_damaged_too_is_refused(model: Path, tmp_path: Path) -> None:
    keep_model(model, tmp_path / "kept")
    for path in (model, tmp_path / "kept" / model.name):
        damage(path)
    with pytest.raises(BrokenModel):
        sound_model(model, tmp_path / "kept")


def test_one_copy_is_kept_of_the_model_that_works_now(model: Path, tmp_path: Path) -> None:
    keep_model(model, tmp_path / "kept")
    newer = model.with_name("wegwijzer-2.tar.gz")
    newer.write_bytes(model.read_bytes())
    keep_model(newer, tmp_path / "kept")
    assert [path.name for path in (tmp_path / "kept").iterdir()] == [newer.name]
