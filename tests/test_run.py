import subprocess

from crpsinfo.run import kept_alive


def shell(command):
    done = subprocess.run(["sh", "-c", command], capture_output=True, text=True, check=False)
    return done.returncode, done.stdout


def test_a_process_that_is_killed_is_started_again(tmp_path):
    mark = tmp_path / "was-here"
    code, output = shell(kept_alive(f"sh -c 'test -e {mark} && echo done || {{ touch {mark}; kill -9 $$; }}'"))
    assert (code, output) == (0, "It ended. Starting it again.\ndone\n")


def test_a_process_that_ends_well_is_not_started_again():
    assert shell(kept_alive("echo once")) == (0, "once\n")


def test_a_process_that_fails_again_and_again_is_given_up(monkeypatch):
    monkeypatch.setattr("crpsinfo.run.TRIES", 2)
    code, output = shell(kept_alive("false"))
    assert (code, output.count("again")) == (1, 1)
