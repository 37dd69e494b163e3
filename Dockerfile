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

# the server, for Docker and Elastic Beanstalk: what is built where no target is named
FROM node:24-bookworm-slim
WORKDIR /app
ENV NODE_ENV=production HOST=0.0.0.0
# what changes least comes first: 46 MB of ONNX Runtime and what else is not bundled, the program, the console, the models
COPY --from=build /app/dist/container/node_modules node_modules
COPY --from=build /app/dist/container/*.js /app/dist/container/package.json ./
COPY --from=build /app/dist/console console
COPY --from=build /app/models models
USER node
EXPOSE 9696
# a process a core leaves no core for helpers of the garbage collector: they would take turns with requests
# its own entry and not the base's shell: `docker run IMAGE serve`, as SageMaker starts it, gives it the word
ENTRYPOINT ["node", "--single-threaded-gc", "main.js"]
