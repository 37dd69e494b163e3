import { ask } from './http.ts'

/** So long a broken stream is left alone. */
const REOPEN_MS = 3000

type Event<Data> = { readonly id: string | undefined; readonly data: Data }

/**
 * Reads server-sent events until `signal` aborts; a stream that breaks or ends is opened again after its last event. By `fetch`, which
 * can send an operator's key as EventSource cannot.
 */
export async function followEvents<Data>(
  path: string,
  signal: AbortSignal,
  take: (data: Data) => void,
  onOpen: (isOpen: boolean) => void = () => undefined,
): Promise<void> {
  let last: string | undefined
  while (!signal.aborted) {
    try {
      const headers = { accept: 'text/event-stream', ...(last === undefined ? {} : { 'last-event-id': last }) }
      const { body } = await ask(path, { signal, headers })
      onOpen(true)
      if (body !== null)
        for await (const { id, data } of eventsOf<Data>(body)) {
          last = id ?? last
          take(data)
        }
    } catch {
      // whoever asks in the meantime shows what is wrong
    }
    if (signal.aborted) return
    onOpen(false)
    await new Promise(resolve => setTimeout(resolve, REOPEN_MS))
  }
}

async function* eventsOf<Data>(body: ReadableStream<Uint8Array<ArrayBuffer>>): AsyncGenerator<Event<Data>> {
  const reader = body.pipeThrough(new TextDecoderStream()).getReader()
  let text = ''
  for (let part = await reader.read(); !part.done; part = await reader.read()) {
    const events = (text + part.value).split('\n\n')
    text = events.pop() ?? ''
    for (const event of events) {
      const lines = event.split('\n')
      const field = (name: string) =>
        lines.filter(line => line.startsWith(`${name}:`)).map(line => line.slice(name.length + 1))
      const data = field('data')
      if (data.length > 0) yield { id: field('id')[0]?.trim(), data: JSON.parse(data.join('\n')) as Data }
    }
  }
}
