import type { Policy, Run, Sample } from '@scaling-mlops/core/capacity'
import { areaPath, createFrame, type Frame, linePath, type Point } from './chart/geometry.ts'
import { axes, path, picture } from './chart/parts.ts'
import { plain } from './format.ts'
import { Html, html } from './html.ts'

const [WIDTH, PANEL, GAP, MARGIN] = [960, 170, 14, 12]

/** A simulated run as one SVG file: load, instances, utilisation and p99 over the same time. Light and dark, no script. */
export function renderRun(run: Run, policy: Policy): string {
  const { samples } = run
  const target = policy.scaling.kind === 'target_tracking' ? policy.scaling.target : undefined
  const panels = [
    panel(run, run.rejected > 0 ? 'requests a second, and those refused' : 'requests a second', [
      { className: 's1', of: ({ rate }) => rate },
      ...(run.rejected > 0 ? [{ className: 's2', of: ({ rejectedRate }: Sample) => rejectedRate }] : []),
    ]),
    panel(run, 'instances: asked for (dashed) and serving', [
      { className: 's1', of: ({ serving }) => serving, steps: true },
      { className: 's2 dashed', of: ({ capacity }) => capacity, steps: true },
    ]),
    panel(run, 'utilisation in percent', [{ className: 's1', of: ({ utilisation }) => utilisation }], {
      limit: target,
      most: 100,
    }),
    panel(run, 'p99 latency in milliseconds', [{ className: 's1', of: ({ p99Milliseconds }) => p99Milliseconds }], {
      limit: policy.latencyTargetMilliseconds,
      most: Math.min(
        4 * policy.latencyTargetMilliseconds,
        1.1 * largest(samples, ({ p99Milliseconds }) => p99Milliseconds),
      ),
    }),
  ]
  const height = panels.length * (PANEL + GAP) + 34
  const description = `${plain(run.kept * 100)} % of ${run.requests} requests were answered within ${policy.latencyTargetMilliseconds} ms, by ${run.instances.least} to ${run.instances.most} instances.`
  const content = html`<style>${new Html(STYLES)}</style><rect class="paper" width="${WIDTH}" height="${height}"/>${panels.map(
    (drawn, index) => html`<g transform="translate(${MARGIN} ${16 + index * (PANEL + GAP)})">${drawn}</g>`,
  )}`
  return `${picture({ width: WIDTH, height }, 'A simulated run', description, content).markup.replace('<svg ', '<svg xmlns="http://www.w3.org/2000/svg" ')}\n`
}

type Curve = { readonly className: string; readonly of: (sample: Sample) => number; readonly steps?: boolean }

function panel(
  { samples, seconds }: Run,
  title: string,
  curves: readonly Curve[],
  { limit, most }: { readonly limit?: number | undefined; readonly most?: number } = {},
): Html {
  const hours = seconds / 3600
  const top = Math.max(
    most ?? 0,
    limit === undefined ? 0 : limit * 1.1,
    most === undefined ? largest(samples, ...curves.map(({ of }) => of)) * 1.08 : 0,
    1,
  )
  const frame = createFrame({
    x: [0, hours],
    y: [0, top],
    width: WIDTH - MARGIN,
    height: PANEL,
    margin: { left: 56, bottom: 24, top: 26 },
  })
  return html`${axes({ ...frame, yTicks: frame.yTicks.filter((_, index) => index % 2 === 0) }, { label: '', format: hour => `${plain(hour)} h` }, { label: title, format: plain })}${curves.map(
    ({ className, of, steps }, index) => {
      const points = pointsOf(samples, of, top, steps)
      return html`${index === 0 && !steps ? path(areaPath(frame, points), 'area s1') : undefined}${path(linePath(frame, points), `line ${className}`)}`
    },
  )}${limit === undefined ? undefined : limitLine(frame, limit)}`
}

function limitLine(frame: Frame, limit: number): Html {
  const y = frame.y(limit)
  return html`<line class="limit" x1="${frame.left}" x2="${frame.right}" y1="${y}" y2="${y}"/><text class="note" x="${frame.right}" y="${y - 5}" text-anchor="end">target ${plain(limit)}</text>`
}

/** About two points to a unit of width are all that can be seen; of those that share one the highest stands for them. */
function pointsOf(samples: readonly Sample[], of: Curve['of'], top: number, steps = false): Point[] {
  const width = Math.max(1, Math.ceil(samples.length / (2 * WIDTH)))
  const points: Point[] = []
  for (let first = 0; first < samples.length; first += width) {
    const group = samples.slice(first, first + width)
    const hour = (group[0] as Sample).at / 3600
    const value = Math.min(top, largest(group, of))
    const last = points.at(-1)
    if (steps && last) points.push([hour, last[1]])
    points.push([hour, value])
  }
  return points
}

function largest(samples: readonly Sample[], ...of: readonly Curve['of'][]): number {
  return samples.reduce((most, sample) => Math.max(most, ...of.map(value => value(sample))), 0)
}

const STYLES = `
svg { color-scheme: light dark; font: 12px Inter, system-ui, sans-serif; font-variant-numeric: tabular-nums }
.paper { fill: light-dark(#ffffff, #171d24) }
text { fill: light-dark(#52606d, #9aa7b4) } .name { fill: light-dark(#14202b, #e6edf3); font-size: 13px; font-weight: 600 }
.grid { stroke: light-dark(#e8edf1, #232c35) } .axis { stroke: light-dark(#7b8794, #6b7885) }
.line { fill: none; stroke-width: 1.6; stroke-linejoin: round } .dashed { stroke-dasharray: 5 3 }
.s1 { stroke: light-dark(#0b5cad, #66b2ff) } .s2 { stroke: light-dark(#b4470c, #f59e5b) }
.area { fill: light-dark(#0b5cad, #66b2ff); opacity: .1; stroke: none }
.limit { stroke: light-dark(#b42318, #ff8a80); stroke-dasharray: 2 3 } .note { fill: light-dark(#b42318, #ff8a80) }
`
