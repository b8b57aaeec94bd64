#!/bin/sh
# Azure Container Registry: tells tare of every push. Needs the Azure CLI, signed in.
set -eu
: "${REGISTRY:?name of the registry, without .azurecr.io}"
: "${TOKEN:?token of the hook}"
az acr webhook create \
  --registry "$REGISTRY" \
  --name tare \
  --uri https://tare.example.com/api/v1/hooks/azure \
  --actions push \
  --headers "Authorization=Bearer $TOKEN"
