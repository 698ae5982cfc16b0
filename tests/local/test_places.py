from pathlib import Path

import pytest

from local import places


@pytest.fixture(autouse=True)
def open_place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    place = tmp_path / "open"
    place.mkdir()
    monkeypatch.setattr(places, "open_place", lambda: place)
    return place


def test_what_tests_left_behind_goes_with_the_next_start(open_place: Path, tmp_path: Path) -> None:
    left = places.new_data_place(tmp_path / "gone", durable=False)
    left.mkdir()
    kept = places.new_data_place(tmp_path, durable=False)
    places.new_data_place(tmp_path, durable=True)
    assert not left.exists()
    assert {note.name for note in open_place.iterdir()} == {kept.with_suffix(".origin").name}


def test_a_note_that_another_start_takes_away_meanwhile_is_no_obstacle(open_place: Path, tmp_path: Path) -> None:
    # A link to nothing is what reading a note is that was there a moment ago.
    (open_place / "forgetful-0.origin").symlink_to(tmp_path / "taken away")
    assert places.new_data_place(tmp_path, durable=False).parent == open_place
