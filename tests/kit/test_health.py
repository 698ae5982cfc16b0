from collections.abc import Callable

from tests.kit.conftest import Kit


async def test_a_service_is_ready_only_at_its_own_migration(kit: Callable[..., Kit]) -> None:
    service = kit()
    async with service.client(login=None) as http:
        assert (await http.get("/readyz")).status_code == 200
        await service.sql("update alembic_version set version_num = 'another'")
        answer = await http.get("/readyz")
        assert answer.status_code == 503
        assert answer.json()["migration"] == "another"


async def test_a_draining_service_asks_for_no_more_requests_but_lives(kit: Callable[..., Kit]) -> None:
    service = kit()
    service.app.state.draining = True
    async with service.client(login=None) as http:
        assert (await http.get("/readyz")).status_code == 503
        assert (await http.get("/livez")).status_code == 200


async def test_without_a_database_it_lives_is_not_ready_and_says_so_to_callers(kit: Callable[..., Kit]) -> None:
    service = kit(database_url="postgresql://kit@127.0.0.1:1/none")
    async with service.client() as http:
        assert (await http.get("/livez")).status_code == 200
        assert (await http.get("/readyz")).status_code == 503
        answer = await http.get("/v1/kit/things")
    assert (answer.status_code, answer.json()["code"], answer.headers["retry-after"]) == (503, "unavailable", "1")


async def test_a_backend_that_dies_costs_no_request_that_had_not_begun(kit: Callable[..., Kit]) -> None:
    service = kit(database_pool=1)
    async with service.client() as http:
        assert (await http.get("/v1/kit/things")).status_code == 200
        await service.sql(
            "select pg_terminate_backend(pid) from pg_stat_activity where usename = 'kit' and datname = current_database()"
        )
        assert (await http.get("/v1/kit/things")).status_code == 200


async def test_metrics_count_requests_by_route_and_status(kit: Callable[..., Kit]) -> None:
    async with kit().client() as http:
        await http.get("/v1/kit/things/1")
        text = (await http.get("/metrics")).text
    assert 'http_requests_total{method="GET",route="/things/{thing}",status="404"} 1.0' in text


async def test_a_request_keeps_the_id_the_gateway_gave_it_and_no_other(kit: Callable[..., Kit]) -> None:
    async with kit().client() as http:
        given = await http.get("/v1/kit/nothing", headers={"X-Request-Id": "0192f0c1-7a3e-7cc1"})
        forged = await http.get("/v1/kit/nothing", headers={"X-Request-Id": "a id;with spaces"})
    assert given.headers["x-request-id"] == given.json()["request_id"] == "0192f0c1-7a3e-7cc1"
    assert forged.headers["x-request-id"] != "a id;with spaces"
