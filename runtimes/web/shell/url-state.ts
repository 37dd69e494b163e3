import { useCallback, useSyncExternalStore } from 'react'

const CHANGED = 'url-state'

/** A piece of state that lives in the query of the address, so that a link shows a colleague the same thing. */
export function useUrlState(name: string): readonly [string | null, (value: string | null) => void] {
  const value = useSyncExternalStore(subscribe, () => new URLSearchParams(location.search).get(name))
  const set = useCallback(
    (next: string | null) => {
      const query = new URLSearchParams(location.search)
      if (next === null) query.delete(name)
      else query.set(name, next)
      const text = query.toString()
      history.replaceState(history.state, '', `${location.pathname}${text === '' ? '' : `?${text}`}`)
      dispatchEvent(new Event(CHANGED))
    },
    [name],
  )
  return [value, set]
}

function subscribe(listener: () => void): () => void {
  for (const event of [CHANGED, 'popstate']) addEventListener(event, listener)
  return () => {
    for (const event of [CHANGED, 'popstate']) removeEventListener(event, listener)
  }
}
