#!/bin/sh
# Amazon ECR: an EventBridge rule and an API destination that tell tare of every push. Needs the AWS CLI, signed in.
set -eu
: "${ROLE_ARN:?role that EventBridge may take, with events:InvokeApiDestination}"
: "${TOKEN:?token of the hook}"
connection=$(aws events create-connection \
  --name tare \
  --authorization-type API_KEY \
  --auth-parameters "{\"ApiKeyAuthParameters\":{\"ApiKeyName\":\"Authorization\",\"ApiKeyValue\":\"Bearer $TOKEN\"}}" \
  --query ConnectionArn --output text)
destination=$(aws events create-api-destination \
  --name tare \
  --connection-arn "$connection" \
  --invocation-endpoint https://tare.example.com/api/v1/hooks/ecr \
  --http-method POST \
  --query ApiDestinationArn --output text)
aws events put-rule \
  --name tare \
  --event-pattern '{"source":["aws.ecr"],"detail-type":["ECR Image Action"],"detail":{"action-type":["PUSH"],"result":["SUCCESS"]}}'
aws events put-targets --rule tare --targets "Id=tare,Arn=$destination,RoleArn=$ROLE_ARN"
