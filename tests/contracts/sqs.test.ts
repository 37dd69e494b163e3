import { afterAll, beforeAll } from 'vitest'
import { type SqsEmulator, startSqsEmulator } from '../support/sqs-emulator.ts'
import { describeSqs } from './sqs.ts'

let emulator: SqsEmulator
beforeAll(async () => {
  emulator = await startSqsEmulator()
})
afterAll(() => emulator.close())

// it lets a group go on behind a message whose visibility was changed, and has no count of messages; AWS and moto differ
describeSqs('local-aws-sqs', () => emulator, { ordered: false, counts: false })
