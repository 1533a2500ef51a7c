from __future__ import annotations

import sys
from pathlib import Path

from custintel.doctor import checks


def test_an_old_python_fails_and_a_package_that_is_missing_or_old_is_named() -> None:
    assert checks.python((3, 10, 1)).state == "fail"
    assert checks.python((3, 14, 0)).state == "ok"
    assert checks.packages("custintel").state == "ok"
    assert checks._unmet("no-such-package>=1") == "no-such-package is missing"
    assert checks._unmet("click>=9999.1") != ""
    assert checks._unmet("click>=8.1; python_version > '3'") == ""


def test_what_other_systems_need_is_not_missed_here() -> None:
    assert checks._is_for_here("click>=8.1")
    assert not checks._is_for_here("tzdata>=2025.2 ; sys_platform == 'elsewhere'")
    assert checks._is_for_here(f'tzdata>=2025.2 ; sys_platform == "{sys.platform}"')
    assert not checks._is_for_here("pytest ; extra == 'dev'")


def test_another_program_called_ci_is_noticed(tmp_path: Path) -> None:
    assert checks.called("/usr/bin/ci", tmp_path).state == "warn"
    assert checks.called(str(tmp_path / "ci"), tmp_path).state == "ok"
    assert checks.called(None, tmp_path).state == "warn"


def test_a_folder_that_cannot_be_written_to_fails(tmp_path: Path) -> None:
    assert checks.writable(tmp_path).state == "ok"
    assert checks.writable(tmp_path / "missing").state == "fail"
