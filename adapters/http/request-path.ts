/** Characters of a path that are kept; a longer one is cut. */
export const LONGEST_PATH = 200

/** The path of a URL, as far as it is kept, without its query, which may hold what does not belong in a log. */
export function pathOf(url: string): string {
  const start = url.startsWith('/') ? 0 : url.indexOf('/', url.indexOf('://') + 3)
  const query = url.indexOf('?', start)
  return url.slice(start, Math.min(query === -1 ? url.length : query, start + LONGEST_PATH))
}
