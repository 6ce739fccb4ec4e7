"""What the correction screen's script says, in the person's language, by the script's keys.

`%(name)s` is filled in by the script (`frontend/src/messages.ts`); it chooses between `.one` and
`.many` by a count.
"""

from django.utils.translation import gettext as _


def screen_words() -> dict[str, str]:
    """Return the sentences by key."""
    parts = (_saving(), _conflict(), _text(), _fields(), _problems(), _differences(), _flow())
    return {key: words for part in parts for key, words in part.items()}


def _saving() -> dict[str, str]:
    return {
        "saved.unchanged": _("nothing changed yet"),
        "saved.saved": _("saved"),
        "saved.saving": _("saving"),
        "saved.local": _("server out of reach, kept on this computer"),
        "saved.nowhere": _("not saved: server out of reach, and this browser keeps nothing"),
        "saved.refused": _("not saved"),
        "saved.conflict": _("not saved: choose a text"),
        "saved.logged_out": _("not saved: your session has ended"),
        "draft.restored": _("Your text from before the interruption is back."),
        "lease.lost": _("reservation lost"),
    }


def _conflict() -> dict[str, str]:
    return {
        "conflict.page.title": _("This page changed while you were typing"),
        "conflict.page.words": _(
            "Another version stands there now. Your text is whole; this is how it differs from it."
        ),
        "conflict.draft.title": _("This text was also typed somewhere else"),
        "conflict.draft.words": _(
            "Another tab or computer saved a text of yours. Both are whole; this is how the one "
            "here differs from it."
        ),
        "conflict.merged": _("Both texts were joined. Look it over before you send it."),
        "conflict.doubled.one": _(
            "Both texts were joined; in %(n)s place both stand, one after the other."
        ),
        "conflict.doubled.many": _(
            "Both texts were joined; in %(n)s places both stand, one after the other."
        ),
    }


def _text() -> dict[str, str]:
    return {
        "zone.missing": _("not on this page"),
        "zone.empty": _("empty"),
        "zone.placeholder": _("Type what the paper says"),
        "zone.header.short": _("hd."),
        "zone.margin.short": _("mg."),
        "zone.footer.short": _("ft."),
        "crop.none": _("this line was not found in the image"),
        "crop.label": _("Crop of line %(line)s in the image"),
        "line.unread": _("No line of the text stands for this line of the image."),
        "blank.marked": _("Page marked as blank."),
        "mode.editing": _("editing"),
        "mode.navigating": _("navigating"),
    }


def _fields() -> dict[str, str]:
    return {
        "fields.checked": _("%(n)s of %(of)s checked"),
        "field.status": _("Status of %(name)s"),
        "field.present": _("checked"),
        "field.empty": _("empty"),
        "field.absent": _("absent"),
        "field.unreadable": _("unreadable"),
        "field.unchecked": _("not yet looked at"),
        "field.empty.shown": _("empty on the paper"),
        "field.absent.shown": _("absent from the paper"),
        "field.unreadable.shown": _("unreadable"),
    }


def _problems() -> dict[str, str]:
    return {
        "problem.check_digits": _("check digits do not match"),
        "problem.cpf_form": _("a CPF has 11 digits"),
        "problem.cnpj_form": _("a CNPJ has 14 characters"),
        "problem.cnj_form": _("a case number has 20 digits"),
        "problem.date_form": _("a date reads dd/mm/yyyy"),
        "problem.date_impossible": _("no such day"),
        "problem.money_form": _("a sum reads R$ 1.234,56"),
        "problem.choice_unknown": _("not one of the choices"),
    }


def _differences() -> dict[str, str]:
    return {
        "diff.nothing_read": _("No reading to compare with"),
        "diff.none": _("The text is as the engine read it."),
        "diff.edits.one": _("%(n)s edit"),
        "diff.edits.many": _("%(n)s edits"),
        "diff.letters.one": _("%(n)s letter"),
        "diff.letters.many": _("%(n)s letters"),
        "diff.space.one": _("%(n)s space"),
        "diff.space.many": _("%(n)s spaces"),
        "diff.unicode.one": _("%(n)s Unicode"),
        "diff.unicode.many": _("%(n)s Unicode"),
        "diff.unicode_note": _("Unicode, %(before)s to %(after)s"),
        "diff.measured.one": _("in %(n)s letter"),
        "diff.measured.many": _("in %(n)s letters"),
    }


def _flow() -> dict[str, str]:
    return {
        "undo.sent": _("Page %(number)s was sent."),
        "undo.label": _("Take it back"),
        "undo.short": _("Undo"),
        "undo.reason": _("submit taken back"),
        "again.label": _("Show it"),
        "failed.unreachable": _("The server does not answer. Your text is kept; try again."),
        "failed.opening": _("This page could not be opened. Reload it."),
    }
