"""`offhook dev` in a fresh folder, and the API as a business uses it."""

import asyncio
import json
import os
import subprocess
import tempfile
import threading
import urllib.request
from dataclasses import dataclass


@dataclass(frozen=True)
class Server:
    """What `offhook dev --json` prints when it is ready."""

    base_url: str
    page_id: str
    page_token: str
    consumers: list[dict]

    def consumer(self, behaviour: str) -> str:
        """The psid of the simulated consumer that behaves like this."""
        return next(consumer["psid"] for consumer in self.consumers if consumer["behaviour"] == behaviour)

    async def calls(self, body: dict) -> dict:
        """POST /{page-id}/calls."""
        return await asyncio.to_thread(self._post, body)

    def _post(self, body: dict) -> dict:
        request = urllib.request.Request(
            f"{self.base_url}/{self.page_id}/calls",
            data=json.dumps({"platform": "messenger", **body}).encode(),
            headers={"authorization": f"Bearer {self.page_token}", "content-type": "application/json"},
        )
        with urllib.request.urlopen(request, timeout=10) as response:
            return json.load(response)


class Running:
    """Starts the server and stops it."""

    def __enter__(self) -> Server:
        self._folder = tempfile.TemporaryDirectory(prefix="offhook-aiortc-")
        command = [os.environ["OFFHOOK_BIN"], "dev", "--json", "--listen", "127.0.0.1:0", "--data", self._folder.name]
        self._process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
        ready = json.loads(self._process.stdout.readline())
        return Server(**{field: ready[field] for field in Server.__dataclass_fields__})

    def __exit__(self, *_) -> None:
        self._process.terminate()
        self._process.wait(timeout=10)
        self._folder.cleanup()


class Webhooks:
    """The call events that the demo's webhook receiver shows, in the order of their arrival."""

    def __init__(self, server: Server) -> None:
        self._server = server
        self._queue: asyncio.Queue[dict] = asyncio.Queue()

    async def __aenter__(self) -> "Webhooks":
        loop = asyncio.get_running_loop()
        stream = await asyncio.to_thread(urllib.request.urlopen, f"{self._server.base_url}/demo/webhooks")
        threading.Thread(target=self._read, args=(stream, loop), daemon=True).start()
        return self

    async def __aexit__(self, *_) -> None:
        self._stopped = True

    _stopped = False

    def _read(self, stream, loop) -> None:
        for line in stream:
            if self._stopped:
                return
            if line.startswith(b"data:"):
                message = json.loads(line.removeprefix(b"data:"))
                assert message["verified"], "every webhook is signed with the app's secret"
                for entry in message["body"]["entry"]:
                    for event in entry["calls"]:
                        loop.call_soon_threadsafe(self._queue.put_nowait, event)

    async def next(self, call: str, event: str) -> dict:
        """The next event of this kind of this call; others are passed over."""
        while True:
            arrived = await asyncio.wait_for(self._queue.get(), timeout=20)
            if arrived["id"] == call and arrived["event"] == event:
                return arrived
