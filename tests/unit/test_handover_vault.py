"""Telephone numbers for calling back: encrypted, only when they can be called, gone after use."""

from __future__ import annotations

import base64
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.handover import Clock
from wegwijzer.catalogue.phone_numbers import PhoneKind
from wegwijzer.handover.models import Refused, Request
from wegwijzer.handover.phone_vault import NotCallable, PhoneVault, VaultClosed, read_keys, read_number
from wegwijzer.handover.states import Actor, RequestState
from wegwijzer.handover.store import HandoverStore

OLD, NEW = (base64.urlsafe_b64encode(bytes([number]) * 32).decode().rstrip("=") for number in (1, 2))
NUMBER, WRITTEN = "+31302860000", "030 - 286 00 00"


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "handover.db"


@pytest.fixture
def store(path: Path, clock: Clock) -> HandoverStore:
    return HandoverStore(f"sqlite:///{path}", clock)


@pytest.fixture
def request_(store: HandoverStore) -> Request:
    return store.ask("anna", "web")[0]


def vault(store: HandoverStore, *keys: str) -> PhoneVault:
    return PhoneVault(store, read_keys(",".join(keys or (OLD,))))


def test_a_number_comes_back_to_the_colleague_and_that_is_written_down(store: HandoverStore, request_: Request) -> None:
    assert vault(store).keep(request_.id, WRITTEN) == NUMBER
    assert vault(store).show(request_.id, "jan") == NUMBER
    assert ("jan", "saw_phone") in [(deed.who, deed.what) for deed in store.audit.all(request_.id)]


def test_the_file_does_not_have_the_number(store: HandoverStore, request_: Request, path: Path) -> None:
    vault(store).keep(request_.id, WRITTEN)
    data = path.read_bytes()
    assert not any(text.encode() in data for text in (NUMBER, NUMBER[3:], WRITTEN))


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("112", PhoneKind.SHORT), ("0900-1234567", PhoneKind.PAID), ("0800-0113", PhoneKind.FREE), ("14 030", PhoneKind.MUNICIPAL),
        ("06-123", PhoneKind.NO_NUMBER), ("+32 2 555 12 12", PhoneKind.FOREIGN), ("bel me maar", PhoneKind.UNREADABLE),
        ("", PhoneKind.UNREADABLE), ("0" * 5000, PhoneKind.UNREADABLE),
    ],
)  # fmt: skip
def test_what_cannot_be_called_is_refused_with_what_it_is(
    store: HandoverStore, request_: Request, text: str, kind: PhoneKind
) -> None:
    with pytest.raises(NotCallable) as caught:
        vault(store).keep(request_.id, text)
    assert caught.value.kind is kind
    assert not vault(store).has(request_.id)


@given(text=st.text(alphabet="0123456789+- ()a\x00", max_size=50))
def test_whatever_is_typed_is_a_number_or_is_refused(text: str) -> None:
    try:
        number = read_number(text)
    except NotCallable:
        return
    assert number.startswith("+31")
    assert read_number(number) == number


def test_another_number_replaces_the_first(store: HandoverStore, request_: Request) -> None:
    vault(store).keep(request_.id, WRITTEN)
    vault(store).keep(request_.id, "06 12345678")
    assert vault(store).show(request_.id, "jan") == "+31612345678"


def test_after_use_it_is_gone(store: HandoverStore, request_: Request) -> None:
    vault(store).keep(request_.id, WRITTEN)
    vault(store).forget(request_.id)
    assert vault(store).show(request_.id, "jan") is None


def test_it_goes_after_some_days_and_with_the_end_of_the_request(store: HandoverStore, clock: Clock) -> None:
    first, second, third = (store.ask(name, "web")[0] for name in ("anna", "bert", "carla"))
    vault(store).keep(first.id, WRITTEN)
    clock.now += 7 * 86_400 + 1
    vault(store).keep(second.id, WRITTEN)
    vault(store).keep(third.id, WRITTEN)
    store.move(third.id, RequestState.CLOSED, Actor.RESIDENT)
    assert vault(store).purge(7) == 2
    assert [vault(store).has(one.id) for one in (first, second, third)] == [False, True, False]


def test_a_number_needs_an_open_request(store: HandoverStore, request_: Request) -> None:
    store.move(request_.id, RequestState.CLOSED, Actor.RESIDENT)
    with pytest.raises(Refused, match="not_allowed"):
        vault(store).keep(request_.id, WRITTEN)
    with pytest.raises(Refused, match="no_request"):
        vault(store).keep("onbekend", WRITTEN)


def test_keys_rotate(store: HandoverStore, request_: Request) -> None:
    vault(store, OLD).keep(request_.id, WRITTEN)
    with pytest.raises(VaultClosed, match="HANDOVER_KEY"):
        vault(store, NEW).show(request_.id, "jan")
    with pytest.raises(VaultClosed):
        vault(store, NEW).rotate()
    assert vault(store, NEW, OLD).show(request_.id, "jan") == NUMBER
    assert vault(store, NEW, OLD).rotate() == 1
    assert vault(store, NEW).show(request_.id, "jan") == NUMBER
    with pytest.raises(VaultClosed):
        vault(store, OLD).show(request_.id, "jan")


@pytest.mark.parametrize("text", ["", ",", "kort", "x" * 43 + "!", f"{OLD},kort"])
def test_what_is_no_key_is_refused_by_name_and_not_repeated(text: str) -> None:
    with pytest.raises(ValueError, match="HANDOVER_KEY") as caught:
        read_keys(text)
    assert OLD not in str(caught.value)
