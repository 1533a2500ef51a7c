from __future__ import annotations

import sys
from functools import partial

import contactability
import contactability_contest as contest
import contactability_dns as dns
import contactability_dns_client as client
import contactability_emails as emails
import contactability_phones as phones
import polars as pl
import pytest
from contactability_contest import Contest, Cost


def test_tools_take_turns_and_the_cheapest_round_counts() -> None:
    turns: list[str] = []
    seconds = {"a": iter([3.0, 1.0, 2.0]), "b": iter([4.0, 5.0, 6.0])}

    def run(tool: str) -> Cost:
        turns.append(tool)
        return Cost(100, next(seconds[tool]), 9.0)

    found = contest.best([Contest("task", tool, partial(run, tool)) for tool in "ab"], 3)
    assert turns == ["a", "b"] * 3
    assert {key: cost.cpu for key, cost in found.items()} == {("task", "a"): 1.0, ("task", "b"): 4.0}
    assert found["task", "a"].rate == 100


def test_a_tool_that_is_not_installed_is_left_out_and_named(capsys: pytest.CaptureFixture[str]) -> None:
    there = Contest("task", "there", lambda: Cost(1, 1.0, 1.0))
    found = contest.best([Contest("task", "away", lambda: None), there], 2)
    assert list(found) == [("task", "there")]
    assert capsys.readouterr().out.count("away is not installed") == 1


@pytest.mark.parametrize("tool", [dns.OURS, dns.WHOLE, "dnspython on threads", "email-validator on threads"])
def test_a_tool_is_right_about_every_domain_when_nothing_is_lost(tool: str) -> None:
    with dns.server(dns.AT_ONCE) as port:
        cost = dns.look_up(dns.AT_ONCE, tool, 60, port, sys.executable)
    assert cost is not None
    assert (cost.count, cost.right) == (60, 60)
    assert cost.cpu > 0


def test_domains_are_of_every_sort_in_the_shares_that_are_told() -> None:
    truth = list(client.names(1_000, 0.03).values())
    assert {sort: truth.count(sort) for sort in ("mx", "dead", "gone", "none")} == {
        "mx": 890,
        "dead": 30,
        "gone": 30,
        "none": 50,
    }


def test_invented_addresses_are_distinct_and_some_are_broken() -> None:
    asked = emails.addresses(2_000)
    assert len(set(asked)) == 2_000
    assert 0 < sum(emails.by_library(address) is None for address in asked) < 200
    assert emails.differences(asked) == []


def test_an_address_that_is_read_differently_is_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(emails, "by_library", lambda _address: ("ana", "tienda.co"))
    assert emails.differences(["ana@tienda.co", "eva@tienda.co"]) == ["eva@tienda.co"]


def test_invented_numbers_are_distinct_and_differ_from_the_library_only_where_we_say_so() -> None:
    numbers = phones.invented(2_000)
    assert numbers.select("raw", "country").is_unique().all()
    said, unsaid = phones.differences(numbers)
    assert unsaid == []
    assert said


def test_a_number_that_is_read_differently_is_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(phones, "by_library", lambda _raw, _country: None)
    number = pl.DataFrame({"kind": ["mobile"], "value": [None], "raw": ["+57 300 111 2233"], "country": ["CO"]})
    assert phones.differences(number).unsaid == ["+57 300 111 2233"]


def results(ours: float, peers: float) -> contest.Results:
    """Results in which ours took ``ours`` seconds for everything, and every peer ``peers``."""
    ours_at = [(task, tool) for task in dns.HABITS for tool in (dns.OURS, dns.WHOLE)]
    ours_at += [(emails.TASK, emails.SYNTAX), (phones.TASK, phones.TEXT)]
    peers_at = [(task, tool) for task in dns.HABITS for tool in (*dns.DNSPYTHON, dns.AIODNS)]
    found = {key: Cost(1_000, ours, ours, 1_000) for key in ours_at}
    return found | {key: Cost(1_000, peers, peers, 990) for key in peers_at}


@pytest.mark.parametrize(("ours", "peers", "held"), [(1.0, 10.0, 5), (2.0, 10.0, 4), (20.0, 10.0, 1)])
def test_a_promise_holds_only_when_the_figures_say_so(ours: float, peers: float, held: int) -> None:
    told = [row[-1] for row in contactability.promises(results(ours, peers))]
    assert told.count("yes") == held


def test_every_result_is_in_one_table_with_as_many_cells_as_its_head() -> None:
    found = results(1.0, 10.0)
    domains, values = list(contactability.domain_rows(found)), list(contactability.value_rows(found))
    assert len(domains) + len(values) == len(found)
    assert ["at once", "aiodns", "1,000", "100", "10.0", "10.00", "10.0", "99.00%"] in domains
    assert ["emails", "syntax", "1,000", "1,000", "1.00", "1000.0"] in values
    assert contactability.table(["a", "b"], [["1", "2"]]) == "| a | b |\n|---|---|\n| 1 | 2 |"
