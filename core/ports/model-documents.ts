/** Files beside a model's graph that are there to be read: its report, its card. */
export type ModelDocuments = {
  /** The text of a version's file, or undefined where there is none. */
  read(name: string, version: number, file: ModelDocument): Promise<string | undefined>
}

export type ModelDocument = 'report.json' | 'reference.json' | 'README.md'
