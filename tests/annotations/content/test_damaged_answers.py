"""An object that is not whole gives what it holds, or else the whole answer is the text."""

import pytest

from annotations.content import PageContent, Recovery, parse_answer


@pytest.mark.parametrize(
    ("raw", "content", "recovered"),
    [
        ('{"text": ["a", "b', {"text": "a\nb"}, Recovery.TRUNCATED),
        ('{"text": {"corpo": "a", "linhas": [1, "b"', {"text": "a\n1\nb"}, Recovery.TRUNCATED),
        ('{"text": "a", "outro": {"header": "b"', {"text": "a"}, Recovery.TRUNCATED),
        ('{"text": "a", "margin": nul', {"text": "a"}, Recovery.TRUNCATED),
        ('{"text": "a\\', {"text": "a"}, Recovery.TRUNCATED),
        ('```json\n{"text": "a"\n```', {"text": "a"}, Recovery.TRUNCATED),
        ('{"text": "a", "text": ["b", "b"],}', {"text": "a\nb\nb"}, Recovery.REPAIRED),
        ('{"text": "", "text": "a", "text": "a", "text": null}', {"text": "a"}, Recovery.EXACT),
        ('{"text": "a", "text": {}, "header": []}', {"header": "", "text": "a"}, Recovery.EXACT),
        ('{"text": "a",} fim', {"text": "a"}, Recovery.TRUNCATED),
        ('{"text": "disse "não"', None, Recovery.PLAIN),
        ('{"text": "disse "não', None, Recovery.PLAIN),
        ('{"text": 12 reais}', None, Recovery.PLAIN),
        ('{"text": "a", header: b}', None, Recovery.PLAIN),
    ],
)
def test_nothing_is_lost_of_a_damaged_object(
    raw: str, content: dict[str, str] | None, recovered: Recovery
) -> None:
    answer = parse_answer(raw)
    assert answer.content == PageContent(**(content or {"text": raw}))
    assert answer.recovered is recovered
