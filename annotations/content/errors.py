"""The one error of this room."""


class ContentError(ValueError):
    """Say what is wrong with a content, for the person who can mend it.

    `code` is stable and meant for programs; `path` names the place, as in `fields.cpf.status`.
    """

    def __init__(self, code: str, message: str, *, path: str = "") -> None:
        super().__init__(f"{path}: {message}" if path else message)
        self.code = code
        self.message = message
        self.path = path
