"""Receipts, notes and minutes: sheets in a hand."""

from fictitious.numbers import in_words, money, money_in_words
from fictitious.sheet import Block, Inventor, Sheet, Style, space

PURPOSES = [
    "serviços de pintura e pequenos reparos", "fornecimento de refeições",
    "honorários pela tradução de documentos", "mão de obra de jardinagem",
]  # fmt: skip
NEWS = [
    "Escrevo para avisar que recebi os papéis da escola e já deixei tudo na secretaria.",
    "A chuva de ontem alagou o porão outra vez; mas a certidão do avô está a salvo, na gaveta.",
    "Peço que confira as contas: acho que cobraram o café duas vezes e esqueceram o açúcar.",
    "Não se esqueça da reunião de terça-feira, às sete da noite, na sede da associação.",
    "A irmã da Inês chega no sábado; há muito que conversar sobre a divisão das terras.",
]


def hand(text: str) -> Block:
    """Set `text` in handwriting, wrapped."""
    return Block(Style.HAND, text)


def receipt(inventor: Inventor) -> Sheet:
    """Write a receipt for a payment."""
    random, number = inventor.random, inventor.random.randint(1, 9999)
    cents, payer = inventor.amount(), inventor.keep("nome", inventor.person())
    blocks = [
        space(0.5),
        hand(
            f"Recebi de {payer}, CPF {inventor.cpf()}, a importância de {money(cents)} "
            f"({money_in_words(cents)}), referente a {random.choice(PURPOSES)}."
        ),
        space(0.3),
        hand("Para maior clareza, firmo o presente recibo, dando plena e geral quitação."),
        space(0.7),
        hand(f"{inventor.city}, {inventor.date()}."),
        space(1.6),
        hand(inventor.person()),
        hand(f"CPF {inventor.cpf()}"),
    ]
    header = [f"RECIBO Nº {number:04d}", f"VALOR: {money(cents)}"]
    margin = [f"Recibo nº {number:04d}"]
    fields = inventor.fields
    return Sheet(
        "recibo", "handwritten", header, blocks, ["1ª via – pagador"], margin, fields, ruled=True
    )


def note(inventor: Inventor) -> Sheet:
    """Write a private note."""
    news = inventor.random.sample(NEWS, 4)
    blocks = [
        Block(Style.HAND_RIGHT, f"{inventor.city}, {inventor.date()}"),
        space(0.5),
        hand(f"Prezado(a) {inventor.keep('nome', inventor.person())},"),
        space(0.2),
        *(hand(text) for text in news),
        space(0.3),
        hand("Um abraço,"),
        hand(inventor.person()),
    ]
    return Sheet("bilhete", "handwritten", [], blocks, [], ["urgente!"], inventor.fields)


def minutes(inventor: Inventor) -> Sheet:
    """Write the minutes of a meeting, in one long paragraph as the books have it."""
    random, cents = inventor.random, inventor.amount(20_000, 400_000)
    chair, clerk = inventor.keep("nome", inventor.person()), inventor.person()
    text = (
        f"Ata nº {random.randint(2, 60)}. Aos {inventor.date()}, às dezenove horas e trinta "
        f"minutos, na sede da Associação de Moradores de {inventor.city}, reuniram-se "
        f"{in_words(random.randint(9, 48))} associados, sob a presidência de {chair}, que "
        f"convidou a mim, {clerk}, para secretariar os trabalhos. Aberta a sessão, foi lida e "
        "aprovada a ata anterior. Em seguida, passou-se à ordem do dia: prestação de contas e "
        f"reforma do telhado. Posta em votação, a despesa de {money(cents)} "
        f"({money_in_words(cents)}) foi aprovada por unanimidade. Nada mais havendo a tratar, o "
        "presidente declarou encerrada a reunião, da qual lavrei a presente ata, que, lida e "
        "achada conforme, vai por todos assinada."
    )
    header = [f"LIVRO DE ATAS – FOLHA {random.randint(1, 99):02d}"]
    blocks = [hand(text), space(1), hand(chair), hand(clerk)]
    fields = inventor.fields
    return Sheet("ata", "handwritten", header, blocks, [], ["Visto"], fields, ruled=True)
