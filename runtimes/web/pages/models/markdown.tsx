import type { ReactNode } from 'react'
import { Scroll } from '../../parts/scroll.tsx'

/** A safe part of Markdown: headings, paragraphs, lists, tables, code, links, emphasis. HTML stays text. */
export function Markdown({ text }: { readonly text: string }) {
  const body = text.replace(/^---\n[\s\S]*?\n---\n/, '').replace(/<!--[\s\S]*?-->/g, '')
  return <div className="markdown">{blocksOf(body).map(renderBlock)}</div>
}

/** Paragraphs are parted by blank lines; fenced code keeps its own. */
function blocksOf(text: string): string[] {
  const blocks: string[] = []
  let isCode = false
  let block: string[] = []
  const end = () => {
    if (block.length > 0) blocks.push(block.join('\n'))
    block = []
  }
  for (const line of text.split(/\r?\n/)) {
    const isFence = line.startsWith('```')
    if (!isCode && (line.trim() === '' || isFence || /^#{1,6} /.test(line))) end()
    if (isCode || line.trim() !== '') block.push(line)
    if (isFence) isCode = !isCode
    if ((isFence && !isCode) || (!isCode && /^#{1,6} /.test(line))) end()
  }
  end()
  return blocks
}

function renderBlock(block: string, index: number): ReactNode {
  const heading = /^(#{1,6}) (.*)$/.exec(block)
  if (heading !== null) {
    const [, marks = '', title = ''] = heading
    return marks.length <= 2 ? <h2 key={index}>{inline(title)}</h2> : <h3 key={index}>{inline(title)}</h3>
  }
  if (block.startsWith('```'))
    return (
      // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by keyboard
      <pre key={index} tabIndex={0}>
        <code>{block.split('\n').slice(1, -1).join('\n')}</code>
      </pre>
    )
  const lines = block.split('\n')
  if (lines.length > 1 && /^\|?[\s:|-]+\|[\s:|-]*$/.test(lines[1] ?? '')) return renderTable(lines, index)
  if (lines.every(line => /^([-*] | {2})/.test(line))) return <ul key={index}>{itemsOf(lines, /^[-*] /)}</ul>
  if (lines.every(line => /^(\d+\. | {2})/.test(line))) return <ol key={index}>{itemsOf(lines, /^\d+\. /)}</ol>
  return <p key={index}>{inline(lines.join(' '))}</p>
}

function itemsOf(lines: readonly string[], mark: RegExp): ReactNode[] {
  const items: string[] = []
  for (const line of lines)
    if (mark.test(line)) items.push(line.replace(mark, ''))
    else items[items.length - 1] = `${items.at(-1) ?? ''} ${line.trim()}`
  return items.map(item => <li key={item}>{inline(item)}</li>)
}

function renderTable(lines: readonly string[], index: number): ReactNode {
  const cells = (line: string) =>
    line
      .replace(/^\||\|$/g, '')
      .split('|')
      .map(cell => cell.trim())
  const [head = '', , ...rows] = lines
  return (
    <Scroll key={index} label={`Table: ${head.replaceAll('|', ' ').trim() || index}`}>
      <table>
        <thead>
          <tr>
            {cells(head).map((cell, at) => {
              const key = `${at} ${cell}`
              return cell === '' ? (
                <td key={key} />
              ) : (
                <th key={key} scope="col">
                  {inline(cell)}
                </th>
              )
            })}
          </tr>
        </thead>
        <tbody>
          {rows.map(row => (
            <tr key={row}>
              {cells(row).map((cell, at) => (
                // biome-ignore lint/suspicious/noArrayIndexKey: cells do not move
                <td key={at}>{inline(cell)}</td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </Scroll>
  )
}

const INLINE = /(`[^`]+`)|\*\*([^*]+)\*\*|\[([^\]]+)\]\(([^)\s]+)\)/g

/** Code, strong text and links; only addresses of the web become links. */
function inline(text: string): ReactNode[] {
  const parts: ReactNode[] = []
  let last = 0
  for (const match of text.matchAll(INLINE)) {
    const [whole, code, strong, label, href = ''] = match
    parts.push(text.slice(last, match.index))
    last = match.index + whole.length
    if (code !== undefined) parts.push(<code key={last}>{code.slice(1, -1)}</code>)
    else if (strong !== undefined) parts.push(<strong key={last}>{strong}</strong>)
    else if (/^https?:\/\//.test(href))
      parts.push(
        <a key={last} href={href} rel="noreferrer">
          {label}
        </a>,
      )
    else parts.push(label)
  }
  return [...parts, text.slice(last)]
}
