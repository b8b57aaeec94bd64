# expect: database-dump-present@3:6 high | by its name a dump
FROM postgres:18
COPY backup-2026.sql.gz /docker-entrypoint-initdb.d/
