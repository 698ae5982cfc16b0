"""A service's application: routers in, everything that all services share around them."""

from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager
from typing import Any

from fastapi import APIRouter, FastAPI, Response
from fastapi.openapi.utils import get_openapi
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, generate_latest

from kit import health
from kit.crypto import Vault
from kit.database import Database, RowScope
from kit.identity import Actor, Verifier
from kit.middleware import Edge
from kit.problems import Problem, responses
from kit.problems import generic as generic_problems
from kit.problems import problems as problem_responses
from kit.problems.problem import MEDIA_TYPE, ProblemDocument
from kit.settings import Settings
from kit.telemetry import configure_logs, tracer_provider

Hook = Callable[[FastAPI], AbstractAsyncContextManager[None]]


def create_app(
    service: str,
    settings: Settings,
    routers: Sequence[APIRouter],
    *,
    title: str,
    description: str,
    migration_head: str,
    row_scope: Callable[[Actor | None], RowScope],
    problems: Sequence[type[Problem]] = (),
    constraints: Mapping[str, type[Problem]] | None = None,
    hooks: Sequence[Hook] = (),
    larger_bodies: Mapping[str, int] | None = None,
) -> FastAPI:
    """Return the application of `service`, its routes under `/v1/<service>`.

    row_scope: whose rows a caller reaches; the one place where a service turns roles into reach.
    constraints: refusals that the database's own constraints stand for, by constraint name.
    hooks: context managers entered at start and left at shutdown, after the database is there.
    larger_bodies: bytes that may be sent to some routes below `/v1/<service>`, where the general limit is too little.
    """
    configure_logs(service, settings.log_level)
    registry = CollectorRegistry()
    provider = tracer_provider(service, settings.otlp_endpoint)
    app = FastAPI(
        title=title,
        description=description,
        version="1.0.0",
        docs_url=None,
        redoc_url=None,
        openapi_url="/openapi.json",
        lifespan=_lifespan(hooks),
        telemetry={"tracer_provider": provider, "metrics": False, "logs": False}
        if provider
        else {"tracing": False, "metrics": False, "logs": False},
        separate_input_output_schemas=False,
    )
    state = app.state
    state.settings = settings
    state.service = service
    state.migration_head = migration_head
    state.row_scope = row_scope
    state.constraints = constraints or {}
    state.draining = False
    state.registry = registry
    state.database = Database(
        settings.database_url.get_secret_value(), pool=settings.database_pool, application=service
    )
    state.vault = Vault(settings.encryption_key_bytes, settings.encryption_key_id, settings.index_key_bytes)
    state.verifier = Verifier(
        issuer=settings.issuer,
        audience=settings.audience,
        jwks=settings.jwks,
        internal_url=settings.issuer_internal_url,
    )
    # Straight into the application: each level of nesting is searched again for every request.
    for router in routers:
        app.include_router(router, prefix=f"/v1/{service}")
    app.include_router(health.router)
    app.add_route("/metrics", lambda _: Response(generate_latest(registry), media_type=CONTENT_TYPE_LATEST))
    responses.install(app)
    larger = {f"/v1/{service}{path}": most for path, most in (larger_bodies or {}).items()}
    app.add_middleware(Edge, registry=registry, max_body=settings.max_body_bytes, larger=larger)
    app.openapi = lambda: _openapi(app, problems)  # type: ignore[method-assign]
    return app


def _lifespan(hooks: Sequence[Hook]) -> Callable[[FastAPI], AbstractAsyncContextManager[None]]:
    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        async with AsyncExitStack() as stack:
            stack.push_async_callback(app.state.database.close)
            for hook in hooks:
                await stack.enter_async_context(hook(app))
            yield
            app.state.draining = True

    return lifespan


# The gateway's own refusals are among them: a caller meets it first.
_ALWAYS = (
    "malformed",
    "not-found",
    "uri-too-long",
    "invalid",
    "too-many-requests",
    "headers-too-large",
    "unexpected",
    "bad-gateway",
    "unavailable",
    "gateway-timeout",
)


def _openapi(app: FastAPI, problems: Sequence[type[Problem]]) -> dict[str, Any]:
    """Return the contract, with the refusals every route shares and the catalogue for the `/problems` pages."""
    if app.openapi_schema is None:
        schema = get_openapi(title=app.title, version=app.version, description=app.description, routes=app.routes)
        schemas = schema.setdefault("components", {}).setdefault("schemas", {})
        document = ProblemDocument.model_json_schema(ref_template="#/components/schemas/{model}")
        schemas.update(document.pop("$defs", {}))
        schemas["ProblemDocument"] = document
        schemas.pop("HTTPValidationError", None)
        schemas.pop("ValidationError", None)
        _put_nulls_back(schemas)
        shared = {kind.slug(): kind for kind in vars(generic_problems).values() if _is_problem(kind)}
        _describe_refusals(schema, shared)
        own = {kind.slug(): kind for kind in problems}
        schema["x-problems"] = {slug: kind.describe() for slug, kind in sorted({**shared, **own}.items())}
        app.openapi_schema = schema
    return app.openapi_schema


def _put_nulls_back(schemas: dict[str, Any]) -> None:
    """Complete the examples: the framework leaves every null out of the document, also one that is required."""
    for schema in schemas.values():
        nullable = [
            name
            for name in schema.get("required", ())
            if {"type": "null"} in schema.get("properties", {}).get(name, {}).get("anyOf", ())
        ]
        for example in schema.get("examples", ()):
            example.update({name: None for name in nullable if name not in example})


def _is_problem(thing: object) -> bool:
    return isinstance(thing, type) and issubclass(thing, Problem) and thing is not Problem


def _describe_refusals(schema: dict[str, Any], shared: Mapping[str, type[Problem]]) -> None:
    """Give every operation the refusals it may always give; what a route declares itself stays."""
    for path in schema["paths"].values():
        for operation in path.values():
            answers = operation["responses"]
            if "HTTPValidationError" in str(answers.get("422", "")):
                del answers["422"]
            for parameter in operation.get("parameters", []):
                # Optional to the framework only so that their absence gets its own answer.
                if parameter["name"].lower() in {"if-match", "idempotency-key"}:
                    parameter["required"] = True
            for status, answer in problem_responses(*(shared[slug] for slug in _always(operation))).items():
                _add_answer(answers, str(status), answer)


def _always(operation: dict[str, Any]) -> list[str]:
    """Return the slugs of the refusals that follow from what the operation takes."""
    always = [*_ALWAYS]
    if operation.get("security"):
        always += ["unauthenticated", "forbidden"]
    if "requestBody" in operation:
        always += ["too-large"]
    names = {parameter["name"].lower() for parameter in operation.get("parameters", [])}
    if "if-match" in names:
        always += ["precondition-required", "stale-version"]
    if "idempotency-key" in names:
        always += ["idempotency-key-missing", "idempotency-in-flight", "idempotency-mismatch"]
    if "cursor" in names:
        always += ["bad-cursor"]
    return always


def _add_answer(answers: dict[str, Any], status: str, answer: dict[str, Any]) -> None:
    declared = answers.setdefault(status, answer)
    if declared is not answer:
        told = declared.setdefault("content", {})
        if MEDIA_TYPE not in told:
            # An interface whose standard has refusals of its own; before it, ours may come all the same.
            told[MEDIA_TYPE] = answer["content"][MEDIA_TYPE]
            return
        examples = told[MEDIA_TYPE]["examples"]
        more = {
            slug: shown for slug, shown in answer["content"][MEDIA_TYPE]["examples"].items() if slug not in examples
        }
        examples.update(more)
        declared["description"] += "".join(f" · `{slug}`: {shown['value']['title']}" for slug, shown in more.items())
