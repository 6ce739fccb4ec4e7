"""Office letters, certificates, invoices, judgments and a gazette: printed sheets."""

from fictitious.numbers import in_words, money, money_in_words
from fictitious.sheet import FIRMS, OFFICES, Block, Inventor, Sheet, Style, space

GOODS = [
    ("Resma de papel A4 75 g/m²", 2890), ("Caneta esferográfica azul, cx. c/ 50", 4590),
    ("Cadeira giratória s/ braço", 38900), ("Toner preto compatível", 17950),
    ("Café torrado e moído 500 g", 1890), ("Água sanitária 5 L", 1275),
    ("Lâmpada LED 9 W", 1199), ("Açúcar cristal 5 kg", 2349), ("Pão francês (kg)", 1790),
]  # fmt: skip


def paragraph(text: str) -> Block:
    """Set `text` as an indented paragraph."""
    return Block(Style.PARAGRAPH, text)


def line(text: str) -> Block:
    """Set `text` as a line without indent."""
    return Block(Style.LINE, text)


def signature(name: str, office: str) -> list[Block]:
    """Leave room for a signature above a centred name and office."""
    return [space(2.2), Block(Style.CENTRE, name), Block(Style.CENTRE, office)]


def office_letter(inventor: Inventor) -> Sheet:
    """Write a letter that asks for money to be set aside."""
    random, cents = inventor.random, inventor.amount()
    to, number = inventor.keep("nome", inventor.person()), random.randint(1, 999)
    blocks = [
        Block(Style.RIGHT, f"{inventor.city} (ZZ), {inventor.date()}."),
        space(1),
        line(f"Ofício nº {number:03d}/{inventor.year}/GAB"),
        space(0.6),
        line("A Sua Senhoria o(a) Senhor(a)"),
        line(to),
        line("Diretor(a) de Compras e Licitações"),
        line(f"{inventor.street()} – Centro"),
        space(0.8),
        line(f"Assunto: Solicitação de empenho – Processo nº {inventor.case_number()}."),
        space(0.8),
        line("Senhor(a) Diretor(a),"),
        space(0.4),
        paragraph(
            "1. Cumprimentando-o(a) cordialmente, solicito a Vossa Senhoria as providências "
            f"necessárias à emissão de nota de empenho no valor de {money(cents)} "
            f"({money_in_words(cents)}), destinada à aquisição de material de consumo."
        ),
        paragraph(
            "2. Informo que a despesa correrá à conta da dotação orçamentária própria, conforme "
            f"manifestação da área técnica juntada à fl. {random.randint(2, 80)} dos autos."
        ),
        paragraph(
            "3. Por oportuno, esclareço que a não aquisição dos itens até o fim do exercício "
            "comprometerá a continuidade das ações de atenção à população."
        ),
        space(0.4),
        line("Atenciosamente,"),
        *signature(inventor.person(), "Secretário(a) Municipal"),
    ]
    header = ["ESTADO DE ZZ", f"MUNICÍPIO DE {inventor.city.upper()}", random.choice(OFFICES)]
    footer = [f"{inventor.street()} – {inventor.city}/ZZ – CEP 99999-{random.randint(0, 999):03d}"]
    margin = [f"Fls. {random.randint(2, 300)}", "Rubrica: ______"]
    return Sheet("oficio", "legal", header, blocks, footer, margin, inventor.fields, stamped=True)


def birth_certificate(inventor: Inventor) -> Sheet:
    """Write a certificate from a civil registry."""
    random, name = inventor.random, inventor.keep("nome", inventor.person())
    book, folio, entry = random.randint(1, 99), random.randint(1, 300), random.randint(1, 19999)
    blocks = [
        Block(Style.TITLE, "CERTIDÃO DE NASCIMENTO"),
        space(0.5),
        line(f"NOME: {name}"),
        line(f"CPF: {inventor.cpf()}"),
        space(0.6),
        paragraph(
            f"CERTIFICO que, à folha {folio:03d} do Livro A-{book}, sob o termo nº {entry:05d}, "
            f"consta o assento de nascimento de {name}, ocorrido em {inventor.date()}, às "
            f"{random.randint(0, 23):02d}h{random.randint(0, 59):02d}min, no Município de "
            f"{inventor.city}, Estado de ZZ, filho(a) de {inventor.person()} e de "
            f"{inventor.person()}."
        ),
        paragraph(
            f"Foi declarante {inventor.person()}. Serviram de testemunhas as constantes do termo."
        ),
        line("Observações: nada consta à margem do termo."),
        space(0.6),
        paragraph("O referido é verdade e dou fé."),
        *signature(inventor.person(), "Oficial(a) de Registro Civil"),
    ]
    header = ["REPÚBLICA FEDERATIVA DO BRASIL", "REGISTRO CIVIL DAS PESSOAS NATURAIS"]
    fee = money(inventor.amount(1500, 9900))
    footer = [f"Emolumentos: {fee} – Selo nº ZZ{random.randint(100_000, 999_999)}"]
    margin = ["Averbações:", "nada consta."]
    return Sheet("certidao", "legal", header, blocks, footer, margin, inventor.fields, stamped=True)


def invoice(inventor: Inventor) -> Sheet:
    """Write a sales slip with a table whose sums are right."""
    random, rows, total = inventor.random, [], 0
    for goods, price in random.sample(GOODS, random.randint(3, 6)):
        count = random.randint(1, 12)
        total += count * price
        cells = (goods, str(count), money(price)[3:], money(count * price)[3:])
        rows.append(Block(Style.ROW, cells=cells))
    title_row = ("Descrição do produto/serviço", "Qtd.", "Vlr. unit.", "Vlr. total")
    blocks = [
        Block(Style.TITLE, "NOTA DE VENDA AO CONSUMIDOR"),
        Block(Style.CENTRE, f"Nº {random.randint(1, 999_999):06d} – Série {random.randint(1, 9)}"),
        space(0.4),
        line(f"Data de emissão: {inventor.short_date()}"),
        line(f"Destinatário: {inventor.keep('nome', inventor.person())}"),
        line(f"CPF: {inventor.cpf()}"),
        space(0.5),
        Block(Style.ROW, cells=title_row),
        *rows,
        space(0.4),
        Block(Style.RIGHT, f"VALOR TOTAL DA NOTA: {inventor.keep('valor', money(total))}"),
        space(0.6),
        paragraph(f"Valor por extenso: {money_in_words(total)}."),
        line("Não permite aproveitamento de crédito de ICMS."),
    ]
    firm = random.choice(FIRMS)
    header = [firm, f"CNPJ {inventor.cnpj()}", f"{inventor.street()} – {inventor.city}/ZZ"]
    footer = ["Recebi(emos) os produtos constantes desta nota. Data ____/____/______"]
    margin = [f"Via do cliente – Caixa {random.randint(1, 9):02d}"]
    return Sheet("nota", "printed", header, blocks, footer, margin, inventor.fields)


def judgment(inventor: Inventor) -> Sheet:
    """Write a first-instance judgment."""
    random, case, cents = inventor.random, inventor.case_number(), inventor.amount(50_000, 900_000)
    plaintiff, firm = inventor.keep("nome", inventor.person()), random.choice(FIRMS)
    blocks = [
        Block(Style.TITLE, "SENTENÇA"),
        space(0.4),
        line(f"Processo nº {case}"),
        line("Classe: Procedimento Comum Cível – Indenização por Dano Material"),
        line(f"Requerente: {plaintiff}"),
        line(f"CPF do requerente: {inventor.cpf()}"),
        line(f"Requerido: {firm}"),
        space(0.5),
        line("Vistos."),
        paragraph(
            f"{plaintiff} ajuizou a presente ação em face de {firm}, alegando, em síntese, que "
            "contratou a prestação de serviços e que estes não foram executados a contento."
        ),
        paragraph(
            "Citada, a parte ré ofereceu contestação, na qual arguiu preliminar de ilegitimidade "
            "passiva e, no mérito, sustentou a inexistência de nexo causal. Houve réplica."
        ),
        line("É o relatório. Fundamento e DECIDO."),
        paragraph(
            f"Ante o exposto, JULGO PROCEDENTE o pedido para condenar a parte ré ao pagamento de "
            f"{money(cents)} ({money_in_words(cents)}), acrescidos de juros de mora de 1% ao mês, "
            "contados da citação, nos termos do art. 487, inciso I, do CPC."
        ),
        line("Publique-se. Registre-se. Intimem-se."),
        space(0.4),
        Block(Style.RIGHT, f"{inventor.city}, {inventor.date()}."),
        *signature(inventor.person(), "Juiz(a) de Direito"),
    ]
    court = f"{random.randint(1, 9)}ª Vara Cível"
    header = ["PODER JUDICIÁRIO DO ESTADO DE ZZ", f"COMARCA DE {inventor.city.upper()}", court]
    margin = [f"Para conferir o original, informe o processo {case}."]
    footer = [f"Processo nº {case} – p. 1"]
    return Sheet("sentenca", "legal", header, blocks, footer, margin, inventor.fields, stamped=True)


def gazette(inventor: Inventor) -> Sheet:
    """Write a page of an official gazette in two columns."""
    random, blocks = inventor.random, []
    for number in range(1, 9):
        cents = inventor.random.randint(100_000, 900_000)
        blocks += [
            Block(Style.TITLE, f"PORTARIA Nº {number * 7 + random.randint(0, 6)}"),
            paragraph(
                f"O SECRETÁRIO, no uso de suas atribuições, RESOLVE: Art. 1º Designar "
                f"{inventor.person()}, matrícula {random.randint(10_000, 99_999)}, para a "
                f"fiscalização do contrato no valor de {money(cents)}. Art. 2º A presente "
                f"portaria entra em vigor em {in_words(random.randint(2, 30))} dias, revogadas "
                "as disposições em contrário."
            ),
            space(0.5),
        ]
    edition = f"Ano {in_words(inventor.year - 1990).upper()} – Edição nº {random.randint(10, 990)}"
    header = ["DIÁRIO OFICIAL FICTÍCIO", f"{edition} – {inventor.city}, {inventor.date()}"]
    return Sheet("diario", "printed", header, blocks, ["Página 1"], [], inventor.fields, columns=2)
