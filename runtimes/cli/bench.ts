import { type Command, InvalidArgumentError, Option } from 'commander'
import { numberFlag, urlFlag, wholeFlag } from './flag.ts'
import { withOutputFlags } from './output.ts'
import type { BenchFlags } from './run-bench.ts'

export function registerBench(program: Command): void {
  const verb = program
    .command('bench')
    .summary('measure a server under load')
    .description(
      'Sends a row as often as the server answers (closed loop), or with --rate as often as told whatever the answers do (open loop, timed from the moment a request was due).',
    )
    .argument('<url>', 'the server, or the whole address of what to call; /predict by default', urlFlag)
    .option(
      '-c, --connections <number>',
      'connections at once (default: 32; with --rate the most there may be, 256)',
      wholeFlag(1, 10_000),
    )
    .option('-r, --rate <number>', 'requests a second: an open loop', numberFlag(0))
    .addOption(
      new Option('--arrivals <pattern>', 'how requests of an open loop are spaced')
        .choices(['poisson', 'constant'])
        .default('poisson'),
    )
    .option('-d, --duration <seconds>', 'how long it is measured', numberFlag(0), 10)
    .option('--warm-up <seconds>', 'load before that, uncounted', numberFlag(-1), 2)
    .option('--timeout <seconds>', 'when a request of an open loop is given up', numberFlag(0), 10)
    .option('-b, --body <file>', "JSON to send (default: a row made from the model's features)")
    .option('--rows <number>', 'send so many copies of the row as a list', wholeFlag(1, 1_000_000))
    .option('-H, --header <header>', "a header to send, 'name: value'; may be given again", collectHeader, {})
    .option('--gate <gates...>', "what must hold, e.g. 'p99<=50' 'perSecond>=1000'; exit code 6 where it does not", [])
    .addHelpText(
      'before',
      'Examples: scaling-mlops bench http://localhost:9696\n          scaling-mlops bench http://localhost:9696 --rate 2000 --duration 60\n',
    )
    .action(async (url: URL, flags: BenchFlags) => {
      const { runBench } = await import('./run-bench.ts')
      await runBench(url, flags)
    })
  withOutputFlags(verb)
}

function collectHeader(text: string, earlier: Readonly<Record<string, string>>): Record<string, string> {
  const [, name, value] = /^([!#$%&'*+.^_`|~\w-]+):\s*([^\r\n]*)$/.exec(text) ?? []
  if (name === undefined || value === undefined) throw new InvalidArgumentError("It must be like 'name: value'.")
  return { ...earlier, [name.toLowerCase()]: value }
}
