import { styleText } from 'node:util'
import type { Command } from 'commander'

export type OutputFlags = { readonly json?: true; readonly quiet?: true; readonly color: boolean }

/** Where a verb speaks: its result to stdout, everything else to stderr. */
export type Output = {
  /** The result: one text, or with --json one document. */
  result(text: string, document: object): void
  /** A line of prose; nothing under --quiet. */
  say(line: string): void
  warn(line: string): void
  /** What is being done just now, on one line that the next one replaces; nothing unless a person is looking. */
  progress(doing: string): void
}

export function withOutputFlags(command: Command): Command {
  return command
    .option('--json', 'print the result as one JSON document')
    .option('--quiet', 'print the result and errors only')
    .option('--no-color', 'print without colours (NO_COLOR does the same)')
}

export function createOutput({ json, quiet, color }: OutputFlags): Output {
  if (!color) process.env.NO_COLOR = '1'
  const { stderr, stdout } = process
  const shown = stderr.isTTY && !quiet && !json
  const line = (text: string): void => {
    stderr.write(`${shown ? CLEAR : ''}${text}\n`)
  }
  return {
    result(text, document) {
      if (shown) stderr.write(CLEAR)
      stdout.write(json ? `${JSON.stringify(document)}\n` : `${text}\n`)
    },
    say(text) {
      if (!quiet) line(paint('dim', text))
    },
    warn: text => line(`${paint('yellow', 'note:')} ${text}`),
    progress(doing) {
      if (shown) stderr.write(`${CLEAR}  ${paint('dim', `${doing} …`)}`)
    },
  }
}

const CLEAR = '\r\u001b[K'

/** Colours a text for stderr, if that is a terminal and nobody asked for none. */
export function paint(colour: 'red' | 'yellow' | 'dim', text: string): string {
  return styleText(colour, text, { stream: process.stderr })
}

/** A number without its fraction, in groups of three digits: 1,234,567. The platform's own way loads its languages first, 35 ms. */
export function grouped(value: number): string {
  return String(Math.round(value)).replace(/\B(?=(\d{3})+$)/g, ',')
}
