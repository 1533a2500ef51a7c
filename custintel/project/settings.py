"""Settings, where each value comes from, and what a person answered once about a file.

A flag beats the environment (``CI_COUNTRY``), which beats the project's ``custintel.toml``, which beats the person's
own configuration file, which beats the default.
"""

from __future__ import annotations

import os
import re
import sys
import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Literal

from custintel.errors import CustintelError
from custintel.i18n import N_, _
from custintel.project import disk
from custintel.project.vocabulary import SETTINGS, Value, declared, parsed

FILE = "custintel.toml"
"""The file that makes a folder a project."""

Origin = Literal["flag", "environment", "project", "user", "default"]
ORIGINS: Mapping[Origin, str] = {
    "flag": N_("typed on the command line"),
    "environment": N_("environment variable"),
    "project": N_("custintel.toml of the project"),
    "user": N_("your own configuration"),
    "default": N_("default"),
}
"""Where a value can come from, strongest first, with the words for it."""


_SOURCES = "sources"


def user_file(environ: Mapping[str, str] = os.environ, platform: str = sys.platform) -> Path:
    """Where the person's own configuration is, by the custom of their system."""
    if platform == "win32":
        base = Path(environ.get("APPDATA") or Path.home() / "AppData" / "Roaming")
    elif platform == "darwin":
        base = Path.home() / "Library" / "Application Support"
    else:
        base = Path(environ.get("XDG_CONFIG_HOME") or Path.home() / ".config")
    return base / "custintel" / "config.toml"


class Settings:
    """The settings that hold in one place, and the answers remembered there. Use :meth:`load`."""

    def __init__(
        self, path: Path | None, layers: Mapping[Origin, Mapping[str, Value]], sources: Mapping[str, Any]
    ) -> None:
        self._path = path
        self._layers = {origin: dict(layers.get(origin, {})) for origin in ORIGINS}
        self._sources = dict(sources)

    @classmethod
    def load(
        cls,
        root: Path | None,
        *,
        flags: Mapping[str, object] | None = None,
        environ: Mapping[str, str] = os.environ,
        user: Path | None = None,
    ) -> Settings:
        """The settings for the project in ``root``, or outside of any project when ``None``.

        Args:
            root: the project folder.
            flags: values typed on the command line by key; ``None`` values were not typed.
            environ: the environment.
            user: the person's own configuration file, by default where their system has it.

        Raises:
            CustintelError: a file cannot be read, or a key or value in any place is wrong.
        """
        project, own = root / FILE if root else None, user or user_file(environ)
        stored = _stored(project) if project else {}
        sources = stored.pop(_SOURCES, {})
        if not isinstance(sources, dict) or not all(isinstance(answers, dict) for answers in sources.values()):
            raise CustintelError(_("The remembered answers are damaged."), where=str(project), seen=_SOURCES)
        layers: dict[Origin, Mapping[str, Value]] = {
            "flag": {key: parsed(declared(key), value) for key, value in (flags or {}).items() if value is not None},
            "environment": _from_environment(environ),
            "project": _from_file(project, stored) if project else {},
            "user": _from_file(own, _stored(own)),
        }
        return cls(project, layers, sources)

    @staticmethod
    def check(text: str, where: Path) -> None:
        """Raise :class:`CustintelError` when ``text`` could not be the ``custintel.toml`` at ``where``."""
        stored = _toml(text, where)
        stored.pop(_SOURCES, None)
        _from_file(where, stored, text)

    def get(self, key: str) -> Value:
        """The value that holds; raises :class:`CustintelError` for a key that does not exist."""
        return self._found(key)[1]

    def origin(self, key: str) -> Origin:
        """Where the value that holds comes from."""
        return self._found(key)[0]

    def keys(self) -> list[str]:
        """Every setting, those for single fields only where somebody set them."""
        set_somewhere = {key for layer in self._layers.values() for key in layer}
        plain = [setting.key for setting in SETTINGS if not setting.key.endswith("*")]
        return plain + sorted(set_somewhere - set(plain))

    def shaping(self) -> dict[str, Value]:
        """The settings that somebody set and that decide how tables come out, by key."""
        return {
            key: self.get(key) for key in self.keys() if declared(key).shapes_tables and self.origin(key) != "default"
        }

    def set(self, key: str, value: object) -> None:
        """Write ``value`` into the project's ``custintel.toml``, comments kept; ``None`` removes it.

        Raises:
            CustintelError: the key or value is wrong, there is no project, or the file cannot be written.
        """
        kept = None if value is None else parsed(declared(key), value)
        declared(key)
        self._edit({tuple(key.split(".")): list(kept) if isinstance(kept, tuple) else kept})
        if kept is None:
            self._layers["project"].pop(key, None)
        else:
            self._layers["project"][key] = kept

    def remembered(self, source: str) -> dict[str, Any]:
        """What was answered about the file ``source``: ``map`` (header to field), ``date_order``, ``decimal``..."""
        answers = self._sources.get(source, {})
        return {name: dict(answer) if isinstance(answer, dict) else answer for name, answer in answers.items()}

    @property
    def sources(self) -> tuple[str, ...]:
        """The files about which something was answered."""
        return tuple(self._sources)

    def remember(self, source: str, answers: Mapping[str, Any]) -> None:
        """Add ``answers`` about the file ``source`` to ``custintel.toml``; an answer of ``None`` is forgotten.

        Args:
            source: the file's label.
            answers: texts, numbers, booleans, lists of them; a mapping such as ``map`` adds to the remembered one.
        """
        known = dict(_leaves(self.remembered(source)))
        new = {path: answer for path, answer in _leaves(answers) if known.get(path) != answer}
        if new:
            self._edit({(_SOURCES, source, *path): answer for path, answer in new.items()})
        if self._path is not None:
            self._sources = _stored(self._path).get(_SOURCES, {})

    def _found(self, key: str) -> tuple[Origin, Value]:
        setting = declared(key)
        for origin in ORIGINS:
            if key in self._layers[origin]:
                return origin, self._layers[origin][key]
        return "default", setting.default

    def _edit(self, edits: Mapping[tuple[str, ...], object]) -> None:
        """Set the values at these paths of the project's file, remove those that are ``None``, keep all else."""
        if self._path is None:
            raise CustintelError(_("There is no project here to remember this in."), hint=_("Make one with ci init."))
        import tomlkit
        from tomlkit.items import InlineTable

        document = tomlkit.parse(_text(self._path))
        for path, value in edits.items():
            table: Any = document
            for part in path[:-1]:
                if not isinstance(table.get(part), dict):
                    inline = isinstance(table, InlineTable)
                    table[part] = tomlkit.inline_table() if inline else tomlkit.table(is_super_table=part == _SOURCES)
                table = table[part]
            if value is None:
                table.pop(path[-1], None)
            else:
                table[path[-1]] = value
        with disk.explained(self._path):
            disk.replace_file(self._path.resolve(), tomlkit.dumps(document).encode())


def _leaves(answers: Mapping[str, Any]) -> Iterator[tuple[tuple[str, ...], Any]]:
    for name, answer in answers.items():
        if isinstance(answer, Mapping):
            yield from (((name, part), value) for part, value in answer.items())
        else:
            yield (name,), answer


def _text(path: Path) -> str:
    try:
        return path.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise CustintelError(
            _("The settings file is not written in UTF-8."),
            where=str(path),
            hint=_("Save it again with the encoding UTF-8."),
        ) from error
    except FileNotFoundError:
        return ""
    except OSError as error:
        raise CustintelError(
            _("The settings file cannot be read."), where=str(path), seen=error.strerror or str(error)
        ) from error


def _stored(path: Path) -> dict[str, Any]:
    return _toml(_text(path), path)


def _toml(text: str, path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(text)
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        line = re.search(r"at line (\d+)", str(error))
        number = int(line[1]) if line else 0
        lines = text.splitlines()
        raise CustintelError(
            _("The settings file has a mistake."),
            where=_at_line(path, number),
            seen=lines[number - 1].strip()[:200] if 0 < number <= len(lines) else str(error),
            hint=_('A setting looks like this: country = "CO"'),
        ) from error


def _from_file(path: Path, stored: Mapping[str, Any], text: str | None = None) -> dict[str, Value]:
    values = {}
    for key, value in _dotted(stored):
        try:
            values[key] = parsed(declared(key), value)
        except CustintelError as error:
            lines = (_text(path) if text is None else text).splitlines()
            named = re.compile(r"[\s\"']*([\w-]+\.)*" + re.escape(key.rpartition(".")[2]) + r"[\"']?\s*=")
            number = next((n for n, line in enumerate(lines, 1) if named.match(line)), 0)
            raise CustintelError(error.message, where=_at_line(path, number), hint=error.hint) from error
    return values


def _from_environment(environ: Mapping[str, str]) -> dict[str, Value]:
    values = {}
    for setting in SETTINGS:
        prefix = setting.variable.removesuffix("*")
        wild = prefix != setting.variable
        for name in sorted(environ):
            if not environ[name].strip() or not (name.startswith(prefix) if wild else name == prefix):
                continue
            key = setting.key.removesuffix("*") + name.removeprefix(prefix).lower() if wild else setting.key
            try:
                values[key] = parsed(declared(key), environ[name])
            except CustintelError as error:
                raise CustintelError(error.message, where=name, hint=error.hint) from error
    return values


def _dotted(stored: Mapping[str, Any], prefix: str = "") -> Iterator[tuple[str, Any]]:
    for name, value in stored.items():
        if isinstance(value, dict):
            yield from _dotted(value, f"{prefix}{name}.")
        else:
            yield prefix + name, value


def _at_line(path: Path, number: int) -> str:
    return _("{file}, line {line}").format(file=path, line=number) if number else str(path)
