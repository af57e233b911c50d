"""`make run`: the pages on 127.0.0.1:5000, the clock in a thread, a mail server whose letters can be read.

Everything but the people is the product itself; the data stays in `instance/` and is kept.
"""

import logging
import os
import signal
import socket
import sys
from pathlib import Path
from typing import Any

import waitress

from config.demo.furnishing import furnish
from config.demo.setting_up import password, set_up, sign_ins
from workflow import settings, worker
from workflow.app import create_app
from workflow.notices.catcher import Catcher

HOST, PORT = "127.0.0.1", 5000


def main() -> int:
    """Set up, tell how to sign in, and serve until interrupted."""
    logging.basicConfig(level=logging.WARNING, format="%(asctime)s %(levelname)s %(name)s: %(message)s")
    port = int(os.environ.get("PORT", PORT))
    if not _is_free(port):
        print(f"Port {port} is taken. Stop what listens there, or choose another: PORT=5001 make run")
        return 1
    chosen = _settings(port)
    if chosen is None:
        return 1
    catcher = Catcher(Path(chosen["MAILBOX_DIR"])).start()
    app = create_app({**chosen, "MAIL_SERVER": HOST, "MAIL_PORT": catcher.port})
    print("Setting up the database, the body, its people and the plan ...", flush=True)
    set_up(app)
    furnish(app)
    _tell(chosen["BASE_URL"])
    worker.start(app)
    # Whoever stops it, the clock's tick ends first: waitress takes this as it takes Ctrl-C.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    try:
        waitress.serve(app, host=HOST, port=port, threads=8, _quiet=True)
    finally:
        app.extensions["clock"].stop()
        catcher.stop()
    return 0


def _settings(port: int) -> dict[str, Any] | None:
    """Return the demonstration's settings, or tell why these are none and return None."""
    environment = {"ADREF_CONFIG": "demonstration", "ADREF_BASE_URL": f"http://{HOST}:{port}", **os.environ}
    try:
        chosen = settings.load(environment)
    except settings.SettingsBroken as broken:
        print(broken)
        return None
    if not chosen["DEMONSTRATION"]:
        print("This starts the demonstration, with invented people, and these settings are of another kind.")
        print(
            "Take ADREF_CONFIG out of the environment; docs/settings.md says what a real installation needs."
        )
        return None
    return chosen


def _is_free(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError:
            return False
    return True


def _tell(address: str) -> None:
    width = max(len(email) for _, email, _ in sign_ins())
    print(f"\nAdref, demonstration with invented people: {address}\n")
    print(f"Everybody's password: {password()}\n")
    for name, email, capacities in sign_ins():
        print(f"  {email:<{width}}  {name}, {capacities}")
    print(f"\nThe letters it sends can be read at {address}/mailbox")
    print(
        "Stop it with Ctrl-C. Your data stays in instance/; remove that folder to begin anew.\n", flush=True
    )


if __name__ == "__main__":
    sys.exit(main())
