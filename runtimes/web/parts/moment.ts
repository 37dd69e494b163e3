const format = new Intl.DateTimeFormat('en-GB', { dateStyle: 'medium', timeStyle: 'short' })

/** `28 Nov 2026, 07:14` in the reader's own time zone. */
export function moment(time: string | number | undefined): string {
  return time === undefined ? '–' : format.format(new Date(time)).replaceAll(' ', '\u00a0').replace(',\u00a0', ', ')
}
