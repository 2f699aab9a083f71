"""A line that can be cut: a device's own way to the site, with everything on it lost when it goes."""

import contextlib
import socket
import threading

from tests.e2e.site import free_port


class Line:
    """Passes bytes on between a port of its own and the site; `cut` as a tunnel does to a train, `mend` as its end."""

    def __init__(self, port: int) -> None:
        self.to = port
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self._open: set[socket.socket] = set()
        self._door: socket.socket | None = None
        self.mend()

    def mend(self) -> None:
        door = socket.create_server(("127.0.0.1", self.port), reuse_port=False)
        self._door = door
        threading.Thread(target=self._listen, args=(door,), daemon=True).start()

    def cut(self) -> None:
        if self._door is not None:
            with contextlib.suppress(OSError):
                self._door.shutdown(socket.SHUT_RDWR)
            self._door.close()
            self._door = None
        for each in list(self._open):
            self._close(each)

    def _listen(self, door: socket.socket) -> None:
        while True:
            try:
                near, _ = door.accept()
            except OSError:
                return
            try:
                far = socket.create_connection(("127.0.0.1", self.to))
            except OSError:  # the site is not there
                near.close()
                continue
            self._open |= {near, far}
            if self._door is not door:  # cut while this one came
                self._close(near)
                self._close(far)
                return
            for source, target in ((near, far), (far, near)):
                threading.Thread(target=self._carry, args=(source, target), daemon=True).start()

    def _carry(self, source: socket.socket, target: socket.socket) -> None:
        with contextlib.suppress(OSError):
            while data := source.recv(65536):
                target.sendall(data)
        self._close(source)
        self._close(target)

    def _close(self, each: socket.socket) -> None:
        self._open.discard(each)
        with contextlib.suppress(OSError):
            each.shutdown(socket.SHUT_RDWR)
        each.close()
