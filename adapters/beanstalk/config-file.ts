import { Document, isMap, isScalar, type Pair, type Scalar } from 'yaml'
import { type OptionSection, textOf } from './option-section.ts'
import type { Resource } from './resource.ts'

type Content = {
  /** What the file is for, as its first lines. */
  readonly about: string
  readonly sections?: readonly OptionSection[]
  readonly resources?: readonly Resource[]
}

const WIDTH = 118

/** One file of `.ebextensions`, as YAML with the reasons in comments. */
export function writeConfigFile({ about, sections = [], resources = [] }: Content): string {
  const document = new Document(
    {
      ...(sections.length > 0 && {
        option_settings: Object.fromEntries(
          sections.map(({ namespace, options }) => [
            namespace,
            Object.fromEntries(Object.entries(options).map(([name, option]) => [name, textOf(option)])),
          ]),
        ),
      }),
      ...(resources.length > 0 && {
        Resources: Object.fromEntries(
          resources.map(({ name, type, properties }) => [name, { Type: type, Properties: properties }]),
        ),
      }),
    },
    { aliasDuplicateObjects: false },
  )
  document.commentBefore = comment(
    `${about}\nWritten by \`scaling-mlops package beanstalk\`: change the table it comes from, not this file.`,
    0,
  )
  for (const { namespace, why, options } of sections) {
    explain(document, ['option_settings', namespace], why)
    for (const [name, option] of Object.entries(options)) {
      const value = document.getIn(['option_settings', namespace, name], true)
      if (isScalar(value) && typeof option !== 'string') value.comment = ` ${option[1]}`
    }
  }
  for (const { name, why = '' } of resources) explain(document, ['Resources', name], why)
  return document.toString({ lineWidth: 0, singleQuote: true })
}

/** Writes a comment before the key at this path, with an empty line before that. */
function explain(document: Document, [block = '', key]: readonly string[], why: string): void {
  const map = document.get(block)
  if (!isMap(map)) return
  const pair = map.items.find(item => isScalar(item.key) && item.key.value === key) as Pair<Scalar> | undefined
  if (pair === undefined) return
  if (why !== '') pair.key.commentBefore = comment(why, 2)
  pair.key.spaceBefore = map.items[0] !== pair
}

/** Lines of words that fit the page at this indentation. */
function comment(words: string, indentation: number): string {
  const fits = new RegExp(`(.{1,${WIDTH - indentation}})(?: |$)`, 'g')
  return words
    .split('\n')
    .map(line => line.replace(fits, ' $1\n').trimEnd())
    .join('\n')
}
