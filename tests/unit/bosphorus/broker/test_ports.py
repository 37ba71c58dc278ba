import socket

from bosphorus.broker.ports import free_ports


def test_a_free_port_is_taken_as_wanted_and_a_used_one_is_replaced() -> None:
    with socket.socket() as used:
        used.bind(("127.0.0.1", 0))
        used.listen()
        taken = used.getsockname()[1]
        [other] = free_ports(taken)
        assert other != taken
    assert free_ports(other) == [other]


def test_ports_asked_for_together_differ() -> None:
    assert len(set(free_ports(0, 0, 0))) == 3
