"""Asking a server on loopback: retries, several servers, politeness on the wire, and a resolver that is watched."""

from __future__ import annotations

import time
from collections import deque
from dataclasses import replace

import pytest
from server import CANARIES, ZONE, DnsServer, Habits

from custintel.contactability.dns.answer import Answer, Question, ResolverError
from custintel.contactability.dns.datagrams import Datagrams
from custintel.contactability.dns.pace import Pace
from custintel.contactability.dns.resolver import Canaries, Resolver, resolver
from custintel.contactability.dns.servers import Servers

MX = {(f"d{number}.test", "MX"): [f"10 mx{number}.test."] for number in range(400)}
QUESTIONS = list(MX)


def gathered(asking: Resolver, questions: list[Question]) -> dict[Question, Answer]:
    return {question: answer for batch in asking.answers(deque(questions)) for question, answer in batch}


def plain(*servers: DnsServer, timeouts: tuple[float, ...] = (0.2, 0.3), pace: Pace | None = None) -> Resolver:
    return Resolver(Datagrams(tuple(server.address for server in servers), pace, timeouts=timeouts), None)


def test_every_question_gets_its_own_answer_once() -> None:
    with DnsServer(MX, Habits(delay={name: 0.05 for name, _kind in QUESTIONS[::2]})) as server:
        found = gathered(plain(server, timeouts=(2.0,)), QUESTIONS)
        assert {question: answer.records for question, answer in found.items()} == {
            question: (f"10 mx{number}.test",) for number, question in enumerate(QUESTIONS)
        }
        assert len(server.asked) == len(QUESTIONS)


def test_an_answer_that_comes_while_its_question_waits_to_be_repeated_counts_once() -> None:
    class Fitful(Pace):
        """Lets everything leave at the beginning, and nothing more before the late answers are there."""

        def allowance(self, now: float) -> int:
            self.begun = getattr(self, "begun", now)
            return 0 if 0.1 < now - self.begun < 0.6 else 100

    asked = [*QUESTIONS[:100], ("mute.test", "MX")]
    with DnsServer(MX, Habits(drop=frozenset({"mute.test"}), delay={name: 0.3 for name, _kind in QUESTIONS})) as server:
        asking = plain(server, timeouts=(0.2, 0.6), pace=Fitful())
        came = [question for batch in asking.answers(deque(asked)) for question, _answer in batch]
        assert sorted(came) == sorted(asked)


def test_questions_added_on_the_way_are_asked_too() -> None:
    with DnsServer(MX) as server:
        questions = deque(QUESTIONS[:1])
        seen = []
        for batch in plain(server).answers(questions):
            seen += batch
            if len(seen) == 1 and not questions:
                questions.append(QUESTIONS[1])
    assert [question for question, _answer in seen] == QUESTIONS[:2]


def test_a_server_that_is_dead_gives_way_to_the_next() -> None:
    with DnsServer(MX, Habits(dead=True)) as dead, DnsServer(MX) as alive:
        found = gathered(plain(dead, alive), QUESTIONS)
        assert all(answer.outcome == "ok" for answer in found.values())
        again = [name for _at, name, _kind in alive.asked]
        assert len(again) == len(set(again))


def test_source_ports_and_ids_are_not_predictable() -> None:
    from custintel.contactability.dns import ports

    seen: set[int] = set()

    class Watched(ports.Port[ports.Asked]):
        def __init__(self, server: int, address: str, port: int) -> None:
            super().__init__(server, address, port)
            seen.add(self.socket.getsockname()[1])

    with DnsServer(MX) as server, pytest.MonkeyPatch.context() as patch:
        patch.setattr(ports, "Port", Watched)
        patch.setattr(ports, "_WORN", 20)
        gathered(plain(server, pace=Pace(2_000, 2_000)), QUESTIONS)
    steps = {later - earlier for earlier, later in zip(sorted(seen), sorted(seen)[1:], strict=False)}
    assert len(seen) > ports._SPREAD
    assert len(steps) > len(seen) // 2


def test_an_alias_that_the_server_does_not_follow_is_asked_for() -> None:
    zone = {("a.test", "CNAME"): ["b.other."], ("b.other", "MX"): ["1 m.test."]}
    with DnsServer(zone) as server:
        del server.zone["b.other", "MX"]
        server.zone["b.other", "TXT"] = ['"x"']
        found = gathered(plain(server), [("a.test", "MX")])
        assert found["a.test", "MX"] == Answer("nodata")
        assert server.count("b.other", "MX") == 1


def test_aliases_that_go_in_circles_come_to_an_end() -> None:
    with DnsServer({}) as server:
        # each name is an alias of one more, and the server never follows
        server._reply = lambda query, name, kind, tcp=False: chained(query, name)  # type: ignore[method-assign, assignment]
        found = gathered(plain(server), [("a.test", "MX")])
    assert found["a.test", "MX"].outcome == "servfail"


def chained(query: object, name: str) -> object:
    import dns.message
    import dns.rrset

    assert isinstance(query, dns.message.QueryMessage)
    reply = dns.message.make_response(query, recursion_available=True)
    reply.answer.append(dns.rrset.from_text(f"{name}.", 300, "IN", "CNAME", f"a.{name}."))
    return reply


def test_a_server_never_sees_more_than_the_cap_in_a_second() -> None:
    with DnsServer(MX) as server:
        gathered(plain(server, pace=Pace(150, 150)), QUESTIONS[:350])
        times = [at for at, _name, _kind in server.asked]
    assert max(sum(start <= at < start + 1 for at in times) for start in times) <= 150
    assert times[-1] - times[0] > 1.5


def test_a_name_that_cannot_be_is_not_asked() -> None:
    with DnsServer({}) as server:
        assert gathered(plain(server), [("a..b", "MX")]) == {("a..b", "MX"): Answer("nxdomain")}
        assert not server.asked


# The resolver under watch


def watched(server: DnsServer, *, timeouts: tuple[float, ...] = (0.2, 0.3), silence: float = 0.3) -> Resolver:
    return Resolver(Datagrams((server.address,), timeouts=timeouts), CANARIES, name="here", silence=silence)


@pytest.mark.parametrize(
    ("habits", "zone", "cause"),
    [
        (Habits(dead=True), {}, "silent"),
        (Habits(refuse=True), {}, "refusing"),
        (Habits(codes={"alive.test": "SERVFAIL"}), {}, "silent"),
        (Habits(hijack="198.51.100.7"), {}, "inventing"),
        (Habits(lame=True), {("alive.test", "NS"): []}, "refusing"),
        (Habits(), {("alive.test", "MX"): []}, "hiding"),
    ],
    ids=["dead", "refusing", "broken", "hijacking", "lame", "hiding"],
)
def test_a_bad_resolver_is_found_out_before_the_work(
    habits: Habits, zone: dict[tuple[str, str], list[str]], cause: str
) -> None:
    with DnsServer({**MX, **zone}, habits) as server:
        if cause == "refusing" and zone:
            server.zone["alive.test", "MX"] = []
        with pytest.raises(ResolverError) as caught:
            gathered(watched(server), QUESTIONS)
        assert caught.value.cause == cause
        assert caught.value.where == "here"
        assert "--dns 1.1.1.1" in caught.value.hint
        assert not any(server.count(*question) for question in QUESTIONS)


def test_a_dead_resolver_is_found_out_within_ten_seconds_as_installed() -> None:
    with DnsServer({}, Habits(dead=True)) as server:
        begun = time.monotonic()
        with pytest.raises(ResolverError):
            gathered(resolver(Servers((server.address,))), QUESTIONS)
        assert time.monotonic() - begun < 10


def test_nobody_listening_is_found_out() -> None:
    with DnsServer({}) as server:
        address = server.address
    with pytest.raises(ResolverError) as caught:
        gathered(Resolver(Datagrams((address,), timeouts=(0.1, 0.1)), CANARIES), QUESTIONS)
    assert caught.value.cause == "silent"


def until_it_fails(server: DnsServer, after: int, habits: Habits) -> tuple[dict[Question, Answer], str]:
    """What a resolver said whose habits change after so many answers, and the cause it ended with."""
    found: dict[Question, Answer] = {}
    asking = Resolver(Datagrams((server.address,), Pace(400, 400), timeouts=(0.2, 0.3)), CANARIES, silence=0.3)
    try:
        for batch in asking.answers(deque(QUESTIONS)):
            found.update(batch)
            if len(found) >= after:
                server.habits = habits
    except ResolverError as error:
        return found, error.cause
    return found, ""


def test_a_resolver_that_dies_midway_is_noticed_and_what_it_said_stands() -> None:
    with DnsServer(MX) as server:
        found, cause = until_it_fails(server, 100, Habits(dead=True))
    assert cause == "died"
    assert 100 <= len(found) < 400
    assert {answer.outcome for answer in found.values()} == {"ok"}


def test_a_resolver_that_begins_to_refuse_is_noticed() -> None:
    with DnsServer(MX) as server:
        found, cause = until_it_fails(server, 1, Habits(refuse=True))
    assert cause == "refusing"
    assert {answer.outcome for answer in found.values()} == {"ok"}


def test_many_dead_names_do_not_make_the_resolver_dead() -> None:
    dead = [(f"dead{number}.test", "MX") for number in range(200)]
    with DnsServer(MX, Habits(drop=frozenset(name for name, _kind in dead))) as server:
        found = gathered(watched(server), [*QUESTIONS[:20], *dead])
        assert [found[question].outcome for question in dead] == ["timeout"] * 200
        assert 2 <= server.count("alive.test", "NS") <= 10


def test_canaries_are_not_among_the_answers() -> None:
    with DnsServer(MX, Habits(drop=frozenset({"dead.test"}))) as server:
        assert set(gathered(watched(server), [("dead.test", "MX")])) == {("dead.test", "MX")}


def test_the_names_that_must_not_exist_differ_from_run_to_run() -> None:
    assert set(Canaries().absent).isdisjoint(Canaries().absent)
    assert replace(CANARIES, absent=()).present == tuple(ZONE)
