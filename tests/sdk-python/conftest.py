"""Meta's Python SDK, unmodified, against `offhook dev`: only the base URL is another.

The SDK raises what is refused and hands out answers without their `success`.
"""

import json
import os
import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path

import pytest
from facebook_business.adobjects.application import Application
from facebook_business.adobjects.page import Page
from facebook_business.api import FacebookAdsApi
from facebook_business.exceptions import FacebookRequestError
from facebook_business.session import FacebookSession
from websockets.sync.client import connect

OFFER = (Path(__file__).parent / "../../fixtures/sdp/chromium-audio.sdp").read_bytes().decode()


@dataclass(frozen=True)
class Facts:
    """What `offhook dev --json` prints when it is ready."""

    base_url: str
    page_id: str
    page_token: str
    app_id: str
    app_secret: str
    admin_token: str
    consumers: list[dict]

    def psid(self, behaviour: str) -> str:
        """The psid of the consumer that behaves like this."""
        return self._consumer(behaviour)["psid"]

    def device(self, behaviour: str) -> "Device":
        """A device of that consumer, connected."""
        return Device(self.base_url, self._consumer(behaviour)["token"])

    def _consumer(self, behaviour: str) -> dict:
        return next(consumer for consumer in self.consumers if consumer["behaviour"] == behaviour)


class Device:
    """A consumer's device on the consumer's channel."""

    def __init__(self, base_url: str, token: str) -> None:
        self._socket = connect(base_url.replace("http", "ws") + "/consumer/v1")
        self.say(type="hello", token=token, device="sdk-test")
        self.hear("welcome")

    def __enter__(self) -> "Device":
        return self

    def __exit__(self, *_) -> None:
        self._socket.close()

    def say(self, **message) -> None:
        self._socket.send(json.dumps(message))

    def hear(self, kind: str) -> dict:
        """The next message of this kind; others are passed over."""
        while True:
            message = json.loads(self._socket.recv(timeout=20))
            assert message["type"] != "error", message
            if message["type"] == kind:
                return message

    def call(self) -> str:
        """Calls the business; the call's id."""
        self.say(type="call", sdp=OFFER)
        return self.hear("calling")["call"]


@pytest.fixture(scope="module")
def facts():
    with tempfile.TemporaryDirectory(prefix="offhook-sdk-python-") as folder:
        command = [os.environ["OFFHOOK_BIN"], "dev", "--json", "--listen", "127.0.0.1:0", "--data", folder]
        process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
        ready = json.loads(process.stdout.readline())
        facts = Facts(**{field: ready[field] for field in Facts.__dataclass_fields__})
        FacebookSession.GRAPH = facts.base_url
        yield facts
        process.terminate()
        process.wait(timeout=15)


@pytest.fixture
def api(facts):
    """The app acts for its Page; with the secret, the SDK proves each request."""
    return FacebookAdsApi.init(facts.app_id, facts.app_secret, facts.page_token, crash_log=False)


@pytest.fixture
def page(facts, api):
    return Page(facts.page_id, api=api)


@pytest.fixture
def application(facts):
    """The app about itself; its token holds the secret, so there is nothing to prove."""
    token = f"{facts.app_id}|{facts.app_secret}"
    return Application(facts.app_id, api=FacebookAdsApi.init(access_token=token, crash_log=False))


@pytest.fixture
def session():
    return {"sdp_type": "offer", "sdp": OFFER}


@pytest.fixture
def call(page, facts, session):
    """Calls a consumer who does not answer; hangs up at the end."""
    answer = page.create_call(
        params={"platform": "MESSENGER", "action": "CONNECT", "to": facts.psid("ignore"), "session": session}
    )
    yield answer
    try:
        page.create_call(params={"platform": "MESSENGER", "action": "TERMINATE", "call_id": answer["call_id"]})
    except FacebookRequestError as over:
        assert over.api_error_subcode() == 9100004, "the test has ended the call itself"


def refused(code: int, subcode: int | None = None):
    """What is in the block is refused with these numbers."""
    return Refused(code, subcode)


class Refused:
    def __init__(self, code: int, subcode: int | None) -> None:
        self._expected = (code, subcode)

    def __enter__(self) -> "Refused":
        return self

    def __exit__(self, kind, error, _) -> bool:
        assert kind is FacebookRequestError, f"the SDK raised {error!r}"
        assert (error.api_error_code(), error.api_error_subcode()) == self._expected, error
        self.status = error.http_status()
        self.name = error.body()["error"]["error_data"]["offhook"]["error"]
        return True
