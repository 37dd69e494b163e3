import { CoreError } from '../errors.ts'
import { createDocumentReader, type DocumentReader } from './document-reader.ts'
import document from './policy.json' with { type: 'json' }
import { SERVICE_SHAPES, type ServiceDistribution } from './service-distribution.ts'

/** How a fleet is run: what one instance can do, how many there may be, and what makes their number change. */
export type Policy = {
  /** A request answered later than this, or refused, has missed. */
  readonly latencyTargetMilliseconds: number
  readonly minimum: number
  readonly maximum: number
  /** A new instance counts as capacity, but not as a witness, until this long after its launch. */
  readonly warmupSeconds: number
  readonly scaling: Scaling
  readonly instance: InstanceFacts
  readonly admission: Admission
  readonly metric: MetricTiming
  readonly routing: (typeof ROUTINGS)[number]
}

export type InstanceFacts = {
  /** A type of the price list: c7g.medium. */
  readonly type: string
  /** Requests that are worked on at once: worker processes, or scoring threads. */
  readonly slots: number
  /** From launch to the first request: machine, platform, image, model. */
  readonly bootSeconds: number
  /** An instance that leaves gets no new requests and is paid for this long. */
  readonly drainSeconds: number
  readonly service: ServiceDistribution
}

/** The server's bounds of the same names: beyond either a request is refused at once. */
export type Admission = { readonly maxQueuedRows: number; readonly maxWaitMs: number }

export type MetricTiming = {
  readonly publishSeconds: number
  readonly periodSeconds: number
  /** From the end of a period to the moment the alarm judges it. */
  readonly delaySeconds: number
}

export type Scaling = FixedScaling | TargetTracking | SimpleScaling | StepScaling

type FixedScaling = { readonly kind: 'fixed' }

/** Utilisation is held near `target` percent. */
export type TargetTracking = {
  readonly kind: 'target_tracking'
  readonly target: number
  readonly outPeriods: number
  readonly inPeriods: number
  /** Scaling in begins below this share of the target. */
  readonly inShare: number
  /** Instances that leave at a time; AWS says "gradually" and no number. */
  readonly removeAtMost: number
}

/** Elastic Beanstalk's own trigger: so many more above, so many fewer below, then a cooldown. */
export type SimpleScaling = {
  readonly kind: 'simple'
  readonly upper: number
  readonly lower: number
  readonly periods: number
  readonly add: number
  readonly remove: number
  readonly cooldownSeconds: number
}

/** The further above `upper`, the more are added: the last step whose `above` (percent points) is passed. */
export type StepScaling = {
  readonly kind: 'step'
  readonly upper: number
  readonly lower: number
  readonly outPeriods: number
  readonly inPeriods: number
  readonly steps: readonly { readonly above: number; readonly add: number }[]
  readonly remove: number
}

const ROUTINGS = ['round_robin', 'least_outstanding'] as const
const KINDS = ['target_tracking', 'step', 'simple', 'fixed'] as const

/** Reads an unchecked document as a policy, or throws one `invalid_policy` error that names every problem. */
export function parsePolicy(document: unknown): Policy {
  const problems: string[] = []
  const read = createDocumentReader(document, '', problems)
  const policy: Policy = {
    latencyTargetMilliseconds: read.number('latencyTargetMilliseconds', { above: 0 }),
    minimum: read.number('minimum', { atLeast: 1, whole: true }),
    maximum: read.number('maximum', { atLeast: 1, whole: true }),
    warmupSeconds: read.number('warmupSeconds', { atLeast: 0 }),
    scaling: readScaling(read.within('scaling')),
    instance: readInstance(read.within('instance')),
    admission: readAdmission(read.within('admission')),
    metric: readMetric(read.within('metric')),
    routing: read.choice('routing', ROUTINGS, 'round_robin'),
  }
  if (policy.minimum > policy.maximum)
    problems.push(`minimum ${policy.minimum} is over maximum ${policy.maximum}; there is no such fleet`)
  read.finish()
  if (problems.length > 0) throw new CoreError('invalid_policy', problems.join('; '))
  return policy
}

function readScaling(read: DocumentReader): Scaling {
  const kind = read.choice('kind', KINDS)
  const percent = { above: 0, atMost: 100 }
  const periods = (whenAbsent: number) => ({ atLeast: 1, whole: true, whenAbsent }) as const
  switch (kind) {
    case 'fixed':
      return { kind }
    case 'target_tracking':
      return {
        kind,
        target: read.number('target', percent),
        outPeriods: read.number('outPeriods', periods(3)),
        inPeriods: read.number('inPeriods', periods(15)),
        inShare: read.number('inShare', { above: 0, atMost: 1, whenAbsent: 0.9 }),
        removeAtMost: read.number('removeAtMost', periods(1)),
      }
    case 'simple':
      return {
        ...readThresholds(read),
        kind,
        periods: read.number('periods', periods(5)),
        add: read.number('add', periods(1)),
        remove: read.number('remove', periods(1)),
        cooldownSeconds: read.number('cooldownSeconds', { atLeast: 0, whenAbsent: 360 }),
      }
    case 'step':
      return {
        ...readThresholds(read),
        kind,
        outPeriods: read.number('outPeriods', periods(3)),
        inPeriods: read.number('inPeriods', periods(15)),
        steps: read
          .list('steps')
          .map(step => ({ above: step.number('above', { atLeast: 0 }), add: step.number('add', periods(1)) }))
          .sort((a, b) => a.above - b.above),
        remove: read.number('remove', periods(1)),
      }
  }
}

function readThresholds(read: DocumentReader): { upper: number; lower: number } {
  const upper = read.number('upper', { above: 0, atMost: 100 })
  const lower = read.number('lower', { atLeast: 0, atMost: 100 })
  if (lower >= upper) read.problem(`scaling.lower ${lower} must be below scaling.upper ${upper}`)
  return { upper, lower }
}

function readInstance(read: DocumentReader): InstanceFacts {
  const service = read.within('service')
  return {
    type: read.text('type'),
    slots: read.number('slots', { atLeast: 1, whole: true }),
    bootSeconds: read.number('bootSeconds', { atLeast: 0 }),
    drainSeconds: read.number('drainSeconds', { atLeast: 0, whenAbsent: 20 }),
    service: {
      meanMilliseconds: service.number('meanMilliseconds', { above: 0 }),
      shape: service.choice('shape', SERVICE_SHAPES, 'lognormal'),
      variation: service.number('variation', { above: 0, whenAbsent: 0.25 }),
    },
  }
}

function readAdmission(read: DocumentReader): Admission {
  return {
    maxQueuedRows: read.number('maxQueuedRows', { atLeast: 1, whole: true, whenAbsent: 100_000 }),
    maxWaitMs: read.number('maxWaitMs', { above: 0, whenAbsent: 1000 }),
  }
}

function readMetric(read: DocumentReader): MetricTiming {
  const timing = {
    publishSeconds: read.number('publishSeconds', { above: 0, whenAbsent: 10 }),
    periodSeconds: read.number('periodSeconds', { above: 0, whenAbsent: 60 }),
    delaySeconds: read.number('delaySeconds', { atLeast: 0, whenAbsent: 10 }),
  }
  if (timing.publishSeconds > timing.periodSeconds)
    read.problem(
      `metric.publishSeconds ${timing.publishSeconds} is longer than a period of ${timing.periodSeconds} s: periods without data never scale`,
    )
  if (timing.delaySeconds >= timing.periodSeconds)
    read.problem(`metric.delaySeconds ${timing.delaySeconds} must be below a period's ${timing.periodSeconds}`)
  return timing
}

/** The policy the project ships: what `simulate --search` found for the default trace. */
export const SHIPPED_POLICY: Policy = parsePolicy(document)
