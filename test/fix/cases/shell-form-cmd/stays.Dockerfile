FROM debian:12 AS a
CMD app $PORT
FROM debian:12 AS b
CMD cd /app && ./run
FROM debian:12 AS c
ENTRYPOINT app
CMD ["serve"]
FROM debian:12 AS d
CMD app "a b" > /log
FROM a
FROM b
FROM c
CMD source /env
