"""A sandbox for the tests: `offhook dev` in a fresh folder, its own API, and the agent as it is deployed there."""

import asyncio
import json
import os
import subprocess

import aioice.ice
import pytest
from aiohttp import ClientSession, web

from agent import Agent

VERIFY_TOKEN = "appointments"


class Sandbox:
    """Offhook's own API, which only tests know."""

    def __init__(self, base_url: str, admin_token: str) -> None:
        self._api = f"{base_url}/offhook/v1"
        self._headers = {"authorization": f"Bearer {admin_token}"}

    async def run(self, scenario: str) -> "Run":
        """Consumers who do what the scenario says (docs/scenarios.md). They are there when this returns."""
        return Run(self, await self.ask("POST", "/runs", {"scenario": scenario}))

    async def advance_clock(self, by_ms: int) -> None:
        """Returns when all that got due by it has happened."""
        await self.ask("POST", "/clock/advance", {"by_ms": by_ms})

    async def fault(self, fault: str, **rule) -> None:
        """Something goes wrong from now on (docs/sandbox.md)."""
        await self.ask("POST", "/faults", {"fault": fault, **rule})

    async def ask(self, method: str, path: str, body: dict | None = None) -> dict:
        async with ClientSession(headers=self._headers) as http:
            async with http.request(method, self._api + path, json=body) as response:
                text = await response.text()
                assert response.ok, f"{method} {path}: {text}"
                return json.loads(text) if text else {}


class Run:
    """A scenario that is played, with one consumer."""

    def __init__(self, sandbox: Sandbox, run: dict) -> None:
        self._sandbox = sandbox
        self._id = run["id"]
        self.psid = run["consumers"][0]["psid"]

    async def passed(self) -> dict:
        """What the consumer's device has heard and seen; fails unless every step passed."""
        run = await self._sandbox.ask("GET", f"/runs/{self._id}?wait_ms=30000")
        assert run["state"] == "ended", run
        device = run["outcome"]["consumers"][0]["devices"][0]
        assert [step for step in device["steps"] if step["result"] != "passed"] == []
        return device


@pytest.fixture(scope="session")
def server(tmp_path_factory):
    """What `offhook dev --json` prints when it is ready."""
    # aioice leaves 127.0.0.1 out of its candidates, and `offhook dev` is nowhere else.
    aioice.ice.get_host_addresses = lambda use_ipv4, use_ipv6: ["127.0.0.1"] if use_ipv4 else []
    data = str(tmp_path_factory.mktemp("offhook"))
    command = [os.environ.get("OFFHOOK_BIN", "offhook"), "dev", "--json", "--listen", "127.0.0.1:0", "--data", data]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        yield json.loads(process.stdout.readline())
        process.terminate()


@pytest.fixture
async def sandbox(server):
    sandbox = Sandbox(server["base_url"], server["admin_token"])
    yield sandbox
    await sandbox.ask("DELETE", "/faults")


@pytest.fixture(scope="session")
async def agent(server):
    """The agent, with its webhooks."""
    facts = [server[name] for name in ("base_url", "page_id", "page_token", "app_secret")]
    agent = Agent(*facts, VERIFY_TOKEN, patience_s=2)
    runner = web.AppRunner(agent.webhook())
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    await subscribe(server, f"http://127.0.0.1:{runner.addresses[0][1]}/webhook")
    yield agent
    await runner.cleanup()


async def subscribe(server: dict, callback_url: str) -> None:
    """Points the app's webhooks at the agent, as its developer would at Meta's."""
    app_id = server["app_id"]
    body = {"object": "page", "callback_url": callback_url, "verify_token": VERIFY_TOKEN, "fields": ["calls"]}
    headers = {"authorization": f"Bearer {app_id}|{server['app_secret']}"}
    async with ClientSession(headers=headers) as http:
        async with http.post(f"{server['base_url']}/{app_id}/subscriptions", json=body) as response:
            assert response.ok, await response.text()
