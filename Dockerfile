# One recipe for every process; ARG SERVICE selects what is copied in, so a stray import cannot start.
#   docker build --build-arg SERVICE=funds -t for-the-poor/funds .
ARG PYTHON_IMAGE=python:3.11-slim-bookworm

FROM ${PYTHON_IMAGE} AS packages
COPY deploy/requirements.lock /requirements.lock
# Nothing is installed into a running image: the installer stays behind.
RUN python -m venv /venv \
 && /venv/bin/pip install --no-cache-dir --disable-pip-version-check --require-hashes -r /requirements.lock \
 && /venv/bin/pip uninstall --yes --quiet pip setuptools

FROM ${PYTHON_IMAGE} AS base
ENV PATH=/venv/bin:$PATH PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1
RUN useradd --uid 10001 --user-group --no-create-home --shell /usr/sbin/nologin forthepoor
COPY --from=packages /venv /venv
WORKDIR /app
COPY kit kit

# A service: its own folder and its own migrations, nothing of its neighbours.
FROM base AS service
ARG SERVICE
ENV SERVICE=${SERVICE}
COPY services/__init__.py services/__init__.py
COPY services/${SERVICE} services/${SERVICE}
COPY migrations/*.py migrations/script.py.mako migrations/
COPY migrations/parts migrations/parts
COPY migrations/${SERVICE} migrations/${SERVICE}
# A clone made under a strict umask is copied as it is: the account below must be able to read it.
RUN chmod -R u=rwX,go=rX /app && install -d -m 700 -o 10001 -g 10001 /files
USER 10001
EXPOSE 8000
HEALTHCHECK --interval=5s --timeout=3s --start-period=20s CMD \
  ["python", "-c", "import urllib.request as u; u.urlopen('http://127.0.0.1:8000/readyz', timeout=2)"]
CMD ["sh", "-c", "exec uvicorn services.${SERVICE}.app:create_app --factory --host 0.0.0.0 --port 8000 --no-access-log --timeout-graceful-shutdown 20"]

FROM base AS gateway
COPY gateway gateway
RUN chmod -R u=rwX,go=rX /app
USER 10001
ENV HOST=0.0.0.0 PORT=8000
EXPOSE 8000
HEALTHCHECK --interval=5s --timeout=3s --start-period=20s CMD \
  ["python", "-c", "import urllib.request as u; u.urlopen('http://127.0.0.1:8000/livez', timeout=2)"]
CMD ["python", "-m", "gateway"]
