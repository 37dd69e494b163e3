import { parseJsonText } from '@scaling-mlops/core'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'

/** As Python's json.dumps writes it by default. */
const inAscii = (value: unknown, spaces?: number): string =>
  JSON.stringify(value, undefined, spaces).replace(
    /[\u0080-\uffff]/g,
    letter => `\\u${letter.charCodeAt(0).toString(16).padStart(4, '0')}`,
  )

describe('a text in JSON', () => {
  it('has the keys that are written there, whatever was read before', () => {
    const texts = ['{"h":[],"gr\\\\u0":0}', '{"h":1,"gr\\u00f6\\u00dfe":2}', '{"h":1,"\\\\":2}', '{"h":1,"\\"":2}']
    expect(texts.map(text => Object.keys(parseJsonText(text) as object)[1])).toEqual(['gr\\u0', 'größe', '\\', '"'])
  })

  it('is read as it was written', () => {
    const key = fc.constantFrom('a', '\\', '"', '\n', 'é', 'é\\', 'éa', '\\u00', '1', '__proto__', '":', '')
    const { document } = fc.letrec<{ document: unknown }>(tie => ({
      document: fc.oneof(
        { maxDepth: 4 },
        fc.oneof(
          fc.double({ noNaN: true, noDefaultInfinity: true }).map(at => at + 0),
          key,
          fc.boolean(),
          fc.constant(null),
        ),
        fc.array(tie('document'), { maxLength: 3 }),
        fc.dictionary(key, tie('document'), { maxKeys: 4 }),
      ),
    }))
    fc.assert(
      fc.property(document, fc.constantFrom(undefined, 2), (value, spaces) => {
        expect(parseJsonText(inAscii(value, spaces))).toEqual(value)
      }),
      { numRuns: 3000 },
    )
  })

  it('keeps whole numbers of 64 bits beside a key in escapes, where it is asked to', () => {
    const exact = (_: string, value: unknown, context?: { readonly source?: string }): unknown =>
      typeof value === 'number' ? BigInt(context?.source ?? '') : value
    expect(parseJsonText('{"\\u00e9":[9223372036854775807]}', exact)).toEqual({ é: [9223372036854775807n] })
  })

  it('may be nested deeper than any stack', () => {
    const depth = 200_000
    let value = parseJsonText(`${'{"\\u00e9":'.repeat(depth)}1${'}'.repeat(depth)}`)
    for (let level = 0; level < depth; level++) value = (value as { é: unknown }).é
    expect(value).toBe(1)
  })
})
