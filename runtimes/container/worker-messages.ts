import type { MetricsSnapshot } from '@scaling-mlops/core'
import type { Explanation } from '../exit.ts'

/** What a worker tells the process that leads it. */
export type FromWorker =
  | { readonly type: 'listening'; readonly url: string }
  /** It cannot start, and why. */
  | { readonly type: 'failed'; readonly explanation: Explanation }
  /** Its own metrics, again and again. */
  | { readonly type: 'metrics'; readonly snapshot: MetricsSnapshot }
  /** It wants those of all. */
  | { readonly type: 'metrics wanted'; readonly id: number }

/** What a worker is told. */
export type ToWorker =
  /** All are up: it may say that it is ready. */
  | { readonly type: 'admitted' }
  /** The whole server ends. */
  | { readonly type: 'stop' }
  /** Another takes over from it. */
  | { readonly type: 'retire' }
  /** The metrics of all, as it wanted. */
  | { readonly type: 'metrics of all'; readonly id: number; readonly snapshot: MetricsSnapshot }
