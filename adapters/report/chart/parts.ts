import { Html, html } from '../html.ts'
import type { Frame, Rectangle } from './geometry.ts'

/** The pieces charts are made of, as markup. Colours and sizes come from the page's style sheet by class. */
export type Axis = { readonly label: string; readonly format: (value: number) => string }

/** A picture with its name and its description for those who do not see it. */
export function picture(
  frame: Pick<Frame, 'width' | 'height'>,
  name: string,
  description: string,
  content: Html,
): Html {
  return html`<svg viewBox="0 0 ${frame.width} ${frame.height}" role="img"><title>${name}</title><desc>${description}</desc>${content}</svg>`
}

export function axes(frame: Frame, x: Axis, y: Axis): Html {
  const { left, right, top, bottom } = frame
  return html`<g class="axes">${frame.yTicks.map(
    tick =>
      html`<line class="grid" x1="${left}" x2="${right}" y1="${frame.y(tick)}" y2="${frame.y(tick)}"/><text x="${left - 6}" y="${frame.y(tick) + 4}" text-anchor="end">${y.format(tick)}</text>`,
  )}${frame.xTicks.map(
    tick => html`<text x="${frame.x(tick)}" y="${bottom + 16}" text-anchor="middle">${x.format(tick)}</text>`,
  )}<line class="axis" x1="${left}" x2="${right}" y1="${bottom}" y2="${bottom}"/><text class="name" x="${(left + right) / 2}" y="${bottom + 34}" text-anchor="middle">${x.label}</text><text class="name" x="0" y="${top - 13}">${y.label}</text></g>`
}

export function path(d: string, className: string): Html {
  return html`<path class="${className}" d="${d}"/>`
}

export function rectangle(bar: Rectangle, className: string, tip?: string): Html {
  const title = tip === undefined ? undefined : html`<title>${tip}</title>`
  return html`<rect class="${className}" x="${bar.x}" y="${bar.y}" width="${bar.width}" height="${bar.height}">${title}</rect>`
}

/** A point with its label beside it, on the side where there is room. */
export function marker(frame: Frame, x: number, y: number, className: string, label = ''): Html {
  const [cx, cy] = [frame.x(x), frame.y(y)]
  const toLeft = cx > (frame.left + frame.right) / 2
  const text =
    label === ''
      ? new Html('')
      : html`<text class="note" x="${cx + (toLeft ? -9 : 9)}" y="${cy + 4}" text-anchor="${toLeft ? 'end' : 'start'}">${label}</text>`
  return html`<circle class="${className}" cx="${cx}" cy="${cy}" r="4.5"/>${text}`
}

/** A vertical line through the plot with a note at its head. */
export function rule(frame: Frame, x: number, label: string): Html {
  const at = frame.x(x)
  const toLeft = at > (frame.left + frame.right) / 2
  return html`<line class="rule" x1="${at}" x2="${at}" y1="${frame.top}" y2="${frame.bottom}"/><text class="note" x="${at + (toLeft ? -5 : 5)}" y="${frame.top + 10}" text-anchor="${toLeft ? 'end' : 'start'}">${label}</text>`
}
