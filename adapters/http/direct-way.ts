import type { OverloadedError, RequestsInFlight } from '@scaling-mlops/core'
import { isPlain } from './body.ts'
import type { Door } from './door.ts'
import { toErrorResponse } from './error-form.ts'
import type { Answer, Body, Caller, Kind } from './exchange.ts'
import type { KnownKinds } from './known-kinds.ts'
import type { Ledger } from './ledger.ts'
import { toProblem } from './problem.ts'
import { pathOf } from './request-path.ts'
import type { PlainResponse } from './respond.ts'

/**
 * The way of a request for which no Request is made and no router asked: of one that cannot come in now, and of one of a kind that was answered before,
 * with a body that can be taken as it comes. It is the same door, the same functions and the same log line, at three quarters of the price. Undefined
 * where the app is to be called. Never rejects.
 */
export type DirectWay = (
  method: string,
  url: string,
  caller: Caller & Body,
) => PlainResponse | Promise<PlainResponse> | undefined

type Dependencies = {
  readonly kinds: KnownKinds
  readonly door: Door
  readonly ledger: Ledger
  readonly inFlight: RequestsInFlight
  readonly maxBodyBytes: number
  /** Whether pages of other origins may be among the callers: what they are told besides is the router's to say. */
  readonly servesPages: boolean
}

export function createDirectWay({ kinds, door, ledger, inFlight, maxBodyBytes, servesPages }: Dependencies): DirectWay {
  const refuse = (path: string, refusal: OverloadedError, kind: Kind | undefined, caller: Caller): PlainResponse => {
    const exchange = ledger.begin(caller)
    if (kind !== undefined) {
      exchange.model = kind.queue.name
      exchange.version = kind.queue.version
    }
    const response = toErrorResponse(path, toProblem(refusal, exchange.requestId), exchange.requestId)
    ledger.end('POST', path, response.status, exchange)
    return response
  }

  const answerAgain = async (
    path: string,
    kind: Kind,
    answer: Answer,
    caller: Caller & Body,
  ): Promise<PlainResponse> => {
    const exchange = ledger.begin(caller)
    if (kind.route !== undefined) exchange.route = kind.route
    inFlight.begin()
    let response: PlainResponse
    try {
      door.enter(exchange)
      response = await answer(caller, exchange)
    } catch (error) {
      response = toErrorResponse(path, ledger.problemOf(error, exchange), exchange.requestId)
    }
    door.leave(exchange)
    if (exchange.queue !== undefined) kind.queue = exchange.queue
    inFlight.end()
    ledger.end('POST', path, response.status, exchange)
    return response
  }

  return (method, url, caller) => {
    if (method !== 'POST') return undefined
    const path = pathOf(url)
    const kind = kinds.find(path, caller)
    const refusal = door.refusal(kind, caller)
    if (refusal !== undefined) return refuse(path, refusal, kind, caller)
    if (kind?.answer === undefined || !isPlain(caller, maxBodyBytes)) return undefined
    if (servesPages && caller.header('origin') !== undefined) return undefined
    return answerAgain(path, kind, kind.answer, caller)
  }
}
