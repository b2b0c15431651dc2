"""The folder as broker: every message reaches exactly one reader, whole."""

from __future__ import annotations

import threading
from queue import Empty

import pytest
from kombu import Connection

from shopflow.project import broker


@pytest.fixture
def connection(tmp_path):
    broker.Transport.global_state.clear()  # kombu remembers the bindings of another test's folder
    for name in ("queue", "control"):
        (tmp_path / name).mkdir()
    options = {
        "data_folder_in": str(tmp_path / "queue"),
        "data_folder_out": str(tmp_path / "queue"),
        "control_folder": str(tmp_path / "control"),
    }
    with Connection("folder://localhost/", transport_options=options) as link:
        assert isinstance(link.transport, broker.Transport)
        yield link


def test_messages_come_out_once_and_in_order(connection, tmp_path):
    queue = connection.SimpleQueue("work")
    for number in range(3):
        queue.put({"number": number})

    assert [queue.get(block=False).payload["number"] for _ in range(3)] == [0, 1, 2]
    with pytest.raises(Empty):
        queue.get(block=False)
    assert list((tmp_path / "queue").iterdir()) == []


def test_queues_are_kept_apart(connection):
    connection.SimpleQueue("one").put("for one")

    with pytest.raises(Empty):
        connection.SimpleQueue("two").get(block=False)
    assert connection.SimpleQueue("one").get(block=False).payload == "for one"


def test_a_half_written_message_is_not_read(connection, tmp_path):
    (tmp_path / "queue" / ".00000000000000000001_x.work.msg").write_text('{"half')

    with pytest.raises(Empty):
        connection.SimpleQueue("work").get(block=False)


@pytest.mark.concurrency
def test_two_writers_and_three_readers_lose_nothing_and_share_nothing(connection, tmp_path):
    channel = connection.default_channel
    got: list[int] = []
    lock = threading.Lock()
    done = threading.Event()

    def write(start: int) -> None:
        for number in range(start, start + 200):
            channel._put("work", {"number": number})

    def read() -> None:
        while True:
            finished = done.is_set()
            try:
                message = channel._get("work")
            except Empty:
                if finished:
                    return
                continue
            with lock:
                got.append(message["number"])

    writers = [threading.Thread(target=write, args=(start,)) for start in (0, 200)]
    readers = [threading.Thread(target=read) for _ in range(3)]
    for thread in writers + readers:
        thread.start()
    for thread in writers:
        thread.join()
    done.set()
    for thread in readers:
        thread.join()

    assert sorted(got) == list(range(400))
