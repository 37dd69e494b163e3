import {
  createDatasetBuilder,
  createSurvey,
  type Dataset,
  inferFeatures,
  inferTarget,
} from '@scaling-mlops/core/training'

/** A dataset from records of text, the last column being the target. */
export function toDataset(header: readonly string[], records: readonly (readonly string[])[]): Dataset {
  const surveyor = createSurvey(header, 'test.csv')
  for (const record of records) surveyor.add(record)
  const survey = surveyor.finish()
  const name = String(header.at(-1))
  const target = inferTarget(survey, name, 'test.csv')
  const { features } = inferFeatures(survey, { target: name, drop: new Set(), declared: [] })
  const builder = createDatasetBuilder({
    source: 'test.csv',
    header,
    names: survey.columns.map(({ name }) => name),
    table: features,
    target,
    rowCount: records.length,
  })
  records.forEach((record, index) => {
    builder.add(record, index + 2)
  })
  return builder.finish()
}

/** Customers with two numbers, a category and one of `classes` targets that depends on them, always the same for a seed. */
export function someRecords(rows: number, classes: readonly string[], seed = 1): string[][] {
  let state = seed
  const random = (): number => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0
    return state / 2 ** 32
  }
  return Array.from({ length: rows }, () => {
    const age = 20 + Math.floor(random() * 50)
    const spend = Math.round(random() * 1000) / 10
    const plan = ['basic', 'plus', 'pro'][Math.floor(random() * 3)] as string
    const pull = (age - 45) / 25 + (plan === 'pro' ? 0.5 : 0) + random() * 2 - 1
    const target = classes[
      Math.min(classes.length - 1, Math.max(0, Math.floor(((pull + 2) / 4) * classes.length)))
    ] as string
    return [String(age), String(spend), plan, target]
  })
}
