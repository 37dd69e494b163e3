/** A long run with something that must hold; each stands in a file `*.soak.ts` of this folder, as its default export. */
export type Soak = {
  readonly name: string
  /** Runs for about so many seconds and answers what held and what did not. */
  run(seconds: number, say: (line: string) => void): Promise<readonly Check[]>
}

export type Check = {
  readonly promise: string
  readonly measured: string
  readonly holds: boolean
  /** A matter of how fast the machine is: told, but not judged, where CI is set. */
  readonly isSpeed?: boolean
}
