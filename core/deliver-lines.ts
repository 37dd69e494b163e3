import type { LineSink } from './ports/line-sink.ts'
import type { Log } from './ports/log.ts'
import type { Timer } from './ports/timer.ts'

/** Lines on their way to a sink. Nobody waits for them: what finds no room is dropped and counted. */
export type LineDelivery = {
  /** Takes a line, with its line feed. */
  add(line: string): void
  /** Hands on what is held. Never rejects. */
  flush(): Promise<void>
  /** The same, once and for all, within a second. */
  close(): Promise<void>
}

type Dependencies = { readonly sink: LineSink; readonly timer: Timer; readonly log: Log; readonly name: string }

/** Characters that are handed on before their time has come. */
const BLOCK_LENGTH = 4 * 1024 * 1024
/** Characters that wait for a sink at the most, those on their way with them. */
const MOST_HELD = 4 * BLOCK_LENGTH
/** Docker ends a container ten seconds after its SIGTERM, and nine of them are given to requests. */
const LAST_DELIVERY_MS = 800

/** What a sink refuses is offered again at the next interval, as long as there is room for it. */
export function deliverLines({ sink, timer, log, name }: Dependencies): LineDelivery {
  let waiting: string[] = []
  let held = 0
  let dropped = 0
  let isFailing = false
  let delivering: Promise<void> | undefined

  const complain = (message: string, error?: unknown): void => {
    const say = isFailing ? log.debug : log.warn
    isFailing = true
    say(`${name}: ${message}; scoring goes on, and this is said once`, { dropped, error })
  }

  const deliver = async (): Promise<void> => {
    if (waiting.length === 0) return
    const lines = waiting.join('')
    waiting = []
    try {
      await sink.write(lines)
      held -= lines.length
      if (isFailing) log.info(`${name}: lines are written again`, { dropped })
      isFailing = false
    } catch (error) {
      waiting.unshift(lines)
      complain('lines cannot be written', error)
    }
  }

  const flush = (): Promise<void> => {
    delivering ??= deliver().finally(() => {
      delivering = undefined
    })
    return delivering
  }

  const stop = timer.every(sink.intervalMs, () => void flush())
  return {
    add(line) {
      if (held + line.length > MOST_HELD) {
        dropped++
        complain('lines come faster than they are written, and some are dropped')
        return
      }
      waiting.push(line)
      held += line.length
      if (held >= BLOCK_LENGTH && !isFailing) void flush()
    },
    flush,
    async close() {
      stop()
      if (held > 0) await Promise.race([Promise.resolve(delivering).then(flush), timer.sleep(LAST_DELIVERY_MS)])
      if (held > 0 || dropped > 0) log.info(`${name}: some lines are lost`, { dropped, charactersLost: held })
      sink.close()
    },
  }
}
