"""What one page says, before anyone knows what it looks like."""

from dataclasses import dataclass, field
from enum import StrEnum
from random import Random

from fictitious import numbers

MONTHS = [
    "janeiro", "fevereiro", "março", "abril", "maio", "junho", "julho", "agosto", "setembro",
    "outubro", "novembro", "dezembro",
]  # fmt: skip
FIRST_NAMES = [
    "Adalgisa", "Benício", "Conceição", "Dárcio", "Eulália", "Fabrício", "Glória", "Heráclito",
    "Inês", "Joaquim", "Luíza", "Márcio", "Noêmia", "Otávio", "Piedade", "Quitéria", "Rogério",
    "Sebastião", "Thaís", "Ulisses", "Verônica", "Zulmira",
]  # fmt: skip
MIDDLE_NAMES = [
    "Araújo", "Brandão", "Assunção", "Falcão", "Guimarães", "Magalhães", "Negrão", "Paixão",
    "Romão", "Simões", "Viçosa",
]  # fmt: skip
LAST_NAMES = [
    "Exemplar", "da Amostra", "do Ensaio", "Fictício", "de Modelo", "dos Testes", "Imaginário",
    "da Hipótese", "Suposto", "do Esboço", "Rascunho", "da Simulação",
]  # fmt: skip
CITIES = ["Santa Aurora do Exemplo", "São Rascunho da Serra", "Vila Fictícia", "Nova Hipótese"]
STREETS = ["Rua das Amostras", "Avenida do Ensaio", "Praça da Hipótese", "Alameda da Ficção"]
OFFICES = [
    "Secretaria Municipal de Administração", "Secretaria Municipal de Educação",
    "Procuradoria-Geral do Município", "Departamento de Água e Esgoto",
]  # fmt: skip
FIRMS = [
    "Papelaria Exemplar Ltda.", "Construções Hipotéticas S.A.", "Padaria Pão de Ensaio ME",
    "Gráfica Três Irmãos Fictícios Ltda.",
]  # fmt: skip


class Style(StrEnum):
    """How a block of the body is set."""

    PARAGRAPH = "paragraph"
    LINE = "line"
    CENTRE = "centre"
    TITLE = "title"
    RIGHT = "right"
    SPACE = "space"
    ROW = "row"
    HAND = "hand"
    HAND_RIGHT = "hand-right"


@dataclass(frozen=True)
class Block:
    """One paragraph, line, table row (`cells`) or gap (`lines` of white space)."""

    style: Style
    text: str = ""
    lines: float = 0.0
    cells: tuple[str, ...] = ()


def space(lines: float) -> Block:
    """Leave `lines` lines of the body empty."""
    return Block(Style.SPACE, lines=lines)


@dataclass(frozen=True)
class Sheet:
    """The words of one page by zone, its fields, and what it needs of the typesetter."""

    kind: str
    category: str
    header: list[str]
    blocks: list[Block]
    footer: list[str]
    margin: list[str]
    fields: dict[str, list[str]]
    columns: int = 1
    stamped: bool = False
    ruled: bool = False


@dataclass
class Inventor:
    """Invents people, numbers and dates from a seeded source, and keeps what became a field."""

    random: Random
    fields: dict[str, list[str]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.year = self.random.randint(1998, 2025)
        self.city = self.random.choice(CITIES)

    def keep(self, name: str, value: str) -> str:
        """Record `value` under the field `name` and return it."""
        self.fields.setdefault(name, []).append(value)
        return value

    def person(self) -> str:
        """Invent a full name that is nobody's."""
        pick = self.random.choice
        return f"{pick(FIRST_NAMES)} {pick(MIDDLE_NAMES)} {pick(LAST_NAMES)}"

    def street(self) -> str:
        """Invent an address line."""
        return f"{self.random.choice(STREETS)}, nº {self.random.randint(1, 2500)}"

    def cpf(self) -> str:
        """Invent a CPF and keep it as a field."""
        return self.keep("cpf", numbers.cpf(self.random))

    def cnpj(self) -> str:
        """Invent a CNPJ and keep it as a field."""
        return self.keep("cnpj", numbers.cnpj(self.random))

    def case_number(self) -> str:
        """Invent a court case number and keep it as a field."""
        return self.keep("processo", numbers.cnj(self.random, self.year))

    def date(self) -> str:
        """Invent a date in words and keep it as a field."""
        day, month = self.random.randint(1, 28), self.random.choice(MONTHS)
        return self.keep("data", f"{'1º' if day == 1 else day} de {month} de {self.year}")

    def short_date(self) -> str:
        """Invent a date `dd/mm/yyyy` and keep it as a field."""
        day, month = self.random.randint(1, 28), self.random.randint(1, 12)
        return self.keep("data", f"{day:02d}/{month:02d}/{self.year}")

    def amount(self, low: int = 1500, high: int = 900_000) -> int:
        """Invent an amount in cents and keep it, as printed, as a field."""
        cents = self.random.randint(low, high)
        self.keep("valor", numbers.money(cents))
        return cents
