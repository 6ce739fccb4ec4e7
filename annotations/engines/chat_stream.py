"""A streamed chat completion: server-sent events become text, tokens and figures."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from annotations.content import Token
from annotations.engines.chat_tokens import Said, as_said, laid_out
from annotations.engines.service import PageRefused, ServiceFailed, load_object, short
from annotations.engines.transport import Reply

DONE = "[DONE]"
EVENT_STREAM = "text/event-stream"


@dataclass
class ChatAnswer:
    """What a server has said so far."""

    pieces: list[str] = field(default_factory=list)
    finish_reason: str = ""
    input_tokens: int | None = None
    output_tokens: int | None = None
    served_by: str = ""
    said: list[Said] = field(default_factory=list)
    events: int = 0

    @property
    def raw(self) -> str:
        """Return the text, verbatim."""
        return "".join(self.pieces)

    @property
    def tokens(self) -> tuple[Token, ...]:
        """Return the tokens, end to end over the text; none where the server's do not fit it."""
        return laid_out(self.raw.encode("utf-8", "surrogatepass"), self.said)

    def take(self, event: dict[str, Any]) -> str:
        """Add an event and return its text.

        Raises ServiceFailed for an error or a shape of no chat completion.
        """
        if event.get("error"):
            error = event["error"]
            message = error.get("message", error) if isinstance(error, dict) else error
            raise ServiceFailed(f"the server broke off: {short(message)}")
        self._take_figures(event)
        choices = event.get("choices")
        if not isinstance(choices, list):
            raise ServiceFailed("the server streams no chat completion")
        return self._take_choice(choices[0]) if choices else ""

    def _take_figures(self, event: dict[str, Any]) -> None:
        usage = event.get("usage")
        if isinstance(usage, dict):
            self.input_tokens = _count(usage.get("prompt_tokens"), self.input_tokens)
            self.output_tokens = _count(usage.get("completion_tokens"), self.output_tokens)
        if isinstance(event.get("model"), str):
            self.served_by = short(event["model"])

    def _take_choice(self, choice: object) -> str:
        delta = choice.get("delta") if isinstance(choice, dict) else None
        if not isinstance(choice, dict) or not isinstance(delta, dict | None):
            raise ServiceFailed("the server streams no chat completion")
        if choice.get("finish_reason"):
            self.finish_reason = _finish(choice["finish_reason"])
        text = (delta or {}).get("content") or ""
        if not isinstance(text, str):
            raise ServiceFailed("the server streams content that is no text")
        self.said += as_said(choice.get("logprobs"))
        if text:
            self.events += 1
            self.pieces.append(text)
        return text


def listen(reply: Reply, is_loop: Callable[[str], bool] | None) -> ChatAnswer:
    """Read a stream to its end, or until `is_loop` says of its text that it has become one.

    Returning ends the request: the caller closes the connection, and the server stops writing.
    Raises ServiceFailed, PageRefused, and the transport's OSError.
    """
    if EVENT_STREAM not in (reply.header("Content-Type") or ""):
        raise ServiceFailed("the server did not stream: is this a chat completions address?")
    answer = ChatAnswer()
    for data in events(reply.lines()):
        if data == DONE:
            break
        text = answer.take(load_object(data))
        if text and is_loop is not None and is_loop(text):
            answer.finish_reason = "guard"
            break
    if not answer.finish_reason:
        raise ServiceFailed("the server ended the stream in the middle")
    if answer.output_tokens is None:
        # A server cut short sends no figures; it had written at least so much.
        answer.output_tokens = max(len(answer.said), answer.events)
    return answer


def events(lines: Iterable[bytes]) -> Iterator[str]:
    """Give the data of each server-sent event (WHATWG HTML, 9.2.6); comments are passed over."""
    data: list[str] = []
    for line in lines:
        if line.startswith(b"data:"):
            data.append(line[5:].removeprefix(b" ").decode("utf-8", "replace"))
        elif not line and data:
            yield "\n".join(data)
            data.clear()
    if data:
        yield "\n".join(data)


def _finish(reason: object) -> str:
    """Return this house's word for why a server stopped. Raises PageRefused for a filter."""
    word = short(reason)
    if word in {"stop", "length"}:
        return word
    # Servers that notice loops by themselves differ in the word's end.
    if word.startswith("repeti"):
        return "guard"
    if word == "content_filter":
        raise PageRefused("the server's content filter stopped the answer")
    raise ServiceFailed(f"the server stopped because of {word!r}")


def _count(value: object, otherwise: int | None) -> int | None:
    whole = isinstance(value, int) and not isinstance(value, bool) and value >= 0
    return value if whole and isinstance(value, int) else otherwise
