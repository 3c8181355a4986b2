"""A headless Chromium driven over its debugging protocol, for pages that must be seen to work."""

from __future__ import annotations

import asyncio
import itertools
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from importlib import util
from pathlib import Path
from typing import Any

from tornado.websocket import WebSocketClientConnection, websocket_connect

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
WHY_NOT = "no chromium on this machine: the page was not looked at (apt install chromium)"
_FONTS = """<?xml version="1.0"?><!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig><include ignore_missing="yes">/etc/fonts/fonts.conf</include><dir>{fonts}</dir><cachedir>{cache}</cachedir>
</fontconfig>"""


async def _connect(address: str) -> WebSocketClientConnection:
    return await websocket_connect(address, max_message_size=1 << 28)


class Browser:
    """One page of a headless Chromium; use as a context manager.

    The Chinese font is the one of the Python environment, so that glyphs can be checked on any machine.
    """

    def __init__(self, width: int = 1200, height: int = 900) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="browser"))
        spec = util.find_spec("mpl_font")
        fonts = Path(next(iter(spec.submodule_search_locations or []), "")) / "fonts" / "noto" if spec else ""
        settings = _FONTS.format(fonts=fonts, cache=self.folder / "cache")
        (self.folder / "fonts.conf").write_text(settings, encoding="utf-8")
        self.loop = asyncio.new_event_loop()
        self.numbers = itertools.count(1)
        self.events: list[dict[str, Any]] = []
        self.process = subprocess.Popen(
            [
                str(CHROMIUM), "--headless", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage",
                "--no-first-run", "--remote-debugging-port=0", "--remote-allow-origins=*",
                f"--user-data-dir={self.folder / 'profile'}",
                f"--window-size={width},{height}", "about:blank",
            ],
            env=os.environ | {"FONTCONFIG_FILE": str(self.folder / "fonts.conf")},
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )  # fmt: skip
        address = self._find_address()
        self.socket = self.loop.run_until_complete(_connect(address))
        target = next(t for t in self.call("Target.getTargets")["targetInfos"] if t["type"] == "page")
        attached = self.call("Target.attachToTarget", targetId=target["targetId"], flatten=True)
        self.session = self.page = attached["sessionId"]
        for domain in ("Page", "Network", "Runtime", "DOM", "CSS", "Log"):
            self.call(f"{domain}.enable")

    session: str = ""

    def __enter__(self) -> Browser:
        return self

    def __exit__(self, *error: object) -> None:
        self.socket.close()
        self.process.terminate()
        self.process.wait(20)
        self.loop.close()
        shutil.rmtree(self.folder, ignore_errors=True)

    def _find_address(self) -> str:
        port = self.folder / "profile" / "DevToolsActivePort"
        for _ in range(300):
            if port.is_file() and len(lines := port.read_text().split()) == 2:
                return f"ws://127.0.0.1:{lines[0]}{lines[1]}"
            if self.process.poll() is not None:
                break
            time.sleep(0.1)
        sys.exit("chromium did not start")

    def call(self, method: str, **parameters: Any) -> dict[str, Any]:
        """One command of the protocol and its answer; events that come meanwhile are kept."""
        number = next(self.numbers)
        message: dict[str, Any] = {"id": number, "method": method, "params": parameters}
        if self.session:
            message["sessionId"] = self.session
        return self.loop.run_until_complete(self._exchange(number, json.dumps(message)))

    async def _exchange(self, number: int, message: str) -> dict[str, Any]:
        await self.socket.write_message(message)
        while True:
            answer = json.loads(await asyncio.wait_for(self.socket.read_message(), 60) or "{}")
            if answer.get("id") == number:
                assert "error" not in answer, answer
                return answer["result"]
            self.events.append(answer)

    def open(self, page: Path, fragment: str = "") -> None:
        """Load a file and wait until it is ready."""
        self.session = self.page
        self.events.clear()
        self.call("Page.navigate", url=page.resolve().as_uri() + fragment)
        for _ in range(200):
            if self.run("document.readyState === 'complete' && location.protocol === 'file:'"):
                return
            time.sleep(0.05)
        raise AssertionError(f"{page} did not load")

    def visit(self, address: str) -> None:
        """Go to an address, without waiting for more than its answer."""
        self.session = self.page
        self.events.clear()
        self.call("Page.navigate", url=address)

    def wait_for(self, script: str, seconds: float) -> Any:
        """The value of an expression once it is true."""
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            if value := self.run(script):
                return value
            time.sleep(0.3)
        raise AssertionError(f"not within {seconds:g} s: {script}")

    def click(self, element: str) -> None:
        """Click with the mouse in the middle of the element that an expression gives."""
        middle = "b => [b.x + b.width / 2, b.y + b.height / 2]"
        box = self.run(f"({middle})(({element}).getBoundingClientRect())")
        for kind in ("mouseMoved", "mousePressed", "mouseReleased"):
            self.call("Input.dispatchMouseEvent", type=kind, x=box[0], y=box[1], button="left", clickCount=1)

    def enter_frame(self) -> None:
        """Go into the sandboxed frame of the page, which is a target of its own; `open` leaves it."""
        for _ in range(100):
            targets = self.call("Target.getTargets")["targetInfos"]
            if frames := [t["targetId"] for t in targets if t["type"] == "iframe"]:
                break
            time.sleep(0.05)
        self.session = ""
        self.session = self.call("Target.attachToTarget", targetId=frames[0], flatten=True)["sessionId"]
        self.call("Runtime.enable")
        self.call("Log.enable")

    def run(self, script: str) -> Any:
        """The value of a JavaScript expression in the page."""
        result = self.call("Runtime.evaluate", expression=script, returnByValue=True, awaitPromise=True)
        assert "exceptionDetails" not in result, result
        return result["result"].get("value")

    def press(self, key: str, code: int) -> None:
        """Press a key where the focus is."""
        text = "\r" if key == "Enter" else ""
        for kind in ("keyDown", "keyUp"):
            self.call("Input.dispatchKeyEvent", type=kind, key=key, code=key, windowsVirtualKeyCode=code, text=text)

    def press_shifted(self, key: str, code: int) -> None:
        """Press a key with Shift held, which types nothing."""
        for kind in ("rawKeyDown", "keyUp"):
            self.call("Input.dispatchKeyEvent", type=kind, key=key, code=key, windowsVirtualKeyCode=code, modifiers=8)

    def requests(self) -> list[str]:
        """Addresses the page asked for since it was opened, itself left out."""
        self.run("1")
        asked = [e["params"]["request"]["url"] for e in self.events if e["method"] == "Network.requestWillBeSent"]
        return asked[1:]

    def complaints(self) -> list[str]:
        """What the browser logged as wrong, such as a blocked script."""
        self.run("1")
        logged = [e["params"]["entry"]["text"] for e in self.events if e["method"] == "Log.entryAdded"]
        return logged + [str(e["params"]) for e in self.events if e["method"] == "Runtime.exceptionThrown"]

    def fonts(self, selector: str) -> dict[str, int]:
        """Glyphs by font in the element and all below it."""
        root = self.call("DOM.getDocument", depth=-1)["root"]["nodeId"]
        counts: dict[str, int] = {}
        for node in self.call("DOM.querySelectorAll", nodeId=root, selector=f"{selector}, {selector} *")["nodeIds"]:
            for font in self.call("CSS.getPlatformFontsForNode", nodeId=node)["fonts"]:
                counts[font["familyName"]] = counts.get(font["familyName"], 0) + int(font["glyphCount"])
        return counts
