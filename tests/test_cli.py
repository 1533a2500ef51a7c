"""The real ``ci`` in a subprocess: exit codes, streams, errors, languages."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from custintel import cli
from custintel.errors import CheckFailedError, CustintelError
from custintel.project import settings


def ci(*arguments: str, cwd: Path, **environ: str) -> subprocess.CompletedProcess[str]:
    clean = {name: value for name, value in os.environ.items() if not name.startswith(("CI_", "LC_", "LANG"))}
    return subprocess.run(
        [sys.executable, "-m", "custintel", *arguments],
        cwd=cwd,
        env={**clean, "XDG_CONFIG_HOME": str(cwd / "nobody"), **environ},
        capture_output=True,
        encoding="utf-8",
        check=False,
        stdin=subprocess.DEVNULL,
    )


def test_ci_alone_opens_with_an_example_and_groups_commands_by_step(tmp_path: Path) -> None:
    done = ci(cwd=tmp_path)
    assert done.returncode == 0
    assert done.stdout.startswith("Examples:\n  ci demo\n")
    assert done.stdout.index("Gather:") < done.stdout.index("Project:")
    assert all(f"\n  {entry.name} " in done.stdout for entry in cli.TABLE)


def test_a_mistyped_command_names_the_near_one_and_exits_2(tmp_path: Path) -> None:
    done = ci("statsu", cwd=tmp_path)
    assert (done.returncode, done.stdout) == (2, "")
    assert "Did you mean 'status'?" in done.stderr


def test_a_mistyped_option_names_the_near_one_and_exits_2(tmp_path: Path) -> None:
    done = ci("status", "--setings", cwd=tmp_path)
    assert done.returncode == 2
    assert "--settings" in done.stderr
    assert "ci status --help" in done.stderr


def test_outside_of_a_project_the_error_says_what_where_and_what_to_do(tmp_path: Path) -> None:
    done = ci("status", cwd=tmp_path)
    assert done.returncode == 1
    assert "no custintel project" in done.stderr
    assert str(tmp_path.resolve()) in done.stderr.replace("\n         ", "")
    assert "ci init" in done.stderr
    assert "Traceback" not in done.stderr


def test_with_json_an_error_is_one_object_on_standard_output(tmp_path: Path) -> None:
    for arguments in (("status", "--json"), ("--json", "status")):
        done = ci(*arguments, cwd=tmp_path)
        told = json.loads(done.stdout)["error"]
        assert (done.returncode, told["code"], told["kind"]) == (1, 1, "failed")
        assert set(told) == {"code", "kind", "message", "where", "seen", "hint"}


def test_a_usage_error_is_json_too(tmp_path: Path) -> None:
    done = ci("--json", "nothing-like-it", cwd=tmp_path)
    assert (done.returncode, json.loads(done.stdout)["error"]["kind"]) == (2, "usage")


@pytest.mark.parametrize(
    "arguments", [("--lang", "es", "--help"), ("--help", "--lang=es"), ("help", "--help", "--lang", "es")]
)
def test_help_is_in_the_language_asked_for_wherever_it_is_asked(tmp_path: Path, arguments: tuple[str, ...]) -> None:
    done = ci(*arguments, cwd=tmp_path)
    assert "Opciones" in done.stdout
    assert "Options" not in done.stdout
    assert "Show this message and exit." not in done.stdout


def test_the_flag_beats_the_environment_which_beats_the_project_which_beats_the_user_which_beats_the_system(
    tmp_path: Path,
) -> None:
    inner = tmp_path / "shop" / "march"
    inner.mkdir(parents=True)

    def speaks(*arguments: str, **environ: str) -> str:
        return "es" if "Uso:" in ci(*arguments, "--help", cwd=inner, **environ).stdout else "en"

    assert speaks() == "en"
    assert speaks(LANG="es_CO.UTF-8") == "es"
    own = tmp_path / "own" / "custintel"
    own.mkdir(parents=True)
    (own / "config.toml").write_text('language = "es"\n')
    assert speaks(XDG_CONFIG_HOME=str(own.parent)) == "es"
    (tmp_path / "shop" / "custintel.toml").write_text('language = "en"\n')
    assert speaks(XDG_CONFIG_HOME=str(own.parent), LANG="es_CO.UTF-8") == "en"
    assert speaks(CI_LANG="es") == "es"
    assert speaks("--lang", "en", CI_LANG="es") == "en"


def test_the_place_of_the_own_configuration_is_the_one_the_settings_use() -> None:
    assert cli.user_settings() == str(settings.user_file())


def test_options_before_and_after_the_subcommand_mean_the_same(tmp_path: Path) -> None:
    project = tmp_path / "shop"
    ci("init", "--project", str(project), "--no-input", cwd=tmp_path)
    before = ci("--project", str(project), "--json", "status", cwd=tmp_path)
    after = ci("status", "--project", str(project), "--json", cwd=tmp_path)
    assert before.returncode == 0
    assert before.stdout == after.stdout


def test_no_color_prints_no_escapes_even_when_colour_is_forced(tmp_path: Path) -> None:
    assert "\x1b[" in ci("help", "start", cwd=tmp_path, FORCE_COLOR="1").stdout
    for arguments, environ in (((), {"NO_COLOR": "1"}), (("--no-color",), {})):
        done = ci("help", "start", *arguments, cwd=tmp_path, FORCE_COLOR="1", **environ)
        assert "\x1b[3" not in done.stdout


def test_version_is_printed_before_and_after_a_subcommand(tmp_path: Path) -> None:
    assert ci("--version", cwd=tmp_path).stdout.startswith("custintel ")
    assert ci("status", "--version", cwd=tmp_path).stdout.startswith("custintel ")


def test_a_reader_that_leaves_early_is_no_error_to_talk_about(tmp_path: Path) -> None:
    process = subprocess.Popen(
        [sys.executable, "-c", "from custintel.cli import main; main(['help', 'start'])"],
        cwd=tmp_path,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    assert process.stdout is not None
    assert process.stderr is not None
    process.stdout.close()
    assert process.stderr.read() == b""
    process.stderr.close()
    assert process.wait() in {0, 1}


def test_completion_offers_subcommands_with_their_line_of_the_table(tmp_path: Path) -> None:
    done = ci(cwd=tmp_path, _CI_COMPLETE="zsh_complete", COMP_WORDS="ci st", COMP_CWORD="1")
    assert done.stdout.split("\n")[:2] == ["plain", "status"]
    done = ci(cwd=tmp_path, _CI_COMPLETE="bash_complete", COMP_WORDS="ci help pri", COMP_CWORD="2")
    assert done.stdout == "plain,privacy\n"


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish", "powershell"])
def test_every_shell_gets_a_completion_script(tmp_path: Path, shell: str) -> None:
    done = ci(cwd=tmp_path, _CI_COMPLETE=f"{shell}_source")
    assert "_CI_COMPLETE" in done.stdout or "_ci_completion" in done.stdout


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (CustintelError("no"), 1),
        (CheckFailedError("no"), 3),
        (KeyboardInterrupt(), 130),
        (PermissionError(13, "denied", "x.xlsx"), 1),
        (OSError(28, "no space"), 1),
        (MemoryError(), 1),
        (ZeroDivisionError("a secret"), 70),
    ],
)
def test_every_error_ends_in_its_exit_code_without_a_traceback(
    error: BaseException, code: int, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    def fail(*_arguments: object, **_options: object) -> None:
        raise error

    monkeypatch.setattr(cli.Root, "main", fail)
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    assert cli.run([]) == code
    told = capsys.readouterr().err
    assert "Traceback" not in told
    kept = list(tmp_path.glob("custintel-*.log"))
    assert len(kept) == (code == 70)
    assert all("ZeroDivisionError: a secret" in path.read_text() for path in kept)


def test_debug_shows_the_traceback_and_keeps_no_file(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    def fail(*_arguments: object, **_options: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(cli.Root, "main", fail)
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    assert cli.run(["--debug"]) == 70
    assert "Traceback" in capsys.readouterr().err
    assert not list(tmp_path.iterdir())


def test_an_error_that_quotes_a_hostile_name_prints_no_escape(capsys: pytest.CaptureFixture[str]) -> None:
    from custintel.ui import failure

    failure.report(CustintelError("bad", where="a\x1b[31m\u202eb\r.xlsx"), as_json=False)
    assert "ab .xlsx" in capsys.readouterr().err
