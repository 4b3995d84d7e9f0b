"""The receiver that docs/how-to/webhooks.md shows takes what we send, and nothing else."""

import http.client
import os
import re
import subprocess
import sys
import time
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import Engine

from provisioning import front_desk
from provisioning.listeners import DeliveryState
from tests.integration.receivers import Receiver, nobody_listens
from tests.integration.telling import ANNA, telling_on

PAGE = Path(__file__).parents[2] / "docs" / "how-to" / "webhooks.md"


def test_the_documented_receiver_verifies_what_is_sent_and_refuses_the_rest(engine: Engine, tmp_path: Path) -> None:
    (script,) = re.findall(r"```python\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL)
    assert len([line for line in script.splitlines() if line.strip()]) <= 25
    with telling_on(engine) as telling:
        telling.clock.at = datetime.now(UTC)
        receiver = Receiver(port=nobody_listens())
        secret, _ = front_desk.renew_listener_secret(telling.tools, ANNA, telling.listen(receiver).id)
        environment = {"WEBHOOK_SECRET": secret.get_secret_value(), "PORT": str(receiver.port), "PATH": os.defpath}
        with (tmp_path / "received").open("w") as received:
            process = subprocess.Popen(
                [sys.executable, "-c", script], env=environment, stdout=received, stderr=received
            )
        try:
            _wait_for(receiver.port)
            telling.change("O-1", "", "acknowledged")
            telling.send()
            told = telling.deliveries()[0]
            assert told.state is DeliveryState.DELIVERED
            assert _post(receiver.port, "msg_1", "v1,AAAA") == 401
            telling.clock.move(hours=-1)
            telling.change("O-2", "", "acknowledged")
            telling.send()
            assert [each.state.value for each in telling.deliveries(state=DeliveryState.WAITING)] == ["waiting"]
        finally:
            process.kill()
            process.wait()
        assert f"{told.message_id} " in (tmp_path / "received").read_text()


def _wait_for(port: int) -> None:
    until = time.monotonic() + 60
    while time.monotonic() < until:
        try:
            _post(port, "msg_0", "v1,")
        except OSError:
            time.sleep(0.05)
        else:
            return


def _post(port: int, message_id: str, signature: str) -> int:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
    headers = {"webhook-id": message_id, "webhook-timestamp": str(int(time.time())), "webhook-signature": signature}
    try:
        connection.request("POST", "/", b"{}", headers)
        return connection.getresponse().status
    finally:
        connection.close()
