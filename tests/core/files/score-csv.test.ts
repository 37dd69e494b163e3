import { InvalidDataError } from '@scaling-mlops/core'
import type { Progress } from '@scaling-mlops/core/files'
import fc from 'fast-check'
import Papa from 'papaparse'
import { describe, expect, it } from 'vitest'
import { probabilityOf, scoreText as score } from '../../support/score-text.ts'
import { scoreSlowly } from '../../support/slow-csv.ts'

describe('scoring a CSV', () => {
  it('leaves the bytes of rows as they are and appends their scores', async () => {
    const { output } = await score('name;Tenure;Plan\r\n"a;b";100;Two year\r\nc;0;month-to-month')

    expect(output).toBe(
      `name;Tenure;Plan;probability;prediction;model_version;error\r\n"a;b";100;Two year;${probabilityOf(1, 100)};true;3;\r\nc;0;month-to-month;0;false;3;\n`,
    )
  })

  it('tells of every row by its place in its block, over all runs of the graph, with the cells of the features', async () => {
    const rows = Array.from({ length: 2500 }, (_, row) =>
      row % 7 === 0 ? `odd,${row % 900}` : `"two_year",${row % 900}`,
    )
    const told: unknown[] = []

    await score(`Plan,Tenure\n${rows.join('\n')}\n`, {
      blockBytes: 1 << 20,
      record: (place, read) => {
        const { fields, outcome } = read()
        told.push([place, fields, outcome.ok ? outcome.decision : outcome.issues])
      },
    })

    const fair = (row: number) => ({ kind: 'binary', probability: probabilityOf(1, row % 900), label: true })
    expect(told).toEqual(
      rows.map((_, row) =>
        row % 7 === 0
          ? [row, {}, [{ field: 'plan', code: 'not_allowed' }]]
          : [row, { plan: 'two_year', tenure: String(row % 900) }, fair(row)],
      ),
    )
  })

  it('keeps a byte order mark, and line breaks in quotes', async () => {
    const { output, progress } = await score('\ufeffplan,tenure,note\ntwo_year,1,"a\nb ""c"""\nx,1,d\n')

    expect(output).toContain('\ufeffplan,tenure,note,probability')
    expect(output).toContain('two_year,1,"a\nb ""c""",0.500')
    expect(progress).toMatchObject({ rows: 2, failed: 1, lines: 4 })
  })

  it.each([
    ['two_year,"1,234"', /^2,,tenure,wrong_type,"?tenure must be .*write it without thousands separators/],
    ['two_year', /^2,,,wrong_cell_count,1 cells where the header has 2/],
    ['two_year,1,2', /wrong_cell_count,3 cells/],
    ['two-year,1', /not_allowed,.*did you mean ""two_year""/],
    ['"two_year"x,1', /wrong_quote/],
    [Buffer.from([0xff, 0x2c, 0x31]), /invalid_utf8/],
    ['two_year,', /empty/],
    ['two_year,NA', /empty/],
    ['two_year,1e999', /not_finite/],
  ])('describes %s in the errors file and goes on', async (row, expected) => {
    const { output, errors, progress } = await score(
      Buffer.concat([Buffer.from('plan,tenure\n'), Buffer.from(row as string), Buffer.from('\ntwo_year,2\n')]),
    )

    expect(errors.split('\n')[0]).toBe('line,id,column,code,message,value')
    expect(errors.split('\n').slice(1).join('\n')).toMatch(expected)
    expect(progress).toMatchObject({ rows: 2, failed: 1 })
    const records = Papa.parse<string[]>(output.trim()).data
    expect(records.map(({ length }) => length)).toEqual([6, 6, 6])
    expect(records[2]?.[3]).toBe('true')
  })

  it('guards formulas but not negative numbers', async () => {
    const { output } = await score('plan,tenure,note,change\ntwo_year,1,=1+1,-3.5\ntwo_year,1,"@a,b",+x\n')

    expect(output).toContain("two_year,1,'=1+1,-3.5,")
    expect(output).toContain(`two_year,1,"'@a,b",'+x,`)
  })

  it('takes a quote inside a cell as a letter, wherever blocks end', async () => {
    const input = `plan,tenure,note\n${'two_year,1,5" disk\n'.repeat(50)}`
    const { output, progress } = await score(input, { blockBytes: 64 })

    expect(progress).toMatchObject({ rows: 50, failed: 0 })
    expect(output.split('\n')[50]).toBe(`two_year,1,5" disk,${probabilityOf(1, 1)},true,3,`)
    await expect(score(input, { blockBytes: 64 })).resolves.toEqual(await score(input))
  })

  it.each([
    ['', /the file is empty/],
    ['plan\n', /there is no column tenure/],
    ['plan,tenur\n', /--map tenur=tenure/],
    ['plan,tenure,Tenure\n', /given twice, by "tenure" and "Tenure"/],
    ['plan,tenure,probability\n', /there is a column probability already/],
    ['plan,tenure\ntwo_year,"1\ntwo_year,2\n', /line 2: a quote is opened in this row and never closed/],
  ])('refuses %j', async (input, expected) => {
    const refused = score(input)

    await expect(refused).rejects.toThrow(expected)
    await expect(refused).rejects.toBeInstanceOf(InvalidDataError)
  })

  it('ends at a cell of 100 MB, and takes one that is a little shorter', async () => {
    const limit = 100 * 1024 * 1024
    const refused = score(`plan,tenure,note\ntwo_year,1,${'x'.repeat(limit)}\n`)
    await expect(refused).rejects.toThrow(
      `rows.csv: the record that begins near byte 0 has more than ${limit} bytes, which is the limit`,
    )

    const { progress } = await score(`plan,tenure,note\ntwo_year,1,${'x'.repeat(limit - 100)}\n`)
    expect(progress).toMatchObject({ rows: 1, failed: 0 })
  })

  it('writes a header alone for a header alone', async () => {
    const { output } = await score('plan,tenure\n')

    expect(output).toBe('plan,tenure,probability,prediction,model_version,error\n')
  })

  it('takes features by --map and names rows by --id', async () => {
    const { errors, progress } = await score('p,tenure,who\ntwo_year,1,ann\nx,1,bob\n', {
      map: { p: 'plan' },
      id: 'who',
    })

    expect(progress).toMatchObject({ rows: 2, failed: 1 })
    expect(errors).toMatch(/^3,bob,plan,not_allowed/m)
  })

  it('says of a row whose score is no number where it stands and which it is', async () => {
    const model = async (rows: readonly unknown[]) => ({
      scores: { values: Float32Array.from(rows, (_, row) => (row === 1 ? Number.NaN : 0.25)), stride: 1, first: 0 },
      milliseconds: 0,
    })
    const { output, errors, progress } = await score('plan,tenure,who\ntwo_year,1,ann\ntwo_year,2,"b ""o"" b"\n', {
      model,
      id: 'who',
    })

    expect(progress).toMatchObject({ rows: 2, failed: 1 })
    expect(errors).toMatch(/^3,"b ""o"" b",,not_finite,/m)
    expect(output).toMatch(/^two_year,2,"b ""o"" b",,,,"?the numbers of this row are so large/m)
  })

  it('goes on from any checkpoint to the same bytes, and refuses where the file has changed', async () => {
    let input = 'plan,tenure,note\n'
    for (let row = 0; row < 150_000; row++) input += `${row % 7 ? 'two_year' : 'weekly'},${row % 990},"a\nb ${row}"\n`
    const saved: Progress[] = []
    let time = 0
    const whole = await score(input, { monotonic: () => (time += 5000), checkpoint: progress => saved.push(progress) })

    expect(saved.length).toBeGreaterThan(1)
    for (const resume of saved) {
      const rest = await score(input, { resume, chunk: 54_321 })
      expect(whole.output.slice(0, resume.outputBytes) + rest.output === whole.output).toBe(true)
      expect(whole.errors.slice(0, resume.errorBytes) + rest.errors === whole.errors).toBe(true)
      expect(rest.progress).toEqual(whole.progress)
    }
    const resume = saved.at(-1) as Progress
    await expect(score(input.replace('two_year,1,', 'two_year,2,'), { resume })).rejects.toThrow(/no longer the one/)
    await expect(score(input.slice(0, 5000), { resume })).rejects.toThrow(/no longer the one/)
  })

  const cell = fc.oneof(
    fc.constantFrom(
      'two_year',
      'month-to-month',
      'Two year',
      '',
      'NA',
      '12',
      '3.25',
      '-1',
      '1001',
      '=a',
      '5" disk',
      '"',
      'ä€',
      '"Two year"',
      '"12"',
      '"say ""a"""',
      '"=1"',
    ),
    fc.string({ unit: fc.constantFrom('a', ',', '"', '\n', '\r', ' ', '1', 'é'), maxLength: 6 }),
  )

  it('does what a slow reader does, wherever chunks and blocks end', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.array(cell, { minLength: 2, maxLength: 4 }), { maxLength: 10 }),
        fc.constantFrom(',', ';', '\t', '|'),
        fc.constantFrom('\n', '\r\n'),
        fc.constantFrom('', '\ufeff'),
        fc.integer({ min: 1, max: 60 }),
        async (rows, delimiter, newline, mark, blockBytes) => {
          const body = rows.map(cells => cells.join(delimiter)).join(newline)
          const head = ['plan', 'tenure', 'note'].join(delimiter)
          const input = `${mark}${head}${newline}${body}`
          const expected = scoreSlowly(body, delimiter)
          const whole = await score(input).catch(error => String(error.message))
          const bytes = Buffer.byteLength(input)
          for (let chunk = 1; chunk < Math.min(bytes, 40); chunk++)
            expect(await score(input, { chunk, blockBytes }).catch(error => error.message)).toEqual(whole)

          if (typeof whole === 'string') {
            expect(whole).toContain(`line ${expected.unclosed}: a quote is opened in this row and never closed`)
            return
          }
          expect(expected.unclosed).toBeUndefined()
          let at = 0
          const next = (text: string): void => {
            expect(whole.output.slice(at, at + text.length)).toBe(text)
            at += text.length
          }
          const added = ['', 'probability', 'prediction', 'model_version', 'error'].join(delimiter)
          next(`${mark}${head}${added}${newline}`)
          for (const { cells, scores, lineEnd } of expected.records) {
            next(cells)
            next(scores ?? delimiter.repeat(4))
            if (scores === undefined) {
              const reason = /^("([^"]|"")+"|[^"\r\n]+)/.exec(whole.output.slice(at))?.[0]
              expect(reason).toBeDefined()
              next(String(reason))
            }
            next(lineEnd)
          }
          expect(at).toBe(whole.output.length)
          const errors = Papa.parse<string[]>(whole.errors.trim()).data.slice(1)
          expect(errors.map(([line, , column, code]) => `${line},${column},${code}`)).toEqual(expected.errors)
        },
      ),
      { numRuns: 100 },
    )
  })
})
