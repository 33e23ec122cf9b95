# syntax=docker/dockerfile:1
# One image for everything: `serve` by default, or any other verb of `python -m server`.

FROM node:24-slim AS pages
WORKDIR /app
COPY package.json package-lock.json ./
COPY client/package.json client/
COPY design/package.json design/
COPY overlay/package.json overlay/
COPY panel/package.json panel/
RUN npm ci --no-audit --no-fund
COPY client client
COPY design design
COPY overlay overlay
COPY panel panel
RUN npm run build

FROM python:3.13-slim AS packages
WORKDIR /build
COPY pyproject.toml tools/constraints.txt ./
# Only what the server needs, before its source, so that a change of ours does not install everything again.
RUN python -c "import tomllib; print(*tomllib.load(open('pyproject.toml', 'rb'))['project']['dependencies'], sep='\n')" \
        > requirements.txt \
    && python -m venv /venv \
    && /venv/bin/pip install --no-cache-dir --constraint constraints.txt --requirement requirements.txt

FROM python:3.13-slim
ARG VERSION=dev
ENV PATH=/venv/bin:$PATH PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 \
    HOST=0.0.0.0 PORT=8000 DATA_DIR=/data LOG_FORMAT=json VERSION=$VERSION
RUN useradd --uid 10001 --create-home tablecast && install -d -o tablecast -g tablecast -m 0700 /data
WORKDIR /app
COPY --from=packages /venv /venv
COPY migrations migrations
COPY server server
COPY static static
COPY --from=pages /app/static static
USER 10001
VOLUME /data
EXPOSE 8000
HEALTHCHECK --interval=10s --timeout=5s --start-period=30s \
    CMD ["python", "-c", "import urllib.request as r; r.urlopen('http://127.0.0.1:8000/readyz', timeout=4)"]
ENTRYPOINT ["python", "-m", "server"]
CMD ["serve"]
