"""The room when things break: a killed server, a cut line, two processes, a stranger's client."""

import json
import os
import shutil
import subprocess
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, expect

from tests.e2e.conftest import DESK, PHONE
from tests.e2e.people import (
    editor,
    enter_room,
    go_to_end,
    open_page,
    show,
    until,
    wait_until_kept,
    wait_until_saved,
    write_at_end,
)
from tests.e2e.site import ROOT, Site, demo_site, free_port

pytestmark = pytest.mark.e2e


@pytest.fixture(scope="module")
def fragile() -> Iterator[Site]:
    """A site of its own, since its server is killed; served as in production."""
    with demo_site(server="uvicorn") as running:
        yield running


def _text(site: Site) -> str:
    room = site.demo_room()["id"]
    return str(site.get_text(f"/api/v1/rooms/{room}/document/?as=text"))


def test_nothing_shown_as_saved_is_lost_when_the_server_dies_while_both_type(
    fragile: Site, first_browser: Browser, second_browser: Browser
) -> None:
    code = fragile.demo_room()["code"]
    phone, _ = open_page(first_browser, PHONE, "hu-HU")
    desk, _ = open_page(second_browser, DESK, "en-GB")
    enter_room(phone, fragile.url, code, "Zsófi")
    enter_room(desk, fragile.url, code, "Luca")
    write_at_end(phone, "Elmentett mondat.")
    wait_until_saved(phone)
    write_at_end(desk, "A sentence that was saved.")
    wait_until_saved(desk)

    fragile.kill()
    for page, words in ((phone, " Vonal nélkül írom."), (desk, " Written with no line.")):
        editor(page).click()
        go_to_end(page)
        page.keyboard.type(words, delay=10)
        expect(page.locator('[data-part="save"]')).to_have_attribute("data-sign", "device")
    fragile.start()

    for page in (phone, desk):
        wait_until_saved(page)
        for words in ("Elmentett mondat.", "A sentence that was saved.", "Vonal nélkül írom.", "Written with no line."):
            expect(editor(page)).to_contain_text(words)
    until(desk, lambda: editor(phone).inner_text() == editor(desk).inner_text(), "both read the same")
    kept = _text(fragile)
    for words in ("Elmentett mondat.", "A sentence that was saved.", "Vonal nélkül írom.", "Written with no line."):
        assert words in kept


def test_what_was_written_without_a_line_survives_a_closed_tab(fragile: Site, first_browser: Browser) -> None:
    page, _ = open_page(first_browser, PHONE, "it-IT")
    enter_room(page, fragile.url, fragile.demo_room()["code"], "Ioana")
    show(page, "draft")
    wait_until_saved(page)
    page.context.set_offline(True)
    fragile.kill()
    write_at_end(page, "Scritto in cantina.")
    expect(page.locator('[data-part="save"]')).to_have_attribute("data-sign", "device")
    wait_until_kept(page)
    context = page.context
    page.close()
    fragile.start()
    context.set_offline(False)
    again = context.new_page()
    again.goto(f"{fragile.url}/torino/rooms/demo/")
    expect(editor(again)).to_contain_text("Scritto in cantina.")
    wait_until_saved(again)
    assert "Scritto in cantina." in _text(fragile)


def test_two_processes_carry_the_same_room(fragile: Site, first_browser: Browser, second_browser: Browser) -> None:
    other = free_port()
    fragile.start(other)
    code = fragile.demo_room()["code"]
    here, _ = open_page(first_browser, DESK, "en-GB")
    there, _ = open_page(second_browser, DESK, "en-GB")
    enter_room(here, fragile.url, code, "Anna")
    enter_room(there, f"http://127.0.0.1:{other}", code, "Bruno")
    write_at_end(here, "Written in one process.")
    expect(editor(there)).to_contain_text("Written in one process.")
    write_at_end(there, "And answered in the other.")
    expect(editor(here)).to_contain_text("And answered in the other.")
    wait_until_saved(here)
    wait_until_saved(there)


STRANGER = """
import * as Y from 'yjs'
import WebSocket from 'ws'
import * as sync from 'y-protocols/sync'
import * as encoding from 'lib0/encoding'
import * as decoding from 'lib0/decoding'
const doc = new Y.Doc(), socket = new WebSocket(process.argv[2]); socket.binaryType = 'arraybuffer'
const send = write => { const e = encoding.createEncoder(); encoding.writeVarUint(e, 0); write(e); socket.send(encoding.toUint8Array(e)) }
let synced = false
socket.on('open', () => send(e => sync.writeSyncStep1(e, doc)))
doc.on('update', (update, origin) => { if (origin !== socket) send(e => sync.writeUpdate(e, update)) })
socket.on('message', data => {
  const d = decoding.createDecoder(new Uint8Array(data)); if (decoding.readVarUint(d) !== 0) return
  const e = encoding.createEncoder(); encoding.writeVarUint(e, 0)
  const kind = sync.readSyncMessage(d, e, doc, socket)
  if (encoding.length(e) > 1) socket.send(encoding.toUint8Array(e))
  if (kind === 1 && !synced) {
    synced = true
    const paragraph = new Y.XmlElement('paragraph'), text = new Y.XmlText('From a stock client.')
    const all = doc.getXmlFragment('document'); all.insert(all.length, [paragraph]); paragraph.insert(0, [text])
    setTimeout(() => { console.log(JSON.stringify({ text: all.toString() })); process.exit(0) }, 4000)
  }
})
setTimeout(() => process.exit(3), 60000)
"""


def test_a_stock_yjs_client_joins_and_converges(fragile: Site, first_browser: Browser) -> None:
    node = shutil.which("node")
    assert node, "Node is needed for the stock client"
    room = fragile.demo_room()
    page, _ = open_page(first_browser, DESK, "en-GB")
    enter_room(page, fragile.url, room["code"], "Anna")
    write_at_end(page, "From a browser.")
    wait_until_saved(page)
    joined = fragile.post("/api/v1/rooms/join/", {"code": room["code"], "name": "Stock client"})
    address = fragile.url.replace("http", "ws", 1) + joined["websocket"]
    script = fragile.folder / "stranger.mjs"
    script.write_text(STRANGER)
    (fragile.folder / "node_modules").unlink(missing_ok=True)
    os.symlink(ROOT / "node_modules", fragile.folder / "node_modules")
    done = subprocess.run([node, str(script), address], capture_output=True, text=True, timeout=90, check=False)
    assert done.returncode == 0, done.stderr
    seen = json.loads(done.stdout)["text"]
    assert "From a browser." in seen
    assert "From a stock client." in seen
    expect(editor(page)).to_contain_text("From a stock client.")
