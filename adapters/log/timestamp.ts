/** The time as a JSON text, made once a millisecond: at ten thousand lines a second that saves nine in ten. */
export function createTimestamp(): () => string {
  let last = 0
  let text = ''
  return () => {
    const now = Date.now()
    if (now !== last) {
      last = now
      text = JSON.stringify(new Date(now))
    }
    return text
  }
}
