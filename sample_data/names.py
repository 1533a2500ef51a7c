"""What the people of the invented shop are called and where they live: words only, most frequent first."""

from __future__ import annotations

from typing import NamedTuple

WOMEN = """
María Ana Luz Laura Paula Diana Sandra Claudia Andrea Camila Valentina Daniela Natalia Carolina Catalina Martha Gloria Adriana Mónica
Patricia Paola Alejandra Juliana Sofía Isabella Mariana Sara Gabriela Lina Marcela Ángela Yolanda Blanca Rosa Olga Beatriz Lucía Verónica
Viviana Liliana Teresa Carmen Esperanza Leidy Yuliana Jessica Tatiana Manuela Salomé Antonia Elena Constanza Margarita Pilar Nancy Stella
Dolores Francisca Guadalupe Concepción Rosario Ximena
""".split()
MEN = """
Juan Carlos Luis José Andrés Jorge Diego Camilo Santiago Sebastián Felipe David Daniel Alejandro Miguel Óscar Fernando Ricardo Mauricio
Julián Jaime Hernán Álvaro Gustavo Javier Iván Fabián Nicolás Samuel Mateo Tomás Martín Emiliano Rafael Guillermo Edwin Jhon Wilson
Germán Rodrigo Héctor Hugo Alberto Eduardo Francisco Manuel Ignacio Antonio Jesús Enrique Roberto Pedro Ernesto Alfonso Gabriel Cristian
Brayan Stiven Jeison
""".split()
SECOND_WOMEN = "Fernanda Camila Isabel Paola Andrea Milena Marcela Patricia Lucía Elena Victoria Marina Cristina Alejandra Teresa".split()
SECOND_MEN = "Carlos David Felipe Andrés Alberto Fernando Eduardo Camilo Esteban Manuel Antonio Pablo José Enrique Alejandro Darío".split()
AFTER_MARIA = ["José", "Fernanda", "Camila", "Isabel", "Paula", "Alejandra", "del Pilar", "del Carmen", "Cristina"]
SURNAMES = """
Rodríguez Gómez González Martínez García López Hernández Sánchez Ramírez Pérez Díaz Muñoz Rojas Moreno Jiménez Vargas Torres Gutiérrez
Álvarez Castro Ruiz Suárez Ortiz Romero Herrera Valencia Quintero Restrepo Londoño Cardona Giraldo Zapata Mejía Arango Vélez Ospina
Cárdenas Castaño Salazar Parra Rincón Medina Guerrero Cortés Contreras Peña Niño Ibáñez Núñez Ordóñez Zúñiga Quiñones Velásquez Vásquez
Bermúdez Pineda Duarte Acosta Molina Delgado Rivera Marín Franco Aguilar Correa Mendoza Montoya Escobar Bedoya Arias Hoyos Osorio
Betancur Cano Tobón Uribe Echeverri Ríos Nieto Patiño Sierra Camacho Páez Mora Rueda Galvis Prada Angulo Mosquera Palacios Caicedo
Barrios Polo Charris Pacheco Navarro Vergara Ariza Benítez Buelvas Solano Toro Forero Prieto Cifuentes Murillo Sepúlveda
""".split()
PARTICLE_SURNAMES = ["de la Hoz", "de la Cruz", "del Río", "de León", "San Martín", "Ponce de León"]
AMERICAN_WOMEN = "Mary Jennifer Linda Susan Karen Emily Ashley Elizabeth Katherine Margaret".split()
AMERICAN_MEN = "James Robert Michael William David Thomas Daniel Steven Christopher Andrew".split()
AMERICAN_SURNAMES = "Smith Johnson Williams Brown Miller Davis Wilson Anderson Taylor Moore Harris Clark Lewis Walker".split()

NICKNAMES = {
    "José": ["Pepe", "Chepe"],
    "Francisco": ["Pacho", "Paco"],
    "Ignacio": ["Nacho"],
    "Luis": ["Lucho"],
    "Enrique": ["Quique"],
    "Alberto": ["Beto"],
    "Roberto": ["Beto"],
    "Antonio": ["Toño"],
    "Jesús": ["Chucho"],
    "Guillermo": ["Memo"],
    "Eduardo": ["Lalo"],
    "Fernando": ["Nando"],
    "Rafael": ["Rafa"],
    "Santiago": ["Santi"],
    "Gabriel": ["Gabo"],
    "Felipe": ["Pipe"],
    "Sebastián": ["Sebas"],
    "Nicolás": ["Nico"],
    "Alejandro": ["Alejo"],
    "Gustavo": ["Tavo"],
    "Mauricio": ["Mauro"],
    "María": ["Mari"],
    "Teresa": ["Tere"],
    "Dolores": ["Lola"],
    "Concepción": ["Concha"],
    "Guadalupe": ["Lupe"],
    "Rosario": ["Charo"],
    "Isabella": ["Isa"],
    "Paola": ["Pao"],
    "Catalina": ["Cata"],
    "Carolina": ["Caro"],
    "Claudia": ["Clau"],
    "Valentina": ["Vale"],
    "Natalia": ["Naty"],
    "Patricia": ["Paty"],
    "Adriana": ["Adri"],
    "Beatriz": ["Bea"],
    "Verónica": ["Vero"],
    "William": ["Bill"],
    "Robert": ["Bob"],
    "Elizabeth": ["Liz"],
    "Margaret": ["Maggie"],
}
MAIL_HOSTS = {"gmail.com": 55, "hotmail.com": 22, "outlook.com": 9, "yahoo.com": 6, "icloud.com": 4, "yahoo.es": 3, "une.net.co": 1}
MAIL_TYPOS = {"gmail.com": ["gmial.com", "gmail.con", "gmai.com"], "hotmail.com": ["hotmial.com", "hotmail.co", "hotmil.com"]}
FIRMS = """
Ferretería|Papelería|Restaurante|Cafetería|Hotel|Clínica Dental|Colegio|Inmobiliaria|Constructora|Distribuidora|Panadería|Óptica|Gimnasio|Spa
""".strip().split("|")
FIRM_NAMES = "El Roble|La Ceiba|Los Almendros|Monteverde|La Colina|San Rafael|Altamira|El Portal|Villa Luz|La Estación|Tres Esquinas".split("|")
FIRM_FORMS = ["S.A.S.", "SAS", "Ltda.", "S.A."]
BLOCKS = ["Apto", "Apto", "Apto", "Casa", "Int", "Torre 2 Apto", "Of"]
STREETS = {
    "MX": ["Av. Insurgentes Sur", "Calle Reforma", "Calle Hidalgo", "Av. Juárez", "Calle Morelos", "Av. Universidad"],
    "ES": ["Calle Mayor", "Calle del Pez", "Avenida de la Constitución", "Calle Real", "Paseo del Prado", "Calle Nueva"],
    "US": ["Oak St", "Maple Ave", "NW 7th St", "Park Blvd", "Sunset Dr", "Main St"],
}


class City(NamedTuple):
    """A place of delivery. ``code`` is DIVIPOLA in Colombia and the first digits of the postal code elsewhere."""

    code: str
    name: str
    region: str
    country: str
    area: str
    """Area code of its landlines (Colombia, Mexico, United States); the first digit of a number in Spain."""
    weight: int


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
