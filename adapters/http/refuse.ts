import { CoreError } from '@scaling-mlops/core'
import { requestIdOf } from './exchange.ts'
import { HttpError, type HttpErrorCode } from './http-error.ts'
import { toProblem } from './problem.ts'
import { respondProblem } from './respond.ts'

/** The answer to a request that never reaches the app, or whose answer never reaches the caller: the same problem document as the app's own. */
export function refuse(
  code: HttpErrorCode | 'deadline_exceeded',
  message: string,
  givenId: string | undefined,
): Response {
  const requestId = requestIdOf(givenId)
  const error = code === 'deadline_exceeded' ? new CoreError(code, message) : new HttpError(code, message)
  return respondProblem(toProblem(error, requestId), requestId)
}
