import { crc32 } from 'node:zlib'
import { utf8 } from '@scaling-mlops/adapters/files'
import type { FeatureTable, Manifest, RunBatch, Sink, Source } from '@scaling-mlops/core'
import { compileScorer, type FileRange, planRanges, scoreFile, scoreRange } from '@scaling-mlops/core/files'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'

const features: FeatureTable = [{ kind: 'number', name: 'x', minimum: 0, maximum: 9 }]
const task = { kind: 'binary', target: 'y', classes: ['no', 'yes'], positive: 'yes', threshold: 0.5 }
const manifest = { version: 1, features, task } as unknown as Manifest

function aSink(): Sink & { text(): string } {
  const parts: Uint8Array[] = []
  const nothing = async (): Promise<void> => {}
  return {
    write: async bytes => void parts.push(bytes.slice()),
    flush: nothing,
    commit: nothing,
    close: nothing,
    text: () => Buffer.concat(parts).toString(),
  }
}

function aSource(bytes: Buffer, ...stretches: (readonly [number, number])[]): Source {
  return {
    name: 'rows',
    size: bytes.length,
    async *read() {
      for (const [start, end] of stretches) yield bytes.subarray(start, end)
    },
    async assertUnchanged() {},
  }
}

function aJob(source: Source, format: 'csv' | 'ndjson') {
  const runBatch: RunBatch = async rows => ({
    scores: { values: Float32Array.from(rows, ([x]) => Number(x) / 10), stride: 1, first: 0 },
    milliseconds: 0,
  })
  const scorer = {
    concurrency: 1,
    open: (plan: Parameters<typeof compileScorer>[0]) => compileScorer(plan, { manifest, runBatch, text: utf8 }),
  }
  const clock = { now: () => 0, monotonic: () => 0 }
  return {
    source,
    format,
    features,
    scorer,
    sink: aSink(),
    errors: aSink(),
    text: utf8,
    clock,
    checksum: crc32,
    tooMany: () => false,
  }
}

const cell = fc.constantFrom('1', '9', '17', 'what', '', '"a\nb"', '"say ""x"""', '"1"', '5" disk')
const csv = fc
  .tuple(fc.array(fc.tuple(cell, cell), { minLength: 1, maxLength: 40 }), fc.constantFrom('\n', '\r\n'), fc.boolean())
  .map(
    ([rows, lineEnd, ends]) => `note,x${lineEnd}${rows.map(row => row.join(',')).join(lineEnd)}${ends ? lineEnd : ''}`,
  )
const ndjson = fc
  .tuple(
    fc.array(fc.constantFrom('{"x":1}', '{"x":"what"}', 'no JSON', '', '{"x":9,"note":"\\n"}'), {
      minLength: 1,
      maxLength: 40,
    }),
    fc.boolean(),
  )
  .map(([lines, ends]) => `${lines.join('\n')}${ends ? '\n' : ''}`)
const file = fc.oneof(
  csv.map(text => ({ text, format: 'csv' as const })),
  ndjson.map(text => ({ text, format: 'ndjson' as const })),
)

describe('the ranges of a file', () => {
  it('scored apart, each by itself, make what the whole makes', async () => {
    await fc.assert(
      fc.asyncProperty(file, fc.integer({ min: 1, max: 80 }), async ({ text, format }, rangeBytes) => {
        const bytes = Buffer.from(text)
        const wholeSource = aSource(bytes, [0, bytes.length])
        const whole = aJob(wholeSource, format)
        const expected = await scoreFile(whole).catch(error => error.message)
        const ranges: FileRange[] = []
        const options = { source: wholeSource, format, features, text: utf8, rangeBytes }
        for await (const range of planRanges(options)) ranges.push(range)

        let output = ''
        let errors = ''
        let failure: string | undefined
        for (const range of ranges) {
          const { head, start, end } = range
          const job = aJob(aSource(bytes, [0, head], [start, end]), format)
          await scoreRange(job, range, bytes.subarray(0, head)).catch(error => {
            failure ??= error.message
          })
          output += job.sink.text()
          errors += job.errors.text()
        }
        if (typeof expected === 'string') return expect(failure).toBe(expected)
        expect(output).toBe(whole.sink.text())
        // the header of the errors is written by the first range alone, where it has some
        const rows = (written: string): string => written.replace(/^line,.*\n/, '')
        expect(rows(errors)).toBe(rows(whole.errors.text()))
        // who goes on from any of them finds the same
        const middle = ranges[ranges.length >> 1]
        if (middle === undefined) return
        const { head, start, lines } = middle
        const again: FileRange[] = []
        const source = aSource(bytes, [0, head], [start, bytes.length])
        for await (const range of planRanges({ ...options, source, from: { start, lines } })) again.push(range)
        expect(again).toEqual(ranges.slice(ranges.length >> 1))
      }),
      { numRuns: 300 },
    )
  })
})
