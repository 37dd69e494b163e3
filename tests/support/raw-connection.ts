import { once } from 'node:events'
import { connect, type Socket } from 'node:net'

export type RawConnection = {
  readonly socket: Socket
  /** What came back so far. */
  readonly received: string
  /** Settles when the connection has ended, by whomever and however. */
  readonly ended: Promise<unknown>
}

/** A connection on which a test says what no client would. */
export async function openRaw(url: string, text = ''): Promise<RawConnection> {
  const socket = connect(Number(new URL(url).port), '127.0.0.1').setEncoding('utf8')
  let received = ''
  socket.on('data', data => {
    received += data
  })
  socket.on('error', () => {})
  const ended = new Promise(resolve => socket.once('close', resolve))
  await once(socket, 'connect')
  socket.write(text)
  return {
    socket,
    get received() {
      return received
    },
    ended,
  }
}

/** The head of a POST to /predict and the beginning of its body. */
export function post(body: string, { length = body.length, headers = '' } = {}): string {
  return `POST /predict HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\ncontent-length: ${length}\r\n${headers}\r\n${body}`
}
