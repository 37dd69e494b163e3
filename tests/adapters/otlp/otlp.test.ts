import { createMemoryLog, systemClock } from '@scaling-mlops/adapters/memory'
import { openOtlp } from '@scaling-mlops/adapters/otlp'
import { expect, it } from 'vitest'
import { type OtlpReceiver, openOtlpReceiver } from '../../support/otlp-receiver.ts'

/** A tracer whose time stands still until it is moved; spans are posted when `flush` is called. */
function aTracer({ url }: Pick<OtlpReceiver, 'url'>) {
  const log = createMemoryLog()
  let now = 0
  const tracer = openOtlp({
    url: `${url}/v1/traces`,
    headers: {},
    sampler: 'always_on',
    ratio: 1,
    resource: { 'service.name': 'test' },
    clock: { now: systemClock.now, monotonic: () => now },
    timer: { sleep: async () => {}, every: () => () => {} },
    log,
  })
  return {
    ...tracer,
    warnings: () => log.lines.filter(({ level }) => level === 'warn').map(({ message }) => message),
    wait(milliseconds: number) {
      now += milliseconds
    },
    trace(name: string, attributes = {}) {
      const span = tracer.begin({ started: now, traceparent: undefined, tracestate: undefined })
      span?.end({ name, attributes, model: undefined, version: undefined, isFault: false })
    },
  }
}

const namesOf = (receiver: OtlpReceiver) => receiver.spans().map(({ name }) => name)
const CANNOT = 'traces: lines cannot be written; scoring goes on, and this is said once'
const REFUSED = 'traces: the collector refused spans, which are dropped; this is said once'

it.each([429, 502, 503, 504])(
  'keeps what the collector answers %i to, and posts it with what came since',
  async code => {
    let status = code
    await using receiver = await openOtlpReceiver(response => response.writeHead(status).end('{}'))
    const { trace, flush, wait, warnings } = aTracer(receiver)

    trace('first')
    await flush()
    status = 200
    trace('second')
    wait(5_000)
    await flush()

    expect(namesOf(receiver)).toEqual(['first', 'first', 'second'])
    expect(warnings()).toEqual([CANNOT])
  },
)

it('asks a collector that fails less and less often, and says so once', async () => {
  await using receiver = await openOtlpReceiver(response => response.writeHead(503).end())
  const { trace, flush, wait, warnings } = aTracer(receiver)
  trace('first')

  for (let second = 0; second < 300; second++) {
    wait(1000)
    await flush()
  }

  // after 5, 10, 20 and 40 seconds, then every minute
  expect(receiver.requests).toHaveLength(8)
  expect(warnings()).toEqual([CANNOT])
})

it.each([
  ['answers 400', 400, 'no'],
  ['answers 401', 401, ''],
  ['rejects some of what it takes', 200, '{"partialSuccess":{"rejectedSpans":"3","errorMessage":"full"}}'],
])('drops spans, and says so once, where the collector %s', async (_, status, answer) => {
  await using receiver = await openOtlpReceiver(response => response.writeHead(status).end(answer))
  const { trace, flush, warnings } = aTracer(receiver)

  for (const name of ['first', 'second']) {
    trace(name)
    await flush()
  }

  expect(namesOf(receiver)).toEqual(['first', 'second'])
  expect(warnings()).toEqual([REFUSED])
})

it('takes a partial success that rejects nothing as a success', async () => {
  await using receiver = await openOtlpReceiver(response => response.end('{"partialSuccess":{"rejectedSpans":"0"}}'))
  const { trace, flush, warnings } = aTracer(receiver)

  trace('first')
  await flush()

  expect(warnings()).toEqual([])
})

it('holds no more than sixteen million characters, however long nobody takes them', async () => {
  await using receiver = await openOtlpReceiver(response => response.writeHead(503).end())
  const { trace, flush, warnings } = aTracer(receiver)
  trace('first')
  await flush()

  for (let span = 0; span < 40_000; span++) trace('request', { text: 'x'.repeat(1000) })

  expect(warnings()).toEqual([CANNOT])
  expect(receiver.requests).toHaveLength(1)
})

it('cuts long texts, and writes any text so that it can be read again', async () => {
  await using receiver = await openOtlpReceiver()
  const { trace, flush } = aTracer(receiver)
  const strange = '"\\\n\t\u0000\ud800 é 漢'

  trace(strange, { long: 'x'.repeat(5000), strange, half: 0.5, negative: -3, yes: true, list: ['a', '"'] })
  await flush()

  expect(receiver.spans()).toMatchObject([
    {
      name: strange.toWellFormed(),
      attributes: {
        long: 'x'.repeat(1000),
        strange: strange.toWellFormed(),
        half: 0.5,
        negative: -3,
        yes: true,
        list: ['a', '"'],
      },
    },
  ])
})
