import {
  DEAD_LETTER_CODES,
  type DeadLetterCode,
  type DeadLetterFilter,
  discard,
  redrive,
  type StoredLetter,
  tryRedrive,
  upTo,
} from '@scaling-mlops/core'
import { type Command, Option } from 'commander'
import { EXIT } from '../exit.ts'
import type { DeadLetterStore } from './dead-letter-store.ts'
import { wholeFlag } from './flag.ts'
import { createOutput, type OutputFlags, withOutputFlags } from './output.ts'

type Flags = OutputFlags & {
  readonly dataDir?: string
  readonly queueUrl?: string
  readonly deadLetterQueueUrl?: string
  readonly modelRepository?: string
  readonly model?: string
  readonly code?: DeadLetterCode
  readonly limit?: number
  readonly rate: number
  readonly dryRun?: true
  readonly all?: true
}

const MOST = 1_000_000

/** `dlq list|show|redrive|discard|export`: dead letters in DATA_DIR or in SQS, from the command line. */
export function registerDeadLetters(program: Command): void {
  const dlq = program
    .command('dlq')
    .summary('look at dead letters, send them back or discard them')
    .description('Dead letters of streams, in the folder of DATA_DIR or in the queue of DEAD_LETTER_QUEUE_URL.')

  addVerb(dlq, 'list', 'list dead letters, oldest first', { filters: true }, async (_, flags) => {
    await withStore(flags, async ({ deadLetters, toDocument }, output) => {
      const letters: StoredLetter[] = []
      for await (const page of upTo(flags.limit ?? 100, deadLetters.scan(filterOf([], flags)))) letters.push(...page)
      output.result(letters.length === 0 ? 'no dead letters' : letters.map(toLine).join('\n'), {
        schemaVersion: 1,
        deadLetters: letters.map(toDocument),
      })
    })
  })

  addVerb(dlq, 'show <id>', 'show one dead letter in full', {}, async ([id = ''], flags) => {
    await withStore(flags, async ({ deadLetters, toDocument }, output) => {
      for await (const [letter] of deadLetters.scan({ ids: [id] })) {
        if (letter === undefined) continue
        const document = { schemaVersion: 1, ...toDocument(letter) }
        output.result(JSON.stringify(document, undefined, 2), document)
        return
      }
      output.warn(`there is no dead letter "${id}"; list shows those there are`)
      process.exitCode = EXIT.data
    })
  })

  const redriving = addVerb(
    dlq,
    'redrive [ids...]',
    'send dead letters back to be scored again, under their ids',
    { filters: true, selects: true },
    runRedrive,
  )
  redriving
    .option('--rate <number>', 'records a second that come up for scoring', wholeFlag(1, 500), 50)
    .option('--dry-run', 'only say how many there are and how many would pass now')
    .option('--model-repository <folder>', 'models that a dry run judges with (default: MODEL_REPOSITORY)')

  addVerb(
    dlq,
    'discard [ids...]',
    'delete dead letters for good',
    { filters: true, selects: true },
    async (ids, flags, verb) => {
      const filter = selectionOf(ids, flags, verb)
      await withStore(flags, async ({ deadLetters }, output) => {
        const discarded = await discard(deadLetters, filter, flags.limit ?? MOST)
        output.result(`discarded ${discarded}`, { schemaVersion: 1, discarded })
      })
    },
  )

  addVerb(dlq, 'export', 'print dead letters as lines of JSON', { filters: true }, async (_, flags) => {
    await withStore(flags, async ({ deadLetters, toDocument }) => {
      for await (const page of upTo(flags.limit ?? MOST, deadLetters.scan(filterOf([], flags))))
        for (const letter of page) process.stdout.write(`${JSON.stringify(toDocument(letter))}\n`)
    })
  })
}

async function runRedrive(ids: readonly string[], flags: Flags, verb: Command): Promise<void> {
  const filter = selectionOf(ids, flags, verb)
  await withStore(flags, async (store, output) => {
    const limit = flags.limit ?? MOST
    if (flags.dryRun) {
      // models are opened only for this: the other verbs start in half the time
      const { openJudge } = await import('./dead-letter-judge.ts')
      await using judge = await openJudge(flags)
      const trial = await tryRedrive({ deadLetters: store.deadLetters, judge: judge.judge }, { filter, limit })
      output.result(`${trial.passing} of ${trial.matching} would pass now`, {
        schemaVersion: 1,
        dryRun: true,
        ...trial,
      })
      return
    }
    // SQS moves a whole queue by itself, and quicker than we could
    const whole = Object.keys(filter).length === 0 && flags.limit === undefined
    const redriven =
      whole && store.moveAll !== undefined
        ? await store.moveAll(flags.rate, output.progress)
        : await redrive({ deadLetters: store.deadLetters, queue: store.queue() }, { filter, limit, rate: flags.rate })
    output.result(`redriven ${redriven}`, { schemaVersion: 1, redriven })
  })
}

type Shape = { readonly filters?: true; readonly selects?: true }

function addVerb(
  dlq: Command,
  usage: string,
  summary: string,
  { filters, selects }: Shape,
  run: (operands: readonly string[], flags: Flags, verb: Command) => Promise<void>,
): Command {
  const verb = dlq.command(usage).description(summary)
  verb
    .option('--data-dir <folder>', 'folder of the embedded queue (default: DATA_DIR, else ./data)')
    .option('--queue-url <url>', 'queue in SQS that records go back to (default: QUEUE_URL)')
    .option('--dead-letter-queue-url <url>', 'dead letter queue in SQS (default: DEAD_LETTER_QUEUE_URL)')
  if (filters)
    verb
      .option('--model <name>', 'only letters of this model')
      .addOption(new Option('--code <code>', 'only letters with this code').choices(DEAD_LETTER_CODES))
      .option('--limit <number>', 'letters at most', wholeFlag(1, MOST))
  if (selects) verb.option('--all', 'all letters, where neither ids nor a filter is given')
  withOutputFlags(verb)
  return verb.action(async (...args: unknown[]) => {
    const flags = args.at(-2) as Flags
    const operands = args
      .slice(0, -2)
      .flat()
      .filter((value): value is string => typeof value === 'string')
    await run(operands, flags, verb)
  })
}

async function withStore(
  flags: Flags,
  use: (store: DeadLetterStore, output: ReturnType<typeof createOutput>) => Promise<void>,
): Promise<void> {
  const { openDeadLetterStore } = await import('./dead-letter-store.ts')
  await using store = await openDeadLetterStore(flags)
  await use(store, createOutput(flags))
}

function filterOf(ids: readonly string[], { model, code }: Flags): DeadLetterFilter {
  return {
    ...(ids.length === 0 ? {} : { ids }),
    ...(model === undefined ? {} : { model }),
    ...(code === undefined ? {} : { code }),
  }
}

/** What is meant by a verb that changes something: it must be said, all included. */
function selectionOf(ids: readonly string[], flags: Flags, verb: Command): DeadLetterFilter {
  const filter = filterOf(ids, flags)
  if (Object.keys(filter).length === 0 && !flags.all)
    verb.error('error: say which letters: ids, --model, --code or --all')
  return filter
}

function toLine({ id, lastSeen, model, code, attempts, reason }: StoredLetter): string {
  return `${new Date(lastSeen).toISOString()}  ${id}  ${model ?? '-'}  ${code}  ${attempts}×  ${reason}`
}
