export { type EmfOptions, toEmf } from './emf.ts'
