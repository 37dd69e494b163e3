import pino from 'pino'

export type BlockWriter = {
  write(line: string): void
  /** Hands on what is held. */
  flush(): void
  /** Hands on what is held and waits until it is written, for the way out. */
  flushSync(): void
}

const BLOCK_LENGTH = 65_536
/** What a pipe takes in one piece, so that lines of several processes do not mix. Characters are taken for bytes: names outside ASCII are rare, and so are blocks that are full to the brim. */
const SHARED_BLOCK_LENGTH = 4096
/** Lines are held this long at the most. */
const HOLD_MS = 500
/** What a reader that stands still may let pile up; lines beyond it are lost, memory is not. */
const MOST_WAITING_BYTES = 16_777_216

/**
 * Writes lines to standard output in blocks, in the background: a slow reader costs lines, a gone one the log, and neither a request.
 * Lines are joined here because sonic-boom, pino's own writer, measures all that it holds anew at every line.
 */
export function createBlockWriter(isShared: boolean): BlockWriter {
  const blockLength = isShared ? SHARED_BLOCK_LENGTH : BLOCK_LENGTH
  const destination = pino.destination({
    dest: 1,
    sync: false,
    maxLength: MOST_WAITING_BYTES,
    ...(isShared ? { maxWrite: blockLength } : {}),
  })
  let failing = false
  let ended = false
  destination.on('error', () => {
    failing = true
  })
  destination.on('write', () => {
    failing = false
  })
  let block = ''
  const flush = (): void => {
    if (block === '') return
    const lines = block
    block = ''
    if (!ended) destination.write(lines)
  }
  setInterval(flush, HOLD_MS).unref()

  return {
    write(line) {
      if (block.length + line.length > blockLength) flush()
      block += line
    },
    flush,
    flushSync() {
      flush()
      try {
        // sonic-boom would try what fails, on a full disk say, again and again, here and at the exit: the process would never end
        if (!failing) return destination.flushSync()
        ended = true
        destination.destroy()
      } catch {
        // nothing was opened yet, or nobody reads any more
      }
    },
  }
}
