import { readFile } from 'node:fs/promises'
import { describe, expect, it } from 'vitest'
import { runCli } from '../support/run-cli.ts'

// A page shows a command and what it prints in a block marked `console`; here the command is run and must print just that.
describe.each(['scaling.md', 'cost.md'])('docs/%s', async page => {
  const text = await readFile(new URL(`../../docs/${page}`, import.meta.url), 'utf8')
  const blocks = [...text.matchAll(/^```console\n\$ scaling-mlops (.*)\n([\s\S]*?)^```$/gm)].map(
    ([, command = '', printed = '']) => ({ command, printed }),
  )

  it('shows commands', () => {
    expect(blocks.length).toBeGreaterThan(3)
  })

  it.each(blocks)('shows what "$command" prints', { timeout: 60_000 }, async ({ command, printed }) => {
    const { stdout } = await runCli(...command.split(' '))

    expect(stdout).toBe(printed)
  })
})
