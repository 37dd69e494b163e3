import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useEffect, useState } from 'react'
import { ask } from '../api/http.ts'

const RETRY_SECONDS = 5

function useConnection() {
  return useQuery({
    queryKey: ['alive'],
    queryFn: async ({ signal }) => (await ask('/ping', { signal, headers: { accept: 'text/plain' } })).text(),
    refetchInterval: ({ state }) => (state.status === 'error' ? RETRY_SECONDS : 15) * 1000,
    retry: false,
  })
}

export function ConnectionDot() {
  const { isError } = useConnection()
  return (
    <span className="connection" data-state={isError ? 'lost' : 'open'}>
      <span className="word">{isError ? 'Not reachable' : 'Connected'}</span>
    </span>
  )
}

/** Says that the server does not answer and asks again; what the page shows stays. */
export function OfflineBar() {
  const { isError, errorUpdatedAt, refetch } = useConnection()
  const queries = useQueryClient()
  const [seconds, setSeconds] = useState(RETRY_SECONDS)
  useEffect(() => {
    if (!isError) return
    const tick = () => setSeconds(Math.max(0, Math.ceil(RETRY_SECONDS - (Date.now() - errorUpdatedAt) / 1000)))
    tick()
    const timer = setInterval(tick, 500)
    return () => {
      clearInterval(timer)
      // what failed meanwhile is asked for again once the server is back
      void queries.invalidateQueries({ predicate: query => query.state.status === 'error' })
    }
  }, [isError, errorUpdatedAt, queries])
  if (!isError) return null
  return (
    <div className="notice" role="status">
      <span>
        Server not reachable. <span aria-hidden="true">Trying again in {seconds} s.</span>
      </span>
      <button type="button" className="button" onClick={() => void refetch()}>
        Try now
      </button>
    </div>
  )
}
