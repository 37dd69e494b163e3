import { it } from 'vitest'
import { proveNothingIsLost } from '../support/kill-proof.ts'

it('loses and doubles no record when the server is killed 25 times', () => proveNothingIsLost(25))
