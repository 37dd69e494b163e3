/** A place where one version of the program serves and another may take over. */
export type Environment = {
  look(): Promise<EnvironmentState>
  /** Orders a version; resolves when the order is taken, long before it is carried out. */
  update(version: string): Promise<void>
  /** Calls off the update that is under way. */
  abort(): Promise<void>
}

/** What an environment was at one look. */
export type EnvironmentState = {
  /** `ready` takes orders, `updating` carries one out, `unavailable` does neither. */
  readonly status: 'ready' | 'updating' | 'unavailable'
  /** The version that was ordered last. */
  readonly version: string
  readonly health: {
    readonly grade: 'good' | 'unsure' | 'bad'
    /** In the platform's words, with its causes. */
    readonly words: string
  }
  /** Answers of 5xx that the platform counted in its last interval. */
  readonly serverErrors: number
  /** The version of each instance. */
  readonly instances: readonly string[]
}

/** `2 × v7, 1 × v6`: what instances run, the most frequent first. */
export function countVersions(instances: readonly string[]): string {
  const counts = new Map<string, number>()
  for (const version of instances) counts.set(version, (counts.get(version) ?? 0) + 1)
  return [...counts]
    .sort(([, a], [, b]) => b - a)
    .map(([version, count]) => `${count} × ${version}`)
    .join(', ')
}
