/** What an invocation ends with that cannot be answered: Lambda reports its name as the error's type, and retries where the source does. */
export class InvocationError extends Error {
  constructor(code: string, message: string, options?: ErrorOptions) {
    super(message, options)
    this.name = code
  }
}
