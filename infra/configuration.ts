import { z } from 'zod'

const arn = (service: string) =>
  z.string().regex(new RegExp(`^arn:aws(-[a-z]+)*:${service}:`), `must be an ARN of ${service}`)

/** Who may take records off the queue. */
const consumers = ['web', 'worker', 'function'] as const

const stage = z.strictObject({
  region: z.string().regex(/^[a-z]{2}(-[a-z]+)+-\d$/, 'must be a region, such as eu-central-1'),
  /** Of ACM, in the same region. */
  certificate: arn('acm'),
  /** Of Secrets Manager: what the servers read `API_KEYS` from. Its value never passes through a template. */
  apiKeys: arn('secretsmanager').optional(),
  /** 0: instances have public addresses that nothing may reach but the load balancer. */
  natGateways: z.int().min(0).max(2),
  /**
   * Who scores the records of the queue: the web environment beside its requests, a worker environment of its own, or the function. One of
   * them; several only while moving from one to another, since each record goes to whoever asks first.
   */
  recordsScoredBy: z
    .array(z.enum(consumers))
    .min(1)
    .refine(names => new Set(names).size === names.length, 'names somebody twice'),
  /** Who gets the alarms' mails; without it somebody subscribes to the topic by hand. */
  alarmEmail: z.email().optional(),
  /** In US dollars: at four fifths of it, at all of it, and where it is going to be more, the alarms' topic hears of it. */
  monthlyBudget: z.number().positive(),
  lambdaMemory: z.int().min(128).max(10_240),
})

const schema = z.strictObject({
  project: z.string().regex(/^[a-z][a-z0-9-]{2,19}$/, 'must be 3 to 20 small letters, digits and hyphens'),
  owner: z.string().min(1),
  costCenter: z.string().min(1),
  modelName: z.string().min(1),
  /** Whose workflows may push images and deploy to prod; nobody's where it is not set. */
  github: z
    .string()
    .regex(/^[\w.-]+\/[\w.-]+$/, 'must be OWNER/REPOSITORY')
    .optional(),
  stages: z.strictObject({ dev: stage, prod: stage }),
})

export type Configuration = z.infer<typeof schema>
export type Consumer = (typeof consumers)[number]
export type StageName = keyof Configuration['stages']

/** What one stage is made of, with the names that tags and resources carry. */
export type StageSettings = Omit<Configuration, 'stages'> & z.infer<typeof stage> & { readonly environment: StageName }

export class ConfigurationError extends Error {
  override readonly name = 'ConfigurationError'
}

/** Throws a ConfigurationError that lists every problem. */
export function readConfiguration(value: unknown): Configuration {
  const result = schema.safeParse(value)
  if (result.success) return result.data
  const problems = result.error.issues.map(({ path, message }) => `  ${path.join('.') || 'configuration'}: ${message}`)
  throw new ConfigurationError(`The configuration has ${problems.length} problem(s):\n${problems.join('\n')}`)
}

export function settingsOf({ stages, ...common }: Configuration, environment: StageName): StageSettings {
  return { ...common, ...stages[environment], environment }
}
