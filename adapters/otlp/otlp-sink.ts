import type { Clock, LineSink, Log } from '@scaling-mlops/core'

export type OtlpSinkOptions = {
  /** Where spans are posted, path and all. */
  readonly url: string
  readonly headers: Readonly<Record<string, string>>
  /** The attributes of the resource, in the JSON mapping. */
  readonly resource: string
  readonly scope: { readonly name: string; readonly version: string }
  readonly clock: Clock
  readonly log: Log
}

/** OpenTelemetry's defaults for the batch span processor and for an export. */
const INTERVAL_MS = 5_000
const PATIENCE_MS = 10_000
/** Answers after which OTLP says to try again. */
const TRANSIENT = new Set([429, 502, 503, 504])
/** A collector that cannot take spans is asked less and less often. */
const LONGEST_REST_MS = 60_000

/** Posts spans, a line of JSON each, as OTLP over HTTP. What a collector refuses for good is dropped and told once; what it cannot take now rejects. */
export function createOtlpSink({ url, headers, resource, scope, clock, log }: OtlpSinkOptions): LineSink {
  const head = `{"resourceSpans":[{"resource":{"attributes":${resource}},"scopeSpans":[{"scope":${JSON.stringify(scope)},"spans":[`
  let failures = 0
  let restsUntil = 0
  let hasRefused = false

  const tellRefusal = (status: number, answer: string): void => {
    const say = hasRefused ? log.debug : log.warn
    hasRefused = true
    say('traces: the collector refused spans, which are dropped; this is said once', {
      status,
      answer: answer.slice(0, 200),
    })
  }

  const post = async (lines: string): Promise<void> => {
    const response = await fetch(url, {
      method: 'POST',
      headers: { ...headers, 'content-type': 'application/json' },
      // a line feed stands between spans alone: in JSON it is escaped
      body: `${head}${lines.trimEnd().replaceAll('\n', ',')}]}]}]}`,
      redirect: 'error',
      signal: AbortSignal.timeout(PATIENCE_MS),
    })
    const answer = await response.text()
    if (TRANSIENT.has(response.status)) throw new Error(`the collector answered ${response.status}`)
    if (!response.ok || /"rejectedSpans":\s*"?[1-9]/.test(answer)) tellRefusal(response.status, answer)
  }

  return {
    intervalMs: INTERVAL_MS,
    async write(lines) {
      if (clock.monotonic() < restsUntil) throw new Error('the collector could not take spans a moment ago')
      try {
        await post(lines)
        failures = 0
      } catch (error) {
        restsUntil = clock.monotonic() + Math.min(LONGEST_REST_MS, INTERVAL_MS * 2 ** failures++)
        throw error
      }
    },
    close() {},
  }
}
