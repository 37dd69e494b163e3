/** A point of a curve: two coordinates, both of about unit size, and what else belongs to it. */
export type CurvePoint = readonly [x: number, y: number, ...rest: number[]]

/**
 * Leaves out points that the line between their neighbours passes within 0.0005 of (Ramer, Douglas, Peucker), and where more than
 * `most` remain, within as little as it takes. First and last stay.
 */
export function simplify<Point extends CurvePoint>(points: readonly Point[], most = 400): Point[] {
  let tolerance = 0.0005
  let kept = reduce(withoutCrowds(points), tolerance)
  while (kept.length > most) {
    tolerance *= 1.25
    kept = reduce(kept, tolerance)
  }
  return kept
}

/** A curve of a million steps has no more to show than ten thousand of them; this keeps the recursion below quick. */
function withoutCrowds<Point extends CurvePoint>(points: readonly Point[]): readonly Point[] {
  if (points.length <= 20_000) return points
  let last: CurvePoint = points[0] as Point
  return points.filter((point, index) => {
    const keep =
      index === 0 ||
      index === points.length - 1 ||
      Math.abs(point[0] - last[0]) > 0.0001 ||
      Math.abs(point[1] - last[1]) > 0.0001
    if (keep) last = point
    return keep
  })
}

function reduce<Point extends CurvePoint>(points: readonly Point[], tolerance: number): Point[] {
  const keep = new Uint8Array(points.length)
  keep[0] = 1
  keep[points.length - 1] = 1
  const open: [from: number, to: number][] = [[0, points.length - 1]]
  for (let span = open.pop(); span !== undefined; span = open.pop()) {
    const [from, to] = span
    let farthest = -1
    let distance = tolerance
    for (let index = from + 1; index < to; index++) {
      const here = distanceToSegment(points[index] as Point, points[from] as Point, points[to] as Point)
      if (here > distance) {
        distance = here
        farthest = index
      }
    }
    if (farthest < 0) continue
    keep[farthest] = 1
    open.push([from, farthest], [farthest, to])
  }
  return points.filter((_, index) => keep[index] === 1)
}

function distanceToSegment(point: CurvePoint, from: CurvePoint, to: CurvePoint): number {
  const [width, height] = [to[0] - from[0], to[1] - from[1]]
  const length = width * width + height * height
  const along = length === 0 ? 0 : ((point[0] - from[0]) * width + (point[1] - from[1]) * height) / length
  const clamped = Math.min(1, Math.max(0, along))
  return Math.hypot(point[0] - from[0] - clamped * width, point[1] - from[1] - clamped * height)
}
