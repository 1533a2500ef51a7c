"""The words of the invented shop: what people are called, where they live, how the columns of each file are headed."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any, NamedTuple

WORDS = Path(__file__).parent / "words"
NAMES: dict[str, Any] = tomllib.loads((WORDS / "names.toml").read_text(encoding="utf-8"))
"""Lists of words by what they are, as ``words/names.toml`` has them."""
HEADERS: dict[str, list[str]] = tomllib.loads((WORDS / "headers.toml").read_text(encoding="utf-8"))


SMALL_TOWNS = ["Neiva", "Pasto", "Montería", "Valledupar", "Popayán", "Tunja"]


class City(NamedTuple):
    """A place of delivery. ``code`` is DIVIPOLA in Colombia and the first digits of the postal code elsewhere."""

    code: str
    name: str
    region: str
    country: str
    area: str
    """Area code of its landlines (Colombia, Mexico, United States); the first digit of a number in Spain."""
    weight: int

    @property
    def small(self) -> bool:
        """Off the main roads of Colombia: carriers charge more."""
        return self.name in SMALL_TOWNS


CITIES = [
    City("11001", "Bogotá", "Bogotá D.C.", "CO", "601", 300),
    City("05001", "Medellín", "Antioquia", "CO", "604", 160),
    City("76001", "Cali", "Valle del Cauca", "CO", "602", 90),
    City("08001", "Barranquilla", "Atlántico", "CO", "605", 55),
    City("13001", "Cartagena", "Bolívar", "CO", "605", 35),
    City("68001", "Bucaramanga", "Santander", "CO", "607", 38),
    City("66001", "Pereira", "Risaralda", "CO", "606", 28),
    City("17001", "Manizales", "Caldas", "CO", "606", 22),
    City("63001", "Armenia", "Quindío", "CO", "606", 15),
    City("05059", "Armenia", "Antioquia", "CO", "604", 2),
    City("54001", "Cúcuta", "Norte de Santander", "CO", "607", 20),
    City("73001", "Ibagué", "Tolima", "CO", "608", 20),
    City("41001", "Neiva", "Huila", "CO", "608", 14),
    City("50001", "Villavicencio", "Meta", "CO", "608", 18),
    City("52001", "Pasto", "Nariño", "CO", "602", 14),
    City("23001", "Montería", "Córdoba", "CO", "604", 13),
    City("47001", "Santa Marta", "Magdalena", "CO", "605", 16),
    City("20001", "Valledupar", "Cesar", "CO", "605", 12),
    City("19001", "Popayán", "Cauca", "CO", "602", 10),
    City("15001", "Tunja", "Boyacá", "CO", "608", 10),
    City("05266", "Envigado", "Antioquia", "CO", "604", 26),
    City("05088", "Bello", "Antioquia", "CO", "604", 20),
    City("05615", "Rionegro", "Antioquia", "CO", "604", 12),
    City("68615", "Rionegro", "Santander", "CO", "607", 2),
    City("25754", "Soacha", "Cundinamarca", "CO", "601", 20),
    City("25175", "Chía", "Cundinamarca", "CO", "601", 16),
    City("76520", "Palmira", "Valle del Cauca", "CO", "602", 12),
    City("066", "Ciudad de México", "Ciudad de México", "MX", "55", 22),
    City("441", "Guadalajara", "Jalisco", "MX", "33", 10),
    City("640", "Monterrey", "Nuevo León", "MX", "81", 10),
    City("280", "Madrid", "Madrid", "ES", "9", 16),
    City("080", "Barcelona", "Barcelona", "ES", "9", 9),
    City("331", "Miami", "Florida", "US", "786", 16),
    City("770", "Houston", "Texas", "US", "713", 7),
]
