#!/bin/sh
# Builds the image and pushes it; see: npx biot-plugin build-and-push --help
bin="$(cd "$(dirname "$0")" && pwd)/node_modules/.bin"
[ -e "$bin/biot-plugin" ] || { echo 'Run npm ci first.' >&2; exit 2; }
PATH="$bin:$PATH"
export PATH
exec biot-plugin build-and-push "$@"
