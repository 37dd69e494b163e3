import type { Log } from '@scaling-mlops/core'
import { describe, expect, it } from 'vitest'

export type Line = {
  readonly level: string
  readonly message: string
  readonly fields: Readonly<Record<string, unknown>>
}

/** What every log adapter promises; `write` runs the callback against a log of level info and answers the lines that came out. */
export function describeLog(adapter: string, write: (use: (log: Log) => void) => Promise<readonly Line[]>): void {
  describe(`the log of ${adapter}`, () => {
    it('writes level, message and fields of a line, in the order of the calls', async () => {
      const lines = await write(log => {
        log.info('ready', { model: 'churn' })
        log.warn('slow')
        log.error('broken', { requestId: 'a' })
      })
      expect(lines.filter(({ level }) => level !== 'debug')).toEqual([
        { level: 'info', message: 'ready', fields: { model: 'churn' } },
        { level: 'warn', message: 'slow', fields: {} },
        { level: 'error', message: 'broken', fields: { requestId: 'a' } },
      ])
    })

    it('never throws, whatever the fields hold', async () => {
      const circular: Record<string, unknown> = { big: 10n }
      circular.self = circular
      await write(log => {
        expect(() => log.info('odd', circular)).not.toThrow()
      })
    })
  })
}
