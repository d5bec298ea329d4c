#!/bin/sh
# Logs docker in to the plugins' repository; see: npx biot-plugin login --help
bin="$(cd "$(dirname "$0")" && pwd)/node_modules/.bin"
[ -e "$bin/biot-plugin" ] || { echo 'Run npm ci first.' >&2; exit 2; }
PATH="$bin:$PATH"
export PATH
exec biot-plugin login "$@"
