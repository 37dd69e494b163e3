import { availableParallelism } from 'node:os'
import * as z from 'zod/mini'
import {
  from,
  httpAddress,
  integer,
  like,
  queueAddress,
  share,
  text,
  toDecodedPairs,
  toList,
  toPairs,
} from './setting-schemas.ts'

/** One setting: how its text or JSON is read, what it is without either, and what it is for. */
export type Setting<T> = {
  /** Made where it is asked for: few settings are given, and all schemas together take a tenth of a start. */
  readonly schema: () => z.ZodMiniType<T>
  readonly default: T
  readonly description: string
  /** Its value is shown nowhere. */
  readonly isSecret: boolean
}

const HEADERS = 'must be names and values of headers, like api-key=secret,other=value'
const RESOURCE_ATTRIBUTES = 'must be names and values, like cloud.region=eu-central-1,team=retention'

/**
 * Every setting of the server, once. From its key come the flag (`--max-body-bytes`), the environment variable (`MAX_BODY_BYTES`) and
 * the key of the configuration file (`maxBodyBytes`).
 */
export const settings = {
  port: setting(() => integer(0, 65_535), 9696, 'TCP port; 0 takes a free one'),
  host: setting(() => text(), '127.0.0.1', 'address to listen on; 0.0.0.0 for all'),
  grpcPort: setting(
    () => z.optional(integer(0, 65_535)),
    undefined,
    'TCP port of the Open Inference Protocol over gRPC; 0 takes a free one; not served by default',
  ),
  workers: setting(
    () =>
      from(
        value => (value === 'auto' ? availableParallelism() : value),
        integer(1, 1024, 'auto or a whole number from 1 to 1024'),
      ),
    1,
    'processes that answer on the port; auto for one per core',
  ),
  modelRepository: setting(() => text(), 'models', 'folder of models, or s3://bucket/prefix'),
  defaultModel: setting(
    () => z.optional(text()),
    undefined,
    'model that /predict answers with; the only one by default',
  ),
  pinnedVersions: setting(
    () => from(toPairs, z.record(z.string(), integer(1))),
    {},
    'versions that serve in place of the highest: churn=3,other=1',
  ),
  modelPollSeconds: setting(
    () => integer(0, 86_400),
    10,
    'seconds between looks into the repository for new versions; 0 for never',
  ),
  maxBodyBytes: setting(() => integer(1), 1_048_576, 'largest body that is read whole, after decompression'),
  maxBatchRows: setting(() => integer(1), 1024, 'rows of one run of a model at the most'),
  maxQueuedRows: setting(
    () => integer(1),
    100_000,
    'rows that wait for a model at the most; more are refused with 429',
  ),
  maxWaitMs: setting(
    () => integer(1),
    1000,
    'longest wait in milliseconds that is accepted; a longer one is refused with 429',
  ),
  maxLoopMs: setting(
    () => integer(1),
    200,
    'work of the event loop in milliseconds that requests in flight may amount to; more are refused with 429 before they are read',
  ),
  drainSeconds: setting(
    () => integer(0, 3600),
    0,
    'seconds of service after SIGTERM, not ready any more: the time others need to see it',
  ),
  modelThreads: setting(
    () => z.union([z.literal('auto'), integer(0, 1024)]),
    'auto',
    'threads that run a model beside the event loop; auto gives them to models slower than 3 ms a row',
  ),
  corsOrigins: setting(
    () => from(toList, z.array(like(/^https?:\/\/[^/\s]+$/, 'must be like https://console.example.com'))),
    [],
    'origins whose pages may call the server, separated by commas',
  ),
  dataDir: setting(
    () => z.optional(text()),
    undefined,
    'writable folder for the embedded queue, its results and dead letters, for files to score and for feedback',
  ),
  queueUrl: setting(
    () => z.optional(queueAddress()),
    undefined,
    'queue in SQS that records come from, in place of the embedded one',
  ),
  deadLetterQueueUrl: setting(
    () => z.optional(queueAddress()),
    undefined,
    'queue in SQS for dead letters, in place of DATA_DIR',
  ),
  resultsUrl: setting(
    () =>
      z.optional(like(/^(s3:\/\/[^/\s]+|https?:\/\/\S+)/, 'must be s3://bucket/prefix or the URL of a queue in SQS')),
    undefined,
    'where results of streams go, in place of DATA_DIR: s3://bucket/prefix or a queue in SQS',
  ),
  keepResultsDays: setting(() => integer(1, 36_500), 14, 'days that results of streams and files are kept in DATA_DIR'),
  maxFileBytes: setting(() => integer(1), 10_737_418_240, 'largest file that is taken at /jobs, as it arrives'),
  jobThreads: setting(
    () => z.union([z.literal('auto'), integer(1, 1024)]),
    'auto',
    'threads that score files in the background; auto for the cores that no worker has, one at least',
  ),
  largeResultsUrl: setting(
    () => z.optional(like(/^s3:\/\/[^/\s]+/, 'must be s3://bucket/prefix')),
    undefined,
    'where results go that are too large for the queue of RESULTS_URL: s3://bucket/prefix',
  ),
  fileQueueUrl: setting(
    () => z.optional(queueAddress()),
    undefined,
    'queue in SQS for the ranges of files in S3 that are too large for one invocation of Lambda',
  ),
  fileRangeBytes: setting(
    () => integer(1),
    64 * 1024 * 1024,
    'bytes of a file in S3 that one invocation of Lambda scores',
  ),
  visibilitySeconds: setting(
    () => integer(1, 43_200),
    30,
    'seconds that a received record stays hidden before it comes again; a worker that lives renews them',
  ),
  apiKeys: secret(
    () => from(toList, z.array(like(/^\S{16,}$/, 'each key must have at least 16 characters and no blank'))),
    [],
    'keys of operators, separated by commas; without any, operator routes answer this machine alone',
  ),
  keyedPaths: setting(
    () => from(toList, z.array(like(/^\/\S*$/, 'must begin with a slash, like /predict'))),
    [],
    'beginnings of paths that want a key of API_KEYS besides those of operators, separated by commas: /predict,/models; / for all but health',
  ),
  workerTier: setting(
    () =>
      from(value => (value === 'true' ? true : value === 'false' ? false : value), z.boolean('must be true or false')),
    false,
    'take messages of the worker daemon of Elastic Beanstalk at /worker',
  ),
  metrics: setting(
    () => z.enum(['none', 'cloudwatch', 'emf']),
    'none',
    'where metrics are pushed besides /metrics: cloudwatch by its API, emf by lines in the log',
  ),
  environmentName: setting(
    () => like(/^[!-~][ -~]{0,254}$/, 'must be 1 to 255 characters of ASCII'),
    'local',
    'what the metrics that are pushed belong to: their dimension EnvironmentName',
  ),
  payloadLog: setting(
    () => z.optional(like(/^(s3:\/\/[^/\s]+|(?!\w+:\/\/).+)/, 'must be a file or s3://bucket/prefix')),
    undefined,
    'where a sample of rows and answers is recorded: a file, or s3://bucket/prefix; nowhere by default',
  ),
  payloadSample: setting(() => share(), 0.01, 'share of rows that PAYLOAD_LOG records, from 0 to 1'),
  payloadRedact: setting(
    () => from(toList, z.array(text())),
    [],
    'fields that PAYLOAD_LOG leaves out, separated by commas',
  ),
  otelExporterOtlpEndpoint: setting(
    () => z.optional(httpAddress()),
    undefined,
    'collector of OpenTelemetry that traces are posted to as OTLP/JSON, at its /v1/traces; none are kept by default',
  ),
  otelExporterOtlpTracesEndpoint: setting(
    () => z.optional(httpAddress()),
    undefined,
    'the same by its whole URL, path and all',
  ),
  otelExporterOtlpHeaders: secret(
    () => from(toDecodedPairs, z.record(like(/^[\w-]+$/), like(/^[ -~]+$/, HEADERS), HEADERS)),
    {},
    'headers that go with traces, values percent-encoded: api-key=…,other=…',
  ),
  otelServiceName: setting(() => z.optional(text()), undefined, 'service.name of traces; scaling-mlops by default'),
  otelResourceAttributes: setting(
    () => from(toDecodedPairs, z.record(like(/^[\w.-]+$/), z.string(), RESOURCE_ATTRIBUTES)),
    {},
    'what else all traces say of this server: cloud.region=eu-central-1,…',
  ),
  otelTracesSampler: setting(
    () =>
      z.enum([
        'parentbased_always_on',
        'parentbased_always_off',
        'parentbased_traceidratio',
        'always_on',
        'always_off',
        'traceidratio',
      ]),
    'parentbased_always_on',
    'which traces are kept; parentbased: what the caller decided, where it sent a traceparent',
  ),
  otelTracesSamplerArg: setting(() => share(), 1, 'share of traces that the traceidratio samplers keep, from 0 to 1'),
  consoleDir: setting(
    () => z.optional(text()),
    undefined,
    'folder of the built console that browsers get at /; without it they get a plain page',
  ),
  logLevel: setting(
    () => z.enum(['debug', 'info', 'warn', 'error', 'silent']),
    'info',
    'least severe line that is logged',
  ),
} satisfies Record<string, Setting<unknown>>

export type Configuration = { readonly [Key in keyof typeof settings]: (typeof settings)[Key]['default'] }
export type SettingKey = keyof Configuration

export const settingKeys = Object.keys(settings) as SettingKey[]

/** `maxBodyBytes` → `MAX_BODY_BYTES`. */
export function environmentName(key: SettingKey): string {
  return key.replace(/[A-Z]/g, letter => `_${letter}`).toUpperCase()
}

/** `maxBodyBytes` → `max-body-bytes`. */
export function flagName(key: SettingKey): string {
  return key.replace(/[A-Z]/g, letter => `-${letter.toLowerCase()}`)
}

function setting<T>(schema: () => z.ZodMiniType<T>, value: T, description: string): Setting<T> {
  return { schema, default: value, description, isSecret: false }
}

function secret<T>(schema: () => z.ZodMiniType<T>, value: T, description: string): Setting<T> {
  return { ...setting(schema, value, description), isSecret: true }
}
