import { pagePath, useModels } from '../api/models.ts'
import type { IconName } from './icons.tsx'
import { lastModel, useModelPlace } from './place.ts'

export type Destination = { readonly page: IconName; readonly title: string; readonly href: string }

/** All pages, those of a model for the one of the address, else the last one. */
export function useDestinations(): Destination[] {
  const { place } = useModelPlace()
  const { data: models } = useModels()
  const last = models?.find(({ name }) => name === lastModel.get()) ?? models?.[0]
  const model = place ?? (last === undefined ? undefined : { name: last.name, version: undefined })
  const of = (page: string) => (model === undefined ? '/m' : pagePath(model, page))
  return [
    { page: 'predict', title: 'Predict', href: of('predict') },
    { page: 'batch', title: 'Batch', href: of('batch') },
    { page: 'evaluate', title: 'Evaluate', href: of('evaluate') },
    { page: 'card', title: 'Model card', href: of('card') },
    { page: 'models', title: 'Models', href: '/m' },
    { page: 'operations', title: 'Operations', href: '/ops' },
    { page: 'calls', title: 'API', href: '/calls' },
  ]
}
