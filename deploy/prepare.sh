#!/bin/sh
# Makes what compose.yaml mounts: secrets, each in a file of its own, and the registry's folder. Run again, it changes
# nothing that is there. With root it hands the folder over; without, it says what to do.
set -eu
cd "$(dirname "$0")"
umask 077
mkdir -p secrets data/registry
random() { od -An -N32 -tx1 /dev/urandom | tr -d ' \n'; }
for name in admin-token hook-token database-password; do
  [ -s "secrets/$name" ] || random >"secrets/$name"
done
# What follows from the others is written anew; as files that nobody may write to.
rm -f secrets/database-url secrets/registry.yml
printf 'postgres://tare:%s@database:5432/tare\n' "$(cat secrets/database-password)" >secrets/database-url
cat >secrets/registry.yml <<END
version: 0.1
# At info it writes the hook's token into its log.
log: { level: warn }
storage:
  filesystem: { rootdirectory: /var/lib/registry }
  delete: { enabled: true }
http:
  addr: :5000
  secret: $(random)
notifications:
  endpoints:
    - name: tare
      url: http://tare:8080/api/v1/hooks/distribution
      headers:
        Authorization: [Bearer $(cat secrets/hook-token)]
      timeout: 5s
      threshold: 5
      backoff: 2s
      ignore:
        mediatypes: [application/octet-stream]
        actions: [pull]
END
# Nobody else gets into the folder; the containers are other users and see the files alone.
chmod 444 secrets/*
if [ "$(id -u)" = 0 ]; then
  chown 65532:65532 data/registry
else
  echo "run once: sudo chown 65532:65532 $(pwd)/data/registry"
fi
echo "token for http://localhost:8080: secrets/admin-token"
