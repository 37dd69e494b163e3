import { useLocation } from 'wouter'
import type { ModelPlace } from '../api/models.ts'

const LAST = 'last-model'

/** The model and page that the address names: `/m/churn/2/evaluate`. */
export function useModelPlace(): { readonly place: ModelPlace | undefined; readonly page: string } {
  const [path] = useLocation()
  const [, first, ...rest] = path.split('/').map(part => decodeURIComponent(part))
  if (first !== 'm' || rest[0] === undefined || rest[0] === '') return { place: undefined, page: first ?? '' }
  const version = /^[1-9]\d*$/.test(rest[1] ?? '') && rest.length > 1 ? Number(rest[1]) : undefined
  const page = rest[version === undefined ? 1 : 2] ?? 'predict'
  return { place: { name: rest[0], version }, page }
}

export const lastModel = {
  get: (): string | null => localStorage.getItem(LAST),
  set: (name: string): void => localStorage.setItem(LAST, name),
}
