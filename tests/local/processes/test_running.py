import subprocess

from local.processes.running import created, end_leftover


def test_what_an_earlier_run_left_is_ended() -> None:
    with subprocess.Popen(["sleep", "600"], start_new_session=True) as left:
        began = created(left.pid)
        assert began is not None
        assert end_leftover(left.pid, began)
        assert created(left.pid) is None
        assert not end_leftover(left.pid, began)


def test_a_stranger_with_the_same_number_is_left_alone() -> None:
    with subprocess.Popen(["sleep", "600"], start_new_session=True) as stranger:
        began = created(stranger.pid)
        assert began is not None
        assert not end_leftover(stranger.pid, began - 100)
        assert stranger.poll() is None
        stranger.kill()
