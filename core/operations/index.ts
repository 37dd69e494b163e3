export { createOperations, type Operations, type OperationsDocument } from './operations.ts'
