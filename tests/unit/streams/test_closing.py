import asyncio

import pytest

from streams.closing import close, is_cancelled


async def _wait_for_a_cancelled_task() -> None:
    """As aiokafka does it: cancel a task of one's own, and then await it."""
    task = asyncio.create_task(asyncio.sleep(60))
    task.cancel()
    await task


async def test_a_cancelled_error_that_leaks_out_of_a_client_does_not_cancel_the_caller() -> None:
    assert not await close(_wait_for_a_cancelled_task(), 5.0)
    assert not is_cancelled()


async def test_a_leaked_cancelled_error_is_told_from_a_real_one() -> None:
    seen: list[bool] = []

    async def loop() -> None:
        try:
            await _wait_for_a_cancelled_task()
        except asyncio.CancelledError:
            seen.append(is_cancelled())
        try:
            await asyncio.sleep(60)
        except asyncio.CancelledError:
            seen.append(is_cancelled())
            raise

    task = asyncio.create_task(loop())
    await asyncio.sleep(0.05)
    task.cancel()
    await asyncio.wait([task])
    assert seen == [False, True]
    assert task.cancelled()


async def test_what_never_closes_is_given_up() -> None:
    assert not await close(asyncio.sleep(60), 0.01)


async def test_what_raises_while_it_closes_is_closed_all_the_same() -> None:
    async def broken() -> None:
        raise OSError("gone")

    assert not await close(broken(), 5.0)
    assert await close(asyncio.sleep(0), 5.0)


async def test_the_caller_can_still_be_cancelled() -> None:
    task = asyncio.create_task(close(asyncio.sleep(60), 60.0))
    await asyncio.sleep(0.01)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
