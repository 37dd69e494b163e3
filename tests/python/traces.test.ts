import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { aRow, json } from '../support/churn.ts'
import { openMemoryHost } from '../support/host.ts'
import { openOtlpReceiver } from '../support/otlp-receiver.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'
import { openPython } from './environment.ts'

const TRACE = '4bf92f3577b34da6a3ce929d0e0e4736'

it("posts traces that OpenTelemetry's own messages can be read from", async () => {
  await using folder = await temporaryFolder()
  await using receiver = await openOtlpReceiver()
  const host = await openMemoryHost({ OTEL_EXPORTER_OTLP_ENDPOINT: receiver.url, ENVIRONMENT_NAME: 'the "prod"' })
  const before = Date.now()
  await host.fetch(
    '/predict',
    json(aRow(), { traceparent: `00-${TRACE}-00f067aa0ba902b7-01`, 'user-agent': 'a "b" \\ é' }),
  )
  await host.fetch('/jobs', { method: 'POST' })
  await host.close()
  const path = join(folder.path, 'traces.json')
  await writeFile(path, receiver.requests[0]?.text ?? '')
  const python = await openPython()

  const { resource, spans } = JSON.parse(await python('check_traces.py', path))

  expect(resource).toMatchObject({ 'service.name': 'scaling-mlops', 'deployment.environment.name': 'the "prod"' })
  expect(spans).toMatchObject([
    {
      traceId: TRACE,
      isChild: true,
      kind: 'SPAN_KIND_SERVER',
      name: 'POST /predict',
      status: 'STATUS_CODE_UNSET',
      attributes: {
        'http.request.method': 'POST',
        'http.response.status_code': 200,
        'user_agent.original': 'a "b" \\ é',
        'model_serving.rows': 1,
      },
    },
    { traceId: TRACE, isChild: true, kind: 'SPAN_KIND_INTERNAL', name: 'queue wait' },
    {
      traceId: TRACE,
      isChild: true,
      kind: 'SPAN_KIND_INTERNAL',
      name: 'model run',
      attributes: { 'model_serving.batch_rows': 1 },
    },
    { isChild: false, name: 'POST /jobs', status: 'STATUS_CODE_ERROR' },
  ])
  for (const { milliseconds, isForward } of spans) {
    expect(milliseconds).toBeGreaterThanOrEqual(before - 1)
    expect(isForward).toBe(true)
  }
})
