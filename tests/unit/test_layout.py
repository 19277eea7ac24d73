"""The compose file as processes: every name and port is found again on this machine, and a mistake is said in one sentence."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from typer.testing import CliRunner

from wegwijzer.cli import app
from wegwijzer.evaluation.cluster import chat_of, victims
from wegwijzer.product.layout.addresses import Addresses
from wegwijzer.product.layout.cluster import Cluster, layout_secrets, prepared
from wegwijzer.product.layout.programs import program_of
from wegwijzer.product.layout.reading import CannotRead, Service, fill_in, in_order, read_compose, without
from wegwijzer.product.processes import CannotStart
from wegwijzer.settings import Settings
from wegwijzer.watching.door import port_of
from wegwijzer.watching.parts import PARTS

SECRETS = layout_secrets()


@pytest.fixture(scope="module")
def services() -> dict[str, Service]:
    return prepared(given=SECRETS)


def test_each_service_comes_after_what_it_needs(services: dict[str, Service]) -> None:
    names = list(services)
    for name, one in services.items():
        assert all(names.index(needed) < names.index(name) for needed in one.needs)


@given(st.dictionaries(st.sampled_from("abcdef"), st.sets(st.sampled_from("abcdef")), max_size=6))
def test_any_order_is_right_or_refused(needs: dict[str, set[str]]) -> None:
    services = {name: Service(name, "x", (), {}, (), tuple(sorted(needed))) for name, needed in needs.items()}
    try:
        names = in_order(services)
    except CannotRead:
        return
    assert sorted(names) == sorted(services)
    assert all(needed in names[: names.index(name)] for name, one in services.items() for needed in one.needs)


@given(st.text())
def test_what_is_filled_in_is_given_or_refused(text: str) -> None:
    assert "${" not in fill_in(text.replace("${", ""), {})
    with pytest.raises(CannotRead, match="NAME is not set"):
        fill_in(f"{text.replace('$', '')}${{NAME:?stands elsewhere}}", {})


def test_a_secret_goes_to_ours_and_to_no_other(services: dict[str, Service]) -> None:
    for name, one in services.items():
        assert (one.environment.get("RASA_TOKEN") == SECRETS["RASA_TOKEN"]) is (one.program == "wegwijzer"), name
    assert services["postgres"].environment["POSTGRES_PASSWORD"] == SECRETS["POSTGRES_PASSWORD"]


def test_no_name_of_another_machine_is_left_and_no_port_is_used_twice(services: dict[str, Service], tmp_path: Path) -> None:
    addresses = Addresses(services)
    taken: list[str] = []
    for name, one in services.items():
        if one.program != "wegwijzer":
            continue
        environment = program_of(one, addresses, tmp_path).environment
        own = {key: value for key, value in environment.items() if key in one.environment or key in addresses.own(name)}
        for value in own.values():
            assert not re.search(rf"\b(?:{'|'.join(services)}|rasa):\d", value), value
        assert own["WEGWIJZER_HOST"] == "127.0.0.1"
        part = one.command[1]
        taken += [value for key, value in addresses.own(name).items() if key != "METRICS_PORT"]
        if part in PARTS:
            taken.append(str(port_of(int(own["METRICS_PORT"]), part)))
        Settings.from_environment(own)
    assert len(taken) == len(set(taken))


def test_the_proxy_is_filled_in_for_this_machine(
    services: dict[str, Service], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("wegwijzer.product.layout.programs.find", lambda name: f"/usr/sbin/{name}")
    here = without(services, ["rasa-2"])
    addresses = Addresses(here)
    program = program_of(here["nginx"], addresses, tmp_path)
    written = (tmp_path / "wegwijzer.conf").read_text(encoding="utf-8")
    active = "\n".join(line for line in written.splitlines() if not line.startswith("#"))
    assert "${" not in active and "rasa-2" not in active and "rasa-1" not in active
    assert f"server {addresses.of('rasa-1', 5005)} " in active
    assert addresses.of("nginx", 8080) in active
    assert str(tmp_path / "nginx.conf") in program.command


def test_people_come_in_at_the_proxy_and_only_what_there_are_two_of_is_killed(
    services: dict[str, Service], tmp_path: Path
) -> None:
    cluster = Cluster(services, tmp_path)
    assert chat_of(cluster) == f"http://{cluster.addresses.of('nginx', 8080)}"
    assert set(victims(cluster)) == {"rasa-1", "rasa-2", "actions-1", "actions-2", "console-1", "console-2", "redis"}
    alone = Cluster(without(services, ["rasa-2", "nginx", "redis"]), tmp_path)
    assert chat_of(alone) == f"http://{alone.addresses.of('rasa-1', 5005)}"
    assert "rasa-1" not in victims(alone)


BROKEN = {
    "no yaml": "services: [",
    "no services": "x: 1",
    "a circle": "services:\n  a: {image: x, depends_on: [b]}\n  b: {image: x, depends_on: [a]}\n",
    "nobody": "services:\n  a: {image: x, depends_on: [weg]}\n",
    "a secret": "services:\n  a: {image: x, environment: {A: '${NIET_GEZET}'}}\n",
}


@pytest.mark.parametrize("what", BROKEN)
def test_a_mistake_in_the_file_is_one_sentence(what: str, tmp_path: Path) -> None:
    file = tmp_path / "compose.yml"
    file.write_text(BROKEN[what], encoding="utf-8")
    with pytest.raises(CannotRead):
        read_compose(file, {})
    done = CliRunner().invoke(app, ["cluster", "--file", str(file)])
    assert done.exit_code == 1 and "Traceback" not in done.output and done.exception.__class__ is SystemExit


@pytest.mark.parametrize("arguments", [["--without", "bestaat-niet"], ["--set", "zonder-waarde"], ["--set", "A=${NIET_GEZET}"]])
def test_a_mistake_in_what_is_asked_is_one_sentence(arguments: list[str]) -> None:
    done = CliRunner().invoke(app, ["cluster", *arguments])
    assert done.exit_code == 1 and "Traceback" not in done.output


def test_a_program_that_nobody_knows_is_said(tmp_path: Path) -> None:
    strange = Service("x", "docker.io/library/oracle:1", (), {})
    with pytest.raises(CannotStart, match="oracle"):
        program_of(strange, Addresses({"x": strange}), tmp_path)
