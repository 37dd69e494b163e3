import { it } from 'vitest'
import { proveNothingIsLost } from '../support/kill-proof.ts'

it('loses and doubles no record when the server is killed five times', () => proveNothingIsLost(5))
