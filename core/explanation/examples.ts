import type { Golden } from '../golden.ts'
import type { Manifest } from '../manifest.ts'
import { compileValidate } from '../validate.ts'
import { readable } from './explain-rows.ts'

/** A row to begin with, as its form would hold it, and a name that says what comes of it. */
export type Example = { readonly name: string; readonly row: Readonly<Record<string, number | string | null>> }

const RANKS = ['lowest', 'low', 'middle', 'high', 'highest']

/** A few of the golden rows: of several classes one row for each, else five from the lowest score to the highest. All of them are valid. */
export function toExamples({ task, features }: Pick<Manifest, 'task' | 'features'>, { rows }: Golden): Example[] {
  const validate = compileValidate(features)
  const valid = rows.flatMap(({ row, output }) => {
    const validation = validate(row)
    if (!validation.ok) return []
    const written = features.map(({ name }, index) => [
      name,
      readable(features, index, validation.row[index] as number),
    ])
    return [{ row: Object.fromEntries(written) as Example['row'], output }]
  })

  if (task.kind === 'multiclass')
    return task.classes.flatMap((name, index) => {
      const surest = valid
        .filter(({ output }) => output.indexOf(Math.max(...output)) === index)
        .toSorted((a, b) => (b.output[index] as number) - (a.output[index] as number))[0]
      return surest === undefined ? [] : [{ name, row: surest.row }]
    })

  const deciding = task.kind === 'binary' && valid[0]?.output.length === 2 ? task.classes.indexOf(task.positive) : 0
  const scoreOf = ({ output }: (typeof valid)[number]): number => output[deciding] as number
  const ranked = valid.toSorted((a, b) => scoreOf(a) - scoreOf(b))
  const places = RANKS.map((_, rank) => Math.round((rank * (ranked.length - 1)) / (RANKS.length - 1)))
  return RANKS.flatMap((rank, index) => {
    const example = ranked[places[index] as number]
    if (example === undefined || places.indexOf(places[index] as number) !== index) return []
    const score = task.kind === 'binary' ? `${Math.round(scoreOf(example) * 100)} %` : scoreOf(example).toPrecision(4)
    return [{ name: `${rank}: ${score}`, row: example.row }]
  })
}
