#!/bin/sh
# Published from RagPy.AppHost/Program.cs; do not edit.
# Makes .env, the files in secrets/ and a certificate, where they are missing. It may be run again at any time: what is there stays, unless .env says otherwise.
set -eu
cd "$(dirname "$0")"

[ -e .env ] || (umask 077; cp .env.example .env)
# Nobody else passes through the folder; what is in it is read by the services' own users.
umask 022
mkdir -p secrets/tls
chmod 700 secrets

given() {
  sed -n "s/^$(printf %s "$1" | tr 'a-z-' 'A-Z_')=//p" .env | tail -n 1
}

write() {
  case $2 in
    *[!A-Za-z0-9._~-]*) echo "$1: only letters, digits and -_.~ are allowed; change it in .env" >&2; exit 1 ;;
  esac
  printf %s "$2" > "secrets/$1"
}

for name in postgres-password redis-password qdrant-key gateway-key ragpy-access-token; do
  value=$(given "$name")
  if [ -n "$value" ]; then
    write "$name" "$value"
  elif [ ! -s "secrets/$name" ]; then
    write "$name" "$(od -An -tx1 -N24 /dev/urandom | tr -d ' \n')"
    echo "secrets/$name: made by chance"
  fi
done

for name in openai-api-key openrouter-api-key mistral-api-key; do
  write "$name" "$(given "$name")"
done

if [ ! -s secrets/tls/tls.crt ]; then
  openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 365 -subj /CN=localhost \
    -addext subjectAltName=DNS:localhost,IP:127.0.0.1 -keyout secrets/tls/tls.key -out secrets/tls/tls.crt 2>/dev/null
  chmod 644 secrets/tls/tls.key
  echo "secrets/tls: certificate for localhost that signs itself; put yours there as tls.crt and tls.key"
fi

echo "The access token is in secrets/ragpy-access-token."
