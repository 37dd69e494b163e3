export { type CostTable, type CostTags, openCostExplorer } from './cost-explorer.ts'
