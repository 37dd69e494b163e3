import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { beforeEach, describe, expect, it } from 'vitest'
import { type CostStandIn, openCostStandIn } from '../support/cost-stand-in.ts'
import { root } from '../support/host.ts'
import { run } from '../support/run.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'

let standIn: CostStandIn
let folder: string

beforeEach(async () => {
  const temporary = await temporaryFolder()
  folder = temporary.path
  standIn = await openCostStandIn()
  standIn.paid = day => [
    ['AWS Lambda', 'lambda', 1],
    ['Amazon Elastic Compute Cloud - Compute', 'web', day.endsWith('-20') ? 9 : 2],
    ['Amazon Simple Queue Service', '', 0],
  ]
  return async () => {
    await standIn[Symbol.asyncDispose]()
    await temporary[Symbol.asyncDispose]()
  }
})

function report(...flags: string[]) {
  return run(process.execPath, [join(root, 'runtimes/cli/bin.js'), 'cost', 'report', ...flags], {
    env: { ...process.env, ...standIn.environment, DATA_DIR: folder },
  })
}

const bodies = (): unknown[] => standIn.questions

describe('cost report', () => {
  it('asks by tag for every day of the months, page by page, and says what that cost', async () => {
    const { code, stdout, stderr } = await report('--months', '3', '--json')

    const { from, to, days, calls, total } = JSON.parse(stdout)
    expect(code).toBe(0)
    expect(days.length).toBe((Date.parse(to) - Date.parse(from)) / 86_400_000)
    expect(calls).toBe(Math.ceil(days.length / 40))
    expect(total).toBeCloseTo(
      days.length * 3 + 7 * days.filter(({ day }: { day: string }) => day.endsWith('-20')).length,
    )
    expect(stderr).toContain(`${calls} calls to Cost Explorer, $0.0${calls}`)
    expect(bodies()[0]).toMatchObject({
      TimePeriod: { Start: from, End: to },
      Granularity: 'DAILY',
      Metrics: ['UnblendedCost'],
      Filter: { Tags: { Key: 'Project', Values: ['model-serving'], MatchOptions: ['EQUALS'] } },
      GroupBy: [
        { Type: 'DIMENSION', Key: 'SERVICE' },
        { Type: 'TAG', Key: 'Component' },
      ],
    })
  })

  it('prints months side by side, what a million predictions cost, and days far above the usual', async () => {
    standIn.predictions = 1_500_000

    const { stdout } = await report('--days')

    expect(stdout).toMatch(/^total +\$/m)
    expect(stdout).toMatch(/^per million +\$2\./m)
    expect(stdout).toMatch(/^ {2}Amazon Elastic Compute Cloud - Compute +\$/m)
    expect(stdout).toMatch(/^ {2}lambda +\$/m)
    expect(stdout).toMatch(/^ {2}\d{4}-\d\d-20 +\$10\.00 +1,500,000$/m)
    expect(stdout).toMatch(/-20 {2}Amazon Elastic Compute Cloud - Compute: \$9\.00, usually \$2\.00/)
  })

  it('draws every day with its services', async () => {
    const file = join(folder, 'cost.svg')

    await report('--svg', file)

    const picture = await readFile(file, 'utf8')
    const bars = picture.match(/<rect class="s[12]" [^>]*><title>/g) ?? []
    const [, days = ''] = /From (\S+ to the day before \S+) /.exec(picture) ?? []
    const [from = '', to = ''] = days.split(' to the day before ')
    expect(bars).toHaveLength((2 * (Date.parse(to) - Date.parse(from))) / 86_400_000)
    expect(picture).toContain('class="mark"')
  })

  it('keeps the answer for a day, and asks another question or --fresh anew', async () => {
    await report('--months', '1')
    const kept = await report('--months', '1', '--json')
    const asked = standIn.questions.length
    await report('--months', '1', '--tag', 'Project=other')
    await report('--months', '1', '--fresh')

    expect(JSON.parse(kept.stdout)).toMatchObject({ calls: 0 })
    expect(kept.stderr).toContain('no call to Cost Explorer')
    expect([asked, standIn.questions.length]).toEqual([1, 3])
  })

  it('says what may be missing where nothing carries a tag', async () => {
    standIn.paid = () => [['AWS Lambda', '', 1]]
    const components = await report('--fresh')
    standIn.paid = () => []
    const nothing = await report('--fresh')

    expect(components.stdout).toContain('(no tag)')
    expect(components.stderr).toContain('may not have activated "Component" as a cost allocation tag')
    expect(nothing.stderr).toContain('may not have activated "Project" as a cost allocation tag')
    expect([components.code, nothing.code]).toEqual([0, 0])
  })

  it('names the permission that is missing', async () => {
    standIn.refuse = () => 'AccessDeniedException'

    const { code, stderr } = await report()

    expect(code).toBe(8)
    expect(stderr).toContain('this identity needs the permission ce:GetCostAndUsage')
  })

  it('is a report without traffic too, and says why', async () => {
    standIn.refuse = operation => (operation === 'GetMetricData' ? 'AccessDeniedException' : undefined)

    const { code, stdout, stderr } = await report()

    expect(code).toBe(0)
    expect(stdout).not.toContain('per million')
    expect(stderr).toContain('cloudwatch:GetMetricData')
  })

  it('asks again where calls come too fast', async () => {
    let refused = 0
    standIn.refuse = operation =>
      operation === 'GetCostAndUsage' && refused++ < 2 ? 'LimitExceededException' : undefined

    const { code } = await report('--months', '1')

    expect(refused).toBeGreaterThan(2)
    expect(code).toBe(0)
  })

  it('wants a tag with its value', async () => {
    const { code, stderr } = await report('--tag', 'Project')

    expect(code).toBe(2)
    expect(stderr).toContain('--tag must be a key and a value like Project=model-serving; got "Project"')
  })
})
