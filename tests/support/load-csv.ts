import { basename } from 'node:path'
import { loadDataset, surveyCsv } from '@scaling-mlops/adapters/csv'
import { type Dataset, inferFeatures, inferTarget, orderClasses } from '@scaling-mlops/core/training'

/** Loads a CSV with all that can be inferred inferred. */
export async function loadCsv(path: string, name: string): Promise<Dataset> {
  const surveyed = await surveyCsv(path)
  const target = orderClasses(inferTarget(surveyed.survey, name, basename(path)))
  const { features } = inferFeatures(surveyed.survey, { target: name, drop: new Set(), declared: [] })
  return loadDataset(path, surveyed, features, target)
}
