const FIT = /^[\w.:/+=-]{1,128}$/

/** Whether what a caller calls its request is fit for headers and logs as it is. */
export function isRequestId(given: string): boolean {
  return FIT.test(given)
}
