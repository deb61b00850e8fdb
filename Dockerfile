# An image that holds /tsinit alone, to run and to copy from:
#
#   COPY --from=tsinit /tsinit /tsinit
#   ENTRYPOINT ["/tsinit"]
#
# The file is built in here, or taken as `npm run build` has left it in dist/ (nothing is downloaded then, no image needed):
#
#   docker build -t tsinit .
#   docker build -t tsinit --build-arg TSINIT=given .
#
# BUILDER is any image of Debian or its kin with a C compiler, binutils and Node 20 or newer; BuildKit or buildah is needed, for stages that
# nobody asks for are not to be built.
#
# Another architecture: --platform linux/arm64, or linux/amd64,linux/arm64 for one image of both. It is compiled across, not emulated.
ARG TSINIT=built
ARG BUILDER=node:24-bookworm

FROM --platform=$BUILDPLATFORM ${BUILDER} AS built
ARG TARGETARCH
# With musl init takes 28 KB of memory instead of 600.
RUN if [ "$TARGETARCH" = arm64 ]; then \
      dpkg --add-architecture arm64; packages="gcc-aarch64-linux-gnu g++-aarch64-linux-gnu musl-dev:arm64 qemu-user-static"; \
    else packages=musl-tools; fi && \
    apt-get update && apt-get install -y --no-install-recommends $packages
WORKDIR /src
COPY package.json package-lock.json .npmrc ./
RUN npm install --no-save --no-audit --no-fund
COPY . .
# dist/ of another machine would be older than the sources beside it.
RUN rm -rf dist && if [ "$TARGETARCH" = arm64 ]; then npm run build -- --arch arm64; else npm run build; fi && mv dist/linux-$TARGETARCH/tsinit /tsinit

FROM scratch AS given
ARG TARGETARCH
COPY dist/linux-${TARGETARCH}/tsinit /tsinit

FROM ${TSINIT} AS chosen

FROM scratch
ARG VERSION=0.1.0
ARG REVISION=unknown
LABEL org.opencontainers.image.title="tsinit" \
      org.opencontainers.image.description="One executable that is a container's PID 1: an init for one command, a supervisor with a configuration" \
      org.opencontainers.image.licenses="MIT" \
      org.opencontainers.image.version="${VERSION}" \
      org.opencontainers.image.revision="${REVISION}"
COPY --from=chosen /tsinit /tsinit
ENTRYPOINT ["/tsinit"]
