import { toRequest, UnreadableRequest } from './http-request.ts'
import { bytesInJson, type HttpResult, mostBytes, toResult } from './http-result.ts'
import { type Invocation, inTime } from './invocation.ts'
import type { Fields, HttpSource } from './source.ts'

/** A server as a function of the web's own types; `caller` is how it learns of deadlines. */
export type App = (request: Request, caller?: AppCaller) => Promise<Response>

export type AppCaller = {
  readonly aborted: boolean
  readonly arrived: boolean
  header(name: string): string | undefined
}

/** Writes a refusal as the app would. */
export type Refuse = (code: RefusalCode, message: string, requestId: string | undefined) => Response

export type RefusalCode = 'bad_request' | 'unreadable_body' | 'answer_too_large' | 'deadline_exceeded' | 'not_supported'

export type HttpHandlerOptions = { readonly app: App; readonly refuse: Refuse }

/** Answers an HTTP event with what the app answers to the request in it, within the time and the size that the source allows. Never rejects. */
export type HttpHandler = (event: Fields, source: HttpSource, invocation: Invocation) => Promise<HttpResult>

export function createHttpHandler({ app, refuse }: HttpHandlerOptions): HttpHandler {
  return async (event, source, invocation) => {
    const resultOf = async (response: Response): Promise<HttpResult> =>
      toResult(event, source, response, new Uint8Array(await response.arrayBuffer()))
    let request: Request
    try {
      request = toRequest(event, source)
    } catch (error) {
      if (!(error instanceof UnreadableRequest)) throw error
      return resultOf(refuse(error.code, error.message, invocation.requestId))
    }
    const caller = toCaller(request, invocation)
    const requestId = caller.header('x-request-id')
    const result = await inTime(answer(app, request, caller, refuse).then(resultOf), invocation)
    if (result === undefined)
      return resultOf(refuse('deadline_exceeded', 'the time of the invocation is over before the answer', requestId))
    const bytes = bytesInJson(result)
    if (bytes <= mostBytes(source)) return result
    const message = `the answer would have ${bytes} bytes of at most ${mostBytes(source)}; send fewer rows at a time`
    return resultOf(refuse('answer_too_large', message, requestId))
  }
}

/** An answer of which the end is not in sight cannot be given at once. */
async function answer(app: App, request: Request, caller: AppCaller, refuse: Refuse): Promise<Response> {
  const response = await app(request, caller)
  if (!response.headers.get('content-type')?.startsWith('text/event-stream')) return response
  await response.body?.cancel()
  return refuse(
    'not_supported',
    'an invocation of Lambda answers as a whole and cannot send events one by one; ask the server in a container',
    caller.header('x-request-id'),
  )
}

/** The caller waits no longer than the invocation may take. Its request id is that of the invocation, unless it brings one. */
function toCaller({ headers }: Request, { requestId, remaining, signal }: Invocation): AppCaller {
  return {
    get aborted() {
      return signal.aborted
    },
    arrived: true,
    header(name) {
      const value = headers.get(name) ?? undefined
      if (name === 'x-request-id') return value ?? requestId
      if (name !== 'x-request-timeout-ms') return value
      const left = String(Math.max(1, Math.floor(remaining())))
      return value === undefined || Number(value) > Number(left) ? left : value
    },
  }
}
