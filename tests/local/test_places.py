from pathlib import Path

from local.places import forget_orphans


def test_data_goes_with_its_note_once_its_origin_is_gone(tmp_path: Path) -> None:
    for name, origin in (("forgetful-1", tmp_path / "gone"), ("forgetful-2", tmp_path), ("data-3", tmp_path / "gone")):
        (tmp_path / name).mkdir()
        (tmp_path / f"{name}.origin").write_text(str(origin))
    forget_orphans(tmp_path)
    assert {found.name for found in tmp_path.iterdir()} == {
        "forgetful-2",
        "forgetful-2.origin",
        "data-3",
        "data-3.origin",
    }


def test_a_note_that_another_start_takes_away_meanwhile_is_no_obstacle(tmp_path: Path) -> None:
    # A link to nothing is what a note is that was there a moment ago.
    (tmp_path / "forgetful-0.origin").symlink_to(tmp_path / "taken away")
    forget_orphans(tmp_path)
