"""Ports of this machine: the wanted one where it is free, else any free one."""

from __future__ import annotations

import socket

from bosphorus.broker.properties import HOST


def free_ports(*wanted: int) -> list[int]:
    """One free port for each wanted one (0: any): itself where it is free; all different."""
    with_probes: list[tuple[int, socket.socket]] = []
    try:
        for port in wanted:
            probe = socket.socket()
            # As Java does it: a port whose last connections linger in TIME_WAIT is free.
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((HOST, port))
            except OSError:
                probe.bind((HOST, 0))
            with_probes.append((probe.getsockname()[1], probe))
        return [port for port, _ in with_probes]
    finally:
        for _, probe in with_probes:
            probe.close()
