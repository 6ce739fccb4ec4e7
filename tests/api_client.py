"""A program's client: JSON in, JSON out, with a bearer token."""

import json
from dataclasses import dataclass
from typing import Any

from django.test import Client

from annotations.models import Page

BASE = "/api/v1/"


@dataclass
class Program:
    """A client of the API under one token, or under none."""

    secret: str = ""

    def send(self, method: str, path: str, body: Any = None, **headers: str) -> Any:
        """Send JSON; `headers` are named with underscores, as in `If_Match`."""
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        if self.secret:
            named["Authorization"] = f"Bearer {self.secret}"
        client = Client(raise_request_exception=True)
        data = "" if body is None else json.dumps(body)
        path = path if path.startswith("/") else BASE + path
        return client.generic(method, path, data, "application/json", headers=named)

    def get(self, path: str, **headers: str) -> Any:
        """GET."""
        return self.send("GET", path, **headers)

    def post(self, path: str, body: Any = None, **headers: str) -> Any:
        """POST."""
        return self.send("POST", path, {} if body is None else body, **headers)

    def upload(self, path: str, data: dict[str, Any], **headers: str) -> Any:
        """POST a multipart form."""
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        named["Authorization"] = f"Bearer {self.secret}"
        return Client().post(BASE + path, data, headers=named)


def writing(page: Page, text: str = "Texto corrigido.", **members: Any) -> dict[str, Any]:
    """Return the body of a submit."""
    base = page.current_prediction_id
    body = {
        "content": {"header": None, "margin": None, "footer": None, "text": text, "fields": {}},
        "spans": [],
        "base_prediction": str(base) if base else None,
        "fields_version": 1,
        "active_seconds": 12.5,
    }
    return {**body, **members}
