import { aRow } from './churn.ts'

/** Records for a proof: every hundredth is poison, of four kinds in turn; the row of every other one is its own. */
export function aLoad(count: number): { readonly id: string; readonly body: string; readonly code?: string }[] {
  return Array.from({ length: count }, (_, index) => {
    const id = `record-${index}`
    const row = aRow({ tenure: index % 73, monthlycharges: 20 + (index % 9_000) / 100 })
    if (index % 100 !== 50) return { id, body: JSON.stringify(row) }
    return { id, ...(POISON[Math.floor(index / 100) % POISON.length] as (typeof POISON)[number]) }
  })
}

const POISON = [
  { body: '{"tenure":', code: 'malformed_json' },
  { body: JSON.stringify(aRow({ contract: 'weekly' })), code: 'invalid_row' },
  { body: '{"tenure":1,"tenure":2}', code: 'duplicate_key' },
  { body: '{"id":"","row":{}}', code: 'invalid_id' },
]
