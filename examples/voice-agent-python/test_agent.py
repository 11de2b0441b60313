"""The agent calls scripted consumers, with real media. A consumer says what he heard instead of what was expected."""

import asyncio

import pytest

from agent import Result

#: A consumer whom every sandbox knows.
DECLINES = "5550109"


def consumer(*steps: str) -> str:
    return f'[[consumer]]\nname = "Ada"\nsteps = [{", ".join(steps)}]'


@pytest.mark.parametrize(("key", "result", "hertz"), [("1", Result.CONFIRMED, 880), ("2", Result.CANCELLED, 660)])
async def test_a_key_decides_and_is_confirmed(sandbox, agent, key, result, hertz):
    run = await sandbox.run(
        consumer(
            '"answer"',
            '{ expect = "tone", hz = 440, for = "500ms" }',
            f'{{ press = "{key}" }}',
            f'{{ expect = "tone", hz = {hertz} }}',
            '{ expect = "ended", status = "Completed", reason = "business_hung_up" }',
        )
    )
    assert await agent.call(run.psid) is result
    device = await run.passed()
    assert device["heard"]["sounding_ms"] > 1400, "the greeting and the answer"


async def test_another_key_is_asked_for_again(sandbox, agent):
    run = await sandbox.run(
        consumer(
            '"answer"',
            '{ expect = "tone", hz = 440 }',
            '{ press = "5" }',
            '{ expect = "silence", for = "200ms" }',
            '{ press = "1" }',
            '{ expect = "tone", hz = 880 }',
            '{ expect = "ended" }',
        )
    )
    assert await agent.call(run.psid) is Result.CONFIRMED
    await run.passed()


async def test_who_says_nothing_is_asked_twice(sandbox, agent):
    run = await sandbox.run(
        consumer(
            '"answer"',
            '{ expect = "tone", hz = 440 }',
            '{ expect = "silence" }',
            '{ expect = "tone", hz = 440 }',
            '{ expect = "silence" }',
            '{ expect = "tone", hz = 220 }',
            '{ expect = "ended", reason = "business_hung_up" }',
        )
    )
    assert await agent.call(run.psid) is Result.UNDECIDED
    await run.passed()


async def test_a_consumer_who_hangs_up_is_noticed(sandbox, agent):
    run = await sandbox.run(consumer('"answer"', '{ expect = "tone", hz = 440 }', '"hang_up"'))
    assert await agent.call(run.psid) is Result.HUNG_UP
    await run.passed()


async def test_a_consumer_who_declines_is_not_reached(agent):
    assert await agent.call(DECLINES) is Result.NOT_REACHED


async def test_a_consumer_who_does_not_answer_is_not_reached(sandbox, agent):
    run = await sandbox.run(consumer('{ expect = "ringing" }'))
    call = asyncio.create_task(agent.call(run.psid))
    await run.passed()
    await sandbox.advance_clock(by_ms=61_000)
    assert await call is Result.NOT_REACHED


async def test_webhooks_that_come_late_and_twice_change_nothing(sandbox, agent):
    await sandbox.fault("webhook_dropped", event="accepted")
    await sandbox.fault("webhook_twice")
    run = await sandbox.run(
        consumer('"answer"', '{ expect = "tone", hz = 440 }', '{ press = "1" }', '{ expect = "ended" }')
    )
    assert await agent.call(run.psid) is Result.CONFIRMED
    await run.passed()
