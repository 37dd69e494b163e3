/** Text that Markdown takes literally: no emphasis, links, markup or table borders come out of a name. */
export function escaped(text: string): string {
  return text.replace(/\s+/g, ' ').replace(/[\\`*_{}[\]<>#|~]/g, character => `\\${character}`)
}

/** Text as code, for names and values as programs spell them. */
export function code(text: string): string {
  const plain = text.replace(/\s+/g, ' ').replaceAll('|', '\\|')
  const longest = Math.max(0, ...(plain.match(/`+/g) ?? []).map(run => run.length))
  const fence = '`'.repeat(longest + 1)
  const room = longest > 0 ? ' ' : ''
  return `${fence}${room}${plain}${room}${fence}`
}

/** A table; cells come as Markdown. The first column stands left, the others, which are figures unless `texts`, right. */
export function markdownTable(titles: readonly string[], rows: readonly (readonly string[])[], texts = false): string {
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`
  return [
    line(titles),
    line(titles.map((_, index) => (index === 0 || texts ? '---' : '---:'))),
    ...rows.map(line),
  ].join('\n')
}

/** A whole number with its thousands apart. */
export function count(value: number): string {
  return value.toLocaleString('en-US')
}

/** Three decimals, or two digits where those would all be zeros; nothing for nothing. */
export function figure(value: number | undefined): string {
  if (value === undefined) return ''
  return value !== 0 && Math.abs(value) < 0.001 ? value.toPrecision(2) : value.toFixed(3)
}
