/** The features that a graph takes through one of its inputs, in the order of that input's columns. */
export type InputColumns = {
  /** The graph's name of the input. */
  readonly name: string
  readonly features: readonly string[]
  /** How the graph spells the values of a category, in the table's order: such a feature is one column of values, not one column per value. */
  readonly spellings?: Readonly<Record<string, readonly (string | number)[]>>
}

/** Checks the manifest's `input`: the name of the packed matrix, or a list of inputs that takes every feature exactly once. */
export function checkInput(input: unknown, features: unknown, problems: string[]): void {
  if (typeof input === 'string' && input !== '') return
  if (!Array.isArray(input) || input.length === 0 || !input.every(isInputColumns)) {
    problems.push(
      `input must be the name of the graph's packed input, or a list of {"name", "features", "spellings"}; got ${JSON.stringify(input)?.slice(0, 80)}`,
    )
    return
  }
  const table = new Map<string, number | undefined>(
    (Array.isArray(features) ? features : []).map(feature => [String(feature?.name), feature?.values?.length]),
  )
  const given = (input as readonly InputColumns[]).flatMap(each => each.features)
  for (const name of new Set([...table.keys(), ...given])) {
    const times = given.filter(each => each === name).length
    if (!table.has(name)) problems.push(`input takes the feature "${name}", which is not in the feature table`)
    else if (times !== 1) problems.push(`feature "${name}" must go into exactly one input; it goes into ${times}`)
  }
  for (const { spellings = {} } of input as readonly InputColumns[])
    for (const [name, values] of Object.entries(spellings))
      if (values.length !== table.get(name))
        problems.push(
          `input spells ${values.length} values of "${name}", which has ${table.get(name) ?? 'none, since it is no category'}`,
        )
}

function isInputColumns(value: unknown): value is InputColumns {
  const { name, features, spellings = {} } = (value ?? {}) as Partial<InputColumns>
  return (
    typeof name === 'string' &&
    Array.isArray(features) &&
    features.length > 0 &&
    features.every(feature => typeof feature === 'string') &&
    typeof spellings === 'object' &&
    spellings !== null &&
    Object.values(spellings).every(
      list => Array.isArray(list) && list.every(item => typeof item === 'string' || Number.isFinite(item)),
    )
  )
}
