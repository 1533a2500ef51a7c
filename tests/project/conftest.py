from __future__ import annotations

from pathlib import Path

import pytest

from custintel.project.folder import Project
from custintel.project.vocabulary import SETTINGS


@pytest.fixture(autouse=True)
def _nobody_elses_settings(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "own"))
    for setting in SETTINGS:
        monkeypatch.delenv(setting.variable, raising=False)


@pytest.fixture
def project(tmp_path: Path) -> Project:
    return Project.create(tmp_path / "shop")
