import { basename } from 'node:path'
import { CoreError, type Feature, type FeatureTable, InvalidDataError } from '@scaling-mlops/core'
import { createDatasetBuilder, createSurvey, type Dataset, type Survey } from '@scaling-mlops/core/training'
import { readCsv } from './read-csv.ts'

export type SurveyedCsv = {
  readonly survey: Survey
  /** As the file spells it. */
  readonly header: readonly string[]
}

/** Hears now and then how many rows have been read. */
type OnRows = (rows: number) => void

const REPORT_EVERY = 100_000

/** First reading of a CSV: what its columns hold. */
export async function surveyCsv(path: string, onRows: OnRows = () => {}): Promise<SurveyedCsv> {
  let columns: readonly string[] = []
  let rows = 0
  let surveyor: ReturnType<typeof createSurvey> | undefined
  await readCsv(path, {
    header(cells) {
      columns = [...cells]
      surveyor = createSurvey(cells, basename(path))
    },
    record(cells) {
      surveyor?.add(cells)
      if (++rows % REPORT_EVERY === 0) onRows(rows)
    },
  })
  const survey = surveyor?.finish()
  if (survey === undefined || survey.rowCount === 0)
    throw new InvalidDataError({ source: basename(path) }, 'there is no row below the header')
  return { survey, header: columns }
}

/** Second reading: every cell through the code that serves, into memory by column. */
export async function loadDataset(
  path: string,
  { survey, header }: SurveyedCsv,
  table: FeatureTable,
  target: Feature,
  onRows: OnRows = () => {},
): Promise<Dataset> {
  const names = survey.columns.map(({ name }) => name)
  const builder = createDatasetBuilder({
    source: basename(path),
    header,
    names,
    table,
    target,
    rowCount: survey.rowCount,
  })
  let rows = 0
  await readCsv(path, {
    header: () => {},
    record(cells, line) {
      if (++rows % REPORT_EVERY === 0) onRows(rows)
      if (rows <= survey.rowCount) builder.add(cells, line)
    },
  })
  if (rows !== survey.rowCount)
    throw new CoreError('invalid_data', `${basename(path)} changed while it was read; start again when it is at rest`)
  return builder.finish()
}
