# One image for both processes: `docker run … serve` (default) and `docker run … worker`.
# Every RUN below is executed by tests/packaging in a plain folder; no image was built where this was written.
FROM python:3.12-slim AS build
WORKDIR /src
COPY requirements/runtime.txt requirements/build.txt requirements/
RUN python -m venv /opt/lti-tool && /opt/lti-tool/bin/pip install --no-cache-dir --require-hashes -r requirements/runtime.txt
RUN python -m venv /opt/build && /opt/build/bin/pip install --no-cache-dir --require-hashes -r requirements/build.txt
COPY pyproject.toml README.md LICENSE ./
COPY lti_tool lti_tool
COPY modules modules
COPY rubrics rubrics
COPY migrations migrations
RUN /opt/build/bin/hatchling build -t wheel -d /src/dist
RUN /opt/lti-tool/bin/pip install --no-cache-dir --no-deps /src/dist/*.whl

FROM python:3.12-slim
RUN useradd --system --uid 10001 --home-dir /srv/lti-tool --create-home lti-tool
COPY --from=build /opt/lti-tool /opt/lti-tool
USER lti-tool
WORKDIR /srv/lti-tool
# Made by its user before it becomes a volume: a volume's folder that is missing would belong to root.
RUN mkdir /srv/lti-tool/instance
ENV PATH=/opt/lti-tool/bin:$PATH PYTHONUNBUFFERED=1 LTI_TOOL_INSTANCE_DIR=/srv/lti-tool/instance
VOLUME /srv/lti-tool/instance
EXPOSE 8000
HEALTHCHECK --interval=30s --timeout=5s --start-period=10s CMD ["python", "-c", "import urllib.request; urllib.request.urlopen('http://127.0.0.1:8000/healthz', timeout=4)"]
ENTRYPOINT ["lti-tool"]
CMD ["serve", "--host", "0.0.0.0", "--port", "8000"]
