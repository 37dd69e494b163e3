/** Finds the end of one HTTP/1.1 response after another in the bytes of a connection, and nothing more: bodies are passed over unread. */
export type ResponseReader = {
  /** Takes bytes as they came. True once the response is whole; bytes behind its end are an error, since one request is in flight at a time. */
  read(chunk: Buffer): boolean
  /** The connection has ended: true where that is how this response ends. */
  end(): boolean
  /** Of the response just read. */
  readonly status: number
  /** Whether the server will take another request on this connection. */
  readonly reusable: boolean
}

type State = 'head' | 'sized' | 'chunked' | 'untilEnd'

const HEAD_LIMIT = 64 * 1024

export function createResponseReader(): ResponseReader {
  let state: State = 'head'
  let status = 0
  let reusable = true
  let pending: Buffer | undefined
  let missing = 0
  let chunks: ChunkReader | undefined

  const finish = (excess: number): true => {
    if (excess !== 0) throw new Error(`${excess} bytes follow the response`)
    state = 'head'
    return true
  }

  const readBody = (bytes: Buffer): boolean => {
    if (state === 'sized') {
      missing -= bytes.length
      return missing <= 0 && finish(-missing)
    }
    if (state === 'chunked') {
      const left = chunks?.(bytes)
      return left !== undefined && finish(left)
    }
    return false
  }

  return {
    get status() {
      return status
    },
    get reusable() {
      return reusable
    },

    read(chunk) {
      if (state !== 'head') return readBody(chunk)
      const bytes = pending === undefined ? chunk : Buffer.concat([pending, chunk])
      const end = bytes.indexOf('\r\n\r\n')
      if (end === -1) {
        if (bytes.length > HEAD_LIMIT) throw new Error('the head of the response does not end')
        pending = bytes
        return false
      }
      pending = undefined
      const head = bytes.toString('latin1', 0, end + 2)
      const body = end + 4 === bytes.length ? NOTHING : bytes.subarray(end + 4)
      if (!head.startsWith('HTTP/1.')) throw new Error('the answer is not HTTP/1.1')
      status = Number(head.slice(9, 12))
      if (status < 200) return body.length > 0 && this.read(body) // 100 Continue and its kind come before the response
      reusable = head.startsWith('HTTP/1.1') && !CLOSES.test(head)
      const length = LENGTH.exec(head)?.[1]
      if (status === 204 || status === 304) return finish(body.length)
      if (CHUNKED.test(head)) {
        state = 'chunked'
        chunks = createChunkReader()
      } else if (length === undefined) {
        state = 'untilEnd'
        reusable = false
      } else {
        state = 'sized'
        missing = Number(length)
      }
      return readBody(body)
    },

    end: () => state === 'untilEnd',
  }
}

const NOTHING = Buffer.alloc(0)
const LENGTH = /\r\ncontent-length: *(\d+)/i
const CHUNKED = /\r\ntransfer-encoding: *chunked/i
const CLOSES = /\r\nconnection: *close/i

/** Takes bytes; answers how many follow the last chunk's end, or undefined while there is more to come. */
type ChunkReader = (bytes: Buffer) => number | undefined

function createChunkReader(): ChunkReader {
  let line = ''
  let missing = 0
  let trailing = false
  return bytes => {
    let at = 0
    while (at < bytes.length) {
      if (missing > 0) {
        const taken = Math.min(missing, bytes.length - at)
        missing -= taken
        at += taken
        continue
      }
      const feed = bytes.indexOf(0x0a, at)
      line += bytes.toString('latin1', at, feed === -1 ? bytes.length : feed)
      if (feed === -1) return undefined
      at = feed + 1
      const text = line.trimEnd()
      line = ''
      if (trailing) {
        if (text === '') return bytes.length - at
        continue
      }
      const size = Number.parseInt(text, 16)
      if (!(size >= 0)) throw new Error(`"${text.slice(0, 40)}" is not the size of a chunk`)
      if (size === 0) trailing = true
      else missing = size + 2 // with the line end behind it
    }
    return undefined
  }
}
