import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { appendFile, mkdir, readdir, readFile, rename, stat, writeFile } from 'node:fs/promises'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { follow, run } from '../../support/run.ts'
import { runCli } from '../../support/run-cli.ts'
import { temporaryFolder } from '../../support/temporary-folder.ts'

const churn = fileURLToPath(new URL('../../../models/churn', import.meta.url))
const program = fileURLToPath(new URL('../../../runtimes/cli/bin.js', import.meta.url))
const telco = await readFile(`${churn}/data/telco-churn.csv`, 'utf8')
const [header = '', ...rows] = telco.trim().split('\n')
const repeated = (times: number): string => `${header}\n${`${rows.join('\n')}\n`.repeat(times)}`

const canMount = (await run('unshare', ['-rm', 'sh', '-c', 'mount -t tmpfs tmpfs /mnt'])).code === 0

/** Starts a run and waits until it has written something. */
async function startRun(input: string, target: string, ...flags: string[]) {
  const child = spawn(process.execPath, [program, 'score', churn, input, '-o', target, ...flags], {
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const { output, ended } = follow(child)
  const written = async (bytes: number): Promise<void> => {
    for (;;) {
      const size = await stat(`${target}.partial`).then(
        found => found.size,
        () => 0,
      )
      if (size > bytes || child.exitCode !== null) return
      await sleep(5)
    }
  }
  await written(0)
  return { child, output, ended, written }
}

describe('a run of score that cannot end well', () => {
  it('saves what it has at SIGINT and goes on from there to the same bytes', async () => {
    await using folder = await temporaryFolder()
    const path = (name: string): string => `${folder.path}/${name}`
    await writeFile(path('rows.csv'), repeated(100))
    await runCli('score', churn, path('rows.csv'), '-o', path('whole.csv'))
    const run = await startRun(path('rows.csv'), path('out.csv'))
    run.child.kill('SIGINT')
    const code = await run.ended
    const left = await readdir(folder.path)
    const { size } = await stat(path('out.csv.partial'))
    const last = await runCli('score', churn, path('rows.csv'), '-o', path('out.csv'), '--resume')

    expect([code, last.code]).toEqual([130, 0])
    expect(run.output.stderr).toMatch(/error\[E_CANCELLED\]: .*stopped after \d+ rows; --resume goes on from there/)
    expect(left).toContain('out.csv.job')
    expect(size).toBeGreaterThan(header.length)
    expect((await readFile(path('out.csv'))).equals(await readFile(path('whole.csv')))).toBe(true)
    expect((await readdir(folder.path)).sort()).toEqual(['out.csv', 'rows.csv', 'whole.csv'])
  })

  it('says so where its source was changed meanwhile, and leaves the target as it was', async () => {
    await using folder = await temporaryFolder()
    const path = (name: string): string => `${folder.path}/${name}`
    await writeFile(path('rows.csv'), repeated(60))
    await writeFile(path('out.csv'), 'of yesterday')
    const run = await startRun(path('rows.csv'), path('out.csv'))
    await appendFile(path('rows.csv'), `${rows[0]}\n`)

    expect(await run.ended).toBe(4)
    expect(run.output.stderr).toMatch(/rows\.csv: the file was changed while it was read; run again/)
    expect(await readFile(path('out.csv'), 'utf8')).toBe('of yesterday')
  })

  it('says so where its source is gone', async () => {
    await using folder = await temporaryFolder()
    const path = (name: string): string => `${folder.path}/${name}`
    await writeFile(path('rows.csv'), repeated(60))
    const run = await startRun(path('rows.csv'), path('out.csv'))
    await rename(path('rows.csv'), path('elsewhere.csv'))

    expect(await run.ended).toBe(4)
    expect(run.output.stderr).toMatch(/rows\.csv: the file does not exist, or no longer/)
    expect(await readdir(folder.path)).not.toContain('out.csv')
  })

  it.each([
    ['a folder that is not there', 'absent/out.csv', /absent\/out\.csv\.job: no such file or folder/, 3],
    ['a folder', 'folder', /folder: this is a folder; name a file in it/, 4],
    ['a file as its folder', 'rows.csv/out.csv', /rows\.csv\/out\.csv\.job: a part of the path is a file/, 3],
  ])('says so where the target is in %s', async (_, target, says, code) => {
    await using folder = await temporaryFolder()
    await mkdir(`${folder.path}/folder`)
    await writeFile(`${folder.path}/rows.csv`, repeated(1))
    const run = await runCli('score', churn, `${folder.path}/rows.csv`, '-o', `${folder.path}/${target}`)

    expect(run.stderr).toMatch(says)
    expect(run.code).toBe(code)
  })

  it.skipIf(!canMount)('says so where the disk is full, and leaves nothing half-written', async () => {
    await using folder = await temporaryFolder()
    await writeFile(`${folder.path}/rows.csv`, repeated(1))
    await mkdir(`${folder.path}/disk`)
    const score = `"${process.execPath}" "${program}" score "${churn}" rows.csv -o disk/out.csv; echo "code $?"; ls -A disk`
    const script = `mount -t tmpfs -o size=300k tmpfs disk && { ${score}; }`
    const { stdout, stderr } = await run('unshare', ['-rm', 'sh', '-c', script], { cwd: folder.path })

    expect(stderr).toMatch(/error\[E_FILE\]: disk\/out\.csv\.partial: the disk is full/)
    expect(stdout).toBe('code 3\n')
  })

  it.skipIf(!canMount)('says so where the target cannot be written, before a row is read', async () => {
    await using folder = await temporaryFolder()
    await mkdir(`${folder.path}/disk`)
    await writeFile(`${folder.path}/rows.csv`, repeated(1))
    const score = `"${process.execPath}" "${program}" score "${churn}" rows.csv -o disk/out.csv; echo "code $?"; ls -A disk`
    const script = `mount -t tmpfs -o ro tmpfs disk && { ${score}; }`
    const { stdout, stderr } = await run('unshare', ['-rm', 'sh', '-c', script], { cwd: folder.path })

    expect(stderr).toMatch(/error\[E_FILE\]: disk\/out\.csv\.job: permission denied/)
    expect(stdout).toBe('code 3\n')
  })

  // a device that is always full, where the system has one
  it.skipIf(process.platform !== 'linux')('never writes over a device', async () => {
    const { code, stderr } = await runCli('score', churn, `${churn}/data/telco-churn.csv`, '-o', '/dev/full')

    expect(stderr).toMatch(/\/dev\/full: this is no file/)
    expect(code).toBe(4)
    expect((await stat('/dev/full')).isCharacterDevice()).toBe(true)
  })

  it('ends quietly where the reader of its pipe has seen enough', async () => {
    const child = spawn(process.execPath, [program, 'score', churn, `${churn}/data/telco-churn.csv`, '-o', '-'])
    const { output, ended } = follow(child)
    await once(child.stdout, 'data')
    child.stdout.destroy()

    expect(await ended).toBe(141)
    expect(output.stderr).toBe('')
  })

  it('refuses --json where the rows go to stdout', async () => {
    const { code, stderr } = await runCli('score', churn, `${churn}/data/telco-churn.csv`, '-o', '-', '--json')

    expect([code, stderr]).toEqual([2, expect.stringMatching(/--json and the scored rows both want stdout/)])
  })
})
