#!/bin/sh
# Google Artifact Registry: a Pub/Sub push subscription that tells tare of every push. Needs gcloud, signed in.
set -eu
: "${PROJECT:?project of the registry}"
: "${ACCOUNT:?service account that signs the messages, NAME@PROJECT.iam.gserviceaccount.com}"
# Artifact Registry publishes to the topic gcr where there is one.
gcloud pubsub topics create gcr --project="$PROJECT" || true
gcloud pubsub subscriptions create tare \
  --project="$PROJECT" \
  --topic=gcr \
  --push-endpoint=https://tare.example.com/api/v1/hooks/google \
  --push-auth-service-account="$ACCOUNT" \
  --push-auth-token-audience=https://tare.example.com/api/v1/hooks/google
