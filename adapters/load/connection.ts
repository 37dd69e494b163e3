import type { Socket } from 'node:net'
import { createResponseReader } from './response-reader.ts'
import type { Target } from './target.ts'

/** A kept-alive connection with at most one request in flight, opened on first use and again whenever the server has closed it. */
export type Connection = {
  /** Writes the request; `done` is called once, with the status or with what broke. */
  send(done: (status: number, error?: Error) => void): void
  /** Ends the connection; a request in flight is done with this error. */
  destroy(error?: Error): void
}

export function createConnection({ bytes, connect }: Target): Connection {
  let socket: Socket | undefined
  let waiting: ((status: number, error?: Error) => void) | undefined

  const settle = (status: number, error?: Error): void => {
    const done = waiting
    waiting = undefined
    done?.(status, error)
  }
  const drop = (error: Error): void => {
    const dropped = socket
    socket = undefined
    dropped?.destroy()
    settle(0, error)
  }

  const open = (): Socket => {
    const opened = connect()
    const reader = createResponseReader()
    opened.setNoDelay(true)
    opened.on('data', chunk => {
      if (socket !== opened) return
      try {
        if (!reader.read(chunk)) return
      } catch (error) {
        drop(error as Error)
        return
      }
      if (!reader.reusable) {
        socket = undefined
        opened.destroy()
      }
      settle(reader.status)
    })
    opened.on('error', error => {
      if (socket === opened) drop(error)
    })
    opened.on('close', () => {
      if (socket !== opened) return
      socket = undefined
      if (waiting !== undefined && reader.end()) settle(reader.status)
      else settle(0, new Error('the server closed the connection before it answered'))
    })
    return opened
  }

  return {
    send(done) {
      waiting = done
      socket ??= open()
      socket.write(bytes)
    },
    destroy: (error = new Error('the connection was ended')) => drop(error),
  }
}
