import type { RequestSpan, Tracer } from '@scaling-mlops/core'
import type { Exchange } from './exchange.ts'

const METHODS = new Set(['GET', 'HEAD', 'POST', 'PUT', 'DELETE', 'CONNECT', 'OPTIONS', 'TRACE', 'PATCH', 'QUERY'])

export type Answered = { readonly method: string; readonly path: string; readonly status: number }

/** Begins the span of a request where the caller's context, or the sampler, wants one. */
export function beginSpan(tracer: Tracer, { caller, started }: Exchange): RequestSpan | undefined {
  const [traceparent, tracestate] = [caller.header('traceparent'), caller.header('tracestate')]
  return tracer.begin({ started, traceparent, tracestate })
}

/** Ends it as OpenTelemetry's conventions for HTTP servers say; queries and addresses of callers are left out, as in the log. */
export function endSpan(span: RequestSpan, { method, path, status }: Answered, exchange: Exchange): void {
  const { caller, route, requestId, model, version, rows, invalid } = exchange
  const known = METHODS.has(method)
  const [host, port] = hostOf(caller.header('host'))
  span.end({
    name: `${known ? method : 'HTTP'}${route === undefined ? '' : ` ${route}`}`,
    attributes: {
      'http.request.method': known ? method : '_OTHER',
      'http.request.method_original': known ? undefined : method,
      'http.response.status_code': status,
      'http.response.header.x-request-id': [requestId],
      'http.route': route,
      'url.path': path,
      'url.scheme': caller.header('x-forwarded-proto') === 'https' ? 'https' : 'http',
      'server.address': host,
      'server.port': port,
      'user_agent.original': caller.header('user-agent'),
      'error.type': status >= 500 ? String(status) : undefined,
      'model_serving.rows': rows,
      'model_serving.invalid_rows': invalid,
    },
    model,
    version,
    isFault: status >= 500,
  })
}

function hostOf(header: string | undefined): [host?: string, port?: number] {
  const [, host, port] = /^(\[[^\]]*\]|[^:]*)(?::(\d{1,5}))?$/.exec(header ?? '') ?? []
  if (host === undefined || host === '') return []
  return port === undefined ? [host] : [host, Number(port)]
}
