import asyncio

import pytest

from streams.lease import Lease, SuspendedError


class Clock:
    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


def test_a_process_that_stood_still_for_as_long_as_its_session_may_write_no_more() -> None:
    clock = Clock()
    lease = Lease(clock)
    lease.begin(10.0)
    for _ in range(20):
        clock.now += 1.0
        lease.check()
    clock.now += 8.1
    with pytest.raises(SuspendedError, match=r"stood still for 8\.1 s"):
        lease.check()


def test_a_lost_lease_stays_lost_however_lively_the_process_is_afterwards() -> None:
    clock = Clock()
    lease = Lease(clock)
    lease.begin(10.0)
    clock.now += 60.0
    assert not lease.beat()
    clock.now += 0.1
    with pytest.raises(SuspendedError, match=r"60\.0 s"):
        lease.check()


def test_without_a_session_there_is_nothing_to_lose() -> None:
    clock = Clock()
    lease = Lease(clock)
    clock.now += 1e6
    lease.check()


async def test_whoever_keeps_the_lease_says_when_it_is_lost() -> None:
    clock = Clock()
    lease = Lease(clock)
    lease.begin(10.0)
    said: list[SuspendedError] = []

    async def lost(error: SuspendedError) -> None:
        said.append(error)

    keeper = asyncio.create_task(lease.keep(lost))
    await asyncio.sleep(0)
    clock.now += 20.0
    await asyncio.wait_for(keeper, 10)
    assert len(said) == 1
