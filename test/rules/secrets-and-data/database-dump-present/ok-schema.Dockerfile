FROM postgres:18
COPY schema.sql init-dump.sql /docker-entrypoint-initdb.d/
