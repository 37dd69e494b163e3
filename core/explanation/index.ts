export { type Background, type Range, toBackground } from './background.ts'
export { createExplainers, type Explainer, type FindExplainer, openExplainer } from './explainer.ts'
export { type Explain, type OutputExplanation, toOutputs, totalOf } from './explanation.ts'
export { compileLinearExplain } from './linear-explanation.ts'
