export { FunctionError, type FunctionPlace, type LambdaFunction, openLambdaFunction } from './lambda-function.ts'
