# Debian, not Alpine: ONNX Runtime needs glibc.
FROM node:24-bookworm-slim AS build
WORKDIR /app
# its install script would fetch GPU libraries; npm 11 skips it by package.json, older ones by this
ENV ONNXRUNTIME_NODE_INSTALL=skip
COPY package.json package-lock.json .npmrc ./
COPY core/package.json core/
COPY adapters/package.json adapters/
COPY runtimes/package.json runtimes/
COPY runtimes/web/package.json runtimes/web/
COPY tests/package.json tests/
RUN npm ci --workspace runtimes --workspace runtimes/web
COPY tsconfig.json ./
COPY core core
COPY adapters adapters
COPY runtimes runtimes
RUN node runtimes/web/build.ts && node runtimes/container/build.ts
COPY models models
# a checkout under a strict umask is not readable for the user `node`
RUN chmod -R a+rX models

# `docker build --target lambda`: one function for every event source, with Lambda's own runtime interface client
FROM build AS function
RUN node runtimes/lambda/build.ts

FROM node:24-bookworm-slim AS interface-client
WORKDIR /opt/interface-client
# headers of Node-API alone, which any Node runs
RUN apt-get update && apt-get install --yes --no-install-recommends g++ make cmake xz-utils python3 libnode-dev
RUN echo '{ "private": true, "allowScripts": { "aws-lambda-ric": true } }' > package.json \
 && npm_config_nodedir=/usr npm install --no-audit --no-fund aws-lambda-ric@4.0.2

FROM node:24-bookworm-slim AS lambda
WORKDIR /var/task
ENV NODE_ENV=production LAMBDA_TASK_ROOT=/var/task
COPY --from=interface-client /opt/interface-client/node_modules /opt/interface-client/node_modules
COPY --from=function /app/dist/lambda ./
ENTRYPOINT ["node", "/opt/interface-client/node_modules/aws-lambda-ric/index.mjs"]
CMD ["main.handler"]

FROM node:24-bookworm-slim AS server
WORKDIR /app
ENV NODE_ENV=production HOST=0.0.0.0 NODE_COMPILE_CACHE=/app/compiled
# what changes least comes first: 46 MB of ONNX Runtime and what else is not bundled, the program, the console, the models
COPY --from=build /app/dist/container/node_modules node_modules
COPY --from=build /app/dist/container/*.js /app/dist/container/package.json ./
COPY --from=build /app/dist/console console
COPY --from=build /app/models models

# the server is started once: it checks its models, and leaves the scripts that V8 compiled, which belong to this path and user
FROM server AS started
COPY runtimes/container/start-once.ts ./
RUN mkdir compiled && chown node compiled
USER node
RUN DRAIN_SECONDS=0 node --single-threaded-gc --min-semi-space-size=16 --import ./start-once.ts main.js
USER root
RUN chmod -R a+rX compiled

# the server, for Docker and Elastic Beanstalk: what is built where no target is named
FROM server
COPY --from=started --chown=root:root /app/compiled compiled
USER node
EXPOSE 9696
# a process a core leaves no core for helpers of the garbage collector: they would take turns with requests
# nor is a young generation worth growing step by step while a start fills it
# its own entry and not the base's shell: `docker run IMAGE serve`, as SageMaker starts it, gives it the word
ENTRYPOINT ["node", "--single-threaded-gc", "--min-semi-space-size=16", "main.js"]
