import {
  type Catalogue,
  type Clock,
  type FeedbackStore,
  type Log,
  type Servable,
  type TextCodec,
  toJsonSchema,
} from '@scaling-mlops/core'
import type { FindDocuments, FindExplainer } from '@scaling-mlops/core/explanation'
import type { Operations } from '@scaling-mlops/core/operations'
import type { Context } from 'hono'
import { createAudit } from './audit.ts'
import { answerAsset, answerPage, CONSOLE_PAGES, type ConsoleFiles } from './console.ts'
import { answerDocument, answerExamples, documentNames } from './document-routes.ts'
import type { Exchange } from './exchange.ts'
import { answerExplain, answerWhatIf } from './explain-routes.ts'
import { createFeedbackRoutes } from './feedback-routes.ts'
import { HttpError } from './http-error.ts'
import { createInvocationsRoutes } from './invocations-routes.ts'
import type { JobDoor } from './job-door.ts'
import { createJobRoutes } from './job-routes.ts'
import { answerOpenApi } from './openapi/openapi-route.ts'
import { createOperationsRoutes } from './operations-routes.ts'
import { createOperatorCheck, isKeyed, type OperatorOptions } from './operator.ts'
import { answerPredict } from './predict-route.ts'
import { answerChange, answerIndex } from './repository-routes.ts'
import { respondJson, respondText } from './respond.ts'
import type { RouteEntry } from './route.ts'
import type { StreamDoor } from './stream-door.ts'
import { createStreamRoutes } from './stream-routes.ts'
import { createV2Routes } from './v2/v2-routes.ts'
import { wantsHtml, welcomePage } from './welcome.ts'

/** What the routes answer from. */
export type RouteOptions = {
  readonly catalogue: Catalogue
  readonly findExplainer: FindExplainer
  readonly findDocuments: FindDocuments
  readonly log: Log
  readonly clock: Clock
  /** All metrics as Prometheus reads them, on request under Triton's names besides. */
  readonly writeMetrics: (aliases?: 'triton') => Promise<string>
  /** Whether requests should be sent here: true from the first to the last moment of service. */
  readonly isReady: () => boolean
  /** Largest body that is parsed whole, in bytes after decompression. */
  readonly maxBodyBytes: number
  readonly operators: OperatorOptions
  /** Beginnings of paths that want an operator's key, besides those that always do. */
  readonly keyedPaths?: readonly string[]
  readonly operations: Operations
  /** Without it the routes of feedback say what to set. */
  readonly feedback?: FeedbackStore | undefined
  /** Where streams and dead letters are kept; without it their routes say what to set. */
  readonly streams: StreamDoor | undefined
  /** Where files are kept that are scored in the background. */
  readonly jobs: JobDoor | undefined
  /** Largest file that is taken for that, as it arrives. */
  readonly maxFileBytes: number
  readonly isWorkerTier: boolean
  readonly text: TextCodec
  /** Whether an answer can go on for as long as the caller stays: not where it is handed over as a whole. */
  readonly canFollow?: boolean
  /** The console for browsers; without it `GET /` has a plain page for them. */
  readonly consoleFiles?: ConsoleFiles | undefined
}

/** Prometheus' text format, by its content type. */
const EXPOSITION = 'text/plain; version=0.0.4; charset=utf-8'

type RouteContext = Context<{ Bindings: Exchange }>
export type Route = readonly [
  method: 'GET' | 'POST' | 'DELETE',
  path: string,
  handler: (context: RouteContext) => Response | Promise<Response>,
]

/** Every route there is, keys asked for where the settings want one, and the same as it can be told of. */
export function createRoutes({
  catalogue,
  findExplainer,
  findDocuments,
  log,
  clock,
  writeMetrics,
  isReady,
  maxBodyBytes,
  operators,
  keyedPaths = [],
  operations,
  feedback,
  streams,
  jobs,
  maxFileBytes,
  isWorkerTier,
  text,
  canFollow = true,
  consoleFiles,
}: RouteOptions): { readonly routes: readonly Route[]; readonly table: readonly RouteEntry[] } {
  const requireOperator = createOperatorCheck(operators)
  const act = createAudit({ requireOperator, log })

  const named = ({ req }: RouteContext): Promise<Servable> =>
    catalogue.find(req.param('name') ?? '', req.param('version'))
  const predict = ({ req, env }: RouteContext): Promise<Response> => {
    // remembered beyond this request, so it holds names and nothing of the request
    const name = req.param('name')
    const version = req.param('version')
    const find = name === undefined ? catalogue.findDefault : () => catalogue.find(name, version)
    return answerPredict(req.raw, env, { find, maxBodyBytes, text })
  }
  const explained = async (context: RouteContext, answer: typeof answerExplain): Promise<Response> =>
    answer(context.req.raw, context.env, await named(context), { findExplainer, maxBodyBytes })

  const keyed =
    (handler: Route[2]): Route[2] =>
    context => {
      context.env.isKeyed = true
      requireOperator(context.req.raw)
      return handler(context)
    }

  const routes: readonly Route[] = [
    [
      'GET',
      '/',
      context =>
        consoleFiles !== undefined && wantsHtml(context.req.header('accept'))
          ? answerPage(consoleFiles, context.env)
          : welcome(context, catalogue),
    ],
    ...(consoleFiles === undefined ? [] : consoleRoutes(consoleFiles)),
    ['GET', '/health/live', ({ env }) => respondJson('{"status":"live"}', env.requestId)],
    [
      'GET',
      '/health/ready',
      ({ env }) =>
        isReady()
          ? respondJson('{"status":"ready"}', env.requestId)
          : respondJson('{"status":"not ready"}', env.requestId, 503),
    ],
    [
      'GET',
      '/metrics',
      async ({ req, env }) => {
        requireOperator(req.raw)
        const names = req.query('names')
        if (names !== undefined && names !== 'triton')
          throw new HttpError('bad_request', `names must be triton, or be left out; got "${names.slice(0, 40)}"`)
        return respondText(await writeMetrics(names), env.requestId, EXPOSITION)
      },
    ],
    ['GET', '/openapi.json', ({ env }) => answerOpenApi(env, { routes: table, catalogue, findDocuments })],
    ['GET', '/models', ({ env }) => respondJson(JSON.stringify({ models: catalogue.list() }), env.requestId)],
    ['GET', '/models/:name', async context => describeModel(context, await named(context))],
    ['GET', '/models/:name/versions/:version', async context => describeModel(context, await named(context))],
    ['POST', '/predict', predict],
    ['POST', '/models/:name/predict', predict],
    ['POST', '/models/:name/versions/:version/predict', predict],
    ...['/models/:name', '/models/:name/versions/:version'].flatMap((model): Route[] => [
      ['POST', `${model}/explain`, context => explained(context, answerExplain)],
      ['POST', `${model}/whatif`, context => explained(context, answerWhatIf)],
      ...documentNames.map(
        (document): Route => [
          'GET',
          `${model}/${document}`,
          async context => answerDocument(document, await named(context), context.env, findDocuments),
        ],
      ),
      ['GET', `${model}/examples`, async context => answerExamples(await named(context), context.env, findDocuments)],
    ]),
    [
      'POST',
      '/v2/repository/index',
      ({ req, env }) => {
        requireOperator(req.raw)
        return answerIndex(req.raw, env, { catalogue, maxBodyBytes })
      },
    ],
    ...(['load', 'unload'] as const).map(
      (change): Route => [
        'POST',
        `/v2/repository/models/:name/${change}`,
        ({ req, env }) =>
          act(`${change} model`, req.raw, env, () =>
            answerChange(change, req.param('name') ?? '', env, { catalogue, log }),
          ),
      ],
    ),
    ...[
      ...createInvocationsRoutes({ catalogue, isReady, maxBodyBytes, text }),
      ...createStreamRoutes({
        door: streams,
        isWorkerTier,
        canFollow,
        requireOperator,
        act,
        catalogue,
        log,
        clock,
        isReady,
        maxBodyBytes,
      }),
      ...createV2Routes({ catalogue, isReady, maxBodyBytes }),
      ...createOperationsRoutes({ operations, requireOperator, canFollow, isReady }),
      ...createFeedbackRoutes({ store: feedback, catalogue, clock, requireOperator, maxBodyBytes }),
      ...createJobRoutes({ door: jobs, requireOperator, act, catalogue, clock, isReady, canFollow, maxFileBytes }),
    ].map(
      ([method, path, handle]): Route => [
        method,
        path,
        ({ req, env }) => handle(req.raw, env, name => req.param(name) ?? ''),
      ],
    ),
  ]

  const table = routes.map(([method, path]): RouteEntry => ({ method, path, isKeyed: isKeyed(path, keyedPaths) }))
  return {
    routes: routes.map(([method, path, handle]) => [method, path, isKeyed(path, keyedPaths) ? keyed(handle) : handle]),
    table,
  }
}

async function welcome({ req, env }: RouteContext, catalogue: Catalogue): Promise<Response> {
  const title = await catalogue.findDefault().then(
    ({ name, rows }) => `the ${rows?.manifest.title ?? name} API`,
    () => 'Streaming at Scale',
  )
  const greeting = `Welcome to ${title}`
  if (!wantsHtml(req.header('accept'))) return respondText(greeting, env.requestId)
  const names = catalogue.list().map(({ name }) => name)
  return respondText(welcomePage(greeting, names), env.requestId, 'text/html; charset=utf-8', {
    'content-security-policy': "default-src 'none'",
  })
}

function consoleRoutes(files: ConsoleFiles): Route[] {
  return [
    ...CONSOLE_PAGES.map((path): Route => ['GET', path, ({ env }) => answerPage(files, env)]),
    ['GET', '/docs', ({ env }) => answerPage(files, env, '/docs.html')],
    ['GET', '/assets/*', ({ req, env }) => answerAsset(files, req.path, env)],
  ]
}

function describeModel({ env }: RouteContext, { name, version, inputs, outputs, rows }: Servable): Response {
  const described = rows
    ? { manifest: rows.manifest, schema: toJsonSchema(rows.manifest.title, rows.manifest.features) }
    : { name, version, inputs, outputs }
  return respondJson(JSON.stringify(described), env.requestId)
}
