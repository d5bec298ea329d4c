# Any Debian-based image with Node 24 will do: docker build --build-arg NODE_IMAGE=… .
ARG NODE_IMAGE=node:24-bookworm-slim

FROM ${NODE_IMAGE} AS build
# What aws-lambda-ric compiles itself with, and the certificates of public authorities where the image has none.
RUN apt-get update \
    && apt-get install -y --no-install-recommends cmake g++ make python3 xz-utils \
       $([ -f /etc/ssl/certs/ca-certificates.crt ] || echo ca-certificates) \
    && rm -rf /var/lib/apt/lists/*
WORKDIR /build
COPY package.json package-lock.json ./
COPY cli/package.json cli/
# It is an optional dependency, so npm does not fail without it: the image does.
RUN npm ci --omit=dev --strict-allow-scripts && test -f node_modules/aws-lambda-ric/rapid-client.node
# The first layer, the same for every version of a plugin: Node, the libraries that it and the runtime client are linked
# with, certificates, and the runtime client. Lambda refuses an entry point that is a symlink, so node is copied as a file.
# Modes and times are set, so that the same files make the same layer, whenever and from whatever checkout.
COPY src/runtime/entrypoint.mjs /var/runtime/
RUN cp node_modules/aws-lambda-ric/index.mjs node_modules/aws-lambda-ric/rapid-client.node /var/runtime/ \
    && mkdir -p base/usr/local/bin base/tmp \
    && cp -L "$(command -v node)" base/usr/local/bin/node \
    && cp -L --parents /etc/ssl/certs/ca-certificates.crt \
       $(ldd base/usr/local/bin/node /var/runtime/rapid-client.node | grep -o '/[^ ]*\.so[^ ]*' | sort -u) base \
    && cp --parents /var/runtime/* base \
    && chmod -R u=rwX,go=rX base && chmod 644 base/var/runtime/* && chmod 1777 base/tmp \
    && find base -exec touch -h -d @0 {} +
# The second layer: the plugin, and what V8 makes of it and of the runtime client when they start.
COPY cli/build.ts cli/bake.ts cli/
COPY deploy/bundle.ts deploy/
COPY deploy/bundle deploy/bundle
COPY deploy/compileCache deploy/compileCache
COPY src src
RUN npm run build \
    && mkdir -p plugin/var/runtime \
    && cp -R dist /var/task && cp -R --parents /var/task plugin \
    && node cli/bake.ts plugin/var/runtime/compileCache \
    && chmod -R u=rwX,go=rX plugin \
    && find plugin -exec touch -h -d @0 {} +

# Nothing else is in the image: no shell, no npm, no package manager.
FROM scratch
COPY --from=build /build/base /
COPY --from=build /build/plugin /
WORKDIR /var/task
# What is young is collected sooner, as a function of 128 MB wants it. For one that has much more memory and works on large
# bodies, take the flag out and measure.
ENTRYPOINT ["/usr/local/bin/node", "--max-semi-space-size=2", "/var/runtime/entrypoint.mjs"]
CMD ["index.handler"]
