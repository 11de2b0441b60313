"""schemathesis against a running server: what it describes in /openapi.json holds for whatever a client may send."""

import json
import os
import subprocess
import sys
import tempfile
import urllib.request
from pathlib import Path

import pytest

CASES_MIN = 2000

# The ids of the description's examples, which the server's own take the place of.
EXAMPLE_PAGE = "1044000000001"
EXAMPLE_PSID = "7700000000002"
EXAMPLE_APP = "1033000000001"


@pytest.fixture(scope="module")
def facts():
    """What `offhook dev --json` prints when it is ready."""
    with tempfile.TemporaryDirectory(prefix="offhook-schemathesis-") as folder:
        command = [os.environ["OFFHOOK_BIN"], "dev", "--json", "--listen", "127.0.0.1:0", "--data", folder]
        process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
        yield json.loads(process.stdout.readline())
        process.terminate()
        process.wait(timeout=15)


def described(facts: dict) -> str:
    """The server's description, with ids that exist in its examples."""
    with urllib.request.urlopen(f"{facts['base_url']}/openapi.json", timeout=10) as response:
        text = response.read().decode()
    psid = next(consumer["psid"] for consumer in facts["consumers"] if consumer["behaviour"] == "ignore")
    for example, real in ((EXAMPLE_PAGE, facts["page_id"]), (EXAMPLE_PSID, psid), (EXAMPLE_APP, spare_app(facts))):
        text = text.replace(example, real)
    return text


def spare_app(facts: dict) -> str:
    """An app that may be changed: one that demands a proof would shut the tests out of Graph."""
    headers = {"authorization": f"Bearer {facts['admin_token']}", "content-type": "application/json"}
    url = f"{facts['base_url']}/offhook/v1/apps"
    request = urllib.request.Request(url, data=b'{"name": "Spare"}', headers=headers)
    with urllib.request.urlopen(request, timeout=10) as response:
        return json.load(response)["id"]


def settings(facts: dict) -> str:
    """Who asks: each side of the API takes a token of its own."""
    app_token = f"{facts['app_id']}|{facts['app_secret']}"
    template = (Path(__file__).parent / "schemathesis.toml").read_text()
    replaced = {"APP_ID": facts["app_id"], "PAGE_TOKEN": facts["page_token"], "ADMIN_TOKEN": facts["admin_token"], "APP_TOKEN": app_token}
    for name, token in replaced.items():
        template = template.replace(f"${{{name}}}", token)
    return template


def test_whatever_is_sent_the_answer_is_as_described(facts, tmp_path):
    (tmp_path / "openapi.json").write_text(described(facts))
    (tmp_path / "schemathesis.toml").write_text(settings(facts))
    st = Path(sys.executable).with_name("st")
    command = [st, "--config-file", "schemathesis.toml", "run", "openapi.json", "--url", facts["base_url"]]
    command += ["--no-color", "--report", "ndjson", "--report-ndjson-path", "events.ndjson"]
    finished = subprocess.run(command, cwd=tmp_path, stdout=subprocess.PIPE, text=True, timeout=900)
    print(finished.stdout[-20000:])
    assert finished.returncode == 0, "schemathesis found a breach; it is printed above"
    assert cases(tmp_path / "events.ndjson") >= CASES_MIN
    with urllib.request.urlopen(f"{facts['base_url']}/health/ready", timeout=10) as response:
        assert response.status == 200, "the server is still there"


def cases(events: Path) -> int:
    """How many requests were sent."""
    count = 0
    for line in events.open():
        scenario = json.loads(line).get("ScenarioFinished")
        if scenario:
            count += len(scenario["recorder"].get("interactions", ()))
    return count
