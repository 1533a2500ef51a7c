"""What the invented shop sells and on which terms: prices in Colombian pesos, VAT included."""

from __future__ import annotations

import datetime as dt
from typing import NamedTuple

VAT = 0.19
FREE_SHIPPING_FROM = 180_000
SHIPPING_CHARGED = 12_900
PESOS_PER_DOLLAR = 4_000
MARKETPLACE_PERCENT, MARKETPLACE_FREIGHT = 16, 8_900
FREIGHT, FREIGHT_PER_KG, FREIGHT_SMALL_TOWN = 9_800, 1_400, 4_000
REFUSAL_FREIGHT, RETURN_FREIGHT = 11_000, 11_500
"""What carriers charge for a parcel, for each kilogram, for a town off the main roads, and for one that comes back."""


class Product(NamedTuple):
    """One article: price with VAT and cost without it in pesos, weight in kilograms."""

    sku: str
    name: str
    category: str
    price: int
    cost: int
    kg: float


CATEGORIES = ["Velas y aromas", "Plantas y materas", "Cocina", "Cama y baño", "Café y té", "Mascotas"]
PRODUCTS = [
    Product(sku, name, CATEGORIES[at], price, cost, kg)
    for sku, name, at, price, cost, kg in [
        ("VEL-001", "Vela de soya lavanda 200 g", 0, 42_900, 14_200, 0.4),
        ("VEL-002", "Vela de soya café 200 g", 0, 42_900, 14_500, 0.4),
        ("VEL-010", "Difusor de varitas limoncillo", 0, 58_900, 19_800, 0.5),
        ("VEL-011", "Repuesto difusor 250 ml", 0, 34_900, 10_900, 0.4),
        ("VEL-020", "Caja de 3 velas pequeñas", 0, 69_900, 25_400, 0.7),
        ("PLA-001", "Matera de barro n.º 18", 1, 36_900, 13_100, 1.8),
        ("PLA-002", "Matera colgante macramé", 1, 54_900, 21_300, 0.9),
        ("PLA-010", "Kit huerta en casa", 1, 89_900, 37_500, 2.2),
        ("PLA-011", "Sustrato abonado 5 kg", 1, 24_900, 10_200, 5.0),
        ("PLA-020", "Regadera metálica 1,5 L", 1, 64_900, 27_900, 0.8),
        ("COC-001", "Tabla de picar en teca", 2, 79_900, 33_600, 1.1),
        ("COC-002", "Juego de cuchillos x 3", 2, 119_900, 52_400, 0.9),
        ("COC-010", "Olla de barro La Chamba 2 L", 2, 98_900, 44_800, 2.6),
        ("COC-011", "Individuales en fique x 4", 2, 56_900, 20_700, 0.5),
        ("COC-020", "Frasco hermético 1 L x 2", 2, 48_900, 19_900, 1.3),
        ("CAM-001", "Juego de sábanas doble", 3, 169_900, 78_300, 1.9),
        ("CAM-002", "Cobija tejida 1,5 × 2 m", 3, 149_900, 66_200, 1.7),
        ("CAM-010", "Toalla de algodón grande", 3, 62_900, 26_100, 0.7),
        ("CAM-011", "Almohada viscoelástica", 3, 94_900, 41_700, 1.2),
        ("CAF-001", "Café de origen Huila 500 g", 4, 46_900, 22_300, 0.5),
        ("CAF-002", "Café de origen Nariño 500 g", 4, 48_900, 23_400, 0.5),
        ("CAF-010", "Prensa francesa 600 ml", 4, 84_900, 36_200, 0.8),
        ("CAF-011", "Té de frutos rojos 100 g", 4, 32_900, 12_600, 0.2),
        ("CAF-020", "Suscripción café mensual 1 kg", 4, 82_900, 42_100, 1.0),
        ("MAS-001", "Cama para perro mediana", 5, 129_900, 58_700, 2.4),
        ("MAS-002", "Comedero elevado doble", 5, 92_900, 40_300, 1.6),
        ("MAS-010", "Juguete de fique para gato", 5, 22_900, 7_400, 0.1),
        ("MAS-011", "Arnés acolchado talla M", 5, 68_900, 27_800, 0.3),
    ]
]
BY_CATEGORY = [[p for p in PRODUCTS if p.category == category] for category in CATEGORIES]


class Campaign(NamedTuple):
    """One marketing action. ``weekly`` is what it costs a week in pesos when it is paid media, 0 otherwise."""

    id: str
    name: str
    medium: str
    channel: str
    source: str
    begins: dt.date
    ends: dt.date
    weekly: int
    planned: int
    cities: str = ""
    coupon: str = ""
    phone: str = ""
    url: str = ""
    holdout: float = 0.0


START, END = dt.date(2025, 5, 1), dt.date(2026, 10, 31)
META, GOOGLE = "Meta", "Google Ads"
CAMPAIGNS = [
    Campaign("A01", "PROSP_Velas_Intereses", "online", META, "facebook", START, END, 250_000, 19_500_000),
    Campaign(
        "A02", "PROSP_Hogar_Similares", "online", META, "instagram", dt.date(2025, 9, 1), END, 220_000, 13_400_000
    ),
    Campaign("A03", "RMKT_Carritos", "online", META, "facebook", START, END, 75_000, 5_900_000),
    Campaign("A04", "COD_Cocina_Contraentrega", "online", META, "facebook", START, END, 300_000, 23_400_000),
    Campaign("A05", "Marca - Búsqueda", "online", GOOGLE, "google", START, END, 50_000, 3_900_000),
    Campaign("A06", "Genérica - Materas y plantas", "online", GOOGLE, "google", START, END, 150_000, 11_700_000),
    Campaign("A07", "Total Hogar - Compras", "online", GOOGLE, "google", dt.date(2025, 10, 1), END, 140_000, 7_900_000),
    Campaign("A08", "Boletín quincenal", "online", "Email", "boletin", START, END, 0, 3_600_000, holdout=0.1),
    Campaign(
        "A09",
        "Volante barrio Laureles",
        "offline",
        "Volante",
        "volante",
        dt.date(2025, 11, 3),
        dt.date(2025, 12, 20),
        0,
        2_400_000,
        "Medellín",
        "VECINO15",
        "",
        "https://lumbre.example/v",
    ),
    Campaign(
        "A10",
        "Feria del Hogar Bogotá",
        "offline",
        "Evento",
        "feria",
        dt.date(2025, 9, 11),
        dt.date(2025, 9, 28),
        0,
        9_800_000,
        "Bogotá",
        "FERIA20",
        "+576014829173",
        "https://lumbre.example/f",
    ),
    Campaign(
        "A11",
        "Cuña radial Cali",
        "offline",
        "Radio",
        "radio",
        dt.date(2026, 4, 20),
        dt.date(2026, 5, 31),
        0,
        5_200_000,
        "Cali|Palmira",
        "RADIO10",
        "+576023847190",
        "",
    ),
    Campaign(
        "A12",
        "Reactivación clientes dormidos",
        "online",
        "WhatsApp",
        "whatsapp",
        dt.date(2026, 8, 10),
        dt.date(2026, 9, 10),
        0,
        1_100_000,
        "",
        "VUELVE15",
        "",
        "",
        0.1,
    ),
]
BY_ID = {campaign.id: campaign for campaign in CAMPAIGNS}
COUPONS = {"BIENVENIDA10": 10, "VECINO15": 15, "FERIA20": 20, "RADIO10": 10, "VUELVE15": 15}
"""Percentage taken off the goods by each code."""
