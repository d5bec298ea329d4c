# Any Debian-based image with Node 24 will do: docker build --build-arg NODE_IMAGE=… .
ARG NODE_IMAGE=node:24-bookworm-slim

FROM ${NODE_IMAGE} AS build
# What aws-lambda-ric compiles itself with.
RUN apt-get update \
    && apt-get install -y --no-install-recommends cmake g++ make python3 xz-utils \
    && rm -rf /var/lib/apt/lists/*
WORKDIR /build
COPY package.json package-lock.json ./
COPY cli/package.json cli/
# It is an optional dependency, so npm does not fail without it: the image does.
RUN npm ci --omit=dev && test -f node_modules/aws-lambda-ric/rapid-client.node
COPY cli/build.ts cli/
COPY deploy/bundle.ts deploy/
COPY src src
# All that comes into the image, as the tree that it is there, so that one COPY makes one layer of it. Lambda runs as a
# user of its own, so all must be readable by everybody; and modes and times are set, so that the same sources make the
# same layer, whenever and from whatever checkout.
RUN npm run build \
    && mkdir -p root/var/runtime root/var/task \
    && cp node_modules/aws-lambda-ric/index.mjs node_modules/aws-lambda-ric/rapid-client.node src/runtime/entrypoint.mjs root/var/runtime/ \
    && cp -R dist/. root/var/task/ \
    && chmod -R u=rwX,go=rX root \
    && find root -exec touch -h -d @0 {} +

FROM ${NODE_IMAGE}
# Lambda refuses an entry point that is a symlink; in the official image node is a file already.
RUN [ -f /usr/local/bin/node ] && [ ! -L /usr/local/bin/node ] \
    || cp --remove-destination "$(readlink -f "$(command -v node)")" /usr/local/bin/node
COPY --from=build /build/root /
WORKDIR /var/task
ENTRYPOINT ["/usr/local/bin/node", "/var/runtime/entrypoint.mjs"]
CMD ["index.handler"]
