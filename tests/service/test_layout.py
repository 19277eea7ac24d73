"""What stands around our processes in ``deploy/compose.yml`` really starts here, as the file has it, and stops without a trace."""

from __future__ import annotations

import importlib
from collections.abc import Iterator

import httpx
import pytest
import sqlalchemy as sa

from wegwijzer.product.installed import find, redis_server
from wegwijzer.product.layout.cluster import Cluster, layout_secrets, prepared, running
from wegwijzer.product.processes import CannotStart

SECRETS = layout_secrets()


@pytest.fixture(scope="module")
def cluster() -> Iterator[Cluster]:
    try:
        for program in ("initdb", "postgres", "nginx"):
            find(program)
        redis_server()
    except CannotStart as error:
        pytest.skip(str(error))
    services = prepared(given=SECRETS)
    ours = [name for name, one in services.items() if one.program == "wegwijzer"]
    with running(prepared(away=ours, given=SECRETS)) as started:
        yield started
    assert not any(started.runs(name) for name in started.services)


def test_the_database_is_there_for_who_has_the_password(cluster: Cluster) -> None:
    url = sa.engine.make_url(cluster.addresses.here(SECRETS["DATABASE_URL"]))
    engine = sa.create_engine(url, future=True, poolclass=sa.pool.NullPool)
    with engine.connect() as connection:
        assert connection.scalar(sa.text("SELECT current_database()")) == "wegwijzer"
    wrong = sa.create_engine(url.set(password="geraden"), future=True, poolclass=sa.pool.NullPool)
    with pytest.raises(sa.exc.OperationalError), wrong.connect():
        pass


def test_the_pushes_are_there_for_who_has_the_password(cluster: Cluster) -> None:
    redis = importlib.import_module("redis")
    address = cluster.addresses.here(SECRETS["REDIS_URL"])
    with redis.Redis.from_url(address) as known:
        assert known.ping()
    stranger = redis.Redis.from_url(address.replace(SECRETS["REDIS_PASSWORD"], "geraden"))
    with stranger, pytest.raises(redis.exceptions.ConnectionError):
        stranger.ping()


def test_the_proxy_is_there_and_what_is_killed_comes_back(cluster: Cluster) -> None:
    address = f"http://{cluster.addresses.of('nginx', 8080)}"
    assert httpx.get(f"{address}/conversations/x/tracker", trust_env=False).status_code == 404
    assert httpx.get(f"{address}/", trust_env=False).status_code == 502, "nobody is behind it here"
    cluster.kill("nginx")
    assert not cluster.runs("nginx")
    cluster.begin("nginx")
    cluster.wait("nginx")
    assert httpx.get(f"{address}/metrics", trust_env=False).status_code == 404
