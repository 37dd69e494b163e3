import {
  createTraceParser,
  patternOf,
  SHIPPED_POLICY,
  scaleTrace,
  simulate,
  summariseTrace,
  synthesiseTrace,
  type Trace,
  toRates,
} from '@scaling-mlops/core/capacity'
import { describe, expect, it } from 'vitest'

function parse(text: string): Trace {
  const parser = createTraceParser('traffic.csv')
  for (const line of text.split('\n')) parser.line(line)
  return parser.end()
}

describe('a trace file', () => {
  it('with a column "count" holds requests of each minute', () => {
    expect(parse('period,count\n1,60\n2,0\n3,120\n')).toEqual({
      kind: 'counts',
      stepSeconds: 60,
      counts: Float64Array.of(60, 0, 120),
    })
  })

  it('with a column "TIMESTAMP" holds moments, to the digit, from the first on', () => {
    const trace = parse('TIMESTAMP,ContextTokens\n2023-11-16 18:15:46.6805900,374\n2023-11-16 18:15:50.9951690,396')

    expect(trace.kind === 'timestamps' && trace.seconds[1]).toBeCloseTo(4.314579, 6)
  })

  it('without a header holds moments in seconds, in milliseconds since 1970, or as dates', () => {
    for (const text of [
      '100\n101.5',
      '1700000000000\n1700000001500',
      '2026-01-01T00:00:00Z\n2026-01-01T01:00:01.5+01:00',
    ])
      expect(parse(text)).toEqual({ kind: 'timestamps', seconds: Float64Array.of(0, 1.5) })
  })

  it.each([
    ['', 'traffic.csv: the trace is empty'],
    ['timestamp\n', 'traffic.csv: the trace is empty'],
    ['count\n0\n0', 'traffic.csv: no requests: every count is 0'],
    ['count\n5\n-1', 'traffic.csv, line 3: a count must be a whole number of at least 0; got "-1"'],
    ['count\n5\nmany', 'line 3: a count must be a whole number of at least 0; got "many"'],
    ['5\n4', 'line 2: the moment 4 comes before the one above it; sort the trace by time'],
    ['time\n5\nsoon', 'line 3: "soon" is neither a number nor a date'],
    ['user,page\n1,2', 'line 1: no column "count" or "timestamp" in the header user,page'],
  ])('that is %j is refused with its line', (text, message) => {
    expect(() => parse(text)).toThrow(message)
  })
})

describe('arrivals', () => {
  it('keep every count of every minute', () => {
    const counts = Float64Array.of(0, 600, 1, 0, 1800)

    const { samples } = simulate(SHIPPED_POLICY, { kind: 'counts', stepSeconds: 60, counts }, { seed: 3 })

    const perMinute = [0, 1, 2, 3, 4].map(minute =>
      samples.slice(minute * 6, minute * 6 + 6).reduce((sum, { rate }) => sum + rate * 10, 0),
    )
    expect(perMinute.map(Math.round)).toEqual([...counts])
  })

  it('of a rate are Poisson: as many as expected, with variance equal to the mean', () => {
    const trace: Trace = { kind: 'rates', stepSeconds: 60, rates: new Float64Array(100).fill(8) }

    const { samples, requests } = simulate(SHIPPED_POLICY, trace, { seed: 3 })

    const perTenSeconds = samples.map(({ rate }) => rate * 10)
    const mean = requests / samples.length
    const variance = perTenSeconds.reduce((sum, count) => sum + (count - mean) ** 2, 0) / samples.length
    expect(mean).toBeCloseTo(80, -1)
    expect(variance / mean).toBeGreaterThan(0.8)
    expect(variance / mean).toBeLessThan(1.2)
  })
})

describe('synthetic traffic', () => {
  it('has the requests that were asked for, in every pattern', () => {
    for (const pattern of ['constant', 'daily', 'flash', 'bursts', 'mixed'] as const) {
      const trace = synthesiseTrace({ requestsPerDay: 1e6, hours: 48, seed: 1, ...patternOf(pattern) })
      expect(summariseTrace(trace)).toMatchObject({ seconds: 48 * 3600 })
      expect(summariseTrace(trace).requests).toBeCloseTo(2e6, 3)
    }
  })

  it('has its wave by day and its crowd in the morning', () => {
    const hourly = (pattern: 'daily' | 'flash'): Float64Array =>
      toRates(synthesiseTrace({ requestsPerDay: 86_400, hours: 24, seed: 1, ...patternOf(pattern) }), 3600).rates

    const daily = hourly('daily')
    expect(daily.indexOf(Math.max(...daily))).toBeOneOf([15, 16])
    expect(daily.indexOf(Math.min(...daily))).toBeOneOf([3, 4])
    const crowd = hourly('flash')
    expect((crowd[10] ?? 0) / (crowd[9] ?? 0)).toBeGreaterThan(1.3)
  })
})

it('a scaled trace has so many times the requests', () => {
  const trace = parse('count\n60\n120')

  expect(summariseTrace(scaleTrace(trace, 2.5)).requests).toBeCloseTo(450, 9)
  expect(scaleTrace(trace, 1)).toBe(trace)
})
