# One image for every service; the command says which. Pinned by tag; the lab's stand-ins carry the same tags.
ARG PYTHON_TAG=python:3.11-slim-bookworm
FROM ${PYTHON_TAG} AS build
ARG PIP_INDEX_URL
ENV PIP_NO_CACHE_DIR=1 PIP_DISABLE_PIP_VERSION_CHECK=1
WORKDIR /src
RUN python3 -m venv /opt/dateline
# Dependencies first: a change of the code does not install them again.
COPY pyproject.toml constraints.txt README.md LICENSE NOTICE ./
RUN mkdir config tasks workers && touch config/__init__.py tasks/__init__.py workers/__init__.py \
 && /opt/dateline/bin/pip install --quiet --constraint constraints.txt '.[postgres]'
COPY config config
COPY tasks tasks
COPY workers workers
RUN /opt/dateline/bin/pip install --quiet --no-deps --force-reinstall . \
 && /opt/dateline/bin/dateline gazetteer build --out /opt/dateline/gazetteer

FROM ${PYTHON_TAG}
RUN groupadd --system --gid 10001 dateline \
 && useradd --system --uid 10001 --gid dateline --no-create-home --home-dir /data dateline \
 && mkdir /data /inbox && chown dateline:dateline /data /inbox
COPY --from=build /opt/dateline /opt/dateline
ENV PATH=/opt/dateline/bin:$PATH PYTHONUNBUFFERED=1 \
    DATELINE_DATA_DIR=/data DATELINE_LOG_FORMAT=json \
    OMP_NUM_THREADS=1 OPENBLAS_NUM_THREADS=1
WORKDIR /data
USER dateline
ENTRYPOINT ["dateline"]
CMD ["--help"]
