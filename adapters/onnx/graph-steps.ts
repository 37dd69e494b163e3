import { DOUBLE, FLOAT, integer, type Node, node } from './graph-messages.ts'

export type GraphOptions = {
  readonly input: string
  readonly output: string
  readonly metadata: Readonly<Record<string, string>>
  /** 64 bits inside cost little and are there for columns so large that their sum loses digits in 32. */
  readonly precision: 'float32' | 'float64'
}

type Step = (from: string, to: string) => Node

const LINKS = { logistic: 'Sigmoid', softmax: 'Softmax', identity: undefined }

/** Nodes in a row, each reading what the one before wrote: the model's own steps, its link, and casts around them where 64 bits are asked for. */
export function steps(
  { input, output, precision }: GraphOptions,
  link: keyof typeof LINKS,
  own: readonly Step[],
): Node[] {
  const cast =
    (to: number): Step =>
    (from, name) =>
      node('Cast', [from], [name], [integer('to', to)])
  const linkType = LINKS[link]
  const all = [...own]
  if (linkType !== undefined) all.push((from, to) => node(linkType, [from], [to]))
  if (precision === 'float64') {
    all.unshift(cast(DOUBLE))
    all.push(cast(FLOAT))
  }
  const nameAfter = (index: number): string => (index === all.length - 1 ? output : `step_${index + 1}`)
  return all.map((step, index) => step(index === 0 ? input : nameAfter(index - 1), nameAfter(index)))
}
