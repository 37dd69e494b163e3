import { isUtf8 } from 'node:buffer'
import type { RecordBody } from '@scaling-mlops/core'

/** The records of a request, each as it was written there. */
export type RecordBodies = { readonly bodies: readonly RecordBody[]; readonly isList: boolean }

/** Cuts a JSON body into records: the elements of a list, else the whole, also where it is no JSON. */
export function fromJsonBody(bytes: Uint8Array): RecordBodies {
  const whole = toBody(bytes)
  if (typeof whole !== 'string' || !isJsonList(whole)) return { bodies: [whole], isList: false }
  return { bodies: elementsOf(whole), isList: true }
}

/** Cuts a body into its lines; blank ones are none. */
export function fromLines(bytes: Uint8Array): RecordBodies {
  const bodies: RecordBody[] = []
  for (let start = 0; start < bytes.length; ) {
    const newline = bytes.indexOf(LINE_FEED, start)
    const end = newline === -1 ? bytes.length : newline
    const line = toBody(bytes.subarray(start, end))
    if (typeof line !== 'string') bodies.push(line)
    else if (line.trim() !== '') bodies.push(line.endsWith('\r') ? line.slice(0, -1) : line)
    start = end + 1
  }
  return { bodies, isList: true }
}

/** Text where the bytes are UTF-8, else a copy of the bytes. */
export function toBody(bytes: Uint8Array): RecordBody {
  return isUtf8(bytes) ? Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('utf8') : bytes.slice()
}

const LINE_FEED = 0x0a

function isJsonList(text: string): boolean {
  if (!text.trimStart().startsWith('[')) return false
  try {
    return Array.isArray(JSON.parse(text))
  } catch {
    return false
  }
}

/** The source text of each element of a list that is known to be JSON. */
function elementsOf(list: string): string[] {
  const elements: string[] = []
  let depth = 0
  let start = -1
  let inString = false
  const end = (at: number): void => {
    const element = list.slice(start, at).trim()
    if (element !== '') elements.push(element)
    start = at + 1
  }
  for (let at = 0; at < list.length; at++) {
    const character = list[at]
    if (inString) {
      if (character === '\\') at++
      else if (character === '"') inString = false
    } else if (character === '"') inString = true
    else if (character === '[' || character === '{') {
      if (depth++ === 0) start = at + 1
    } else if (character === ']' || character === '}') {
      if (--depth === 0) end(at)
    } else if (character === ',' && depth === 1) end(at)
  }
  return elements
}
