"""Prove that a listener gets every committed event once, in one order, whatever order transactions end in."""

import threading
import time

import pytest

from tests.gis_core.events.conftest import emit

pytestmark = pytest.mark.django_db  # without it pytest-django makes no database


def test_an_event_is_heard_when_it_is_committed_and_not_before(listen, raw):
    here, writer = listen(), raw()
    emit(writer, 1)
    assert here.is_quiet(0.4)
    committed = time.monotonic()
    writer.commit()
    assert here.next()[1:] == ("plan", {"n": 1})
    assert time.monotonic() - committed < 0.5


def test_an_event_rolled_back_is_never_heard(listen, raw):
    here, writer = listen(), raw()
    emit(writer, "never")
    writer.rollback()
    emit(writer, "after")
    writer.commit()
    assert here.numbers(1) == ["after"]


def test_two_sessions_that_commit_in_reverse_order_lose_nothing_for_who_resumes_between(listen, raw):
    first, second = raw(), raw()
    here = listen()
    emit(first, "written first")
    emit(second, "written second")
    second.commit()
    (position, _, data) = here.next()
    assert data == {"n": "written second"}
    here.close()
    first.commit()
    back = listen(headers={"Last-Event-ID": str(position)})
    assert back.numbers(1) == ["written first"]
    assert back.is_quiet()


def test_a_long_transaction_delays_nobody(listen, raw):
    slow, quick = raw(), raw()
    here = listen()
    emit(slow, "slow")
    for n in range(3):
        emit(quick, n)
        quick.commit()
        assert here.numbers(1) == [n]
    slow.commit()
    assert here.numbers(1) == ["slow"]


@pytest.mark.parametrize("by", ["header", "query"])
def test_who_resumes_gets_what_was_missed_and_goes_on(listen, raw, by):
    writer, here = raw(), listen()
    emit(writer, 0)
    writer.commit()
    position = here.next()[0]
    here.close()
    for n in range(1, 4):
        emit(writer, n)
        writer.commit()
    back = (
        listen(headers={"Last-Event-ID": str(position)})
        if by == "header"
        else listen(f"?last_event_id={position}")
    )
    emit(writer, 4)
    writer.commit()
    assert back.numbers(4) == [1, 2, 3, 4]
    assert back.is_quiet()


def test_a_connection_that_breaks_before_the_first_event_misses_nothing(listen, raw):
    here, writer = listen(), raw()
    here.close()
    emit(writer, "meanwhile")
    writer.commit()
    assert listen(f"?last_event_id={here.first_id}").numbers(1) == ["meanwhile"]


def test_listeners_of_both_processes_hear_the_same_ids(listen, raw):
    """With eight connections both processes have some; all of them hear all, under the same ids."""
    heres, writer = [listen() for _ in range(8)], raw()
    for n in range(5):
        emit(writer, n)
        writer.commit()
    heard = [[here.next() for _ in range(5)] for here in heres]
    assert all(each == heard[0] for each in heard)
    ids = [number for number, _, _ in heard[0]]
    assert ids == list(range(ids[0], ids[0] + 5))


def test_nothing_is_lost_or_twice_under_many_writers_while_listeners_come_and_go(listen, raw):
    writers, each = 6, 40
    steady = listen()
    hopping = listen()
    position = hopping.first_id

    def write(number: int, session) -> None:
        for n in range(each):
            emit(session, [number, n])
            time.sleep(0.001 * ((number * 7 + n * 3) % 5))
            if n % 4 != 3:
                session.commit()
            else:
                session.rollback()
                emit(session, [number, n])
                session.commit()

    threads = [threading.Thread(target=write, args=(i, raw())) for i in range(writers)]
    for thread in threads:
        thread.start()
    heard = []
    while len(heard) < writers * each:
        for _ in range(min(11, writers * each - len(heard))):
            position, _, data = hopping.next()
            heard.append(data["n"])
        hopping.close()
        hopping = listen(headers={"Last-Event-ID": str(position)})
    for thread in threads:
        thread.join()
    expected = sorted([i, n] for i in range(writers) for n in range(each))
    assert sorted(heard) == expected
    assert steady.numbers(writers * each) == heard
    assert hopping.is_quiet()
    for i in range(writers):
        assert [n for who, n in heard if who == i] == list(range(each))


def test_who_comes_back_too_late_is_told_to_start_over(listen, raw):
    writer = raw()
    emit(writer, "old")
    writer.commit()
    emit(writer, "older still")
    writer.commit()
    here = listen()
    position = here.first_id
    writer.execute(
        "UPDATE gis_core_event SET at = now() - interval '8 days' WHERE position <= %s", [position]
    )
    writer.execute("SELECT events_prune('7 days')")
    writer.commit()
    for stale in (position - 1, position + 1000):
        back = listen(f"?last_event_id={stale}")
        assert back.next()[1] == "reset"
        assert back.is_quiet()
    assert listen(f"?last_event_id={position}").is_quiet()
