#!/bin/sh
# Runs once, on an empty volume: a database, an owner and a runtime role for each service.
set -eu
for service in beneficiaries funds loans; do
  upper=$(echo "$service" | tr '[:lower:]' '[:upper:]')
  owner_password=$(printenv "${upper}_OWNER_PASSWORD")
  password=$(printenv "${upper}_PASSWORD")
  psql -v ON_ERROR_STOP=1 --username "$POSTGRES_USER" --dbname postgres \
    -v service="$service" -v owner="${service}_owner" -v database="ftp_${service}" \
    -v owner_password="$owner_password" -v password="$password" <<'SQL'
create role :"owner" login password :'owner_password' nosuperuser nocreatedb nocreaterole nobypassrls;
create role :"service" login password :'password' nosuperuser nocreatedb nocreaterole nobypassrls;
create database :"database" owner :"owner";
revoke connect on database :"database" from public;
grant connect on database :"database" to :"service";
\connect :"database"
create extension pg_trgm;
create extension unaccent;
create extension btree_gist;
alter schema public owner to :"owner";
revoke create on schema public from public;
grant usage on schema public to :"service";
SQL
done
psql -v ON_ERROR_STOP=1 --username "$POSTGRES_USER" --dbname postgres \
  -v password="$KEYCLOAK_DB_PASSWORD" <<'SQL'
create role keycloak login password :'password';
create database keycloak owner keycloak;
SQL
