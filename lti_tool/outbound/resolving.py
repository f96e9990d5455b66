"""Names of hosts, looked up within a bound of time: the system's resolver knows none."""

import ipaddress
import socket
import threading
from concurrent.futures import Future

# Look-ups that hang keep a thread each until the system gives them up, minutes later at worst.
_MOST = 32

_lock = threading.Lock()
_under_way: dict[tuple[str, int], Future[list[str]]] = {}


def resolve(host: str, port: int, timeout: float) -> list[str]:
    """The addresses of a host, at least one; `timeout` in seconds.

    Raises `TimeoutError` where there is no answer in time, `OSError` or `UnicodeError` where there is no such name.
    Threads that look for the same host share one look-up.
    """
    if _is_address(host):
        return _look_up(host, port)
    with _lock:
        found = _under_way.get((host, port))
        if found is None:
            if len(_under_way) >= _MOST:
                raise TimeoutError("too many names are being looked up")
            found = Future()
            # Noted only once it runs: where no thread can be started, the next one who asks tries again.
            thread = threading.Thread(target=_answer, args=(found, host, port), name="resolver", daemon=True)
            thread.start()
            _under_way[host, port] = found
    return found.result(timeout)


def _answer(found: Future[list[str]], host: str, port: int) -> None:
    try:
        addresses = _look_up(host, port)
    except Exception as error:
        _forget(host, port)
        found.set_exception(error)
    else:
        _forget(host, port)
        found.set_result(addresses)


def _forget(host: str, port: int) -> None:
    with _lock:
        del _under_way[host, port]


def _look_up(host: str, port: int) -> list[str]:
    entries = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(entry[4][0]) for entry in entries))


def _is_address(host: str) -> bool:
    try:
        ipaddress.ip_address(host.partition("%")[0])
    except ValueError:
        return False
    return True
