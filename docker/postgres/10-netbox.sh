#!/bin/sh
# Run once by the PostgreSQL image on an empty volume: NetBox gets a user and database of its own.
set -eu
psql -v ON_ERROR_STOP=1 -v password="$NETBOX_DB_PASSWORD" --username "$POSTGRES_USER" --dbname "$POSTGRES_DB" <<'SQL'
CREATE USER netbox PASSWORD :'password';
CREATE DATABASE netbox OWNER netbox;
SQL
