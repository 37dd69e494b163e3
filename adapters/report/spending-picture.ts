import type { SpendingReport } from '@scaling-mlops/core/spending'
import { barBetween, createFrame } from './chart/geometry.ts'
import { axes, picture, rectangle } from './chart/parts.ts'
import { plain } from './format.ts'
import { Html, html } from './html.ts'

const [WIDTH, HEIGHT, LEGEND] = [960, 360, 28]
/** Services with a colour of their own; the others share the last. */
const NAMED = 4
const OTHERS = 'others'

/** What was paid on each day as one SVG file, the dearest services stacked; days far above the usual carry a mark. Light and dark, no script. */
export function renderSpending({ days, services, anomalies, total, from, to }: SpendingReport): string {
  const names = services.slice(0, NAMED).map(({ name }) => name)
  const layers = services.length > NAMED ? [...names, OTHERS] : names
  const most = Math.max(
    1e-9,
    ...days.map(day => Object.values(day.services).reduce((sum, amount) => sum + Math.max(0, amount), 0)),
  )
  const frame = createFrame({
    x: [0, days.length],
    y: [0, most * 1.12],
    width: WIDTH,
    height: HEIGHT,
    margin: { left: 64, top: 56, bottom: 44 },
    xTicks: days.flatMap(({ day }, index) => (day.endsWith('-01') || index === 0 ? [index + 0.5] : [])),
  })

  const bars = days.map(({ day, services: amounts }, index) => {
    let base = 0
    return layers.map((layer, order) => {
      const amount = layer === OTHERS ? sumOfOthers(amounts, names) : (amounts[layer] ?? 0)
      // a credit is no bar: it would stand on the head
      if (amount <= 0) return undefined
      const bar = barBetween(frame, [index, index + 1], [base, base + amount])
      base += amount
      return rectangle(bar, `s${order + 1}`, `${day}, ${layer}: $${amount.toFixed(2)}`)
    })
  })
  const marks = [...new Set(anomalies.map(({ day }) => day))].map(day => {
    const index = days.findIndex(each => each.day === day)
    const paid = Math.max(0, days[index]?.total ?? 0)
    return html`<text class="mark" x="${frame.x(index + 0.5)}" y="${frame.y(paid) - 6}" text-anchor="middle">▲<title>${anomalies
      .filter(each => each.day === day)
      .map(({ service, amount, usual }) => `${service}: $${amount.toFixed(2)}, usually $${usual.toFixed(2)}`)
      .join('; ')}</title></text>`
  })
  const legend = layers.map(
    (layer, order) =>
      html`<g transform="translate(${64 + order * 178} ${LEGEND - 10})"><rect class="s${order + 1}" width="11" height="11"/><text x="16" y="10">${layer.length > 24 ? `${layer.slice(0, 23)}…` : layer}</text></g>`,
  )
  const axis = axes(
    frame,
    { label: '', format: at => days[Math.floor(at)]?.day ?? '' },
    { label: 'dollars a day', format: plain },
  )
  const description = `From ${from} to the day before ${to} $${total.toFixed(2)} were paid; ${anomalies.length} times a service cost far more than usual.`
  const content = html`<style>${new Html(STYLES)}</style><rect class="paper" width="${WIDTH}" height="${HEIGHT}"/>${legend}${axis}${bars}${marks}`
  return `${picture(frame, 'Cost by day and service', description, content).markup.replace('<svg ', '<svg xmlns="http://www.w3.org/2000/svg" ')}\n`
}

function sumOfOthers(amounts: Readonly<Record<string, number>>, named: readonly string[]): number {
  return Object.entries(amounts).reduce((sum, [name, amount]) => (named.includes(name) ? sum : sum + amount), 0)
}

const STYLES = `
svg { color-scheme: light dark; font: 12px Inter, system-ui, sans-serif; font-variant-numeric: tabular-nums }
.paper { fill: light-dark(#ffffff, #171d24) }
text { fill: light-dark(#52606d, #9aa7b4) } .name { fill: light-dark(#14202b, #e6edf3); font-size: 13px; font-weight: 600 }
.grid { stroke: light-dark(#e8edf1, #232c35) } .axis { stroke: light-dark(#7b8794, #6b7885) }
.s1 { fill: light-dark(#0b5cad, #66b2ff) } .s2 { fill: light-dark(#b4470c, #f59e5b) } .s3 { fill: light-dark(#0f6b6b, #4fc3c3) }
.s4 { fill: light-dark(#7a3fb0, #c39bf0) } .s5 { fill: light-dark(#7b8794, #6b7885) }
.mark { fill: light-dark(#b42318, #ff8a80) }
`
