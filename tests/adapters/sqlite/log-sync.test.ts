import { systemClock, systemTimer } from '@scaling-mlops/adapters/memory'
import { openSqliteStreams } from '@scaling-mlops/adapters/sqlite'
import { expect, it, onTestFinished, vi } from 'vitest'
import { aLetter, aRecord, aResult } from '../../support/records.ts'
import { temporaryFolder } from '../../support/temporary-folder.ts'

type Done = (error: Error | null) => void

/** Who waits for the disk: a test says when it has written, or that it cannot. */
const disk = vi.hoisted(() => ({ waiting: [] as Done[] }))

vi.mock('node:fs', async importOriginal => ({
  ...(await importOriginal<typeof import('node:fs')>()),
  fdatasync: (_file: number, done: Done) => void disk.waiting.push(done),
}))

async function openStreams() {
  disk.waiting.length = 0
  const folder = await temporaryFolder()
  const streams = openSqliteStreams(`${folder.path}/streams.db`, { clock: systemClock, timer: systemTimer })
  onTestFinished(async () => {
    for (const done of disk.waiting.splice(0)) done(null)
    await streams.close()
    await folder[Symbol.asyncDispose]()
  })
  return streams
}

/** Whether it has ended, after whatever can end without the disk has ended. */
async function ended(work: Promise<unknown>): Promise<boolean> {
  let isEnded = false
  const end = () => {
    isEnded = true
  }
  work.then(end, end)
  await new Promise(resolve => setTimeout(resolve, 20))
  return isEnded
}

const writeDisk = async (error: Error | null = null): Promise<void> => {
  await vi.waitFor(() => expect(disk.waiting).toHaveLength(1))
  disk.waiting.shift()?.(error)
}

it.each([
  ['a record', ({ queue }) => queue.send([aRecord()])],
  ['a result', ({ results }) => results.publish([aResult()])],
  ['a dead letter', ({ deadLetters }) => deadLetters.add([aLetter()])],
] satisfies [string, (streams: Awaited<ReturnType<typeof openStreams>>) => Promise<void>][])(
  'takes %s with the word of the disk, and not before',
  async (_, write) => {
    const written = write(await openStreams())

    expect(await ended(written)).toBe(false)
    await writeDisk()
    await written
  },
)

it('shares the next word of the disk among all who came while it was busy', async () => {
  const { queue } = await openStreams()
  const first = queue.send([aRecord({ id: 'first' })])
  await vi.waitFor(() => expect(disk.waiting).toHaveLength(1))
  const others = Promise.all(['second', 'third'].map(id => queue.send([aRecord({ id })])))
  await writeDisk()
  await first

  expect(await ended(others)).toBe(false)
  await writeDisk()
  await others
  expect(disk.waiting).toHaveLength(0)
})

it('says where the disk refuses, and asks it again for the next', async () => {
  const { queue } = await openStreams()
  const refused = queue.send([aRecord({ id: 'first' })])
  const seen = expect(refused).rejects.toThrow('EIO')
  await writeDisk(new Error('EIO'))
  await seen

  const next = queue.send([aRecord({ id: 'second' })])
  await writeDisk()
  await next
})
