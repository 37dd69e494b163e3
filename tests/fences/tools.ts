import { join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { stripVTControlCharacters } from 'node:util'
import { run } from '../support/run.ts'
import { fromRoot } from './checkout.ts'

/** What a tool objects to: a file from the project's root, and the rule it breaks. */
export type Finding = { readonly file: string; readonly rule: string }

export type Tool = (folder: string) => Promise<readonly Finding[]>

/** Every program that `npm run check` keeps the import rules with. */
export const tools = {
  /** Rule: its name in Biome. */
  biome: async folder => {
    const words = await tool('@biomejs/biome/bin/biome', folder, 'lint', '--reporter=github', '--max-diagnostics=none')
    return findings(words, /^::error title=lint\/\w+\/(?<rule>\w+),file=(?<file>[^,]+),/gm, folder)
  },
  /** Rule: the code of the compiler's error. */
  coreCompiler: folder => compile(folder, 'core'),
  adaptersCompiler: folder => compile(folder, 'adapters'),
  /** Rule: the first word of what it says is wrong. */
  boundaries: async folder => {
    const words = await tool('turbo/bin/turbo', folder, 'boundaries')
    return findings(words, /^ *[x×] (?<rule>[^`]+?) `[^[]*\[(?<file>[^\]]+):\d+:\d+\]/gm, folder)
  },
} satisfies Record<string, Tool>

export type ToolName = keyof typeof tools

async function compile(folder: string, room: string): Promise<readonly Finding[]> {
  const words = await tool('typescript/bin/tsc', folder, '--project', room, '--pretty', 'false')
  return findings(words, /^(?<file>[^(\n]+)\(\d+,\d+\): error (?<rule>TS\d+)/gm, folder)
}

async function tool(program: string, folder: string, ...args: string[]): Promise<string> {
  const path = fileURLToPath(new URL(join('../../node_modules', program), import.meta.url))
  const { stdout, stderr } = await run(process.execPath, [path, ...args], {
    cwd: folder,
    env: { ...process.env, TURBO_TELEMETRY_DISABLED: '1' },
  })
  return stripVTControlCharacters(stdout + stderr)
}

function findings(words: string, pattern: RegExp, folder: string): readonly Finding[] {
  return [...words.matchAll(pattern)].map(({ groups: { file = '', rule = '' } = {} }) => ({
    file: fromRoot(folder, resolve(folder, file)),
    rule,
  }))
}
