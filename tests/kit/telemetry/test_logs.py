import json

import pytest

from kit.telemetry import configure_logs, logger, request_id


def test_a_log_line_is_json_with_the_request_and_without_people(capsys: pytest.CaptureFixture[str]) -> None:
    configure_logs("funds", "info")
    token = request_id.set("r-1")
    try:
        message = "Key (identity_number)=(014203000123) already exists"
        raise ValueError(message)
    except ValueError:
        logger().exception("refused", household="h-1", full_name="Lò Thị Đôi", identity_number="014203000123")
    finally:
        request_id.reset(token)
    text = capsys.readouterr().out
    line = json.loads(text)
    assert (line["event"], line["service"], line["request_id"], line["household"]) == ("refused", "funds", "r-1", "h-1")
    assert line["exception"][0]["exc_type"] == "ValueError"
    assert "Lò Thị" not in text
    assert "014203000123" not in text


def test_what_is_below_the_level_is_not_written(capsys: pytest.CaptureFixture[str]) -> None:
    configure_logs("funds", "warning")
    logger().info("too quiet")
    assert not capsys.readouterr().out
