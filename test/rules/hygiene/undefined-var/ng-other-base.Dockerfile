# expect: undefined-var@5 confidence=medium | did you mean SERVICE_DIR
FROM registry.example.com/team/base:1
ENV SERVICE_DIR=/srv
ENV CONFIG=$HOME/.config
WORKDIR $SERVICE_DIT
