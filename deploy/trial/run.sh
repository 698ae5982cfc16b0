#!/bin/sh
# Start docker-compose.yml for real where no image can be pulled, follow a gift through it, and take it away again.
# Needs a Docker daemon, docker-compose, mmdebstrap and root; Debian's packages and PyPI are all it fetches.
set -eu
cd "$(dirname "$0")/../.."
export PYTHON_IMAGE=for-the-poor-trial/python POSTGRES_IMAGE=for-the-poor-trial/postgres
PIP_CERT=/etc/ssl/certs/ca-certificates.crt
suite=${DEBIAN_SUITE:-bookworm}
environment=.cache/trial.env
mkdir -p .cache

# The authorities that this machine trusts are trusted in the image too: a mirror may stand behind one of its own.
base() {
  docker image inspect "$1" > /dev/null 2>&1 && return
  mmdebstrap --quiet --variant=minbase --include="ca-certificates,$2" \
    --customize-hook="upload $PIP_CERT $PIP_CERT" "$suite" .cache/base.tar
  docker import --change "ENV PIP_CERT=$PIP_CERT" .cache/base.tar "$1"
  rm .cache/base.tar
}
base "$PYTHON_IMAGE" python3,python3-venv,python-is-python3
base "$POSTGRES_IMAGE" postgresql

umask 077
python3 deploy/new_env.py --public-url https://api.example.vn --keycloak https://id.example.vn > "$environment"
trial() {
  docker-compose --project-name for-the-poor-trial --env-file "$environment" \
    -f docker-compose.yml -f deploy/trial/compose.yml "$@"
}
story() { .venv/bin/python deploy/trial/story.py --environment "$environment" "$@"; }
trap 'trial down --volumes --remove-orphans' EXIT

trial build
trial up --detach
story give
echo "a service dies:"
kill -9 "$(docker inspect --format '{{.State.Pid}}' "$(trial ps -q funds)")"
story look
echo "everything is taken down and started again:"
trial down
trial up --detach
story look
trial ps
