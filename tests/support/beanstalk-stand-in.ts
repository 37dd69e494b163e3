import { once } from 'node:events'
import { createServer, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'

/** What an environment is at one look. */
export type Look = {
  readonly status?: string
  readonly version: string
  readonly color?: string
  readonly health?: string
  readonly cause?: string
  readonly serverErrors?: number
  readonly instances?: readonly string[]
}

export type Version = {
  readonly description: string
  readonly bucket: string
  readonly key: string
  readonly process: string
}

export type BeanstalkStandIn = AsyncDisposable & {
  readonly environment: Readonly<Record<string, string>>
  /** Actions that were called, with their form, in order. */
  readonly calls: { readonly action: string; readonly form: URLSearchParams }[]
  readonly versions: Map<string, Version>
  /** What the next looks see, one after the other; the last one stays. */
  show(looks: readonly Look[]): void
  /** What the looks after an order see; without it the version serves at once, on two instances. */
  onUpdate: (version: string) => readonly Look[]
  onAbort: () => readonly Look[]
  /** An error code that is sent in place of the answer. */
  refuse: (action: string, form: URLSearchParams) => string | undefined
  /** What a version's bundle is found to be. */
  processed: readonly string[]
  named(action: string): URLSearchParams[]
}

const STATUS: Readonly<Record<string, number>> = { AccessDenied: 403, Throttling: 400 }
const NAMESPACE = 'http://elasticbeanstalk.amazonaws.com/docs/2010-12-01/'

/** Elastic Beanstalk in this process: AWS Query, a form in and XML out. One application "scoring" with one environment "scoring-prod". */
export async function openBeanstalkStandIn(host = '127.0.0.1:1'): Promise<BeanstalkStandIn> {
  let looks: readonly Look[] = [{ version: 'v1' }]
  let look: Look = { version: 'v1' }
  const answers: Readonly<Record<string, (form: URLSearchParams) => string>> = {
    DescribeApplications: () => list('Applications', ['scoring'], name => tag('ApplicationName', name)),
    DescribeEnvironments(form) {
      const isNamed = form.get('ApplicationName') === 'scoring'
      const wanted = form.get('EnvironmentNames.member.1')
      if (wanted === 'scoring-prod') {
        look = looks[0] ?? look
        if (looks.length > 1) looks = looks.slice(1)
      }
      const there = isNamed && (wanted === null || wanted === 'scoring-prod') ? [look] : []
      return list('Environments', there, ({ status = 'Ready', version }) =>
        [
          tag('EnvironmentName', 'scoring-prod'),
          tag('Status', status),
          tag('VersionLabel', version),
          tag('CNAME', host),
        ].join(''),
      )
    },
    DescribeEnvironmentHealth: () =>
      [
        tag('HealthStatus', look.health ?? 'Ok'),
        tag('Color', look.color ?? 'Green'),
        look.cause === undefined ? '' : `<Causes>${tag('member', look.cause)}</Causes>`,
        `<ApplicationMetrics><StatusCodes>${tag('Status5xx', String(look.serverErrors ?? 0))}</StatusCodes></ApplicationMetrics>`,
      ].join(''),
    // two instances a page
    DescribeInstancesHealth(form) {
      const instances = look.instances ?? [look.version, look.version]
      const first = Number(form.get('NextToken') ?? 0)
      const page = list('InstanceHealthList', instances.slice(first, first + 2), version =>
        [tag('InstanceId', 'i-0'), `<Deployment>${tag('VersionLabel', version)}</Deployment>`].join(''),
      )
      return first + 2 < instances.length ? page + tag('NextToken', String(first + 2)) : page
    },
    CreateStorageLocation: () => tag('S3Bucket', 'files'),
    DescribeApplicationVersions(form) {
      const label = form.get('VersionLabels.member.1') ?? ''
      const version = standIn.versions.get(label)
      return list('ApplicationVersions', version === undefined ? [] : [version], ({ description, bucket, key }) => {
        const [process = 'PROCESSED', ...later] = standIn.processed
        if (later.length > 0) standIn.processed = later
        return `${tag('VersionLabel', label)}${tag('Description', description)}${tag('Status', process)}<SourceBundle>${tag('S3Bucket', bucket)}${tag('S3Key', key)}</SourceBundle>`
      })
    },
    CreateApplicationVersion(form) {
      standIn.versions.set(form.get('VersionLabel') ?? '', {
        description: form.get('Description') ?? '',
        bucket: form.get('SourceBundle.S3Bucket') ?? '',
        key: form.get('SourceBundle.S3Key') ?? '',
        process: form.get('Process') ?? '',
      })
      return ''
    },
    UpdateEnvironment(form) {
      standIn.show(standIn.onUpdate(form.get('VersionLabel') ?? ''))
      return ''
    },
    AbortEnvironmentUpdate() {
      standIn.show(standIn.onAbort())
      return ''
    },
  }

  const server = createServer(async (request, response) => {
    const form = new URLSearchParams(await text(request))
    const action = form.get('Action') ?? ''
    standIn.calls.push({ action, form })
    const refused = standIn.refuse(action, form)
    if (refused !== undefined) return refuse(response, refused)
    const answer = answers[action]
    if (answer === undefined) return refuse(response, 'InvalidAction')
    response.writeHead(200, { 'content-type': 'text/xml' })
    response.end(
      `<${action}Response xmlns="${NAMESPACE}"><${action}Result>${answer(form)}</${action}Result></${action}Response>`,
    )
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')

  const standIn: BeanstalkStandIn = {
    environment: {
      AWS_ENDPOINT_URL_ELASTIC_BEANSTALK: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
      AWS_REGION: 'eu-central-1',
      AWS_ACCESS_KEY_ID: 'test',
      AWS_SECRET_ACCESS_KEY: 'test',
    },
    calls: [],
    versions: new Map(),
    show(next) {
      looks = next
    },
    onUpdate: version => [{ version }],
    onAbort: () => [],
    refuse: () => undefined,
    processed: ['PROCESSED'],
    named: action => standIn.calls.filter(call => call.action === action).map(({ form }) => form),
    async [Symbol.asyncDispose]() {
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    },
  }
  return standIn
}

function tag(name: string, value: string): string {
  return `<${name}>${value}</${name}>`
}

function list<T>(name: string, values: readonly T[], write: (value: T) => string): string {
  return tag(name, values.map(value => tag('member', write(value))).join(''))
}

function refuse(response: ServerResponse, code: string): void {
  response.writeHead(STATUS[code] ?? 400, { 'content-type': 'text/xml' })
  response.end(
    `<ErrorResponse xmlns="${NAMESPACE}"><Error><Type>Sender</Type><Code>${code}</Code><Message>${code} says the stand-in</Message></Error></ErrorResponse>`,
  )
}
