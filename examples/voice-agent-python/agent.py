"""A voice agent that asks people to confirm an appointment: it calls, greets, and waits for a key (1 yes, 2 no).

It speaks Meta's calling API and nothing else. Where it calls is a base URL; webhooks tell it how the call goes.
"""

import asyncio
import collections
import enum
import hashlib
import hmac
import json
import os
import sys

from aiohttp import ClientSession, web

from line import Line


class Result(enum.Enum):
    CONFIRMED = "confirmed"
    CANCELLED = "cancelled"
    UNDECIDED = "undecided"
    HUNG_UP = "hung up"
    NOT_REACHED = "not reached"


#: Hz and seconds: the agent's words.
GREETING = (440, 1.0)
SORRY = (220, 0.5)
ANSWERS = {"1": (Result.CONFIRMED, (880, 1.0)), "2": (Result.CANCELLED, (660, 1.0))}

#: How often the agent asks.
ATTEMPTS = 2


class Agent:
    """Calls for one Page, with the credentials of one app."""

    def __init__(
        self, base_url: str, page_id: str, page_token: str, app_secret: str, verify_token: str, patience_s: float = 8
    ) -> None:
        self._calls_url = f"{base_url}/{page_id}/calls"
        self._page_token = page_token
        self._app_secret = app_secret
        self._verify_token = verify_token
        self._patience_s = patience_s
        self._progress: dict[str, Progress] = collections.defaultdict(Progress)

    async def call(self, psid: str) -> Result:
        """Returns once the call is over."""
        async with Line() as line:
            session = {"sdp_type": "offer", "sdp": await line.offer()}
            answer = await self._act(action="connect", to=psid, session=session)
            progress = self._progress[answer["id"]]
            conversation = asyncio.create_task(self._converse(line, answer["session"]["sdp_response"]["sdp"], progress))
            try:
                await asyncio.wait({conversation, progress.ended}, return_when=asyncio.FIRST_COMPLETED)
                return await (progress.ended if progress.ended.done() else conversation)
            finally:
                conversation.cancel()
                await self._hang_up(answer["id"])

    async def _converse(self, line: Line, sdp: str, progress: "Progress") -> Result:
        await line.connect(sdp)
        await progress.accepted.wait()
        await line.renegotiate(await progress.offer)
        for _ in range(ATTEMPTS):
            await line.say(*GREETING)
            try:
                key = await asyncio.wait_for(line.key(), self._patience_s)
            except TimeoutError:
                continue
            if key in ANSWERS:
                result, words = ANSWERS[key]
                await line.say(*words)
                return result
        await line.say(*SORRY)
        return Result.UNDECIDED

    async def _hang_up(self, call_id: str) -> None:
        try:
            await self._act(action="terminate", call_id=call_id)
        except Refused:
            pass  # The consumer may have hung up before.

    async def _act(self, **body) -> dict:
        """POST /{page-id}/calls."""
        headers = {"authorization": f"Bearer {self._page_token}"}
        async with ClientSession(headers=headers) as http:
            async with http.post(self._calls_url, json={"platform": "messenger", **body}) as response:
                answer = await response.json()
                if "error" in answer:
                    raise Refused(answer["error"]["message"])
                return answer

    def webhook(self) -> web.Application:
        """The app's callback: `/webhook`."""
        app = web.Application()
        app.add_routes([web.get("/webhook", self._prove), web.post("/webhook", self._take)])
        return app

    async def _prove(self, request: web.Request) -> web.Response:
        """The handshake when the callback is set."""
        if request.query.get("hub.verify_token") != self._verify_token:
            raise web.HTTPForbidden
        return web.Response(text=request.query["hub.challenge"])

    async def _take(self, request: web.Request) -> web.Response:
        body = await request.read()
        expected = "sha256=" + hmac.new(self._app_secret.encode(), body, hashlib.sha256).hexdigest()
        if not hmac.compare_digest(expected, request.headers.get("x-hub-signature-256", "")):
            raise web.HTTPForbidden
        for entry in json.loads(body)["entry"]:
            for event in entry.get("calls", []):
                self._progress[event["id"]].note(event)
        return web.Response()


class Progress:
    """What webhooks have told of a call. One may come twice, late or early: each only settles what it knows."""

    def __init__(self) -> None:
        loop = asyncio.get_running_loop()
        self.accepted = asyncio.Event()
        #: The first that the platform makes itself. It makes more when the consumer turns on video, of which a voice
        #: agent has no need.
        self.offer: asyncio.Future[str] = loop.create_future()
        #: What came of a call that the agent did not end itself.
        self.ended: asyncio.Future[Result] = loop.create_future()

    def note(self, event: dict) -> None:
        if event.get("call_status") == "accepted":
            self.accepted.set()
        offer = event.get("session", {}).get("sdp_renegotiation")
        if offer and not self.offer.done():
            self.offer.set_result(offer["sdp"])
        if event["event"] == "terminate" and not self.ended.done():
            self.ended.set_result(Result.HUNG_UP if self.accepted.is_set() else Result.NOT_REACHED)


class Refused(Exception):
    """The calling API said no."""


async def main(psid: str) -> None:
    names = ["BASE_URL", "PAGE_ID", "PAGE_TOKEN", "APP_SECRET", "VERIFY_TOKEN"]
    agent = Agent(*(os.environ[name] for name in names))
    runner = web.AppRunner(agent.webhook())
    await runner.setup()
    await web.TCPSite(runner, port=int(os.environ.get("PORT", "3000"))).start()
    print((await agent.call(psid)).value)
    await runner.cleanup()


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1]))
