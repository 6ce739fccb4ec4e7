"""The broker made of files: whole messages, one taker each, no bad file that stops a worker."""

import threading
from collections.abc import Iterator
from pathlib import Path
from queue import Empty

import pytest
from kombu import Connection
from kombu.simple import SimpleQueue

from ocrlab import broker
from ocrlab.celery import app

GOOD = '{"body": "e30=", "properties": {"delivery_tag": "x", "delivery_info": {}}}'


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "broker"


def connect(folder: Path) -> Connection:
    return Connection("files://localhost//", transport_options={"folder": str(folder)})


@pytest.fixture
def queue(folder: Path) -> Iterator[SimpleQueue]:
    assert app.conf.task_acks_late  # importing the application makes the transport known
    with connect(folder) as connection, connection.SimpleQueue("cpu") as made:
        yield made


def take(queue: SimpleQueue) -> object:
    message = queue.get(timeout=1)
    message.ack()
    return message.payload


def test_messages_arrive_in_order_and_once(queue: SimpleQueue) -> None:
    for number in range(3):
        queue.put({"number": number})
    assert [take(queue) for _ in range(3)] == [{"number": number} for number in range(3)]
    with pytest.raises(Empty):
        queue.get(block=False)


def test_each_queue_is_a_folder(queue: SimpleQueue, folder: Path) -> None:
    queue.put({})
    with connect(folder) as connection, connection.SimpleQueue("gpu") as other:
        other.put({})
    assert {path.parent.name for path in folder.rglob("*.json")} == {"cpu", "gpu"}


def test_a_half_written_message_is_not_seen(queue: SimpleQueue, folder: Path) -> None:
    (folder / "cpu" / ".1-fresh.json").write_text('{"body": "e3')
    with pytest.raises(Empty):
        queue.get(block=False)


@pytest.mark.parametrize(
    "rubbish",
    ["", "{", "[]", "null", '{"body": 1}', '{"properties": {}}', GOOD.replace("e30=", "\x00")],
)
def test_a_bad_file_is_dropped_and_the_next_one_read(
    queue: SimpleQueue, folder: Path, rubbish: str, caplog: pytest.LogCaptureFixture
) -> None:
    (folder / "cpu" / "1-bad.json").write_text(rubbish)
    (folder / "cpu" / "2-noise.json").write_bytes(b"\xff\xfe\x00")
    queue.put({"good": True})
    assert take(queue) == {"good": True}
    assert "cannot be read" in caplog.text


def test_a_message_is_taken_by_one_reader(queue: SimpleQueue, folder: Path) -> None:
    for number in range(60):
        queue.put(number)
    taken: list[object] = []

    def reader() -> None:
        with connect(folder) as connection, connection.SimpleQueue("cpu") as own:
            try:
                while True:
                    message = own.get(block=False)
                    message.ack()
                    taken.append(message.payload)
            except Empty:
                return

    threads = [threading.Thread(target=reader) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(map(str, taken)) == sorted(map(str, range(60)))


def test_doorbells_nobody_answers_do_not_fill_the_disk(
    queue: SimpleQueue, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(broker, "QUEUE_LIMIT", 5)
    for _ in range(20):
        queue.put({})
    assert queue.qsize() == 5


def test_a_queue_name_cannot_leave_the_folder(folder: Path) -> None:
    with connect(folder) as connection, pytest.raises(ValueError, match="cannot name a queue"):
        connection.default_channel.basic_publish(
            connection.default_channel.prepare_message("{}"), exchange="", routing_key="../x"
        )
