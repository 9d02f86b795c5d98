# Two stages: a static binary, then nothing but that binary. Roots of trust and time zones are
# compiled in, so the image needs no certificates and no zoneinfo.

FROM rust:1.95-slim-bookworm AS build
WORKDIR /build
COPY Cargo.toml Cargo.lock build.rs askama.toml ./
COPY migrations migrations
COPY static static
COPY templates templates
COPY src src
# Static glibc: since 2.34 it looks names up in /etc/hosts and by DNS without any other file; Docker
# mounts /etc/hosts and /etc/resolv.conf. Random numbers come from the system call, not from a file.
# --target keeps the flags away from build scripts and macros.
RUN target="$(uname -m)-unknown-linux-gnu" \
    && RUSTFLAGS='-C target-feature=+crt-static --cfg getrandom_backend="linux_getrandom"' cargo build --release --locked --target "$target" \
    && install -D "target/$target/release/kiwideck" /image/kiwideck \
    && install -d -m 0700 /image/data /image/keys

FROM scratch
COPY --from=build /image/kiwideck /kiwideck
# The database and the master key stand apart, so that a copy of one is no copy of the other.
COPY --from=build --chown=65532:65532 /image/data /data
COPY --from=build --chown=65532:65532 /image/keys /keys
# Plain http: the port is for a proxy with TLS, or published on loopback alone (compose.yaml).
ENV KIWIDECK_LISTEN=0.0.0.0:8080 \
    KIWIDECK_ALLOW_PLAIN_HTTP=true \
    KIWIDECK_DATABASE=/data/kiwideck.db \
    KIWIDECK_MASTER_KEY_FILE=/keys/master.key
USER 65532:65532
VOLUME ["/data", "/keys"]
EXPOSE 8080
HEALTHCHECK --interval=30s --timeout=5s --start-period=10s CMD ["/kiwideck", "healthcheck"]
ENTRYPOINT ["/kiwideck"]
CMD ["serve"]
