#!/bin/sh
# Makes the secrets of compose.yaml once; what is there already stays.
set -eu
cd "$(dirname "$0")"
# The folder is closed; the files inside are open because each container reads its own as another user.
mkdir -p -m 0700 secrets
random() { head -c 24 /dev/urandom | od -An -v -tx1 | tr -d ' \n'; }
[ -s secrets/database_password ] || random >secrets/database_password
[ -s secrets/search_key ] || random >secrets/search_key
printf 'postgres://qixiao:%s@database:5432/qixiao' "$(cat secrets/database_password)" >secrets/database_url
chmod 0644 secrets/*
echo "secrets lie in $(pwd)/secrets"
